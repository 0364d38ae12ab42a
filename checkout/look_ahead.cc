#include "checkout/look_ahead.h"

#include <algorithm>

namespace fairpoint::checkout {

void LookAhead::Take(const pricing::PriceFact& fact) {
  Take(fact.window.from, fact.window.until.value_or(pricing::kNever),
       fact.held_until.value_or(pricing::kNotHeld));
}

void LookAhead::Take(const pricing::SkuBook& book) {
  for (const pricing::LiveFact& fact : book.facts()) Take(fact.from, fact.until, fact.held_until);
  for (const pricing::Withdrawal& each : book.withdrawals())
    Take(each.from, pricing::kNever, pricing::kNotHeld);
}

void LookAhead::Take(const pricing::ChannelBook& book) {
  const base::Instant at = pricing::NextBreakpoint(book, now_);
  if (at <= protected_until_) Consider(at);
}

void LookAhead::Take(base::Instant from, base::Instant until, base::Instant held_until) {
  if (from > protected_until_) return;
  Consider(from);
  if (until <= protected_until_) Consider(until);
  // Whether it was true is only known then, be the protection over or not.
  Consider(held_until);
}

void LookAhead::Consider(base::Instant at) {
  if (at > now_) next_ = std::min(next_, at);
}

std::optional<base::Instant> LookAhead::next() const {
  if (next_ == pricing::kNever) return std::nullopt;
  return next_;
}

}  // namespace fairpoint::checkout
