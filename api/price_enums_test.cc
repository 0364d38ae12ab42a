// The numbers of pricing's enumerations are the proto's: they are cast.
#include <gtest/gtest.h>

#include "fairpoint/v1/pricing_service.pb.h"
#include "pricing/alerts.h"
#include "pricing/basket.h"
#include "pricing/evidence.h"
#include "pricing/market.h"
#include "pricing/protection.h"

namespace fairpoint::api {
namespace {

template <class Proto, class Ours>
void ExpectSame(Proto proto, Ours ours) {
  EXPECT_EQ(static_cast<int>(proto), static_cast<int>(ours));
}

TEST(PriceEnums, Obstacles) {
  ExpectSame(v1::Obstacle_MAX, pricing::Obstacle::kOfferSoldOut);
  ExpectSame(v1::SKU_UNKNOWN, pricing::Obstacle::kSkuUnknown);
  ExpectSame(v1::NO_OFFER, pricing::Obstacle::kNoOffer);
  ExpectSame(v1::MEMBERS_ONLY, pricing::Obstacle::kMembersOnly);
  ExpectSame(v1::CHANNEL_NEVER_FED, pricing::Obstacle::kChannelNeverFed);
  ExpectSame(v1::CHANNEL_STALE, pricing::Obstacle::kChannelStale);
  ExpectSame(v1::BELOW_MARGIN_FLOOR, pricing::Obstacle::kBelowMarginFloor);
  ExpectSame(v1::SHIPPING_ABOVE_CAP, pricing::Obstacle::kShippingAboveCap);
  ExpectSame(v1::SOLD_OUT, pricing::Obstacle::kOfferSoldOut);
}

TEST(PriceEnums, Freshness) {
  ExpectSame(v1::ChannelComparison::FRESH, pricing::Freshness::kFresh);
  ExpectSame(v1::ChannelComparison::STALE, pricing::Freshness::kStale);
  ExpectSame(v1::ChannelComparison::NEVER_FED, pricing::Freshness::kNeverFed);
}

TEST(PriceEnums, Evidence) {
  ExpectSame(v1::PriceEvidence::QUOTE, pricing::EvidenceKind::kQuote);
  ExpectSame(v1::PriceEvidence::BASKET, pricing::EvidenceKind::kBasket);
}

TEST(PriceEnums, Alerts) {
  ExpectSame(v1::ParityAlert::PRIVATE_ABOVE_CAP, pricing::AlertKind::kPrivateAboveCap);
  ExpectSame(v1::ParityAlert::INFEASIBLE_SCHEDULE, pricing::AlertKind::kInfeasibleSchedule);
  ExpectSame(v1::ParityAlert::STALE_FEED, pricing::AlertKind::kStaleFeed);
  ExpectSame(v1::ParityAlert::HELD_FACT, pricing::AlertKind::kHeldFact);
  ExpectSame(v1::ParityAlert::UNDERCUTTING, pricing::AlertKind::kUndercutting);
  ExpectSame(v1::ParityAlert::NEVER_FED_CHANNEL, pricing::AlertKind::kNeverFed);
}

TEST(PriceEnums, Credits) {
  ExpectSame(v1::PriceCredit::DUE, pricing::CreditState::kDue);
  ExpectSame(v1::PriceCredit::PAID, pricing::CreditState::kPaid);
  ExpectSame(v1::PriceCredit::FAILED, pricing::CreditState::kFailed);
}

}  // namespace
}  // namespace fairpoint::api
