#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/imports/outcome.h"
#include "server/imports/price_requests.h"
#include "server/imports/send_prices.h"
#include "server/imports/timestamps.h"

namespace fairpoint::server::imports {
namespace {

constexpr size_t kFactsOfMessage = 500;

class FactSender {
 public:
  FactSender(const Client& client, const PriceSendOptions& options, const PriceMapping& mapping,
             PriceBook& book, PriceOutcome& outcome)
      : client_(client),
        options_(options),
        mapping_(mapping),
        book_(book),
        outcome_(outcome),
        is_decided_(book.facts.size(), false) {
    for (const FilePrice& fact : book.facts) named_.insert(ChannelOf(fact));
    if (options.complete_as_of) channels_ = mapping.ReferenceChannels();
  }

  // A snapshot is all that came in one stream, which a refused fact of any channel spoils: so each
  // channel has its own.
  absl::Status SendAll(Progress& progress) {
    if (!options_.is_snapshot) return SendStream({0, book_.facts.size()}, progress);
    std::ranges::stable_sort(book_.facts, {}, [this](const FilePrice& fact) {
      return std::ranges::find(channels_, ChannelOf(fact)) - channels_.begin();
    });
    for (size_t begin = 0; begin < book_.facts.size();) {
      const std::string& channel = ChannelOf(book_.facts[begin]);
      size_t end = begin;
      while (end < book_.facts.size() && ChannelOf(book_.facts[end]) == channel) ++end;
      if (absl::Status sent = SendStream({begin, end, channel}, progress); !sent.ok()) return sent;
      begin = end;
    }
    return absl::OkStatus();
  }

  // Of channels that no snapshot told of.
  absl::Status StateFeeds() {
    std::vector<std::string> left;
    for (const std::string& channel : channels_) {
      if (answered_.contains(channel)) continue;
      const std::string fault = options_.is_snapshot ? WhyNoSnapshot(channel) : FaultOf(channel);
      if (fault.empty() || options_.despite_rejects) {
        left.push_back(channel);
      } else {
        outcome_.feeds_withheld.push_back(absl::StrCat(channel, ": ", fault));
      }
    }
    PriceFeed feed = FeedOf(left.size());
    feed.request = [&](size_t i) { return StatementOf(left[i], false); };
    feed.on_answer = [&](size_t i, const v1::RecordPriceFactsResponse& answer) {
      TakeStatement(left[i], answer);
    };
    feed.on_progress = [](size_t /*done*/) {};
    return SendPriceMessages(client_, options_.stream, feed);
  }

 private:
  // What one stream has: facts, and the snapshot that they are.
  struct Range {
    size_t begin = 0;
    size_t end = 0;
    std::string snapshot_of = {};  // empty: of nothing

    size_t message_count() const { return (end - begin + kFactsOfMessage - 1) / kFactsOfMessage; }
    size_t FirstOf(size_t message) const { return begin + message * kFactsOfMessage; }
    size_t EndOf(size_t message) const { return std::min(FirstOf(message + 1), end); }
  };

  absl::Status SendStream(const Range& range, Progress& progress) {
    const size_t messages = range.message_count();
    const bool is_snapshot = !range.snapshot_of.empty();
    PriceFeed feed = FeedOf(messages + (is_snapshot ? 1 : 0));
    feed.last_from = messages;
    feed.all_in_one_stream = is_snapshot;
    feed.request = [&](size_t i) {
      return i < messages ? FactsRequest(range, i) : StatementOf(range.snapshot_of, true);
    };
    feed.is_held_back = [&](size_t i) {
      return i >= messages && !WhyNoSnapshot(range.snapshot_of).empty();
    };
    feed.on_answer = [&](size_t i, const v1::RecordPriceFactsResponse& answer) {
      if (i < messages) return TakeFacts(range, i, answer);
      TakeStatement(range.snapshot_of, answer);
    };
    feed.on_refused_for_now = [&](size_t i, const v1::RecordPriceFactsResponse& answer) {
      if (i < messages) TakeFacts(range, i, answer);
    };
    feed.on_progress = [&](size_t done) {
      progress.Update(static_cast<int64_t>(std::min(range.FirstOf(done), range.end)));
    };
    return SendPriceMessages(client_, options_.stream, feed);
  }

  static PriceFeed FeedOf(size_t count) {
    PriceFeed feed;
    // None waits for another.
    for (uint32_t i = 0; i < count; ++i) feed.members.push_back(i);
    return feed;
  }

  const std::string& ChannelOf(const FilePrice& fact) const {
    return mapping_.channels[fact.channel].columns.channel_id();
  }

  v1::RecordPriceFactsRequest FactsRequest(const Range& range, size_t message) const {
    v1::RecordPriceFactsRequest request;
    request.set_program_id(options_.program_id);
    request.set_source(options_.source);
    for (size_t i = range.FirstOf(message); i < range.EndOf(message); ++i) {
      v1::PriceFact& fact = *request.add_facts();
      fact = FactOf(mapping_, book_, book_.facts[i]);
      if (options_.is_confirmed) fact.set_confirmed(true);
    }
    return request;
  }

  v1::RecordPriceFactsRequest StatementOf(const std::string& channel, bool is_snapshot) const {
    v1::RecordPriceFactsRequest request;
    request.set_program_id(options_.program_id);
    request.set_source(options_.source);
    v1::FeedStatement& feed = *request.mutable_feed();
    feed.set_channel_id(channel);
    *feed.mutable_complete_as_of() = ToProto(*options_.complete_as_of);
    feed.set_snapshot(is_snapshot);
    return request;
  }

  // Why it cannot be said that all of the channel's prices are recorded; or nothing.
  std::string FaultOf(const std::string& channel) const {
    const bool is_whole = std::ranges::none_of(book_.rejects, [&](const Report& report) {
      return report.order == 0 || book_.texts[report.order] == channel;
    });
    return is_whole ? "" : "rows with prices of it were rejected";
  }

  std::string WhyNoSnapshot(const std::string& channel) const {
    return named_.contains(channel) ? FaultOf(channel) : "the file has no price of it";
  }

  void TakeFacts(const Range& range, size_t message, const v1::RecordPriceFactsResponse& answer) {
    const v1::RecordedItem strange;
    const size_t first = range.FirstOf(message);
    const size_t end = range.EndOf(message);
    const bool fits = static_cast<size_t>(answer.items_size()) == end - first;
    for (size_t i = first; i < end; ++i) {
      if (is_decided_[i]) continue;
      const v1::RecordedItem& item = fits ? answer.items(static_cast<int>(i - first)) : strange;
      const FilePrice& fact = book_.facts[i];
      is_decided_[i] = TakeItem(item, fact, mapping_, book_, outcome_.facts);
    }
  }

  void TakeStatement(const std::string& channel, const v1::RecordPriceFactsResponse& answer) {
    if (!answered_.insert(channel).second) return;
    if (answer.has_feed_error()) {
      outcome_.feeds_withheld.push_back(
          absl::StrCat(channel, ": ", ReasonOf(answer.feed_error(), "")));
      return;
    }
    ++outcome_.feeds_stated;
    if (answer.feed_known()) ++outcome_.feeds_known;
    outcome_.listings_withdrawn += answer.withdrawn();
  }

  const Client& client_;
  const PriceSendOptions& options_;
  const PriceMapping& mapping_;
  PriceBook& book_;
  PriceOutcome& outcome_;
  std::vector<bool> is_decided_;
  std::set<std::string> named_;        // channels that have prices
  std::vector<std::string> channels_;  // whose feeds are to be told of
  std::set<std::string> answered_;     // of those
};

}  // namespace

absl::Status SendFacts(const Client& client, const PriceSendOptions& options,
                       const PriceMapping& mapping, PriceBook& book, Progress& progress,
                       PriceOutcome& outcome) {
  FactSender sender(client, options, mapping, book, outcome);
  progress.Begin("price facts", std::ssize(book.facts));
  const absl::Status sent = sender.SendAll(progress);
  progress.End();
  return sent.ok() ? sender.StateFeeds() : sent;
}

}  // namespace fairpoint::server::imports
