// Properties of what moves between members, whatever was done to them before.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "ledger/testing/arbitrary.h"
#include "ledger/testing/invariants.h"
#include "ledger/testing/persons.h"
#include "ledger/testing/render.h"
#include "ledger/transfer.h"

namespace fairpoint::ledger {
namespace {

using base::Points;
using testing::EarningTrail;
using testing::Faults;
using testing::Game;
using testing::MergeInto;
using testing::PolicyChoice;
using testing::StepChoice;
using testing::World;
using testing::WorldOf;

Game SomeMember(char letter, const std::vector<PolicyChoice>& policies) {
  Game game(policies);
  game.world.ledger.member.member_id = testing::MemberNamed(letter);
  Play(game, *rc::gen::arbitrary<std::vector<StepChoice>>());
  return game;
}

// Active, settled, without open holds.
void MakeReady(World& world, base::Instant now) {
  world.ledger.member.state = MemberState::kActive;
  world.ledger.member.phone_only = false;
  RC_ASSERT(world.Do(Settle{}, Posting{}, now).ok());
  for (const auto& [seq, hold] : Ledger(world.ledger).holds) {
    if (hold.state == HoldState::kOpen) RC_ASSERT(world.Do(ReleaseHold{seq}, Posting{}, now).ok());
  }
}

// What is left, where, until when, since when, and when it is released.
using Left = std::tuple<Account, int64_t, base::Instant, base::Instant, int64_t>;
std::multiset<Left> LeftOf(const Ledger& ledger) {
  std::multiset<Left> left;
  for (const auto& [seq, lot] : ledger.lots) {
    const auto add = [&](Account account, Points points, int64_t due) {
      if (points.value > 0)
        left.emplace(account, points.value, ExpiryOrNever(lot), lot.effective_at, due);
    };
    add(Account::kPending, lot.pending, lot.available_at ? lot.available_at->micros : -1);
    add(Account::kAvailable, lot.available, 0);
  }
  return left;
}

void AssertSound(const World& world, base::Instant now) {
  RC_ASSERT(Faults(world, now) == std::vector<std::string>{});
}

RC_GTEST_PROP(MembersProperty, AMergeKeepsEveryLot, ()) {
  const auto policies = testing::SomePolicies();
  Game source = SomeMember('S', policies);
  Game target = SomeMember('T', policies);
  const base::Instant now = std::max(source.now, target.now);
  MakeReady(source.world, now);
  target.world.ledger.member.state = MemberState::kActive;
  RC_ASSERT(target.world.Do(Settle{}, Posting{}, now).ok());
  std::multiset<Left> before = LeftOf(source.world.ledger);
  before.merge(LeftOf(target.world.ledger));
  const Member from = source.world.ledger.member;
  const Member to = target.world.ledger.member;

  const auto merged = MergeInto(source.world, target.world, Posting{}, now);
  if (!merged.ok()) {
    RC_ASSERT(base::ReasonOf(merged.status()) == "BALANCE_OVERFLOW");
    return;
  }
  RC_ASSERT(LeftOf(target.world.ledger) == before);
  RC_ASSERT(LeftOf(source.world.ledger).empty());
  RC_ASSERT(source.world.ledger.member.debt == base::kNoPoints);
  RC_ASSERT(target.world.ledger.member.debt == from.debt + to.debt);
  RC_ASSERT(source.world.ledger.member.lifetime_earned == from.lifetime_earned);
  RC_ASSERT(target.world.ledger.member.lifetime_earned == to.lifetime_earned);
  RC_ASSERT(target.world.ledger.member.held == to.held);
  AssertSound(source.world, now);
  AssertSound(target.world, now);
  RC_CLASSIFY(before.size() > 3, "several lots");
}

RC_GTEST_PROP(MembersProperty, WhatOneGivesTheOtherGets, ()) {
  const auto policies = testing::SomePolicies();
  Game giver = SomeMember('G', policies);
  Game taker = SomeMember('T', policies);
  const base::Instant now = std::max(giver.now, taker.now);
  for (World* world : {&giver.world, &taker.world}) {
    world->ledger.member.state = MemberState::kActive;
    world->ledger.member.phone_only = false;
    RC_ASSERT(world->Do(Settle{}, Posting{}, now).ok());
  }
  const Ledger from = giver.world.ledger;
  const Member to = taker.world.ledger.member;
  RC_PRE(from.member.available.value > 0);
  Program& program = giver.world.program;
  program.transfers.fee_points_per_hundred = *rc::gen::element<int64_t>(0, 0, 1, 7);
  const auto most = std::min<int64_t>(from.member.available.value, 400);
  const Points points{*rc::gen::inRange<int64_t>(1, most + 1)};
  const Points fee{(points.value + 99) / 100 * program.transfers.fee_points_per_hundred};
  const auto given = PlanTransfer(from, taker.world.ledger, {.to = {}, .points = points}, Posting{},
                                  program, {}, now);
  if (!given.ok()) {
    const std::string reason = base::ReasonOf(given.status());
    RC_ASSERT(reason == "BALANCE_OVERFLOW" || (reason == "INSUFFICIENT_POINTS" && fee.value > 0));
    return;
  }
  giver.world.Keep(given->giver);
  taker.world.Keep(given->taker);
  AssertSound(giver.world, now);
  AssertSound(taker.world, now);
  const Member& got = taker.world.ledger.member;
  RC_ASSERT(giver.world.ledger.member.available == from.member.available - points - fee);
  RC_ASSERT(got.available - got.debt == to.available - to.debt + points);
  RC_ASSERT(got.available == base::kNoPoints || got.debt == base::kNoPoints || to.debt.value > 0);
  RC_ASSERT(got.lifetime_earned == to.lifetime_earned);
  Points transferred;
  for (const Entry& out : given->giver.entries) {
    if (out.kind != EntryKind::kTransferOut) continue;
    transferred += out.points;
    const Entry& in = taker.world.entries.at(static_cast<size_t>(out.peer_seq) - 1);
    const Lot& old_lot = from.lots.at(out.lot_seq);
    RC_ASSERT(in.kind == EntryKind::kTransferIn && in.peer_seq == out.seq);
    RC_ASSERT(in.points == out.points);
    transferred -= in.points;
    const Lot& lot = taker.world.ledger.lots.at(in.seq);
    RC_ASSERT(lot.expires_at == old_lot.expires_at && lot.effective_at == old_lot.effective_at);
  }
  RC_ASSERT(transferred == base::kNoPoints);
}

void Remember(const Changes& changes, EarningTrail& trail) {
  trail.taken += changes.taken_back.at(0).taken;
  trail.restored += changes.taken_back.at(0).restored;
  trail.deducted += changes.taken_back.at(0).deducted;
}

// One operation on the member who stayed one, and on the one it was merged into.
void AssertSame(const absl::StatusOr<Changes>& one, const absl::StatusOr<Changes>& other) {
  RC_ASSERT(base::DetailOf(one.status()) == base::DetailOf(other.status()));
  if (!one.ok()) return;
  RC_ASSERT(one->deduct_minor_units == other->deduct_minor_units);
  RC_ASSERT(one->taken_back.size() == other->taken_back.size());
  for (size_t i = 0; i < one->taken_back.size(); ++i) {
    RC_ASSERT(one->taken_back[i].taken == other->taken_back[i].taken);
    RC_ASSERT(one->taken_back[i].restored == other->taken_back[i].restored);
    RC_ASSERT(one->taken_back[i].deducted == other->taken_back[i].deducted);
  }
}

RC_GTEST_PROP(MembersProperty, AReturnTakesTheSameWhetherOrNotMembersWereMerged, ()) {
  Game game = SomeMember('S', testing::SomePolicies());
  World& stayed = game.world;
  MakeReady(stayed, game.now);
  const auto earned =
      stayed.Do(EarnPoints{Points{*rc::gen::inRange<int64_t>(1, 200)}}, Posting{}, game.now);
  RC_PRE(earned.ok());
  EarningTrail here(earned->operation_first);
  EarningTrail there = here;
  Play(game, *rc::gen::arbitrary<std::vector<StepChoice>>());
  const base::Instant now = game.now;
  MakeReady(stayed, now);
  int64_t left = stayed.ledger.lots.at(here.lot_seq).points.value;
  std::optional<World> target;
  const int merged_before = *rc::gen::inRange(0, 3);
  for (int i = 0; i < 5 && left > 0; ++i) {
    if (i == merged_before) {
      World source = stayed;
      const World before = stayed;
      target = WorldOf('T', stayed.program);
      const auto merged = MergeInto(source, *target, Posting{}, now);
      RC_ASSERT(merged.ok());
      there.Follow(before, *merged);
    }
    // What else happens happens to both.
    const Points other{*rc::gen::inRange<int64_t>(1, 60)};
    const Operation between =
        *rc::gen::arbitrary<bool>() ? Operation(RedeemPoints{other}) : Operation(EarnPoints{other});
    if (*rc::gen::arbitrary<bool>()) {
      const auto one = stayed.Do(between, Posting{}, now);
      // What was ever earned may be too much for one of them only.
      if (base::ReasonOf(one.status()) == "BALANCE_OVERFLOW") return;
      if (target) AssertSame(one, target->Do(between, Posting{}, now));
    }
    const Points part{*rc::gen::inRange<int64_t>(1, std::min<int64_t>(left, 90) + 1)};
    left -= part.value;
    std::optional<base::Money> refund;
    if (*rc::gen::arbitrary<bool>()) refund = base::Money{"CNY", 70};
    const auto one = stayed.Do(TakeBackParts{{here.Part(part)}, refund}, Posting{}, now);
    if (target) {
      const auto other_one = target->Do(TakeBackParts{{there.Part(part)}, refund}, Posting{}, now);
      AssertSame(one, other_one);
      if (other_one.ok()) Remember(*other_one, there);
      RC_ASSERT(LeftOf(stayed.ledger) == LeftOf(target->ledger));
      RC_ASSERT(testing::RenderBalances(stayed.ledger.member, 0) ==
                testing::RenderBalances(target->ledger.member, 0));
      AssertSound(*target, now);
    } else if (one.ok()) {
      Remember(*one, there);
    }
    if (one.ok()) Remember(*one, here);
  }
  RC_CLASSIFY(target && there.taken.value > 0, "taken after the merge");
  RC_CLASSIFY(there.restored.value > 0, "debt restored");
}

RC_GTEST_PROP(MembersProperty, EarningAndReturningTenTimesLeavesNothing, ()) {
  Program program = testing::ProgramOf(*rc::gen::arbitrary<PolicyChoice>(), 1);
  program.debt.take_back = TakeBackPolicy::kUnlimited;
  program.debt.late_spend_debt_max = Points{1'000};
  const base::Instant now = testing::At("2026-02-27T22:00:00", program.zone);
  char letter = '0';
  World world = WorldOf(letter, program);
  const Points owed{*rc::gen::inRange<int64_t>(0, 50)};
  if (owed.value > 0) {
    Posting late;
    late.effective_at = now + absl::Hours(-1);
    RC_ASSERT(world.Do(RedeemPoints{owed}, late, now).ok());
  }
  Points earned_elsewhere;  // by those who are merged by now
  for (int i = 0; i < 10; ++i) {
    int64_t left = *rc::gen::inRange<int64_t>(1, 90);
    const auto earned = world.Do(EarnPoints{Points{left}}, Posting{}, now);
    RC_ASSERT(earned.ok());
    EarningTrail trail(earned->operation_first);
    while (left > 0) {
      if (*rc::gen::inRange(0, 4) == 0) {
        const World before = world;
        World next = WorldOf(++letter, program);
        const auto merged = MergeInto(world, next, Posting{}, now);
        RC_ASSERT(merged.ok());
        trail.Follow(before, *merged);
        earned_elsewhere += world.ledger.member.lifetime_earned;
        world = std::move(next);
      }
      const Points part{*rc::gen::inRange<int64_t>(1, left + 1)};
      left -= part.value;
      const auto taken = world.Do(TakeBackParts{{trail.Part(part)}, {}}, Posting{}, now);
      RC_ASSERT(taken.ok());
      RC_ASSERT(taken->taken_back[0].taken == part);
      Remember(*taken, trail);
    }
    const Member& member = world.ledger.member;
    RC_ASSERT(member.available == base::kNoPoints && member.pending == base::kNoPoints);
    RC_ASSERT(member.debt == owed);
    RC_ASSERT(member.lifetime_earned + earned_elsewhere == base::kNoPoints);
  }
  AssertSound(world, now);
}

}  // namespace
}  // namespace fairpoint::ledger
