#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/members.h"
#include "api/page_token.h"
#include "api/reads.h"
#include "base/sha256.h"
#include "ledger/enroll.h"
#include "ledger/errors.h"
#include "ledger/plan.h"

namespace fairpoint::api {
namespace {

constexpr int32_t kEntriesMax = 1'000;
constexpr int32_t kEntriesUsual = 100;

using Ref = std::variant<base::MemberId, ledger::PlainIdentity>;

Ref RefFromProto(const v1::MemberRef& ref, Fields& fields) {
  switch (ref.ref_case()) {
    case v1::MemberRef::kMemberId:
      return fields.MemberId("member.member_id", ref.member_id());
    case v1::MemberRef::kIdentity:
      return fields.Identity("member.identity", ref.identity());
    case v1::MemberRef::REF_NOT_SET:
      fields.Wrong("member", "is required: a member_id or an identity");
  }
  return base::MemberId();
}

absl::Status KnowProgram(const Source& source, const base::ProgramId& program_id) {
  std::vector<ledger::ProgramVersion> newer;
  const int64_t known = source.programs.LatestVersion(program_id);
  if (absl::Status read = source.session.LoadProgramVersions(program_id, known, newer);
      !read.ok()) {
    return read;
  }
  if (absl::Status added = source.programs.Add(newer); !added.ok()) return added;
  if (source.programs.LatestVersion(program_id) == 0) return ledger::ProgramNotFound(program_id);
  return absl::OkStatus();
}

absl::StatusOr<ledger::Member> FindMember(const Source& source, const base::ProgramId& program_id,
                                          const Ref& ref) {
  if (absl::Status known = KnowProgram(source, program_id); !known.ok()) return known;
  engine::MemberName name{program_id, {}};
  if (const auto* const id = std::get_if<base::MemberId>(&ref)) {
    name.member_id = *id;
  } else {
    const auto& identity = std::get<ledger::PlainIdentity>(ref);
    const base::Hash hash = source.keyring.LookupHash(program_id, identity.kind, identity.value);
    const engine::IdentityName wanted{program_id, std::string(base::AsBytes(hash))};
    std::vector<ledger::Identity> found;
    absl::Status read = source.session.FindIdentities({&wanted, 1}, found);
    if (!read.ok()) return read;
    if (found.empty()) return ledger::MemberNotFound();
    name.member_id = found.front().member_id;
  }
  std::vector<ledger::Member> members;
  if (absl::Status read = source.session.FindMembers({&name, 1}, members); !read.ok()) return read;
  if (members.empty()) return ledger::MemberNotFound();
  return std::move(members.front());
}

absl::Status AddIdentities(const Source& source, const engine::MemberName& name, v1::Member& out) {
  std::vector<ledger::Identity> identities;
  std::vector<ledger::MemberKey> keys;
  if (absl::Status read = source.session.LoadIdentitiesOf({&name, 1}, identities); !read.ok()) {
    return read;
  }
  if (absl::Status read = source.session.LoadMemberKeys({&name, 1}, keys); !read.ok()) return read;
  if (keys.empty()) return absl::OkStatus();  // erased
  const absl::StatusOr<std::string> secret = source.keyring.Unwrap(
      name.program_id, name.member_id, keys.front().key_version, keys.front().wrapped);
  if (!secret.ok()) return secret.status();
  std::ranges::sort(identities, {}, [](const ledger::Identity& identity) {
    return std::pair(identity.linked_at, identity.kind);
  });
  for (const ledger::Identity& identity : identities) {
    const absl::StatusOr<std::string> value = ledger::OpenIdentity(identity, *secret);
    if (!value.ok()) return value.status();
    v1::Identity& one = *out.add_identities();
    one.set_kind(identity.kind);
    one.set_value(Masked(*value));
  }
  return absl::OkStatus();
}

absl::Status ReadOne(const Source& source, const base::ProgramId& program_id, const Ref& ref,
                     v1::Member& out) {
  const absl::StatusOr<ledger::Member> member = FindMember(source, program_id, ref);
  if (!member.ok()) return member.status();
  ToProto(*member, out);
  return AddIdentities(source, {program_id, member->member_id}, out);
}

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

}  // namespace

absl::Status ReadMember(const Source& source, const v1::GetMemberRequest& request,
                        v1::Member& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const base::MemberId member_id = fields.MemberId("member_id", request.member_id());
  if (!fields.ok()) return fields.status();
  return ReadOne(source, program_id, member_id, out);
}

absl::Status ReadMember(const Source& source, const v1::LookupMemberRequest& request,
                        v1::Member& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const ledger::PlainIdentity identity = fields.Identity("identity", request.identity());
  if (!fields.ok()) return fields.status();
  return ReadOne(source, program_id, identity, out);
}

absl::Status ReadBalance(const Source& source, const v1::GetBalanceRequest& request,
                         v1::GetBalanceResponse& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const Ref ref = RefFromProto(request.member(), fields);
  if (!fields.ok()) return fields.status();
  absl::StatusOr<ledger::Member> member = FindMember(source, program_id, ref);
  if (!member.ok()) return member.status();
  const absl::StatusOr<base::Instant> clock = source.session.Now();
  if (!clock.ok()) return clock.status();

  const engine::MemberName name{program_id, member->member_id};
  const base::Instant now = std::max(*clock, member->last_recorded_at);
  const int64_t booked_seq = member->entry_seq;
  ledger::Ledger ledger{.member = *std::move(member), .open_loaded = true, .lots = {}, .holds = {}};
  std::vector<ledger::Lot> lots;
  std::vector<ledger::Hold> holds;
  if (absl::Status read = source.session.LoadOpenLots({&name, 1}, lots); !read.ok()) return read;
  if (ledger.member.held.value > 0) {
    if (absl::Status read = source.session.LoadOpenHolds({&name, 1}, holds); !read.ok())
      return read;
  }
  for (ledger::Lot& lot : lots) ledger.lots.emplace(lot.lot_seq, std::move(lot));
  for (ledger::Hold& hold : holds) ledger.holds.emplace(hold.hold_seq, std::move(hold));

  engine::ProgramCache::Version program = source.programs.InForce(program_id, now);
  // Before the first version begins nothing was posted, and nothing falls due.
  if (program == nullptr) program = source.programs.Latest(program_id);
  const absl::StatusOr<ledger::Ledger> view = ledger::SettledView(ledger, *program, now);
  if (!view.ok()) return view.status();
  BalanceToProto(*view, out);
  out.set_entry_seq(booked_seq);
  ToProto(now, *out.mutable_as_of_time());
  return absl::OkStatus();
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
