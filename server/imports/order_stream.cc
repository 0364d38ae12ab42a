#include "server/imports/order_stream.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/imports/order_queue.h"

namespace fairpoint::server::imports {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(100);

enum class Event : uintptr_t { kStarted, kRead, kWritten, kNoMoreWrites, kEnded };

void* TagOf(Event event) { return reinterpret_cast<void*>(static_cast<uintptr_t>(event)); }

// No new stream would fare better.
bool IsForGood(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
      return false;
    default:
      return !IsPassing(status.error_code());
  }
}

auto Open(const OrderFeed& /*feed*/, const Client& client, grpc::ClientContext* context,
          grpc::CompletionQueue* queue, void* tag) {
  return client.orders().AsyncImportOrders(context, queue, tag);
}

auto Open(const MemberFeed& /*feed*/, const Client& client, grpc::ClientContext* context,
          grpc::CompletionQueue* queue, void* tag) {
  return client.members().AsyncImportMembers(context, queue, tag);
}

auto Open(const PriceFeed& /*feed*/, const Client& client, grpc::ClientContext* context,
          grpc::CompletionQueue* queue, void* tag) {
  return client.pricing().AsyncImportPriceFacts(context, queue, tag);
}

// Why the order is to be sent again; null if it is not.
template <class Response>
const google::rpc::Status* RefusalForNow(const Response& answer) {
  return answer.has_error() && IsPassing(answer.error().code()) ? &answer.error() : nullptr;
}

const google::rpc::Status* RefusalForNow(const v1::RecordPriceFactsResponse& answer) {
  for (const v1::RecordedItem& item : answer.items()) {
    if (item.has_error() && IsPassing(item.error().code())) return &item.error();
  }
  const bool is_fed = !answer.has_feed_error() || !IsPassing(answer.feed_error().code());
  return is_fed ? nullptr : &answer.feed_error();
}

// What outlives a stream.
template <class Feed>
struct State {
  State(const StreamOptions& options, const Feed& the_feed)
      : window(options.window),
        feed(the_feed),
        queue(the_feed.members, the_feed.last_from),
        patience(options.patience) {}
  size_t window;
  const Feed& feed;
  OrderQueue queue;
  Patience patience;
  // Why the server refused an order that it may take later.
  std::string last_refusal;
};

// One stream, from its start to its end.
template <class Feed>
class Stream {
 public:
  Stream(const Client& client, State<Feed>& state) : state_(state) {
    client.Authorize(context_);
    stream_ = Open(state.feed, client, &context_, &queue_, TagOf(Event::kStarted));
    heard_at_ = base::SteadyNow();
  }

  grpc::Status Run() {
    while (!ended_) {
      void* tag = nullptr;
      bool ok = false;
      const auto next = queue_.AsyncNext(&tag, &ok, absl::ToChronoTime(absl::Now() + kTick));
      if (next == grpc::CompletionQueue::GOT_EVENT) {
        Handle(static_cast<Event>(reinterpret_cast<uintptr_t>(tag)), ok);
      }
      WriteSome();
      Watch();
      state_.feed.on_progress(state_.queue.finished_count());
    }
    queue_.Shutdown();
    void* tag = nullptr;
    for (bool ok = false; queue_.Next(&tag, &ok);) {
    }
    for (const size_t order : under_way_) state_.queue.Retry(order);
    return status_;
  }

 private:
  void Handle(Event event, bool ok) {
    switch (event) {
      case Event::kStarted:
        started_ = ok;
        if (ok) {
          stream_->Read(&answer_, TagOf(Event::kRead));
        } else {
          reads_over_ = true;
        }
        break;
      case Event::kRead:
        if (ok) {
          heard_at_ = base::SteadyNow();
          Take();
          stream_->Read(&answer_, TagOf(Event::kRead));
        } else {
          reads_over_ = true;
        }
        break;
      case Event::kWritten:
      case Event::kNoMoreWrites:
        writing_ = false;
        writes_over_ |= !ok || event == Event::kNoMoreWrites;
        break;
      case Event::kEnded:
        ended_ = true;
        break;
    }
    if (reads_over_ && !writing_ && !finishing_) {
      finishing_ = true;
      stream_->Finish(&status_, TagOf(Event::kEnded));
    }
  }

  void Take() {
    if (under_way_.empty()) {
      context_.TryCancel();  // an answer to nothing
      return;
    }
    const size_t order = under_way_.front();
    under_way_.pop_front();
    if (const google::rpc::Status* const refusal = RefusalForNow(answer_)) {
      state_.last_refusal = refusal->message();
      state_.feed.on_refused_for_now(order, answer_);
      state_.queue.Retry(order);
      state_.patience.Fail();
      if (state_.feed.all_in_one_stream) context_.TryCancel();
      return;
    }
    state_.patience.Progress();
    state_.feed.on_answer(order, answer_);
    state_.queue.Finish(order);
  }

  // One at a time, as gRPC wants it; the next when the wire has room for it.
  void WriteSome() {
    if (!started_ || writing_ || writes_over_ || reads_over_ || state_.patience.IsPausing()) return;
    if (state_.queue.IsFinished()) {
      writing_ = true;
      stream_->WritesDone(TagOf(Event::kNoMoreWrites));
      return;
    }
    if (under_way_.size() >= state_.window) return;
    std::optional<size_t> order = state_.queue.Next();
    while (order.has_value() && state_.feed.is_held_back(*order)) {
      state_.queue.Finish(*order);
      order = state_.queue.Next();
    }
    if (!order.has_value()) return;
    if (under_way_.empty()) heard_at_ = base::SteadyNow();
    under_way_.push_back(*order);
    writing_ = true;
    stream_->Write(state_.feed.request(*order), TagOf(Event::kWritten));
  }

  // A server that is silent, or keeps refusing.
  void Watch() {
    const bool waits = !started_ || !under_way_.empty() || writes_over_;
    const bool is_silent =
        waits && base::SteadyNow() - heard_at_ > state_.patience.options().silence_max;
    if (is_silent || state_.patience.IsOver()) context_.TryCancel();
  }

  State<Feed>& state_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::ClientAsyncReaderWriter<typename Feed::Request, typename Feed::Response>>
      stream_;
  typename Feed::Response answer_;
  grpc::Status status_;
  std::deque<size_t> under_way_;  // as they were sent, which is how they are answered
  absl::Time heard_at_;
  bool started_ = false;
  bool writing_ = false;
  bool writes_over_ = false;
  bool reads_over_ = false;
  bool finishing_ = false;
  bool ended_ = false;
};

template <class Feed>
void Pause(State<Feed>& state) {
  state.patience.Fail();
  while (state.patience.IsPausing()) {
    absl::SleepFor(kTick);
    state.feed.on_progress(state.queue.finished_count());
  }
}

template <class Feed>
absl::Status Send(const Client& client, const StreamOptions& options, const Feed& feed) {
  State<Feed> state(options, feed);
  while (!state.queue.IsFinished()) {
    const grpc::Status status = Stream<Feed>(client, state).Run();
    if (state.queue.IsFinished()) break;
    if (IsForGood(status)) return client.Failure(status);
    if (state.patience.IsOver()) {
      if (state.last_refusal.empty()) return client.Failure({grpc::StatusCode::UNAVAILABLE, ""});
      return absl::UnavailableError(
          absl::StrCat("the server keeps refusing: ", state.last_refusal, "\n"));
    }
    Pause(state);
    if (feed.all_in_one_stream) state.queue = OrderQueue(feed.members, feed.last_from);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SendOrders(const Client& client, const StreamOptions& options, const OrderFeed& feed) {
  return Send(client, options, feed);
}

absl::Status SendMembers(const Client& client, const StreamOptions& options,
                         const MemberFeed& feed) {
  return Send(client, options, feed);
}

absl::Status SendPriceMessages(const Client& client, const StreamOptions& options,
                               const PriceFeed& feed) {
  return Send(client, options, feed);
}

}  // namespace fairpoint::server::imports
