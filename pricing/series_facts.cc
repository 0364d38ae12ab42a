#include "pricing/series_facts.h"

#include "pricing/rules.h"

namespace fairpoint::pricing {
namespace {

// Whether what the fact outnumbers, and ends no later, cannot count any more, at `now` or within
// the time looked back at.
bool Replaces(const LiveFact& fact, base::Instant now) {
  const int64_t kept_for = fact.scheduled ? kLookBackMicros : kClockToleranceMaxMicros;
  return std::max(fact.from, fact.held_until).micros <= now.micros - kept_for;
}

// Asked of each of a series' facts in turn.
class IsNeedless {
 public:
  IsNeedless(std::span<const Withdrawal> withdrawals, base::Instant now)
      : withdrawals_(withdrawals), now_(now), bound_{now.micros - kLookBackMicros} {}

  bool operator()(const LiveFact& fact) {
    if (fact.until <= bound_ || fact.until <= replaced_until_ ||
        WithdrawnFrom(withdrawals_, fact.source_seq) <= bound_)
      return true;
    if (Replaces(fact, now_)) replaced_until_ = std::max(replaced_until_, fact.until);
    return false;
  }

 private:
  std::span<const Withdrawal> withdrawals_;
  base::Instant now_, bound_;
  base::Instant replaced_until_{INT64_MIN};  // by those that are not needless
};

size_t NeededOf(std::span<const Withdrawal> withdrawals, base::Instant now) {
  const base::Instant bound{now.micros - kLookBackMicros};
  const auto highest = std::ranges::find_if(
      withdrawals, [bound](const Withdrawal& each) { return each.from <= bound; });
  const size_t before = static_cast<size_t>(highest - withdrawals.begin());
  return std::min(before + 1, withdrawals.size());
}

}  // namespace

LiveFact LiveOf(const PriceFact& fact) {
  return {.head_seq = fact.head_seq,
          .source_seq = fact.source_seq,
          .from = fact.window.from,
          .until = fact.window.until.value_or(kNever),
          .held_until = fact.held_until.value_or(kNotHeld),
          .amount = fact.amount,
          .platform_subsidy = fact.platform_subsidy,
          .shipping = fact.shipping,
          .pack = static_cast<int32_t>(fact.pack),
          .tax_ppm = static_cast<int32_t>(fact.tax_ppm),
          .condition = fact.condition,
          .third_party = fact.third_party,
          .scheduled = fact.window.from > fact.recorded_at};
}

void Insert(const LiveFact& fact, std::vector<LiveFact>& facts) {
  const auto place = std::lower_bound(
      facts.begin(), facts.end(), fact.source_seq,
      [](const LiveFact& each, int64_t source_seq) { return each.source_seq > source_seq; });
  if (place == facts.end() || place->source_seq != fact.source_seq) facts.insert(place, fact);
}

bool HasNeedless(std::span<const LiveFact> facts, std::span<const Withdrawal> withdrawals,
                 base::Instant now) {
  IsNeedless is_needless(withdrawals, now);
  for (const LiveFact& fact : facts)
    if (is_needless(fact)) return true;
  return false;
}

void LeaveOutNeedless(std::vector<LiveFact>& facts, std::span<const Withdrawal> withdrawals,
                      base::Instant now) {
  IsNeedless is_needless(withdrawals, now);
  std::erase_if(facts, [&](const LiveFact& fact) { return is_needless(fact); });
}

bool HasNeedless(std::span<const Withdrawal> withdrawals, base::Instant now) {
  return NeededOf(withdrawals, now) < withdrawals.size();
}

void LeaveOutNeedless(std::vector<Withdrawal>& withdrawals, base::Instant now) {
  withdrawals.resize(NeededOf(withdrawals, now));
}

void LeastUnitPrice::See(std::span<const LiveFact> facts, std::span<const Withdrawal> withdrawals) {
  const auto fact = std::ranges::find_if(facts, [&](const LiveFact& each) {
    return !IsHeld(each, at_) && each.from <= at_ && at_ < each.until;
  });
  if (fact == facts.end() || !IsCompared(*fact)) return;
  if (WithdrawnFrom(withdrawals, fact->source_seq) <= at_) return;
  const UnitPrice price{PaidOf(fact->amount, fact->tax_ppm, fact->platform_subsidy, false),
                        fact->pack};
  if (!least_ || price < *least_) least_ = price;
}

bool IsTurn(const std::optional<UnitPrice>& before, const std::optional<UnitPrice>& after,
            const std::optional<UnitPrice>& elsewhere) {
  return elsewhere && after && *after < *elsewhere && !(before && *before < *elsewhere);
}

}  // namespace fairpoint::pricing
