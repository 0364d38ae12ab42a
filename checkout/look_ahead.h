// When price protection must look at an order by itself: the next instant, within the protection,
// at which something that is known changes.
#ifndef FAIRPOINT_CHECKOUT_LOOK_AHEAD_H_
#define FAIRPOINT_CHECKOUT_LOOK_AHEAD_H_

#include <optional>

#include "base/time.h"
#include "pricing/channel_book.h"
#include "pricing/fact.h"
#include "pricing/sku_book.h"

namespace fairpoint::checkout {

class LookAhead {
 public:
  // After `now`.
  LookAhead(base::Instant now, base::Instant protected_until)
      : now_(now), protected_until_(protected_until) {}

  void Take(const pricing::PriceFact& fact);
  void Take(const pricing::SkuBook& book);
  void Take(const pricing::ChannelBook& book);

  // Nothing: never.
  std::optional<base::Instant> next() const;

 private:
  void Take(base::Instant from, base::Instant until, base::Instant held_until);
  void Consider(base::Instant at);

  const base::Instant now_;
  const base::Instant protected_until_;
  base::Instant next_ = pricing::kNever;
};

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_LOOK_AHEAD_H_
