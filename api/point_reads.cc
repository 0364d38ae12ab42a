// The reads of PointsService.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/member_lookup.h"
#include "api/page_token.h"
#include "api/reads.h"
#include "ledger/as_of.h"
#include "ledger/plan.h"

namespace fairpoint::api {
namespace {

constexpr int32_t kEntriesMax = 1'000;
constexpr int32_t kEntriesUsual = 100;

void BalanceToProto(const ledger::Ledger& view, v1::GetBalanceResponse& out) {
  const ledger::Member& member = view.member;
  out.set_member_id(member.member_id.value());
  out.mutable_balance()->set_available(member.available.value);
  out.mutable_balance()->set_pending(member.pending.value);
  out.mutable_balance()->set_held(member.held.value);
  out.mutable_balance()->set_debt(member.debt.value);
  out.set_lifetime_earned(member.lifetime_earned.value);
  for (const ledger::Expiry& expiry : ledger::ComingExpiries(view)) {
    v1::Expiry& one = *out.add_expiries();
    if (expiry.expires_at) ToProto(*expiry.expires_at, *one.mutable_expire_time());
    one.set_points(expiry.points.value);
  }
  for (const auto& [seq, hold] : view.holds) {
    if (hold.state != ledger::HoldState::kOpen) continue;
    v1::Hold& one = *out.add_open_holds();
    one.set_hold_id(base::ToString(base::EntryName{member.member_id, seq}));
    one.set_points(hold.points.value);
    ToProto(hold.expires_at, *one.mutable_expire_time());
  }
}

// What those who were merged into the member had earned before.
absl::Status AddMergedLifetime(const Source& source, const ledger::Member& member,
                               v1::GetBalanceResponse& out) {
  if (member.merged_count == 0) return absl::OkStatus();
  std::vector<ledger::Member> merged;
  if (absl::Status read =
          source.session.FindMergedInto({member.program_id, member.member_id}, merged);
      !read.ok())
    return read;
  base::Points lifetime{out.lifetime_earned()};
  for (const ledger::Member& each : merged)
    lifetime = base::CheckedAdd(lifetime, each.lifetime_earned).value_or(base::kPointsMax);
  out.set_lifetime_earned(lifetime.value);
  return absl::OkStatus();
}

absl::Status ReadPresent(const Source& source, ledger::Member member, base::Instant clock,
                         v1::GetBalanceResponse& out) {
  const engine::MemberName name{member.program_id, member.member_id};
  const base::Instant now = std::max(clock, member.last_recorded_at);
  const int64_t booked_seq = member.entry_seq;
  ledger::Ledger ledger{.member = std::move(member), .open_loaded = true, .lots = {}, .holds = {}};
  std::vector<ledger::Lot> lots;
  std::vector<ledger::Hold> holds;
  if (absl::Status read = source.session.LoadOpenLots({&name, 1}, lots); !read.ok()) return read;
  if (ledger.member.held.value > 0) {
    if (absl::Status read = source.session.LoadOpenHolds({&name, 1}, holds); !read.ok())
      return read;
  }
  for (ledger::Lot& lot : lots) ledger.lots.emplace(lot.lot_seq, std::move(lot));
  for (ledger::Hold& hold : holds) ledger.holds.emplace(hold.hold_seq, std::move(hold));
  const absl::StatusOr<ledger::Ledger> view =
      ledger::SettledView(ledger, *source.programs.InForceOrLatest(name.program_id, now), now);
  if (!view.ok()) return view.status();
  BalanceToProto(*view, out);
  out.set_entry_seq(booked_seq);
  ToProto(now, *out.mutable_as_of_time());
  ToProto(now, *out.mutable_record_as_of_time());
  return AddMergedLifetime(source, ledger.member, out);
}

absl::Status ReadPast(const Source& source, const ledger::Member& member,
                      base::Instant effective_by, base::Instant recorded_by,
                      v1::GetBalanceResponse& out) {
  const engine::MemberName name{member.program_id, member.member_id};
  ledger::AsOf as_of(member, effective_by, recorded_by);
  int64_t after_seq = 0;
  std::vector<ledger::Entry> page;
  do {
    if (absl::Status read = source.session.ReadEntries(
            name, after_seq, std::numeric_limits<int64_t>::max(), false, kEntriesMax, page);
        !read.ok())
      return read;
    for (const ledger::Entry& entry : page) as_of.Add(entry);
    if (!page.empty()) after_seq = page.back().seq;
    // Recorded times never fall within a member.
  } while (page.size() == kEntriesMax && page.back().recorded_at <= recorded_by);
  const absl::StatusOr<ledger::Ledger> view =
      std::move(as_of).Settled(*source.programs.InForceOrLatest(name.program_id, effective_by));
  if (!view.ok()) return view.status();
  BalanceToProto(*view, out);
  out.set_entry_seq(view->member.entry_seq);
  ToProto(effective_by, *out.mutable_as_of_time());
  ToProto(recorded_by, *out.mutable_record_as_of_time());
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadBalance(const Source& source, const v1::GetBalanceRequest& request,
                         v1::GetBalanceResponse& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const Ref ref = RefFromProto(request.member(), fields);
  std::optional<base::Instant> effective_by, recorded_by;
  if (request.has_as_of_time()) effective_by = fields.Instant("as_of_time", request.as_of_time());
  if (request.has_record_as_of_time())
    recorded_by = fields.Instant("record_as_of_time", request.record_as_of_time());
  if (!fields.ok()) return fields.status();
  const bool is_present = !effective_by && !recorded_by;
  absl::StatusOr<ledger::Member> member =
      is_present ? FindMember(source, program_id, ref) : FindNamedMember(source, program_id, ref);
  if (!member.ok()) return member.status();
  const absl::StatusOr<base::Instant> clock = source.session.Now();
  if (!clock.ok()) return clock.status();
  if (is_present) return ReadPresent(source, *std::move(member), *clock, out);

  const base::Instant now = std::max(*clock, member->last_recorded_at);
  if (recorded_by && *recorded_by > now) {
    fields.Wrong("record_as_of_time",
                 absl::StrCat("is in the future: it is ", base::ToString(now)));
    return fields.status();
  }
  return ReadPast(source, *member, effective_by.value_or(recorded_by.value_or(now)),
                  recorded_by.value_or(now), out);
}

absl::Status ReadEntries(const Source& source, const v1::ListEntriesRequest& request,
                         v1::ListEntriesResponse& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const Ref ref = RefFromProto(request.member(), fields);
  const int64_t page_size =
      fields.PageSize("page_size", request.page_size(), kEntriesMax, kEntriesUsual);
  if (!fields.ok()) return fields.status();
  const absl::StatusOr<ledger::Member> member = FindMember(source, program_id, ref);
  if (!member.ok()) return member.status();

  const bool newest_first = request.newest_first();
  const PageScope scope{"ListEntries", program_id,
                        absl::StrCat(member->member_id.value(), newest_first ? "-" : "+")};
  int64_t after_seq = 0;
  int64_t before_seq = std::numeric_limits<int64_t>::max();
  if (!request.page_token().empty()) {
    const auto position = ReadPageToken(source.keyring, scope, request.page_token());
    if (!position) return PageTokenWrong();
    (newest_first ? before_seq : after_seq) = *position;
  }
  std::vector<ledger::Entry> entries;
  // One more than asked for tells whether there is another page.
  const auto limit = static_cast<size_t>(page_size) + 1;
  absl::Status read = source.session.ReadEntries({program_id, member->member_id}, after_seq,
                                                 before_seq, newest_first, limit, entries);
  if (!read.ok()) return read;
  if (entries.size() == limit) {
    entries.pop_back();
    out.set_next_page_token(MakePageToken(source.keyring, scope, entries.back().seq));
  }
  for (const ledger::Entry& entry : entries) ToProto(entry, *out.add_entries());
  return absl::OkStatus();
}

}  // namespace fairpoint::api
