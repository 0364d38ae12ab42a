#include "engine/testing/orders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::engine::testing {
namespace {

constexpr size_t kAll = 1'000'000;
constexpr int kStepsMax = 10'000;

Command OfOrders(std::string_view request_id, const MemberRef& member, std::string_view name,
                 const std::string& of, const checkout::Operation& operation) {
  Command command = Ask(request_id, member, ledger::Settle{});
  command.operation = operation;
  command.posting.order_id = std::string(name);
  command.digest.fields.push_back({4, base::Sha256(name)});
  command.digest.fields.push_back({5, base::Sha256(of)});
  return command;
}

}  // namespace

// ---- commands ----

Command Buy(std::string_view request_id, const MemberRef& member, std::string_view order_id,
            const std::vector<Bought>& lines) {
  checkout::RecordPurchase purchase{
      .order_id = std::string(order_id), .currency = "CNY", .lines = {}, .source = {}};
  std::string of;
  for (const Bought& line : lines) {
    checkout::PlacedLine& placed = purchase.lines.emplace_back();
    placed.sku = line.sku;
    placed.quantity = line.quantity;
    placed.amount = line.amount;
    absl::StrAppend(&of, line.sku, "*", line.quantity, "=", line.amount, " ");
  }
  return OfOrders(request_id, member, order_id, of, purchase);
}

Command ReturnOf(std::string_view request_id, std::string_view return_id, std::string_view order_id,
                 int64_t line_number, int64_t units) {
  checkout::ReturnByOrder by_order{.order_id = std::string(order_id), .lines = {}};
  by_order.lines.push_back({.line_number = line_number, .units = units, .amount = {}});
  const std::string of = absl::StrCat(by_order.order_id, ".", line_number, "*", units);
  return OfOrders(
      request_id, OrderOwner{by_order.order_id}, return_id, of,
      checkout::RecordReturn{
          .return_id = std::string(return_id), .from = by_order, .source = {}, .refund = {}});
}

Command ReturnOfSkus(std::string_view request_id, const MemberRef& member,
                     std::string_view return_id, const std::vector<checkout::ReturnedItem>& items) {
  std::string of;
  for (const checkout::ReturnedItem& item : items) absl::StrAppend(&of, item.sku, "*", item.units);
  return OfOrders(
      request_id, member, return_id, of,
      checkout::RecordReturn{
          .return_id = std::string(return_id),
          .from = checkout::ReturnWithoutReceipt{.items = items, .match = checkout::Match::kLatest},
          .source = {},
          .refund = {}});
}

Command Claim(std::string_view request_id, const MemberRef& member, std::string_view order_id,
              int64_t amount) {
  return OfOrders(
      request_id, member, order_id, absl::StrCat(amount),
      checkout::ClaimReceipt{.order_id = std::string(order_id), .amount = {"CNY", amount}});
}

// ---- what was written ----

Orders ReadOrders(FakeStore& store) {
  Orders all;
  const std::unique_ptr<ReadSession> session = std::move(store.OpenReadSession()).value();
  EXPECT_TRUE(session->BeginSnapshot().ok());
  EXPECT_TRUE(session->ScanPlacements(std::nullopt, kAll, all.placements).ok());
  EXPECT_TRUE(session->ScanOrderReturns(std::nullopt, kAll, all.returns).ok());
  EXPECT_TRUE(session->ScanOrderClaims({}, all.claims).ok());
  EXPECT_TRUE(session->ScanOrders({}, all.orders).ok());
  std::vector<OrderName> names;
  for (const checkout::Order& order : all.orders)
    names.push_back({order.program_id, order.order_id});
  EXPECT_TRUE(session->LoadOrderLines(names, all.lines).ok());
  return all;
}

void ExpectOrdersHold(FakeStore& store) {
  const Orders all = ReadOrders(store);
  std::vector<checkout::Order> orders;
  std::vector<checkout::OrderLine> lines;
  ASSERT_EQ(all.orders.size(), all.placements.size());
  for (size_t i = 0; i < all.placements.size(); ++i) {
    const checkout::Placement& placement = all.placements[i];
    EXPECT_EQ(placement.hash, HashOf(placement));
    checkout::Order& order = orders.emplace_back(OrderOf(placement, all.orders[i].order_seq));
    for (const checkout::OrderClaim& claim : all.claims) {
      EXPECT_EQ(claim.hash, HashOf(claim));
      if (claim.order_id != order.order_id) continue;
      order.member_id = claim.member_id;
      order.earn_seq = claim.earn_seq;
      order.claimed_at = claim.recorded_at;
    }
    std::vector<checkout::OrderLine> own = LinesOf(placement, order.order_seq);
    for (const checkout::OrderReturn& row : all.returns) {
      EXPECT_EQ(row.hash, HashOf(row));
      for (const checkout::OrderTaken& taken : row.taken) {
        if (taken.order_id != order.order_id) continue;
        order.taken += taken.taken;
        order.restored += taken.restored;
        order.deducted += taken.deducted;
      }
      for (const checkout::MatchedReturn& matched : row.matched) {
        if (matched.order_id != order.order_id) continue;
        checkout::OrderLine& line = own.at(static_cast<size_t>(matched.line_number) - 1);
        line.units_returned += matched.units;
        line.amount_returned += matched.amount;
        line.points_returned += matched.points;
        line.is_open = line.units_returned < line.quantity;
      }
    }
    for (checkout::OrderLine& line : own) {
      line.member_id = order.member_id;
      lines.push_back(std::move(line));
    }
  }
  EXPECT_EQ(all.orders, orders);
  EXPECT_EQ(all.lines, lines);
}

// ---- a second group ----

Rival::Rival(World& world)
    : world_(world),
      group_(world.store, world.programs, world.prices, TestKeyring(), world.observer,
             {.owner = "rival"}) {}

void Rival::Start(std::vector<Command> commands) {
  std::vector<Pending> batch;
  for (Command& command : commands) {
    const std::string request_id = command.posting.request_id.value();
    batch.push_back({std::move(command), [this, request_id](absl::StatusOr<Answer> answer) {
                       answers[request_id].push_back(std::move(answer));
                     }});
  }
  group_.Start(std::move(batch));
}

void Rival::StepUntilBlocked() {
  for (int step = 0; step < kStepsMax; ++step) {
    if (group_.Next(world_.now) == Group::Step::kBlocked) return;
  }
  ADD_FAILURE() << "the rival is never blocked";
}

void Rival::Run() {
  for (int step = 0; step < kStepsMax && !group_.idle(); ++step) {
    if (group_.Next(world_.now) == Group::Step::kPause) world_.now += absl::Milliseconds(100);
  }
  EXPECT_TRUE(group_.idle());
}

}  // namespace fairpoint::engine::testing
