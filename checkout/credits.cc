#include "checkout/credits.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "checkout/look_ahead.h"
#include "pricing/facts_deciding.h"

namespace fairpoint::checkout {
namespace {

// As far as the line's goods were kept; what was credited stays paid.
pricing::KeptLine KeptOf(const OrderLine& line, const pricing::SkuBook& history) {
  return {.sku = line.sku,
          .units = line.quantity - line.units_returned,
          .amount = line.amount - line.amount_returned,
          .history = &history};
}

}  // namespace

CreditChanges PlanCredits(const pricing::ProtectedOrder& order, const pricing::Evidence& basket,
                          const OrderBook& book, const PriceHistory& history,
                          const Program& program, const std::string& actor, base::Instant now) {
  CreditChanges changes{.credits = {}, .lines = {}, .order = order};
  changes.order.checked_at = now;
  changes.order.due_at = NextLook(order, history, now);
  const std::vector<const OrderLine*> lines = book.LinesOf(order.order_id);
  const base::Instant until = std::min(now, order.protected_until);

  std::map<std::string_view, pricing::SkuBook> histories;
  std::vector<pricing::KeptLine> kept;
  for (const OrderLine* const line : lines) {
    const auto facts = history.facts.find(line->sku);
    if (facts != history.facts.end() && !histories.contains(line->sku)) {
      histories.emplace(
          line->sku, pricing::SkuBook::OfHistory(
                         pricing::FactsDeciding(facts->second, order.placed_at, until, now), {}));
    }
    kept.push_back(KeptOf(*line, histories[line->sku]));
  }
  const std::vector<pricing::Fall> falls =
      pricing::FallsWithin(program.prices, history.channels, basket.body.shopper, kept,
                           /*shipping=*/0, order.placed_at, until);
  for (size_t i = 0; i < lines.size(); ++i) {
    const int64_t owed = falls[i].amount - lines[i]->credited;
    if (owed <= 0) continue;
    pricing::PriceCredit credit{.program_id = order.program_id,
                                .order_id = order.order_id,
                                .credit_seq = ++changes.order.credit_count,
                                .line_number = lines[i]->line_number,
                                .member_id = order.member_id,
                                .units = kept[i].units,
                                .amount = owed,
                                .currency = program.currency,
                                .sku = lines[i]->sku,
                                .channel_id = falls[i].channel_id,
                                .fact_seq = falls[i].fact_seq,
                                .fell_at = falls[i].at,
                                .actor = actor,
                                .recorded_at = now};
    credit.hash = HashOf(credit);
    changes.credits.push_back(std::move(credit));
    changes.lines.push_back(*lines[i]);
    changes.lines.back().credited += owed;
  }
  return changes;
}

std::optional<base::Instant> NextLook(const pricing::ProtectedOrder& order,
                                      const PriceHistory& history, base::Instant now) {
  LookAhead ahead(now, order.protected_until);
  for (const auto& [sku, facts] : history.facts) {
    for (const pricing::PriceFact& fact : facts) ahead.Take(fact);
  }
  for (const auto& [channel_id, book] : history.channels) ahead.Take(book);
  return ahead.next();
}

}  // namespace fairpoint::checkout
