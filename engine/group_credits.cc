// Price protection in a group: what is owed for an order, and what became of it.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "checkout/errors.h"
#include "engine/errors.h"
#include "engine/group.h"
#include "ledger/errors.h"
#include "pricing/errors.h"

namespace fairpoint::engine {
namespace {

// The order whose credits the command makes or settles.
std::optional<OrderName> CreditedBy(const Command& command) {
  if (const auto* credit = OperationAs<CreditOrder>(command))
    return OrderName{command.program_id, credit->order_id};
  if (const auto* mark = OperationAs<MarkPriceCredit>(command))
    return OrderName{command.program_id, mark->order_id};
  return std::nullopt;
}

}  // namespace

absl::Status Group::LoadCredits() {
  credits_ = {};
  std::set<OrderName> looked_at, marked;
  for (const Task& task : running_.tasks) {
    const std::optional<OrderName> order = CreditedBy(task.command);
    if (!order) continue;
    (OperationAs<CreditOrder>(task.command) != nullptr ? looked_at : marked).insert(*order);
  }
  if (!marked.empty()) {
    if (const absl::Status status = session_->LoadPriceCredits(Listed(marked), credits_.credits);
        !status.ok())
      return status;
    if (const absl::Status status =
            session_->LoadCreditSettlements(Listed(marked), credits_.settlements);
        !status.ok())
      return status;
  }
  if (looked_at.empty()) return absl::OkStatus();
  if (const absl::Status status = session_->LoadProtectedOrders(Listed(looked_at), credits_.orders);
      !status.ok())
    return status;
  if (const absl::Status status =
          session_->FindEvidenceOfOrders(Listed(looked_at), credits_.baskets);
      !status.ok())
    return status;
  return LoadHistories();
}

absl::Status Group::LoadHistories() {
  std::set<SkuName> skus;
  std::set<ChannelName> channels;
  for (const pricing::Evidence& basket : credits_.baskets) {
    for (const pricing::EvidenceLine& line : basket.body.lines)
      skus.insert({basket.program_id, line.sku});
    for (const pricing::EvidenceReference& reference : basket.body.references)
      channels.insert({basket.program_id, reference.channel_id});
  }
  std::vector<pricing::PriceFact> facts;
  if (const absl::Status status = session_->LoadFactsOf(Listed(skus), facts); !status.ok())
    return status;
  for (pricing::PriceFact& fact : facts)
    credits_.histories[fact.program_id].facts[fact.sku].push_back(std::move(fact));
  for (const ChannelName& name : channels) {
    std::vector<pricing::ChannelPromotion> promotions;
    if (const absl::Status status = session_->LoadPromotionsOf(std::span(&name, 1), promotions);
        !status.ok())
      return status;
    credits_.histories[name.program_id].channels.insert_or_assign(
        name.channel_id,
        pricing::ChannelBook::OfHistory({.promotions = promotions, .reports = {}, .offers = {}}));
  }
  return absl::OkStatus();
}

absl::StatusOr<Answer> Group::PlanCredits(const Task& task) {
  const OrderName name = *CreditedBy(task.command);
  const auto is_named = [&name](const auto& row) {
    return row.program_id == name.program_id && row.order_id == name.order_id;
  };
  const auto order = std::ranges::find_if(credits_.orders, is_named);
  const auto basket = std::ranges::find_if(credits_.baskets, is_named);
  Answer answer;
  if (order == credits_.orders.end()) return answer;
  const ProgramCache::Version program = programs_.InForce(name.program_id, order->placed_at);
  if (basket == credits_.baskets.end() || program == nullptr) return StoredDataBroken();
  checkout::CreditChanges changes = checkout::PlanCredits(
      *order, *basket, working_.OrdersOf(name.program_id), credits_.histories[name.program_id],
      *program, task.command.posting.actor, lane_lock_.now);
  auto told = std::make_shared<PriceAnswer>();
  told->credits = changes.credits;
  answer.prices = std::move(told);
  *order = changes.order;  // for others of this group
  PriceWriteSet rows;
  rows.credits = std::move(changes.credits);
  rows.protected_orders.push_back(std::move(changes.order));
  working_.prices.Take(std::move(rows));
  checkout::Changes lines;
  lines.lines = std::move(changes.lines);
  working_.Take(std::move(lines));
  return answer;
}

absl::StatusOr<Answer> Group::PlanMark(const Task& task) {
  const auto& mark = *OperationAs<MarkPriceCredit>(task.command);
  const base::ProgramId& program_id = task.command.program_id;
  const auto is_marked = [&](const auto& row) {
    return row.program_id == program_id && row.order_id == mark.order_id &&
           row.credit_seq == mark.credit_seq;
  };
  if (std::ranges::none_of(credits_.credits, is_marked))
    return pricing::CreditNotFound(mark.order_id, mark.credit_seq);
  int64_t settlements = 0;
  for (const pricing::CreditSettlement& row : credits_.settlements) {
    if (!is_marked(row)) continue;
    if (row.state == pricing::CreditState::kPaid) return pricing::CreditPaid(row.payment_reference);
    settlements = std::max(settlements, row.settlement_seq);
  }
  pricing::CreditSettlement row{.program_id = program_id,
                                .order_id = mark.order_id,
                                .credit_seq = mark.credit_seq,
                                .settlement_seq = settlements + 1,
                                .state = mark.state,
                                .payment_reference = mark.payment_reference,
                                .reason = mark.reason,
                                .actor = task.command.posting.actor,
                                .request_id = task.command.posting.request_id,
                                .recorded_at = lane_lock_.now};
  row.hash = HashOf(row);
  credits_.settlements.push_back(row);
  PriceWriteSet rows;
  rows.settlements.push_back(row);
  working_.prices.Take(std::move(rows));
  Receipt receipt;
  receipt.outcome = row.settlement_seq;
  KeepReceipt(task.command, {program_id, base::MemberId()}, std::move(receipt));
  return MarkAnswer(mark, program_id, row.settlement_seq);
}

absl::StatusOr<Answer> Group::MarkAnswer(const MarkPriceCredit& mark,
                                         const base::ProgramId& program_id,
                                         int64_t settlement_seq) const {
  const auto is_marked = [&](const auto& row) {
    return row.program_id == program_id && row.order_id == mark.order_id &&
           row.credit_seq == mark.credit_seq;
  };
  const auto credit = std::ranges::find_if(credits_.credits, is_marked);
  const auto settlement =
      std::ranges::find_if(credits_.settlements, [&](const pricing::CreditSettlement& row) {
        return is_marked(row) && row.settlement_seq == settlement_seq;
      });
  if (credit == credits_.credits.end() || settlement == credits_.settlements.end())
    return StoredDataBroken();
  auto told = std::make_shared<PriceAnswer>();
  told->credits.push_back(*credit);
  told->settlement = *settlement;
  Answer answer;
  answer.prices = std::move(told);
  return answer;
}

absl::StatusOr<Answer> Group::PlanCursors(const KeepCursors& keep) {
  PriceWriteSet rows;
  rows.cursors = keep.cursors;
  working_.prices.Take(std::move(rows));
  return Answer();
}

}  // namespace fairpoint::engine
