#include "api/price_import.h"

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "api/bytes.h"
#include "api/errors.h"
#include "api/import_stream.h"
#include "api/price_snapshot.h"
#include "api/price_writes.h"
#include "api/status.h"
#include "pricing/errors.h"

namespace fairpoint::api {
namespace {

using FactsCall = Call<v1::RecordPriceFactsRequest, v1::RecordPriceFactsResponse>;
// The whole of a request is refused, or each of its items has its answer.
using FactsDone = std::function<void(absl::StatusOr<v1::RecordPriceFactsResponse>)>;

// Keeps itself while something is under way: the facts of a request, then what it says of its feed.
class FactsWrite : public std::enable_shared_from_this<FactsWrite> {
 public:
  // The door, what was heard and the caller must live until `done` is called, once.
  FactsWrite(Door& door, FeedsHeard& heard, const Origin& origin, FactsRequest request,
             FactsDone done)
      : door_(door),
        heard_(heard),
        origin_(origin),
        request_(std::move(request)),
        done_(std::move(done)) {}

  void Begin() {
    engine::RecordPriceFacts record{.facts = std::move(request_.facts), .feed = std::nullopt};
    if (request_.feed && !request_.feed->is_snapshot) {
      if (!heard_.End(*request_.feed)) request_.feed_fault = pricing::FeedIncomplete();
      if (request_.feed_fault.ok()) record.feed = request_.feed->report;
    }
    if (record.facts.empty() && !record.feed) return EndFeed(request_.feed_fault);
    door_.engine.Submit(FactsCommand(request_.program_id, std::move(record), origin_),
                        [self = shared_from_this()](const absl::StatusOr<engine::Answer>& answer) {
                          self->TakeAnswer(answer);
                        });
  }

 private:
  void TakeAnswer(const absl::StatusOr<engine::Answer>& answer) {
    if (!answer.ok()) {
      heard_.HearRefusal();
      return done_(answer.status());
    }
    ToProto(answer->prices->items, "facts", *response_.mutable_items());
    for (const engine::RecordedItem& item : answer->prices->items) {
      if (item.state == engine::RecordedItem::State::kRefused) heard_.HearRefusal();
    }
    EndFeed(request_.feed_fault.ok() ? answer->prices->feed : request_.feed_fault,
            answer->prices->feed_known);
  }

  // `status` is of a statement that ends no snapshot.
  void EndFeed(const absl::Status& status, bool known = false) {
    const SnapshotEnd told{.withdrawn = 0, .known = known, .status = status};
    if (!request_.feed) return End(told);
    // Of a statement told already: it has answered for the refusals of its own facts too.
    std::optional<ListingSet> named = heard_.End(*request_.feed);
    if (!request_.feed->is_snapshot) return End(told);
    if (!named) return End({.withdrawn = 0, .known = false, .status = pricing::FeedIncomplete()});
    EndSnapshot(door_, origin_, *request_.feed, *std::move(named),
                [self = shared_from_this()](const SnapshotEnd& end) { self->End(end); });
  }

  void End(const SnapshotEnd& end) {
    response_.set_withdrawn(end.withdrawn);
    response_.set_feed_known(end.known);
    if (!end.status.ok()) *response_.mutable_feed_error() = ToProto(end.status, nullptr);
    done_(std::move(response_));
  }

  Door& door_;
  FeedsHeard& heard_;
  const Origin origin_;
  FactsRequest request_;
  const FactsDone done_;
  v1::RecordPriceFactsResponse response_;
};

class PriceImport final : public ImportStream {
 public:
  PriceImport(Door& door, const Method& method, grpc::CallbackServerContext& context)
      : ImportStream(door, method, context, *v1::RecordPriceFactsRequest::descriptor()) {}

 private:
  void Take(grpc::ByteBuffer& bytes, Slot& slot) override {
    if (!Parse(bytes, request_)) {
      request_.Clear();
      return RefuseAll(slot, MalformedMessage());
    }
    const Origin origin{.caller = caller(), .batch_program_id = {}};
    absl::StatusOr<FactsRequest> request = FactsFromProto(request_, origin);
    if (!request.ok()) return RefuseAll(slot, request.status());
    heard_.Name(request->facts);
    const bool has_feed = request_.has_feed();
    const int facts = request_.facts_size();
    const auto write = std::make_shared<FactsWrite>(
        door(), heard_, origin, *std::move(request),
        [this, &slot, facts, has_feed](absl::StatusOr<v1::RecordPriceFactsResponse> answer) {
          Answer(slot, answer.ok() ? *answer : Refusal(answer.status(), facts, has_feed));
        });
    // What is said of the feed is about everything before it.
    has_feed ? Hold(slot, [write] { write->Begin(); }) : write->Begin();
  }

  void RefuseAll(Slot& slot, const absl::Status& status) {
    heard_.HearRefusal();
    Answer(slot, Refusal(status, request_.facts_size(),
                         request_.has_feed() || request_.facts_size() == 0));
  }

  // The stream goes on: everything in the message is refused.
  static v1::RecordPriceFactsResponse Refusal(const absl::Status& status, int facts,
                                              bool has_feed) {
    v1::RecordPriceFactsResponse response;
    const google::rpc::Status error = ToProto(status, v1::RecordPriceFactsRequest::descriptor());
    for (int i = 0; i < facts; ++i) {
      v1::RecordedItem& item = *response.add_items();
      item.set_state(v1::RecordedItem::REFUSED);
      *item.mutable_error() = error;
    }
    if (has_feed) *response.mutable_feed_error() = error;
    return response;
  }

  v1::RecordPriceFactsRequest request_;  // being taken
  FeedsHeard heard_;
};

}  // namespace

void RecordPriceFacts(FactsCall& call) {
  const Origin origin{.caller = call.caller(), .deadline = call.deadline(), .batch_program_id = {}};
  absl::StatusOr<FactsRequest> request = FactsFromProto(call.request(), origin);
  if (!request.ok()) return call.Refuse(request.status());
  const auto heard = std::make_shared<FeedsHeard>();
  heard->Name(request->facts);
  std::make_shared<FactsWrite>(call.door(), *heard, origin, *std::move(request),
                               [&call, heard](absl::StatusOr<v1::RecordPriceFactsResponse> answer) {
                                 if (!answer.ok()) return call.Refuse(answer.status());
                                 call.response() = *std::move(answer);
                                 call.Reply();
                               })
      ->Begin();
}

Reactor* StartPriceImport(Door& door, const Method& method, grpc::CallbackServerContext& context) {
  auto* const import = new PriceImport(door, method, context);
  import->Begin();
  return import;
}

}  // namespace fairpoint::api
