#include "ledger/testing/choices.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace fairpoint::ledger::testing {
namespace {

template <class T, size_t N>
const T& Pick(const std::array<T, N>& all, uint32_t choice) {
  return all[choice % N];
}

constexpr std::array<Period, 8> kPeriods = {{{.months = 12},
                                             {.days = 10},
                                             {.months = 1},
                                             {.months = 1, .days = 1, .seconds = 1},
                                             {.seconds = 90},
                                             {.days = 100},
                                             {.months = 13},
                                             {.days = 1}}};

constexpr int64_t kSecond = base::kMicrosPerSecond;
constexpr int64_t kDay = 86'400 * kSecond;

int64_t Wait(const StepChoice& choice, const World& world, base::Instant now) {
  // The instants at which the clock acts, and the microsecond before, are where faults live.
  const std::optional<base::Instant>& due = world.ledger.member.next_due_at;
  const int64_t to_due = due ? due->micros - now.micros : kDay;
  const int64_t near_due = to_due < 100 * kDay || choice.wait > 900 ? to_due : 0;
  const std::array<int64_t, 32> waits = {0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         1,
                                         0,
                                         kSecond,
                                         0,
                                         kSecond,
                                         0,
                                         kSecond,
                                         59 * kSecond,
                                         59 * kSecond,
                                         600 * kSecond,
                                         600 * kSecond,
                                         kDay,
                                         kDay,
                                         9 * kDay,
                                         40 * kDay,
                                         near_due,
                                         near_due - 1};
  const int64_t odd_micros = choice.wait % 3 == 0 ? choice.amount : 0;
  return std::max<int64_t>(0, Pick(waits, choice.wait)) + odd_micros;
}

int64_t Amount(const StepChoice& choice) {
  if (choice.digits >= 990) return INT64_MAX - choice.amount;
  if (choice.digits >= 980) return INT64_MAX / 2 - choice.amount;
  return 1 + choice.amount % (choice.digits < 500 ? 20 : 300);
}

// Mostly an entry that an operation can name, sometimes any number.
int64_t SomeEntry(const StepChoice& choice, const World& world) {
  std::vector<int64_t> operations;
  for (const Entry& entry : world.entries) {
    const bool undoable = entry.kind == EntryKind::kEarn || entry.kind == EntryKind::kRedeem ||
                          entry.kind == EntryKind::kCapture;
    if (undoable || choice.digits % 8 == 0) operations.push_back(entry.seq);
  }
  if (operations.empty() || choice.digits % 16 == 1) return 1 + choice.pick % 40;
  return operations[operations.size() - 1 - choice.pick % operations.size()];
}

// Mostly an open hold.
int64_t SomeHold(const StepChoice& choice, const World& world) {
  std::vector<int64_t> holds;
  for (const auto& [seq, hold] : world.ledger.holds) {
    if (hold.state == HoldState::kOpen || choice.digits % 8 == 0) holds.push_back(seq);
  }
  if (holds.empty() || choice.digits % 16 == 1) return 1 + choice.pick % 40;
  return holds[choice.pick % holds.size()];
}

Operation OperationOf(const StepChoice& choice, const World& world, base::Instant now) {
  const base::Points points{Amount(choice)};
  const base::Points few{choice.digits >= 950 ? points.value : 1 + choice.amount % 60};
  // Where nothing is held there is little to capture: hold instead, mostly.
  const bool of_holds = choice.verb % 24 >= 13 && choice.verb % 24 <= 16;
  if (of_holds && world.ledger.member.held.value == 0 && choice.digits % 8 != 0)
    return HoldPoints{few, base::Instant{now.micros + (choice.pick % 2 == 0 ? kDay : 20 * kDay)}};
  switch (choice.verb % 24) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return EarnPoints{points};
    case 5:
      return EarnPoints{base::Money{choice.digits % 8 == 0 ? "USD" : "CNY", points.value}};
    case 6:
    case 7:
    case 8:
    case 9:
      return RedeemPoints{few};
    case 10:
      return HoldPoints{few, std::nullopt};
    case 11:
    case 12: {
      // Holds that end at the instant at which something else falls due, or outlive it.
      const std::optional<base::Instant>& due = world.ledger.member.next_due_at;
      const int64_t to_due = due ? due->micros - now.micros : kDay;
      const std::array<int64_t, 8> spans = {kDay,      60 * kSecond, 20 * kDay, 89 * kDay,
                                            91 * kDay, to_due,       to_due,    to_due + kDay};
      const int64_t sign = choice.digits % 16 == 0 ? -1 : 1;
      return HoldPoints{few, base::Instant{now.micros + sign * Pick(spans, choice.pick)}};
    }
    case 13:
    case 14:
      return CaptureHold{SomeHold(choice, world), std::nullopt};
    case 15:
      return CaptureHold{SomeHold(choice, world), base::Points{1 + choice.amount % 25}};
    case 16:
      return ReleaseHold{SomeHold(choice, world)};
    case 17:
    case 18:
      return ReleasePending{SomeEntry(choice, world)};
    case 19:
      return Settle{};
    case 20:
      return ReverseEntry{SomeEntry(choice, world),
                          base::Money{choice.digits % 16 == 2 ? "USD" : "CNY", points.value}};
    default:
      return ReverseEntry{SomeEntry(choice, world), std::nullopt};
  }
}

Posting PostingOf(const StepChoice& choice, const Operation& operation, const World& world,
                  base::Instant now) {
  Posting posting;
  posting.request_id = base::RequestId(absl::StrCat("request-", world.entries.size()));
  posting.actor = "till";
  const std::array<int64_t, 24> backs = {0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         kSecond,
                                         kSecond,
                                         300 * kSecond,
                                         300 * kSecond + 1,
                                         kDay,
                                         15 * kDay,
                                         70 * kDay,
                                         400 * kDay,
                                         kDay,
                                         -300 * kSecond,
                                         -300 * kSecond - 1};
  const bool may_be_late = std::holds_alternative<EarnPoints>(operation) ||
                           std::holds_alternative<RedeemPoints>(operation);
  const int64_t back = Pick(backs, choice.back);
  if (may_be_late && choice.back % backs.size() >= 12)
    posting.effective_at = base::Instant{now.micros - back};
  switch (choice.oddity % 40) {
    case 30:
      posting.expected_seq = world.ledger.member.entry_seq;
      break;
    case 31:
      posting.expected_seq = world.ledger.member.entry_seq + 1;
      break;
    case 32:
      posting.store_id = "s1";
      break;
    case 33:
      posting.store_id = "s9";
      break;
    case 34:
      posting.by_phone = true;
      break;
    default:
      break;
  }
  return posting;
}

}  // namespace

PolicyChoice RollPolicy(const Dice& dice) {
  const auto roll = [&dice] { return dice(kChoiceEnd); };
  return {roll(), roll(), roll(), roll(), roll(), roll(), roll(), roll(), roll(), roll()};
}

StepChoice RollStep(const Dice& dice) {
  const auto roll = [&dice] { return dice(kChoiceEnd); };
  return {roll(), roll(), roll(), roll(), roll(), roll(), roll(), roll()};
}

Program ProgramOf(const PolicyChoice& choice, int64_t version) {
  Program program = PlainProgram();
  program.version = version;
  const std::array<const char*, 4> zones = {"Asia/Shanghai", "Europe/London", "America/New_York",
                                            "UTC"};
  program.zone = ZoneOf(Pick(zones, choice.zone));
  if (choice.expiry_after % 9 != 0) {
    program.expiry.never = false;
    program.expiry.after = Pick(kPeriods, choice.expiry_after / 9);
    program.expiry.rounding = static_cast<ExpiryRounding>(choice.rounding % 4);
    program.expiry.extended_by_activity = choice.extended % 3 == 2;
  }
  const std::array<PendingMode, 5> modes = {PendingMode::kAtOnce, PendingMode::kAfterPeriod,
                                            PendingMode::kOnEvent, PendingMode::kAtOnce,
                                            PendingMode::kAfterPeriod};
  program.pending.mode = Pick(modes, choice.pending);
  if (program.pending.mode == PendingMode::kAfterPeriod)
    program.pending.after = Pick(kPeriods, choice.pending_after);
  program.debt.take_back = static_cast<TakeBackPolicy>(choice.take_back % 4);
  program.debt.deduct_minor_units = 1 + choice.rate % 5;
  program.debt.deduct_per_points = 1 + choice.rate % 3;
  program.base_rate = {.points = 1 + choice.rate % 4, .per_minor_units = 1 + choice.rate % 7};
  const std::array<int64_t, 5> debts = {0, 30, 1'000, INT64_MAX, 300};
  program.debt.late_spend_debt_max = base::Points{Pick(debts, choice.debt_max)};
  if (choice.grace % 2 == 1) program.returns.grace = Pick(kPeriods, choice.grace / 2);
  return program;
}

Game::Game(const std::vector<PolicyChoice>& policies) {
  for (const PolicyChoice& policy : policies)
    versions.push_back(ProgramOf(policy, static_cast<int64_t>(versions.size()) + 1));
  world = World(versions.front());
  now = At("2026-02-27T22:00:00", world.program.zone);  // clock changes and month ends are near
}

Step Game::Decide(const StepChoice& choice) const {
  Step step;
  step.version = choice.version < kChoiceEnd * 9 / 10 ? 0 : choice.version % versions.size();
  step.now = base::Instant{now.micros + Wait(choice, world, now)};
  step.operation = OperationOf(choice, world, step.now);
  step.posting = PostingOf(choice, step.operation, world, step.now);
  const MemberState state = world.ledger.member.state;
  if (state != MemberState::kActive && choice.oddity % 3 == 0)
    step.new_state = MemberState::kActive;
  if (state == MemberState::kActive && choice.oddity % 40 == 35)
    step.new_state = MemberState::kFrozen;
  if (state == MemberState::kActive && choice.oddity % 40 == 36)
    step.new_state = MemberState::kClosed;
  if (choice.oddity % 40 == 37) step.new_phone_only = true;
  if (world.ledger.member.phone_only && choice.oddity % 3 == 0) step.new_phone_only = false;
  return step;
}

void Game::Begin(const Step& step) {
  now = step.now;
  world.program = versions[step.version];
  if (step.new_state) world.ledger.member.state = *step.new_state;
  if (step.new_phone_only) world.ledger.member.phone_only = *step.new_phone_only;
}

}  // namespace fairpoint::ledger::testing
