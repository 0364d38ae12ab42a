// Whether rows of prices have numbers with which something can be computed.
#ifndef FAIRPOINT_AUDIT_PRICE_NUMBERS_H_
#define FAIRPOINT_AUDIT_PRICE_NUMBERS_H_

#include "audit/numbers.h"
#include "pricing/evidence.h"
#include "pricing/fact.h"
#include "pricing/offer.h"
#include "pricing/promotion.h"

namespace fairpoint::audit {

// False: something is out of the range that any row can have; said.
bool CheckNumbers(const pricing::PriceFact& row, const Numbers::Say& say);
bool CheckNumbers(const pricing::Offer& row, const Numbers::Say& say);
bool CheckNumbers(const pricing::ChannelPromotion& row, const Numbers::Say& say);
bool CheckNumbers(const pricing::FeedReport& row, const Numbers::Say& say);
bool CheckNumbers(const pricing::Evidence& row, const Numbers::Say& say);

// Says nothing: what is wrong is said where the row itself is looked at.
template <class Row>
bool HasSoundNumbers(const Row& row) {
  return CheckNumbers(row, [](const auto&...) {});
}

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PRICE_NUMBERS_H_
