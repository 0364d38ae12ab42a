#include "checkout/basket.h"

#include <string>
#include <utility>

#include "checkout/errors.h"
#include "checkout/look_ahead.h"
#include "checkout/offer_stock.h"
#include "ledger/errors.h"
#include "pricing/errors.h"
#include "pricing/saleable.h"

namespace fairpoint::checkout {
namespace {

std::vector<pricing::BasketLine> LinesToPrice(const pricing::Evidence& quote,
                                              std::span<const pricing::SkuBook* const> books,
                                              bool is_honoured) {
  std::vector<pricing::BasketLine> lines;
  lines.reserve(quote.body.lines.size());
  for (size_t i = 0; i < quote.body.lines.size(); ++i) {
    const pricing::EvidenceLine& line = quote.body.lines[i];
    lines.push_back({.sku = line.sku,
                     .quantity = line.quantity,
                     .book = books[i],
                     .quoted = is_honoured ? line.amount : pricing::kAbsent});
  }
  return lines;
}

// From when on price protection looks at the order by itself.
pricing::ProtectedOrder ProtectionOf(const pricing::Evidence& evidence, int64_t protection_micros,
                                     const BasketPrices& prices) {
  const base::Instant now = evidence.recorded_at;
  const base::Instant until{now.micros + protection_micros};
  LookAhead ahead(now, until);
  for (const pricing::SkuBook* const book : prices.books) {
    if (book != nullptr) ahead.Take(*book);
  }
  for (const pricing::ChannelState& state : prices.market.references) {
    if (state.book != nullptr) ahead.Take(*state.book);
  }
  return {.program_id = evidence.program_id,
          .order_id = evidence.order_id,
          .evidence_id = evidence.evidence_id,
          .member_id = evidence.member_id,
          .placed_at = now,
          .protected_until = until,
          .credit_count = 0,
          .checked_at = std::nullopt,
          .due_at = ahead.next()};
}

Placement PlacementOf(const CommitBasket& commit, const Circumstances& circumstances,
                      const BasketPrices& prices, const pricing::BasketPrice& price) {
  const ledger::Program& program = circumstances.program;
  const pricing::Shopper& shopper = prices.quote.body.shopper;
  Placement placement;
  placement.program_id = program.program_id;
  placement.order_id = commit.order_id;
  placement.currency = program.currency;
  placement.amount = price.total;
  for (size_t i = 0; i < price.lines.size(); ++i) {
    const pricing::EvidenceLine& line = prices.quote.body.lines[i];
    placement.lines.push_back({.sku = line.sku,
                               .quantity = line.quantity,
                               .amount = price.lines[i].amount,
                               .points = {},
                               .discounts = {}});
  }
  placement.source.store_id = shopper.store_id;
  placement.source.channel_id = shopper.channel_id;
  placement.source.scene = shopper.scene;
  placement.source.session_id = shopper.session_id;
  placement.legal_entity = ledger::LegalEntityOf(program, shopper.store_id);
  placement.actor = circumstances.posting.actor;
  placement.request_id = circumstances.posting.request_id;
  placement.program_version = program.version;
  placement.effective_at = circumstances.now;
  placement.recorded_at = circumstances.now;
  return placement;
}

pricing::Evidence EvidenceOf(const CommitBasket& commit, const Circumstances& circumstances,
                             const BasketPrices& prices, std::span<const pricing::BasketLine> lines,
                             const pricing::BasketPrice& price) {
  const pricing::Evidence& quote = prices.quote;
  pricing::Evidence evidence;
  evidence.program_id = quote.program_id;
  evidence.evidence_id = EvidenceIdOf(quote.evidence_id);
  evidence.kind = pricing::EvidenceKind::kBasket;
  evidence.quote_id = quote.evidence_id;
  evidence.order_id = commit.order_id;
  // Who answers for whom the quote names.
  if (circumstances.ledger != nullptr) evidence.member_id = circumstances.ledger->member.member_id;
  evidence.program_version = circumstances.program.version;
  evidence.priced_at = prices.market.now;
  evidence.expires_at = quote.expires_at;
  evidence.total = price.total;
  evidence.body =
      pricing::BodyOf(prices.market, quote.body.shopper, quote.body.shipping, lines, price);
  evidence.actor = circumstances.posting.actor;
  evidence.recorded_at = circumstances.now;
  evidence.hash = HashOf(evidence);
  return evidence;
}

}  // namespace

std::string EvidenceIdOf(const std::string& quote_id) { return quote_id + ".1"; }

absl::StatusOr<BasketChanges> PlanBasket(const CommitBasket& commit,
                                         const Circumstances& circumstances,
                                         const BasketPrices& prices) {
  if (circumstances.book.FindOrder(commit.order_id) != nullptr) return OrderExists(commit.order_id);
  // What a till was not quoted itself.
  const std::string& store_id = circumstances.posting.store_id;
  if (!store_id.empty() && store_id != prices.quote.body.shopper.store_id)
    return pricing::QuoteOfAnother();
  if (circumstances.ledger != nullptr) {
    const ledger::MemberState state = circumstances.ledger->member.state;
    if (state != ledger::MemberState::kActive) return ledger::MemberNotActive(state);
  }
  const bool is_honoured = prices.market.now < prices.quote.expires_at;
  const std::vector<pricing::BasketLine> lines =
      LinesToPrice(prices.quote, prices.books, is_honoured);
  const pricing::EvidenceBody& quoted = prices.quote.body;
  const pricing::BasketPrice price =
      pricing::PriceBasket(prices.market, quoted.shopper, lines, quoted.shipping);
  if (const absl::Status saleable = pricing::CheckSaleable(prices.market, lines, price);
      !saleable.ok())
    return saleable;

  BasketChanges changes;
  if (const absl::Status taken =
          TakeStock(prices, price, circumstances.posting.actor, circumstances.now, changes);
      !taken.ok())
    return taken;
  changes.evidence = EvidenceOf(commit, circumstances, prices, lines, price);
  if (const auto& protection = prices.market.rules->protection_micros)
    changes.protection = ProtectionOf(changes.evidence, *protection, prices);
  Placement& placement =
      changes.order.placement.emplace(PlacementOf(commit, circumstances, prices, price));
  int64_t order_seq = 0;
  if (circumstances.ledger != nullptr) {
    absl::StatusOr<ledger::Changes> settled =
        ledger::Plan(*circumstances.ledger, ledger::Settle{}, circumstances.posting,
                     circumstances.program, nullptr, circumstances.now);
    if (!settled.ok()) return settled.status();
    order_seq = ++settled->member.order_seq;
    placement.member_id = settled->member.member_id;
    changes.order.points = *std::move(settled);
  }
  placement.hash = HashOf(placement);
  changes.order.new_orders.push_back(OrderOf(placement, order_seq));
  changes.order.new_lines = LinesOf(placement, order_seq);
  return changes;
}

}  // namespace fairpoint::checkout
