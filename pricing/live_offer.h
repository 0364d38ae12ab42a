// Offers as books keep them: each as its highest revision has it once that has begun, and as the
// one before had it until then.
#ifndef FAIRPOINT_PRICING_LIVE_OFFER_H_
#define FAIRPOINT_PRICING_LIVE_OFFER_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/canonical.h"
#include "base/time.h"
#include "pricing/ended_numbers.h"
#include "pricing/offer.h"

namespace fairpoint::pricing {

// An offer as it stands, and may still hold at some instant.
struct LiveOffer {
  int64_t head_seq = 0;
  int64_t revision = 0;
  std::string channel_id, offer_id;
  bool sold_out = false;  // it holds for nobody, but tells why
  OfferKind kind = OfferKind::kList;
  OfferAudience audience;
  bool introductory = false;
  int64_t amount = 0, per_units = 1, off_bp = 0, floor_amount = 0;
  Scope scope;
  base::Instant from, until = kNever;
  std::string scene, session_id;
  int64_t stock = 0;
  int64_t gone_up_to = 0;  // the highest of the lower revisions that withdrew it, or ended long ago
  friend bool operator==(const LiveOffer&, const LiveOffer&) = default;
};
LiveOffer LiveOf(const Offer& offer);

// Every offer is in one of the two.
struct KeptOffers {
  // Ascending by channel, id and revision. Of an offer no two hold at one instant, the highest
  // revision holds last.
  std::vector<LiveOffer> live;
  EndedNumbers ended;  // the revisions of those that are withdrawn, or ended long ago
  friend bool operator==(const KeptOffers&, const KeptOffers&) = default;
};

// Takes a revision, in any order: it replaces lower ones from its beginning on, and ends where a
// higher one begins.
void Take(const Offer& offer, KeptOffers& offers);
// Of what ended at or before `bound` only the revision stays.
void LeaveOutEnded(base::Instant bound, KeptOffers& offers);
// The highest that was taken; 0: none.
int64_t RevisionOf(std::string_view channel_id, std::string_view offer_id,
                   const KeptOffers& offers);

// All revisions, each over the time in which it was the highest that was recorded and had begun:
// ascending by channel, id and revision.
std::vector<LiveOffer> HistoryOf(std::span<const Offer> offers);

// Appends the instants at which one begins or ends.
void AppendInstants(std::span<const LiveOffer> offers, std::vector<base::Instant>& instants);

// Those in (after, until], ascending, without repeats; kNever is none.
std::vector<base::Instant> Within(std::vector<base::Instant> instants, base::Instant after,
                                  base::Instant until);
// The first after `after`; kNever: none.
base::Instant FirstAfter(std::span<const base::Instant> instants, base::Instant after);

void Write(base::CanonicalWriter& out, const KeptOffers& offers);
// False for what Write does not write.
bool Read(base::CanonicalReader& in, KeptOffers& offers);

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_LIVE_OFFER_H_
