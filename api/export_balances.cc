#include "api/export_balances.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/answers.h"
#include "api/bytes.h"
#include "api/fields.h"
#include "api/member_lookup.h"
#include "api/reads.h"
#include "base/time.h"
#include "engine/errors.h"
#include "ledger/enroll.h"
#include "ledger/plan.h"

namespace fairpoint::api {
namespace {

using ExportCall = Call<v1::ExportBalancesRequest, v1::ExportBalancesResponse>;

constexpr size_t kMembersAtOnce = 1'000;

class BalanceExport {
 public:
  BalanceExport(const Source& source, base::ProgramId program_id, std::string identity_kind,
                base::Instant clock)
      : source_(source),
        program_id_(std::move(program_id)),
        identity_kind_(std::move(identity_kind)),
        clock_(clock) {}

  // One message; nothing past the last member.
  absl::StatusOr<std::optional<v1::ExportBalancesResponse>> Next() {
    std::vector<ledger::Member> members;
    const engine::MemberRange range{.after = after_, .until = std::nullopt};
    if (absl::Status read = source_.session.ScanMembers(range, kMembersAtOnce, members); !read.ok())
      return read;
    std::erase_if(
        members, [this](const ledger::Member& member) { return member.program_id != program_id_; });
    if (members.empty()) return std::nullopt;
    after_ = {program_id_, members.back().member_id};
    // What was merged or erased has no identity left.
    std::erase_if(members, [](const ledger::Member& member) {
      return member.state == ledger::MemberState::kMerged ||
             member.state == ledger::MemberState::kClosed;
    });
    v1::ExportBalancesResponse out;
    if (absl::Status read = AddRows(members, out); !read.ok()) return read;
    return out;
  }

 private:
  absl::Status AddRows(const std::vector<ledger::Member>& members,
                       v1::ExportBalancesResponse& out) {
    if (absl::Status read = LoadPersons(members); !read.ok()) return read;
    if (absl::Status read = LoadDue(members); !read.ok()) return read;
    for (const ledger::Member& member : members) {
      const auto identity = chosen_.find(member.member_id);
      const auto key = keys_.find(member.member_id);
      if (identity == chosen_.end() || key == keys_.end()) return engine::StoredDataBroken();
      const absl::StatusOr<std::string> secret = source_.keyring.Unwrap(
          program_id_, member.member_id, key->second.key_version, key->second.wrapped);
      if (!secret.ok()) return secret.status();
      const absl::StatusOr<std::string> value = ledger::OpenIdentity(identity->second, *secret);
      if (!value.ok()) return value.status();
      const absl::StatusOr<base::Points> available = AvailableOf(member);
      if (!available.ok()) return available.status();
      v1::ExportBalancesResponse::Row& row = *out.add_rows();
      row.mutable_identity()->set_kind(identity->second.kind);
      row.mutable_identity()->set_value(*value);
      row.set_available(available->value);
    }
    return absl::OkStatus();
  }

  // Whether the one names a member rather than the other.
  bool IsBetter(const ledger::Identity& one, const ledger::Identity& other) const {
    const bool one_is = one.kind == identity_kind_;
    const bool other_is = other.kind == identity_kind_;
    if (one_is != other_is) return one_is;
    return std::tie(one.linked_at, one.kind, one.lookup_hash) <
           std::tie(other.linked_at, other.kind, other.lookup_hash);
  }

  absl::Status LoadPersons(const std::vector<ledger::Member>& members) {
    std::vector<engine::MemberName> names;
    names.reserve(members.size());
    for (const ledger::Member& member : members) names.push_back({program_id_, member.member_id});
    std::vector<ledger::Identity> identities;
    std::vector<ledger::MemberKey> keys;
    if (absl::Status read = source_.session.LoadIdentitiesOf(names, identities); !read.ok())
      return read;
    if (absl::Status read = source_.session.LoadMemberKeys(names, keys); !read.ok()) return read;
    chosen_.clear();
    keys_.clear();
    for (ledger::Identity& identity : identities) {
      const auto [kept, is_new] = chosen_.try_emplace(identity.member_id, identity);
      if (!is_new && IsBetter(identity, kept->second)) kept->second = std::move(identity);
    }
    for (ledger::MemberKey& key : keys) keys_.insert_or_assign(key.member_id, std::move(key));
    return absl::OkStatus();
  }

  bool IsDue(const ledger::Member& member) const {
    return member.next_due_at && *member.next_due_at <= clock_;
  }

  // The open rows of those for whom the clock has changed something.
  absl::Status LoadDue(const std::vector<ledger::Member>& members) {
    due_.clear();
    std::vector<engine::MemberName> names;
    for (const ledger::Member& member : members) {
      if (!IsDue(member)) continue;
      names.push_back({program_id_, member.member_id});
      ledger::Ledger& ledger = due_[member.member_id];
      ledger.member = member;
      ledger.open_loaded = true;
    }
    if (names.empty()) return absl::OkStatus();
    std::vector<ledger::Lot> lots;
    std::vector<ledger::Hold> holds;
    if (absl::Status read = source_.session.LoadOpenLots(names, lots); !read.ok()) return read;
    if (absl::Status read = source_.session.LoadOpenHolds(names, holds); !read.ok()) return read;
    for (ledger::Lot& lot : lots) due_[lot.member_id].lots.emplace(lot.lot_seq, lot);
    for (ledger::Hold& hold : holds) due_[hold.member_id].holds.emplace(hold.hold_seq, hold);
    return absl::OkStatus();
  }

  absl::StatusOr<base::Points> AvailableOf(const ledger::Member& member) const {
    const auto due = due_.find(member.member_id);
    if (due == due_.end()) return member.available;
    const base::Instant now = std::max(clock_, member.last_recorded_at);
    const engine::ProgramCache::Version program =
        source_.programs.InForceOrLatest(program_id_, now);
    const absl::StatusOr<ledger::Ledger> view = ledger::SettledView(due->second, *program, now);
    if (!view.ok()) return view.status();
    return view->member.available;
  }

  const Source& source_;
  const base::ProgramId program_id_;
  const std::string identity_kind_;
  const base::Instant clock_;
  engine::MemberName after_{program_id_, {}};

  // Of the members at hand.
  std::map<base::MemberId, ledger::Identity> chosen_;
  std::map<base::MemberId, ledger::MemberKey> keys_;
  std::map<base::MemberId, ledger::Ledger> due_;
};

absl::StatusOr<std::vector<grpc::ByteBuffer>> Export(ExportCall& call, const Source& source) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", call.request().program_id());
  const std::string& kind = call.request().identity_kind();
  if (!kind.empty()) fields.IdentityKind("identity_kind", kind);
  if (!fields.ok()) return fields.status();
  if (absl::Status known = KnowProgram(source, program_id); !known.ok()) return known;
  const absl::StatusOr<base::Instant> clock = source.session.Now();
  if (!clock.ok()) return clock.status();

  BalanceExport balances(source, program_id, kind, *clock);
  std::vector<grpc::ByteBuffer> messages;
  v1::ExportBalancesResponse first;
  ToProto(*clock, *first.mutable_as_of_time());
  messages.push_back(Serialized(first));
  while (true) {
    if (base::SteadyNow() >= call.deadline()) return engine::DeadlinePassed();
    const auto message = balances.Next();
    if (!message.ok()) return message.status();
    if (!*message) return messages;
    messages.push_back(Serialized(**message));
  }
}

}  // namespace

void ExportBalances(ExportCall& call) {
  call.door().reads.Submit([&call](absl::Status status, engine::ReadSession* session) {
    if (!status.ok()) return call.Refuse(status);
    absl::StatusOr<std::vector<grpc::ByteBuffer>> messages =
        Export(call, {*session, call.door().programs, call.door().keyring});
    messages.ok() ? call.ReplyAll(*std::move(messages)) : call.Refuse(messages.status());
  });
}

}  // namespace fairpoint::api
