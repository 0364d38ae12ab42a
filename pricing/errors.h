// Every refusal of prices, one factory each. Reasons and metadata keys are a contract:
// docs/errors.md lists them. `field` is the path in the message of the thing.
#ifndef FAIRPOINT_PRICING_ERRORS_H_
#define FAIRPOINT_PRICING_ERRORS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/time.h"
#include "pricing/basket.h"

namespace fairpoint::pricing {

// INVALID_ARGUMENT
absl::Status ChannelUnknown(const std::string& field, const std::string& channel_id);
// CHANNEL_ROLE_WRONG of a channel with member_prices, for everyone else.
absl::Status MembersAlone(const std::string& field, const std::string& channel_id);
// `needed`: "REFERENCE", "PRIVATE".
absl::Status ChannelRoleWrong(const std::string& field, const std::string& channel_id,
                              const std::string& needed);
// A store that the programme does not have, or a region without stores. `within`: the message that
// names it.
absl::Status ScopeUnknown(const std::string& within, const Scope& scope);
// By the lines' indices.
absl::Status LinesTooLarge(const std::vector<size_t>& lines);
absl::Status PriceCurrencyMismatch(const std::string& field, const std::string& expected,
                                   const std::string& found);
absl::Status WindowsOverlap(const std::string& field, int64_t source_seq, int64_t other_seq);
// Nothing of the channel was named, and it was not said that nothing is offered there.
absl::Status SnapshotEmpty(const std::string& field, const std::string& channel_id);
absl::Status ClockSkew(const std::string& field, base::Instant at, base::Instant now);

// ALREADY_EXISTS: `differing` are names of fields.
absl::Status SequenceReused(const std::string& field, int64_t sequence,
                            const std::vector<std::string>& differing);

// NOT_FOUND
absl::Status SkuUnknown(const std::string& field, const std::string& sku);
absl::Status FactNotFound(const std::string& sku, int64_t fact_seq);
// `sku`: the listing is there, and does not have it.
absl::Status ListingNotFound(const std::string& channel_id, const std::string& listing_id,
                             const std::string& sku = "");
absl::Status EvidenceNotFound(const std::string& evidence_id);
absl::Status QuoteNotFound(const std::string& quote_id);
absl::Status CreditNotFound(const std::string& order_id, int64_t credit_seq);

// FAILED_PRECONDITION
// An offer of `amount` for `per_units` units where at most `cap` may be asked, on account of the
// listing.
absl::Status PriceAboveCap(int64_t amount, int64_t cap, int64_t per_units,
                           const std::string& channel_id, const std::string& listing_id,
                           base::Instant at);
struct NotSold {
  std::string field;  // "lines[3].sku"; empty: the basket
  std::string sku;
  Obstacle obstacle = Obstacle::kNone;
  std::string channel_id;  // of kChannel*
};
// Requires one at least.
absl::Status BasketNotSaleable(const std::vector<NotSold>& lines);
// A revision whose stock is no more than `sold` of the offer already.
absl::Status StockSold(int64_t stock, int64_t sold);
absl::Status OfferSoldOut(const std::string& offer_id, const std::string& sku, int64_t left);
absl::Status QuoteOfAnother();
// Its own order, which committed it.
absl::Status QuoteCommitted(const std::string& order_id);
// How far a feed is complete is not recorded where one of its facts was refused.
absl::Status FeedIncomplete();
// A snapshot as of `at` of a channel that is known to be complete as of later.
absl::Status SnapshotSuperseded(const std::string& field, base::Instant at,
                                base::Instant complete_as_of);
// A price that is there and was withdrawn.
absl::Status ListingWithdrawn(const std::string& field, const std::string& channel_id,
                              const std::string& listing_id, int64_t source_seq,
                              base::Instant withdrawn_from);
// A book that has kBookBytesMax: of the SKU or channel that `field` names.
absl::Status BookFull(const std::string& field, const std::string& name);
absl::Status CreditPaid(const std::string& payment_reference);

// The name of an obstacle, as metadata and proto have it: "MEMBERS_ONLY".
std::string_view NameOf(Obstacle obstacle);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_ERRORS_H_
