#include "api/price_snapshot.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "api/price_writes.h"
#include "base/canonical.h"
#include "base/sha256.h"
#include "base/time.h"
#include "engine/errors.h"
#include "pricing/errors.h"
#include "pricing/record.h"
#include "pricing/sku_book.h"

namespace fairpoint::api {
namespace {

constexpr size_t kListingsAtOnce = 1'000;

std::array<uint8_t, 16> HashOf(std::string_view listing_id, std::string_view sku) {
  base::CanonicalWriter names(160);
  names.Bytes(listing_id).Bytes(sku);
  const base::Hash hash = base::Sha256(names.bytes());
  std::array<uint8_t, 16> half{};
  std::copy_n(hash.begin(), half.size(), half.begin());
  return half;
}

// Of the listing's facts, the highest number up to `most`; 0: it has none.
int64_t HighestUpTo(int64_t most, const pricing::SkuBook& book, const pricing::Listing& listing) {
  int64_t highest = 0;
  for (const pricing::Series& series : book.SeriesOf(listing)) {
    for (const pricing::LiveFact& fact : book.FactsOf(series))
      if (fact.source_seq <= most) highest = std::max(highest, fact.source_seq);
  }
  return highest;
}

// Keeps itself while something is under way: a page of the channel's listings is read, what it has
// to withdraw is withdrawn, and so on to the end.
class Snapshot : public std::enable_shared_from_this<Snapshot> {
 public:
  Snapshot(Door& door, const Origin& origin, FeedEnd feed, ListingSet named,
           std::function<void(const SnapshotEnd&)> done)
      : door_(door),
        origin_(origin),
        feed_(std::move(feed)),
        named_(std::move(named)),
        done_(std::move(done)) {}

  void ReadPage() {
    door_.reads.Submit(
        [self = shared_from_this()](absl::Status status, engine::ReadSession* session) {
          if (status.ok() && base::SteadyNow() >= self->origin_.deadline)
            status = engine::DeadlinePassed();
          engine::RecordPriceFacts withdrawals;
          if (status.ok()) status = self->Find(*session, withdrawals.facts);
          if (!status.ok()) return self->End(status);
          self->Withdraw(std::move(withdrawals));
        });
  }

 private:
  const base::ProgramId& program_id() const { return feed_.report.program_id; }
  base::Instant taken_at() const { return *feed_.report.complete_as_of; }

  // What is to be withdrawn of the next page.
  absl::Status Find(engine::ReadSession& session, std::vector<engine::FactToRecord>& withdrawals) {
    std::vector<pricing::ListingPlace> places;
    if (absl::Status read = session.ScanListings({program_id(), feed_.report.channel_id}, after_,
                                                 kListingsAtOnce, places);
        !read.ok())
      return read;
    at_end_ = places.size() < kListingsAtOnce;
    if (!places.empty()) after_ = {places.back().listing_id, places.back().sku};
    std::erase_if(places, [this](const pricing::ListingPlace& place) {
      return named_.Has(place.listing_id, place.sku);
    });
    std::map<std::string, pricing::SkuBook> books;
    if (absl::Status read = LoadBooks(session, places, books); !read.ok()) return read;
    std::map<engine::SkuSeq, base::Instant> recorded;
    if (absl::Status read = LoadScheduled(session, places, books, recorded); !read.ok())
      return read;
    const Recorder by{program_id(), feed_.report.source, feed_.report.actor};
    for (const pricing::ListingPlace& place : places) {
      const int64_t number = NumberOf(place, books[place.sku], recorded);
      if (number == 0) continue;
      engine::FactToRecord withdrawal =
          WithdrawalOf(place.channel_id, place.listing_id, place.sku, number, taken_at(), by);
      withdrawal.of_snapshot = feed_.source_seq == 0;
      withdrawals.push_back(std::move(withdrawal));
    }
    return absl::OkStatus();
  }

  absl::Status LoadBooks(engine::ReadSession& session,
                         const std::vector<pricing::ListingPlace>& places,
                         std::map<std::string, pricing::SkuBook>& books) const {
    std::set<engine::SkuName> skus;
    for (const pricing::ListingPlace& place : places) skus.insert({program_id(), place.sku});
    std::vector<pricing::PriceHead> heads;
    if (absl::Status read = session.LoadPriceHeads(engine::Listed(skus), heads); !read.ok())
      return read;
    for (const pricing::PriceHead& head : heads) {
      if (!pricing::SkuBook::Decode(head.book, books[head.sku])) return engine::StoredDataBroken();
    }
    return absl::OkStatus();
  }

  // When facts were recorded that begin after the snapshot was taken.
  absl::Status LoadScheduled(engine::ReadSession& session,
                             const std::vector<pricing::ListingPlace>& places,
                             std::map<std::string, pricing::SkuBook>& books,
                             std::map<engine::SkuSeq, base::Instant>& recorded) const {
    std::set<engine::SkuSeq> names;
    for (const pricing::ListingPlace& place : places) {
      const pricing::SkuBook& book = books[place.sku];
      const pricing::Listing* const listing = book.FindListing(place.channel_id, place.listing_id);
      if (listing == nullptr || feed_.source_seq > 0) continue;
      const auto ask = [&](const pricing::LiveFact& fact) {
        names.insert({{program_id(), place.sku}, fact.head_seq});
        return taken_at();
      };
      NumberKnownAt(book, *listing, taken_at(), ask);
    }
    if (names.empty()) return absl::OkStatus();
    std::vector<pricing::PriceFact> found;
    if (absl::Status read = session.LoadFactsBySeq(engine::Listed(names), found); !read.ok())
      return read;
    for (const pricing::PriceFact& fact : found)
      recorded[{{program_id(), fact.sku}, fact.head_seq}] = fact.recorded_at;
    return absl::OkStatus();
  }

  // By which number a listing is to be withdrawn; 0: no fact of it may count any more of those that
  // the snapshot speaks of.
  int64_t NumberOf(const pricing::ListingPlace& place, const pricing::SkuBook& book,
                   const std::map<engine::SkuSeq, base::Instant>& recorded) const {
    const pricing::Listing* const listing = book.FindListing(place.channel_id, place.listing_id);
    if (listing == nullptr) return 0;
    const auto recorded_at = [&](const pricing::LiveFact& fact) {
      const auto at = recorded.find({{program_id(), place.sku}, fact.head_seq});
      return at == recorded.end() ? pricing::kNever : at->second;
    };
    const int64_t highest = feed_.source_seq > 0
                                ? HighestUpTo(feed_.source_seq, book, *listing)
                                : NumberKnownAt(book, *listing, taken_at(), recorded_at);
    if (pricing::WithdrawnFrom(book.WithdrawalsOf(*listing), highest) <= taken_at()) return 0;
    return feed_.source_seq > 0 && highest > 0 ? feed_.source_seq : highest;
  }

  void Withdraw(engine::RecordPriceFacts withdrawals) {
    if (withdrawals.facts.empty()) return at_end_ ? Report() : ReadPage();
    withdrawals.feed = feed_.report;
    withdrawals.part = engine::FeedPart::kWithdrawals;
    door_.engine.Submit(FactsCommand(program_id(), std::move(withdrawals), origin_),
                        [self = shared_from_this()](const absl::StatusOr<engine::Answer>& answer) {
                          if (!self->Take(answer)) return;
                          self->at_end_ ? self->Report() : self->ReadPage();
                        });
  }

  // Whether it goes on; else it has ended.
  bool Take(const absl::StatusOr<engine::Answer>& answer) {
    if (!answer.ok()) {
      End(answer.status());
      return false;
    }
    end_.known = answer->prices->feed_known;
    absl::Status status = answer->prices->feed;
    for (const engine::RecordedItem& item : answer->prices->items) {
      if (item.state == engine::RecordedItem::State::kRecorded) ++end_.withdrawn;
      status.Update(item.refused);
    }
    if (status.ok() && !end_.known) return true;
    End(status);
    return false;
  }

  void Report() {
    engine::RecordPriceFacts record{
        .facts = {}, .feed = feed_.report, .part = engine::FeedPart::kSnapshot};
    door_.engine.Submit(FactsCommand(program_id(), std::move(record), origin_),
                        [self = shared_from_this()](const absl::StatusOr<engine::Answer>& answer) {
                          if (self->Take(answer)) self->End(absl::OkStatus());
                        });
  }

  void End(const absl::Status& status) {
    end_.status = status;
    done_(end_);
  }

  Door& door_;
  const Origin origin_;
  const FeedEnd feed_;
  const ListingSet named_;
  const std::function<void(const SnapshotEnd&)> done_;
  std::optional<engine::ListedSku> after_;
  bool at_end_ = false;
  SnapshotEnd end_;
};

}  // namespace

void ListingSet::Add(std::string_view listing_id, std::string_view sku) {
  hashes_.insert(HashOf(listing_id, sku));
}

bool ListingSet::Has(std::string_view listing_id, std::string_view sku) const {
  return hashes_.contains(HashOf(listing_id, sku));
}

void FeedsHeard::Name(const std::vector<engine::FactToRecord>& facts) {
  const std::lock_guard lock(mutex_);
  for (const engine::FactToRecord& one : facts) {
    if (!one.refused.ok()) continue;
    feeds_[{one.fact.program_id, one.fact.channel_id}].named.Add(one.fact.listing_id, one.fact.sku);
  }
}

void FeedsHeard::HearRefusal() {
  const std::lock_guard lock(mutex_);
  ++refusals_;
}

std::optional<ListingSet> FeedsHeard::End(const FeedEnd& feed) {
  const std::lock_guard lock(mutex_);
  Feed& heard = feeds_[{feed.report.program_id, feed.report.channel_id}];
  const bool is_whole =
      refusals_ == (feed.is_snapshot ? heard.refusals_of_snapshot : heard.refusals_told);
  heard.refusals_told = refusals_;
  if (!feed.is_snapshot) return is_whole ? std::optional<ListingSet>(std::in_place) : std::nullopt;
  heard.refusals_of_snapshot = refusals_;
  ListingSet named = std::exchange(heard.named, {});
  return is_whole ? std::optional(std::move(named)) : std::nullopt;
}

int64_t NumberKnownAt(const pricing::SkuBook& book, const pricing::Listing& listing,
                      base::Instant taken_at,
                      const std::function<base::Instant(const pricing::LiveFact&)>& recorded_at) {
  int64_t number = 0;
  for (const pricing::Series& series : book.SeriesOf(listing)) {
    for (const pricing::LiveFact& fact : book.FactsOf(series)) {
      const bool is_known =
          fact.from <= taken_at || (fact.scheduled && recorded_at(fact) <= taken_at);
      if (is_known) number = std::max(number, fact.source_seq);
    }
  }
  return number;
}

void EndSnapshot(Door& door, const Origin& origin, FeedEnd feed, ListingSet named,
                 std::function<void(const SnapshotEnd&)> done) {
  if (named.empty() && !feed.may_be_empty) {
    SnapshotEnd refused;
    refused.status = pricing::SnapshotEmpty("feed.snapshot", feed.report.channel_id);
    return done(refused);
  }
  std::make_shared<Snapshot>(door, origin, std::move(feed), std::move(named), std::move(done))
      ->ReadPage();
}

}  // namespace fairpoint::api
