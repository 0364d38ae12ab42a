// Orders in a group: whose they are, what of them is loaded, and the plans that change them.
#include <algorithm>
#include <set>
#include <utility>

#include "checkout/errors.h"
#include "checkout/plan.h"
#include "engine/errors.h"
#include "engine/group.h"
#include "ledger/errors.h"

namespace fairpoint::engine {
namespace {

std::optional<OrderName> OrderNamed(const Command& command) {
  if (const auto* owner = std::get_if<OrderOwner>(&command.member))
    return OrderName{command.program_id, owner->order_id};
  if (const auto* claim = OperationAs<checkout::ClaimReceipt>(command))
    return OrderName{command.program_id, claim->order_id};
  return std::nullopt;
}

const checkout::ReturnWithoutReceipt* WithoutReceipt(const Command& command) {
  const auto* const order_return = OperationAs<checkout::RecordReturn>(command);
  return order_return == nullptr ? nullptr
                                 : std::get_if<checkout::ReturnWithoutReceipt>(&order_return->from);
}

void AddUnits(int64_t units, int64_t& wanted) {
  if (__builtin_add_overflow(wanted, units, &wanted)) wanted = INT64_MAX;
}

}  // namespace

// ---- whose they are ----

absl::Status Group::ResolveOrders() {
  std::set<OrderName> names;
  for (const Task& task : running_.tasks) {
    if (const std::optional<OrderName> name = OrderNamed(task.command)) names.insert(*name);
  }
  if (names.empty()) return absl::OkStatus();
  std::vector<checkout::Order> found;
  if (const absl::Status status = session_->LoadOrders(Listed(names), found); !status.ok())
    return status;
  for (const checkout::Order& order : found)
    working_.order_owners[{order.program_id, order.order_id}] = order.member_id;
  return absl::OkStatus();
}

absl::Status Group::LockOrders() {
  std::set<OrderName> names;
  for (const Task& task : running_.tasks) {
    if (const std::optional<OrderName> name = OrderNamed(task.command)) names.insert(*name);
  }
  if (names.empty()) return absl::OkStatus();
  std::vector<checkout::Order> found;
  if (const absl::Status status = session_->LockOrders(Listed(names), found); !status.ok())
    return status;
  std::map<OrderName, base::MemberId> owners;
  for (const checkout::Order& order : found)
    owners[{order.program_id, order.order_id}] = order.member_id;
  if (owners != working_.order_owners)
    return absl::AbortedError("an order was recorded or claimed before its member was locked");
  working_.AddOrders(found);
  return absl::OkStatus();
}

std::vector<MemberName> Group::OwnersToBe(const OrderName& name) const {
  std::vector<MemberName> owners;
  for (const Task& task : running_.tasks) {
    const auto* const purchase = OperationAs<checkout::RecordPurchase>(task.command);
    const auto* const claim = OperationAs<checkout::ClaimReceipt>(task.command);
    const auto* const commit = OperationAs<checkout::CommitBasket>(task.command);
    const bool gives = (purchase != nullptr && purchase->order_id == name.order_id) ||
                       (claim != nullptr && claim->order_id == name.order_id) ||
                       (commit != nullptr && commit->order_id == name.order_id);
    if (!gives || task.command.program_id != name.program_id) continue;
    if (const std::optional<MemberName> member = MemberOf(task)) owners.push_back(*member);
  }
  return owners;
}

// ---- loading ----

absl::Status Group::LoadOrders() {
  std::set<OrderName> returns, with_lines, claimed;
  std::set<OrderName> named;
  std::set<MemberSku> skus;
  wanted_units_.clear();
  if (const absl::Status status = LoadMergedFrom(); !status.ok()) return status;
  const std::vector<MemberName> enrolled = EnrolledAlready();
  for (const Task& task : running_.tasks) {
    const Command& command = task.command;
    const auto* const purchase = OperationAs<checkout::RecordPurchase>(command);
    if (purchase != nullptr) named.insert({command.program_id, purchase->order_id});
    if (const auto* commit = OperationAs<checkout::CommitBasket>(command))
      named.insert({command.program_id, commit->order_id});
    const auto* const order_return = OperationAs<checkout::RecordReturn>(command);
    if (order_return != nullptr) returns.insert({command.program_id, order_return->return_id});
    if (working_.receipts.contains({command.program_id, command.posting.request_id})) continue;
    if (const std::optional<OrderName> name = OrderNamed(command)) with_lines.insert(*name);
    if (const auto* claim = OperationAs<checkout::ClaimReceipt>(command))
      claimed.insert({command.program_id, claim->order_id});
    if (const auto* items = WithoutReceipt(command)) {
      for (const MemberName& member : CandidatesOf(task, enrolled)) {
        for (const checkout::ReturnedItem& item : items->items) {
          const MemberSku name{member, item.sku};
          skus.insert(name);
          for (const ledger::Member& source : working_.MergedInto(member))
            skus.insert({{member.program_id, source.member_id}, item.sku});
          AddUnits(item.units, wanted_units_[name]);
        }
      }
    }
  }
  std::vector<checkout::OrderLine> lines;
  if (!skus.empty()) {
    if (const absl::Status status = session_->LoadOpenOrderLines(Listed(skus), lines); !status.ok())
      return status;
    working_.AddOrderLines(lines);
    for (const checkout::OrderLine& line : lines) named.insert({line.program_id, line.order_id});
  }
  if (!with_lines.empty()) {
    if (const absl::Status status = session_->LoadOrderLines(Listed(with_lines), lines);
        !status.ok())
      return status;
    working_.AddOrderLines(lines);
    CountUnitsByOrder();
  }
  if (!claimed.empty()) {
    std::vector<checkout::Placement> placements;
    if (const absl::Status status = session_->LoadPlacements(Listed(claimed), placements);
        !status.ok())
      return status;
    working_.AddPlacements(placements);
  }
  if (!returns.empty()) {
    std::vector<checkout::OrderReturn> found;
    if (const absl::Status status = session_->LoadOrderReturns(Listed(returns), found);
        !status.ok())
      return status;
    working_.AddOrderReturns(found);
  }
  if (const absl::Status status = LoadWantedOrders(named); !status.ok()) return status;
  named.insert(with_lines.begin(), with_lines.end());
  return LoadMoved(named);
}

void Group::CountUnitsByOrder() {
  for (const Task& task : running_.tasks) {
    const Command& command = task.command;
    const auto* const order_return = OperationAs<checkout::RecordReturn>(command);
    const auto* const by_order = order_return == nullptr
                                     ? nullptr
                                     : std::get_if<checkout::ReturnByOrder>(&order_return->from);
    if (by_order == nullptr) continue;
    const checkout::OrderBook& book = working_.OrdersOf(command.program_id);
    for (const checkout::ReturnedLine& asked : by_order->lines) {
      const checkout::OrderLine* const line = book.FindLine(by_order->order_id, asked.line_number);
      if (line == nullptr || !asked.units) continue;
      const MemberName member = MergedTargetOf({line->program_id, line->member_id});
      AddUnits(*asked.units, wanted_units_[{member, line->sku}]);
    }
  }
}

absl::Status Group::LoadWantedOrders(const std::set<OrderName>& names) {
  if (names.empty()) return absl::OkStatus();
  std::vector<checkout::Order> found;
  if (const absl::Status status = session_->LoadOrders(Listed(names), found); !status.ok())
    return status;
  working_.AddOrders(found);
  return absl::OkStatus();
}

std::vector<int64_t> Group::LotsOf(const Task& task, const MemberName& member,
                                   const ledger::Program& program, base::Instant now) {
  const auto* const order_return = OperationAs<checkout::RecordReturn>(task.command);
  if (order_return == nullptr) return {};
  std::map<std::string, int64_t> units;
  if (const auto* items = WithoutReceipt(task.command)) {
    for (const checkout::ReturnedItem& item : items->items)
      units[item.sku] = wanted_units_[{member, item.sku}];
  }
  const base::Instant effective_at = ledger::BusinessTime(task.command.posting, now);
  return checkout::LotsOf(*order_return, member.member_id, working_.OrdersOf(member.program_id),
                          program, effective_at, units);
}

// ---- planning ----

absl::Status Group::CheckNotOfOrder(const ledger::TargetTransaction& target) {
  for (const ledger::Entry& entry : target.entries) {
    if (entry.kind != ledger::EntryKind::kEarn || entry.order_id.empty()) continue;
    const checkout::Order* const order =
        working_.OrdersOf(entry.program_id).FindOrder(entry.order_id);
    if (order != nullptr && order->member_id == entry.member_id && order->earn_seq == entry.seq)
      return checkout::EntryOfOrder(entry.order_id);
  }
  return absl::OkStatus();
}

absl::StatusOr<Answer> Group::PlanOrder(const Task& task) {
  const Command& command = task.command;
  std::optional<MemberName> name = MemberOf(task);
  if (const std::optional<OrderName> named = OrderNamed(command);
      named && std::holds_alternative<OrderOwner>(command.member)) {
    // As it stands: it may have been recorded or claimed by this very group.
    const checkout::Order* const order =
        working_.OrdersOf(named->program_id).FindOrder(named->order_id);
    if (order == nullptr) return checkout::OrderNotFound(named->order_id);
    name = order->member_id.empty()
               ? std::nullopt
               : std::optional(MergedTargetOf({named->program_id, order->member_id}));
  }
  const ledger::Ledger* const ledger = name ? working_.Find(*name) : nullptr;
  const bool may_be_nobodys = std::holds_alternative<Nobody>(command.member) ||
                              std::holds_alternative<OrderOwner>(command.member) ||
                              (std::holds_alternative<QuoteOwner>(command.member) && !name);
  if (ledger == nullptr && !may_be_nobodys) return ledger::MemberNotFound();
  if (ledger == nullptr && name) return StoredDataBroken();

  Answer answer;
  absl::StatusOr<checkout::Changes> changes = PlanOrderChanges(task, ledger, answer);
  if (!changes.ok()) return changes.status();
  Receipt receipt;
  if (changes->points) {
    std::shared_ptr<const PriceAnswer> prices = std::move(answer.prices);
    answer = AnswerOf(*changes->points, receipt);
    answer.prices = std::move(prices);
  }
  if (name) answer.member_id = name->member_id;
  if (changes->placement) answer.points = changes->placement->points;
  if (changes->claim) answer.points = changes->claim->points;
  receipt.outcome = answer.points.value;
  if (changes->order_return) {
    answer.order_return = *changes->order_return;
    answer.deduct_minor_units = changes->order_return->deduct_minor_units;
  }
  working_.Take(*std::move(changes));
  KeepReceipt(command, {command.program_id, answer.member_id}, std::move(receipt));
  return answer;
}

absl::StatusOr<checkout::Changes> Group::PlanOrderChanges(const Task& task,
                                                          const ledger::Ledger* ledger,
                                                          Answer& answer) {
  const Command& command = task.command;
  const base::Instant now = NowOf(ledger);
  ProgramCache::Version program = ProgramOf(command, now);
  // A claim's points are its purchase's.
  if (const auto* claimed = OperationAs<checkout::ClaimReceipt>(command)) {
    const checkout::Placement* const placement =
        working_.FindPlacement({command.program_id, claimed->order_id});
    if (placement != nullptr)
      program = programs_.InForce(command.program_id, placement->effective_at);
  }
  if (program == nullptr)
    return ledger::ProgramNotEffective(command.posting.effective_at.value_or(now));
  checkout::Circumstances circumstances{.ledger = ledger,
                                        .posting = command.posting,
                                        .program = *program,
                                        .book = working_.OrdersOf(command.program_id),
                                        .now = now,
                                        .returns_without_receipt = 0};
  if (const auto* purchase = OperationAs<checkout::RecordPurchase>(command))
    return checkout::PlanPurchase(*purchase, circumstances);
  if (OperationAs<checkout::CommitBasket>(command) != nullptr)
    return PlanCommit(task, circumstances, program->prices, answer);
  if (const auto* order_return = OperationAs<checkout::RecordReturn>(command)) {
    if (ledger != nullptr && checkout::IsCounted(order_return))
      circumstances.returns_without_receipt =
          working_.ReturnsSince({command.program_id, ledger->member.member_id},
                                checkout::CountedSince(command.posting, now));
    if (working_.FindOrderReturn({command.program_id, order_return->return_id}) != nullptr)
      return checkout::ReturnExists(order_return->return_id);
    return checkout::PlanReturn(*order_return, circumstances);
  }
  const auto& claim = *OperationAs<checkout::ClaimReceipt>(command);
  return checkout::PlanClaim(claim, working_.FindPlacement({command.program_id, claim.order_id}),
                             circumstances);
}

}  // namespace fairpoint::engine
