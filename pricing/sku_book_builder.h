// A SKU's book while rows are added to it: a tree by channel, listing and series, which is
// flattened at the end.
#ifndef FAIRPOINT_PRICING_SKU_BOOK_BUILDER_H_
#define FAIRPOINT_PRICING_SKU_BOOK_BUILDER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/canonical.h"
#include "pricing/series_facts.h"
#include "pricing/sku_book.h"

namespace fairpoint::pricing {

// Thread-compatible.
class SkuBookBuilder {
 public:
  struct SeriesKey {
    Scope scope;
    Audience audience;
    friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
  };
  struct SeriesDraft {
    int64_t source_seq_max = 0;
    std::vector<LiveFact> facts;  // descending by source_seq
  };
  struct ListingDraft {
    std::map<SeriesKey, SeriesDraft> series;
    std::vector<Withdrawal> withdrawals;  // as in the book
  };
  using ChannelDraft = std::map<std::string, ListingDraft, std::less<>>;
  struct TurnDraft {
    std::string channel_id;
    base::Instant at;
  };

  SkuBookBuilder() = default;
  explicit SkuBookBuilder(const SkuBook& book);

  // In the order of their head_seqs.
  void Take(const PriceFact& fact);
  void Take(const Offer& offer);
  // What does not matter any more at the latest recorded_at.
  void LeaveOut();
  // All rows at once, for SkuBook::OfHistory.
  void TakeHistory(std::span<const PriceFact> facts, std::span<const Offer> offers);

  SkuBook Build() const;

  // The book with a price of a series that it has, where that leaves nothing out of other series:
  // what a builder makes of it, but with the tree neither built nor torn down. Most facts of a SKU
  // with thousands of series (a price a store) are such.
  static std::optional<SkuBook> Inserted(const SkuBook& book, const PriceFact& fact);

  // False for what Encode does not write, as far as the bytes themselves tell.
  bool Read(base::CanonicalReader& in);

 private:
  void TakeAny(const PriceFact& fact);
  void TakeConfirmation(const PriceFact& fact);
  // The least that a unit costs in a channel at an instant.
  std::optional<UnitPrice> LeastAt(const ChannelDraft& channel, base::Instant at) const;
  void Saw(int64_t head_seq, base::Instant recorded_at);

  int64_t version_ = 0;
  base::Instant last_recorded_at_{INT64_MIN};
  std::map<std::string, ChannelDraft, std::less<>> channels_;
  KeptOffers offers_;
  std::vector<TurnDraft> turns_;
};

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_SKU_BOOK_BUILDER_H_
