#include "checkout/testing/game.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::checkout::testing {
namespace {

constexpr const char* kSkus[] = {"tea", "cup", "jar"};

// Gives the numbers out, one after the other.
class Dice {
 public:
  explicit Dice(const Choice& choice) : choice_(choice) {}
  uint32_t operator()(uint32_t end) { return next_ < choice_.size() ? choice_[next_++] % end : 0; }

 private:
  const Choice& choice_;
  size_t next_ = 0;
};

std::vector<PlacedLine> RollLines(Dice& dice) {
  const int64_t amounts[] = {100, 0, 1, 999, 150, 50, 12'345, 7};
  const int64_t quantities[] = {1, 2, 3, 7, 500};
  std::vector<PlacedLine> lines(1 + dice(4));
  for (PlacedLine& line : lines) {
    const uint32_t number = dice(1'000);
    line.sku = kSkus[number % 3];
    line.amount = amounts[number / 3 % 8];
    line.quantity = quantities[number / 24 % 5];
  }
  return lines;
}

ReturnedLine PartOf(const OrderLine& line, Dice& dice, bool may_be_too_much) {
  const int64_t units = line.quantity - line.units_returned + (may_be_too_much ? 1 : 0);
  const int64_t amount = line.amount - line.amount_returned + (may_be_too_much ? 1 : 0);
  const bool by_amount = amount > 0 && dice(3) == 2;
  const int64_t most = by_amount ? amount : units;
  const int64_t part = most - static_cast<int64_t>(dice(1'000)) * (most - 1) / 999;
  ReturnedLine asked{.line_number = line.line_number, .units = {}, .amount = {}};
  (by_amount ? asked.amount : asked.units) = std::max<int64_t>(1, part);
  return asked;
}

std::vector<ledger::testing::PolicyChoice> PoliciesOf(const std::vector<Choice>& all) {
  std::vector<ledger::testing::PolicyChoice> policies;
  for (const Choice& choice : all) {
    Dice dice(choice);
    policies.push_back(ledger::testing::RollPolicy(std::ref(dice)));
  }
  return policies;
}

}  // namespace

std::vector<PlacedLine> LinesOf(const Choice& choice) {
  Dice dice(choice);
  return RollLines(dice);
}

std::optional<ReturnByOrder> SomePart(const World& world, const std::string& order_id,
                                      const Choice& choice) {
  Dice dice(choice);
  ReturnByOrder part{.order_id = order_id, .lines = {}};
  std::vector<const OrderLine*> open;
  for (const OrderLine* line : world.book.LinesOf(order_id)) {
    if (line->is_open) open.push_back(line);
  }
  if (open.empty()) return std::nullopt;
  const size_t first = dice(static_cast<uint32_t>(open.size()));
  for (size_t i = first; i < open.size() && (i == first || dice(2) == 1); ++i)
    part.lines.push_back(PartOf(*open[i], dice, false));
  return part;
}

Game::Game(const std::vector<Choice>& policies) : ledger_game_(PoliciesOf(policies)) {
  for (size_t i = 0; i < policies.size(); ++i) {
    ledger::OrderRules& rules = ledger_game_.versions[i].orders;
    rules.claim_within = {.days = policies[i].back() % 60};
    if (policies[i].front() % 3 == 2) rules.return_window = ledger::Period{.days = 15};
  }
  world = World(ledger_game_.versions.front());
  now = ledger_game_.now;
}

Game::Step Game::Begin(const Choice& choice) {
  Dice dice(choice);
  const bool of_orders = dice(5) != 4;
  ledger_game_.world = world.points;
  const ledger::testing::Step drawn =
      ledger_game_.Decide(ledger::testing::RollStep(std::ref(dice)));
  ledger_game_.Begin(drawn);
  world.points.program = ledger_game_.world.program;
  world.points.ledger.member = ledger_game_.world.ledger.member;
  now = drawn.now;
  Step step{.version = drawn.version,
            .now = now,
            .of_points = drawn.operation,
            .operation = {},
            .posting = drawn.posting,
            .nobodys = false,
            .skipped = false};
  if (!of_orders) {
    step.skipped = UndoesAnOrder(drawn.operation);
    return step;
  }
  step.operation = Decide(choice);
  step.posting.by_phone = false;
  step.posting.effective_at = std::nullopt;
  if (choice[2] % 6 == 5)
    step.posting.effective_at = now + absl::Hours(-24 * static_cast<int64_t>(choice[3] % 20));
  step.nobodys = choice[4] % 4 == 3;
  return step;
}

bool Game::UndoesAnOrder(const ledger::Operation& operation) const {
  const auto* reverse = std::get_if<ledger::ReverseEntry>(&operation);
  if (reverse == nullptr) return false;
  for (const ledger::Entry& entry : world.points.Target(reverse->entry_seq).entries) {
    for (const auto& [order_id, placement] : world.placements) {
      if (world.book.FindOrder(order_id)->earn_seq == entry.seq) return true;
    }
  }
  return false;
}

Operation Game::Decide(const Choice& choice) {
  Dice dice(choice);
  const uint32_t verb = dice(1'000) / 5 % 8;
  const auto some_order = [&] {
    return absl::StrCat("O", 1 + dice(static_cast<uint32_t>(orders_) + 1));
  };
  if (verb < 3) {
    RecordPurchase purchase{
        .order_id = absl::StrCat("O", ++orders_), .currency = "CNY", .lines = {}, .source = {}};
    purchase.lines = RollLines(dice);
    return purchase;
  }
  if (verb == 7) {
    const std::string order_id = some_order();
    const auto placement = world.placements.find(order_id);
    const int64_t amount = placement == world.placements.end() ? 1 : placement->second.amount;
    return ClaimReceipt{.order_id = order_id, .amount = {"CNY", amount}};
  }
  RecordReturn asked{
      .return_id = absl::StrCat("R", ++returns_), .from = {}, .source = {}, .refund = {}};
  if (dice(2) == 1) asked.refund = base::Money{"CNY", dice(2'000)};
  if (verb < 5) {
    ReturnByOrder by_order{.order_id = some_order(), .lines = {}};
    for (const OrderLine* line : world.book.LinesOf(by_order.order_id)) {
      if (dice(3) < 2) by_order.lines.push_back(PartOf(*line, dice, dice(9) == 8));
    }
    asked.from = std::move(by_order);
    return asked;
  }
  ReturnWithoutReceipt from{.items = {}, .match = Match::kLatest};
  if (verb == 5) from.match = Match::kLowestPaid;
  for (uint32_t left = 1 + dice(3); left > 0; --left)
    from.items.push_back({kSkus[dice(3)], 1 + static_cast<int64_t>(dice(9))});
  asked.from = std::move(from);
  return asked;
}

}  // namespace fairpoint::checkout::testing
