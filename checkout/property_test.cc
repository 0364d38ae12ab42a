// Properties of any orders, whatever came back of them, in which order and parts. RC_PARAMS is
// honoured ("seed=... max_success=..."), and a failure prints the numbers it shrank to and the seed
// that brings it back.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "checkout/testing/game.h"
#include "checkout/testing/script.h"
#include "checkout/testing/world.h"

namespace fairpoint::checkout {
namespace {

using ledger::TakeBackPolicy;
using ledger::testing::PlainProgram;
using testing::Choice;
using testing::Game;
using testing::World;

rc::Gen<Choice> SomeNumbers() {
  return rc::gen::container<Choice>(
      testing::kNumbers, rc::gen::resize(rc::kNominalSize, rc::gen::inRange<uint32_t>(
                                                               0, ledger::testing::kChoiceEnd)));
}
std::vector<Choice> SomeChoices() {
  return *rc::gen::container<std::vector<Choice>>(SomeNumbers());
}

RC_GTEST_PROP(OrderProperty, TheReturnsOfAnySplitSumToTheWhole, ()) {
  ledger::Program program = PlainProgram();
  program.base_rate = {.points = *rc::gen::inRange<int64_t>(1, 9),
                       .per_minor_units = *rc::gen::inRange<int64_t>(1, 120)};
  program.debt.take_back = TakeBackPolicy::kUnlimited;
  World world(program);
  const base::Instant now = ledger::testing::At("2026-01-01", program.zone);
  const auto bought = world.Do(RecordPurchase{.order_id = "O1",
                                              .currency = "CNY",
                                              .lines = testing::LinesOf(*SomeNumbers()),
                                              .source = {}},
                               {}, now);
  RC_ASSERT(bought.ok());
  const Placement placement = *bought->placement;
  int64_t amount = 0;
  int64_t redeemed = 0;
  base::Points points;
  for (int number = 1;; ++number) {
    // At last what is left as a whole.
    const Choice choice = number < 40 ? *SomeNumbers() : Choice();
    const std::optional<ReturnByOrder> part = testing::SomePart(world, "O1", choice);
    if (!part) break;
    const int64_t available = world.points.ledger.member.available.value;
    if (!choice.empty() && choice.back() % 4 == 3 && available > 0) {
      const int64_t spent = 1 + choice.front() % available;
      RC_ASSERT(world.points.Do(ledger::RedeemPoints{base::Points{spent}}, {}, now).ok());
      redeemed += spent;
    }
    const auto changes = world.Do(
        RecordReturn{
            .return_id = absl::StrCat("R", number), .from = *part, .source = {}, .refund = {}},
        {}, now);
    RC_ASSERT(changes.ok());
    for (const MatchedReturn& matched : changes->order_return->matched) {
      RC_ASSERT(matched.amount >= 0);
      RC_ASSERT(matched.points.value >= 0);
      amount += matched.amount;
      points += matched.points;
    }
    const std::vector<std::string> faults = testing::Faults(world, now);
    if (!faults.empty()) RC_FAIL(absl::StrJoin(faults, "\n"));
  }
  RC_ASSERT(amount == placement.amount);
  RC_ASSERT(points == placement.points);
  const ledger::Member& member = world.points.ledger.member;
  RC_ASSERT(world.book.FindOrder("O1")->taken == placement.points);
  RC_ASSERT(member.lifetime_earned == base::kNoPoints);
  RC_ASSERT(member.available == base::kNoPoints);
  RC_ASSERT(member.debt.value == redeemed);
}

// One step of a game. Whether the ledger was settled by it.
bool Play(Game& game, const Choice& choice) {
  const Game::Step step = game.Begin(choice);
  World& world = game.world;
  if (step.skipped) return false;
  // Refusals are part of a history that leads anywhere.
  if (!step.operation) return world.points.Do(step.of_points, step.posting, step.now).ok();
  const World before = world;
  const std::string knowing_less =
      testing::Render(world.AskWithNeeds(*step.operation, step.posting, step.now, step.nobodys));
  const absl::StatusOr<Changes> changes =
      world.Do(*step.operation, step.posting, step.now, step.nobodys);
  RC_ASSERT(knowing_less == testing::Render(changes));
  if (changes.ok()) return changes->points.has_value();
  RC_ASSERT(base::DetailOf(changes.status()).has_value());
  RC_ASSERT(world.points.ledger.member == before.points.ledger.member);
  RC_ASSERT(world.points.ledger.lots == before.points.ledger.lots);
  return false;
}

std::vector<Choice> SomePolicies() {
  return *rc::gen::container<std::vector<Choice>>(3, SomeNumbers());
}

RC_GTEST_PROP(OrderProperty, InvariantsHoldAfterEveryStepOfAnyGame, ()) {
  Game game(SomePolicies());
  base::Instant settled_to;
  for (const Choice& choice : SomeChoices()) {
    if (Play(game, choice)) settled_to = game.now;
    const std::vector<std::string> faults = testing::Faults(game.world, settled_to);
    if (!faults.empty()) RC_FAIL(absl::StrJoin(faults, "\n"));
  }
  RC_CLASSIFY(!game.world.returns.empty(), "something came back");
  RC_CLASSIFY(!game.world.claims.empty(), "something was claimed");
}

// Whatever became of the points: at one instant it does not matter in how many parts all comes
// back.
RC_GTEST_PROP(OrderProperty, AtOneInstantTheSplitMakesNoDifferenceToThePoints, ()) {
  Game game(SomePolicies());
  for (const Choice& choice : SomeChoices()) Play(game, choice);
  game.world.points.ledger.member.state = ledger::MemberState::kActive;
  for (const auto& [order_id, placement] : game.world.placements) {
    World at_once = game.world;
    World in_parts = game.world;
    ReturnByOrder all{.order_id = order_id, .lines = {}};
    for (const OrderLine* line : game.world.book.LinesOf(order_id)) {
      if (!line->is_open) continue;
      all.lines.push_back({.line_number = line->line_number,
                           .units = line->quantity - line->units_returned,
                           .amount = {}});
    }
    if (all.lines.empty()) continue;
    const RecordReturn whole{.return_id = "whole", .from = all, .source = {}, .refund = {}};
    RC_PRE(at_once.Do(whole, {}, game.now).ok());
    for (int number = 1;; ++number) {
      const Choice choice = number < 10 ? *SomeNumbers() : Choice();
      const std::optional<ReturnByOrder> part = testing::SomePart(in_parts, order_id, choice);
      if (!part) break;
      const RecordReturn asked{
          .return_id = absl::StrCat("part ", number), .from = *part, .source = {}, .refund = {}};
      RC_ASSERT(in_parts.Do(asked, {}, game.now).ok());
    }
    RC_ASSERT(*in_parts.book.FindOrder(order_id) == *at_once.book.FindOrder(order_id));
    const ledger::Member& a = in_parts.points.ledger.member;
    const ledger::Member& b = at_once.points.ledger.member;
    RC_ASSERT(a.available == b.available);
    RC_ASSERT(a.pending == b.pending);
    RC_ASSERT(a.debt == b.debt);
    RC_ASSERT(a.lifetime_earned == b.lifetime_earned);
  }
}

}  // namespace
}  // namespace fairpoint::checkout
