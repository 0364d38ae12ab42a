#include "pricing/cap.h"
#include "pricing/record_row.h"

namespace fairpoint::pricing {
namespace {

absl::Status CheckChannel(const Offer& offer, const Rules& rules) {
  const Channel* channel = FindChannel(rules, offer.channel_id);
  if (channel == nullptr) return ChannelUnknown("channel_id", offer.channel_id);
  const bool for_members = offer.withdrawn || offer.audience.kind != OfferAudienceKind::kEveryone;
  if (MakesPrices(*channel, for_members)) return absl::OkStatus();
  if (MakesPrices(*channel, true)) return MembersAlone("channel_id", offer.channel_id);
  return ChannelRoleWrong("channel_id", offer.channel_id, "PRIVATE");
}

std::string ListingOf(const SkuBook& book, int64_t fact_seq) {
  for (const Series& series : book.series())
    for (const LiveFact& fact : book.FactsOf(series))
      if (fact.head_seq == fact_seq)
        return std::string(book.TextAt(book.listings()[series.listing].listing_id));
  return {};
}

// Refuses an amount above the cap, or lowers it.
absl::Status KeepToCap(OnAboveCap on_above_cap, const SkuBook& book, const Market& market,
                       Offer& row) {
  const std::optional<LineReference> cap =
      CapOf(market, LeastUserOf(LiveOf(row), *market.rules), book, row.per_units);
  if (!cap || row.amount <= cap->amount) return absl::OkStatus();
  if (on_above_cap == OnAboveCap::kRefuse || cap->amount == 0)
    return PriceAboveCap(row.amount, cap->amount, row.per_units,
                         market.references[cap->channel].channel->channel_id,
                         ListingOf(book, cap->head_seq), cap->at);
  row.amount = cap->amount;
  return absl::OkStatus();
}

}  // namespace

bool IsSurelyNew(const Offer& offer, const SkuBook& book, const ChannelBook& channel) {
  return offer.revision > (offer.sku.empty() ? channel.RevisionOf(offer.channel_id, offer.offer_id)
                                             : book.RevisionOf(offer.channel_id, offer.offer_id));
}

absl::StatusOr<Recorded<Offer>> Record(const Offer& offer, OnAboveCap on_above_cap,
                                       const Offer* same, const SkuBook& book,
                                       const ChannelBook& channel, const Market* market,
                                       const Rules& rules, base::Instant now) {
  if (same != nullptr) return Repeated(offer, *same, "revision", offer.revision);
  if (absl::Status status = CheckChannel(offer, rules); !status.ok()) return status;
  const int64_t version = offer.sku.empty() ? channel.version() : book.version();
  Offer row = RowAt(offer, version + 1, now);
  row.asked_amount = row.amount;
  if (row.withdrawn) return Recorded<Offer>{std::move(row), 0};
  if (absl::Status status = CheckTerms(row, rules); !status.ok()) return status;
  if (offer.sku.empty() ? IsFull(channel) : IsFull(book))
    return offer.sku.empty() ? BookFull("channel_id", row.channel_id) : BookFull("sku", row.sku);
  const bool may_hold = !row.window.until || *row.window.until > now;
  if (row.amount > 0 && market != nullptr && may_hold) {
    if (absl::Status status = KeepToCap(on_above_cap, book, *market, row); !status.ok())
      return status;
  }
  return Recorded<Offer>{std::move(row), 0};
}

}  // namespace fairpoint::pricing
