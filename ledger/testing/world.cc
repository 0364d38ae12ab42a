#include "ledger/testing/world.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace fairpoint::ledger::testing {
namespace {

[[noreturn]] void Stop(const char* what, std::string_view value) {
  std::fprintf(stderr, "test data: %s: '%.*s'\n", what, static_cast<int>(value.size()),
               value.data());
  std::abort();
}

}  // namespace

absl::TimeZone ZoneOf(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) Stop("unknown zone", name);
  return zone;
}

base::Instant At(std::string_view local, absl::TimeZone zone) {
  const absl::string_view text(local.data(), local.size());
  absl::Time time;
  std::string error;
  for (const char* format : {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%E*S"}) {
    if (absl::ParseTime(format, text, zone, &time, &error)) return base::FromAbsl(time);
  }
  Stop("not a local time", local);
}

std::string ToLocal(base::Instant instant, absl::TimeZone zone) {
  const absl::Time time = base::ToAbsl(instant);
  const absl::TimeZone::CivilInfo local = zone.At(time);
  const bool midnight = absl::CivilSecond(absl::CivilDay(local.cs)) == local.cs &&
                        local.subsecond == absl::ZeroDuration();
  return absl::FormatTime(midnight ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%E*S", time, zone);
}

Program PlainProgram() {
  Program program;
  program.program_id = base::ProgramId("brand");
  program.version = 1;
  program.currency = "CNY";
  program.zone = ZoneOf("Asia/Shanghai");
  program.base_rate = {.points = 1, .per_minor_units = 100};
  program.stores["s1"] = {.legal_entity = "ACME", .region = "east", .display_name = "No. 1"};
  return program;
}

World::World(Program rules) : program(std::move(rules)) {
  ledger.member.program_id = program.program_id;
  ledger.member.member_id = base::MemberId("0123456789ABCDE");
  ledger.open_loaded = true;
}

TargetTransaction World::Target(int64_t entry_seq) const {
  TargetTransaction target;
  const auto named = std::ranges::find(entries, entry_seq, &Entry::seq);
  if (named == entries.end()) return target;
  for (const Entry& entry : entries) {
    if (entry.txn_seq == named->txn_seq) target.entries.push_back(entry);
  }
  if (const auto undone = reversed.find(named->txn_seq); undone != reversed.end())
    target.reversed_by_txn_seq = undone->second;
  return target;
}

absl::StatusOr<Changes> World::Ask(const Operation& operation, const Posting& posting,
                                   base::Instant now) const {
  const auto* reverse = std::get_if<ReverseEntry>(&operation);
  const TargetTransaction target =
      reverse != nullptr ? Target(reverse->entry_seq) : TargetTransaction{};
  return Plan(ledger, operation, posting, program, reverse != nullptr ? &target : nullptr, now);
}

absl::StatusOr<Changes> World::AskWithNeeds(const Operation& operation, const Posting& posting,
                                            base::Instant now) const {
  const Needs needs = NeedsOf(operation, ledger.member, program, now);
  const TargetTransaction target =
      needs.target_seq ? Target(*needs.target_seq) : TargetTransaction{};
  Ledger loaded;
  loaded.member = ledger.member;
  loaded.open_loaded = needs.open;
  for (const auto& [seq, lot] : ledger.lots) {
    const bool of_target =
        std::ranges::find(target.entries, seq, &Entry::lot_seq) != target.entries.end();
    const bool named = needs.target_seq == seq || of_target;
    if ((needs.open && lot.is_open) || named) loaded.lots.emplace(seq, lot);
  }
  for (const auto& [seq, hold] : ledger.holds) {
    if ((needs.open && hold.state == HoldState::kOpen) || needs.hold_seq == seq)
      loaded.holds.emplace(seq, hold);
  }
  return Plan(loaded, operation, posting, program, needs.target_seq ? &target : nullptr, now);
}

void World::Keep(const Changes& changes) {
  if (changes.reversed_txn_seq)
    reversed.emplace(*changes.reversed_txn_seq, changes.operation_first);
  Take(changes, ledger);
  entries.insert(entries.end(), changes.entries.begin(), changes.entries.end());
}

absl::StatusOr<Changes> World::Do(const Operation& operation, const Posting& posting,
                                  base::Instant now) {
  absl::StatusOr<Changes> changes = Ask(operation, posting, now);
  if (changes.ok()) Keep(*changes);
  return changes;
}

}  // namespace fairpoint::ledger::testing
