#include "pricing/best_offer.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "absl/numeric/int128.h"
#include "pricing/offer.h"

namespace fairpoint::pricing {
namespace {

// floor(one * other / divisor), at most kLineAmountMax.
int64_t MulDiv(int64_t one, int64_t other, int64_t divisor) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(one, other, &product))
    return std::min(product / divisor, kLineAmountMax);
  const absl::int128 quotient = absl::int128(one) * other / divisor;
  return quotient > kLineAmountMax ? kLineAmountMax : static_cast<int64_t>(quotient);
}

std::span<const LiveOffer> OffersIn(std::span<const LiveOffer> offers,
                                    std::string_view channel_id) {
  const auto found = std::ranges::equal_range(
      offers, channel_id, {},
      [](const LiveOffer& offer) -> std::string_view { return offer.channel_id; });
  return {found.begin(), found.end()};
}

// Whether it holds for anybody there.
bool Holds(const LiveOffer& offer, const Market& market, const Shopper& shopper) {
  return offer.from <= market.now && market.now < offer.until && IsMadeTo(offer, shopper);
}

// It never had as many units; how many are left, a commit alone knows.
bool HasTooFew(const LiveOffer& offer, const BasketLine& line) {
  return offer.stock > 0 && line.quantity > offer.stock;
}

template <class Visit>  // (const LiveOffer&, bool is_wide)
void VisitHolding(const Market& market, const Shopper& shopper, const SkuBook& book,
                  const Visit& visit) {
  for (const LiveOffer& offer : OffersIn(book.offers(), shopper.channel_id))
    if (Holds(offer, market, shopper)) visit(offer, false);
  if (market.own == nullptr) return;
  for (const LiveOffer& offer : market.own->offers())
    if (Holds(offer, market, shopper)) visit(offer, true);
}

class Choice {
 public:
  void Take(const LiveOffer& offer, bool is_wide, int64_t amount) {
    const bool has_stock = offer.stock > 0;
    if (best.amount != kAbsent &&
        (amount > best.amount || (amount == best.amount && has_stock >= best.stocked)))
      return;
    best.amount = amount;
    best.offer_seq = offer.head_seq;
    best.is_wide = is_wide;
    best.introductory = offer.introductory;
    best.stocked = has_stock;
  }

  BestOffer best;
};

}  // namespace

bool IsMadeTo(const LiveOffer& offer, const Shopper& shopper) {
  return ScopeIncludes(offer.scope.kind, offer.scope.id, shopper) &&
         (offer.scene.empty() || offer.scene == shopper.scene) &&
         (offer.session_id.empty() || offer.session_id == shopper.session_id);
}

BestOffer BestOfferFor(const Market& market, const Shopper& shopper, int64_t level,
                       const BasketLine& line) {
  Choice choice;
  const Channel* channel = FindChannel(*market.rules, shopper.channel_id);
  if (channel == nullptr) return choice.best;
  const bool is_open = MakesPrices(*channel, shopper.is_member);
  bool has_percent = false;
  VisitHolding(market, shopper, *line.book, [&](const LiveOffer& offer, bool is_wide) {
    if (!is_open || !AudienceIncludes(offer.audience, shopper, level)) {
      choice.best.for_others |= offer.off_bp == 0;
    } else if (offer.sold_out || HasTooFew(offer, line)) {
      choice.best.sold_out = true;
    } else if (offer.off_bp != 0) {
      has_percent = true;
    } else {
      const int64_t amount = MulDiv(line.quantity, offer.amount, offer.per_units);
      choice.Take(offer, is_wide, amount);
      if (offer.kind != OfferKind::kList) return;
      int64_t& list = choice.best.list_amount;
      list = list == kAbsent ? amount : std::min(list, amount);
      choice.best.floor_amount = std::max(
          choice.best.floor_amount, MulDiv(line.quantity, offer.floor_amount, offer.per_units));
    }
  });
  if (!has_percent || choice.best.list_amount == kAbsent) return choice.best;
  VisitHolding(market, shopper, *line.book, [&](const LiveOffer& offer, bool is_wide) {
    if (offer.off_bp != 0 && !offer.sold_out && !HasTooFew(offer, line) &&
        AudienceIncludes(offer.audience, shopper, level))
      choice.Take(offer, is_wide,
                  MulDiv(choice.best.list_amount, kBasisPoints - offer.off_bp, kBasisPoints));
  });
  return choice.best;
}

void AppendLowerLevels(const Market& market, const Shopper& shopper, const BasketLine& line,
                       std::vector<int64_t>& levels) {
  VisitHolding(market, shopper, *line.book, [&](const LiveOffer& offer, bool) {
    if (offer.audience.kind == OfferAudienceKind::kMembers &&
        offer.audience.level < LevelOf(shopper))
      levels.push_back(offer.audience.level);
  });
}

}  // namespace fairpoint::pricing
