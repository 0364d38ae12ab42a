#include "audit/testing/order_story.h"

#include <utility>
#include <vector>

#include "checkout/command.h"

namespace fairpoint::audit {
namespace {

checkout::RecordPurchase Purchase(const char* order_id,
                                  const std::vector<checkout::PlacedLine>& lines) {
  return {.order_id = order_id, .currency = "CNY", .lines = lines, .source = {}};
}

checkout::PlacedLine Line(const char* sku, int64_t quantity, int64_t amount) {
  return {.sku = sku, .quantity = quantity, .amount = amount, .points = {}, .discounts = {}};
}

}  // namespace

OrderStory::OrderStory() : workload_(store_, 7) {
  // At once, unlimited, never expires.
  workload_.Publish(kProgram, 1 + 3 * 4 * 2 * 2);
  member = {kProgram, workload_.Enroll(kProgram)};
  neighbour = {kProgram, workload_.Enroll(kProgram)};
  Do(member.member_id, "O1", Purchase("O1", {Line("tea", 3, 30'000), Line("cup", 1, 5'000)}));
  Do(engine::Nobody{}, "O2", Purchase("O2", {Line("tea", 2, 10'000)}));
  Do(member.member_id, "O2", checkout::ClaimReceipt{.order_id = "O2", .amount = {"CNY", 10'000}});
  checkout::ReturnByOrder by_order{.order_id = "O1", .lines = {}};
  by_order.lines.push_back({.line_number = 1, .units = 1, .amount = {}});
  Do(engine::OrderOwner{"O1"}, "R1",
     checkout::RecordReturn{.return_id = "R1", .from = by_order, .source = {}, .refund = {}});
  const checkout::ReturnWithoutReceipt latest{.items = {{"tea", 3}},
                                              .match = checkout::Match::kLatest};
  Do(member.member_id, "R2",
     checkout::RecordReturn{.return_id = "R2", .from = latest, .source = {}, .refund = {}});
  Do(engine::Nobody{}, "O3", Purchase("O3", {Line("cup", 1, 50)}));
}

void OrderStory::Do(const engine::MemberRef& member_ref, const char* number,
                    checkout::Operation operation) {
  store_.now = store_.now + absl::Seconds(1);
  engine::Command command = workload_.CommandFor(kProgram, {}, ledger::Settle{});
  command.member = member_ref;
  command.posting.order_id = number;  // as the door sets it
  command.operation = std::move(operation);
  std::vector<engine::Command> commands;
  commands.push_back(std::move(command));
  const auto answers = workload_.Run(std::move(commands));
  EXPECT_TRUE(answers.front().ok()) << answers.front().status();
}

const OrderStory& TheOrderStory() {
  static const OrderStory& story = *new OrderStory;
  return story;
}

void ExpectOrdersNamedFirst(const Tampering& tampering) {
  ExpectNamedFirst(tampering, TheOrderStory().tables(), TheOrderStory().keyring());
}

}  // namespace fairpoint::audit
