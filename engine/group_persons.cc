// The loading stage for what is known of persons, and for what limits count of a member.
#include <algorithm>
#include <set>

#include "checkout/plan.h"
#include "engine/group.h"
#include "ledger/transfer.h"

namespace fairpoint::engine {
namespace {

bool ConcernsTags(const Command& command) {
  return OperationAs<ledger::SetTags>(command) != nullptr ||
         OperationAs<ledger::ImportMember>(command) != nullptr ||
         OperationAs<ledger::MergeMembers>(command) != nullptr;
}

// Beside enrolments, which look persons up by their identities.
bool ChangesPerson(const Command& command) {
  return OperationAs<ledger::LinkIdentity>(command) != nullptr ||
         OperationAs<ledger::UnlinkIdentity>(command) != nullptr ||
         OperationAs<ledger::SetTags>(command) != nullptr ||
         OperationAs<ledger::MergeMembers>(command) != nullptr ||
         OperationAs<ledger::EraseMember>(command) != nullptr;
}

}  // namespace

absl::Status Group::LoadSecrets() {
  // For comparing requests that name a person, and for what is known of persons.
  std::set<MemberName> keys;
  std::set<MemberName> persons;
  // Commands of one request id are compared with one another: one of them may name its member by
  // id.
  std::set<RequestName> personal;
  for (const Task& task : running_.tasks) {
    const Command& command = task.command;
    if (!command.digest.personal.empty())
      personal.insert({command.program_id, command.posting.request_id});
  }
  for (const Task& task : running_.tasks) {
    const Command& command = task.command;
    const std::optional<MemberName> name = MemberOf(task);
    const std::optional<MemberName> other = OtherMemberOf(task);
    if (ChangesPerson(command)) {
      if (name) persons.insert(*name);
      if (other) persons.insert(*other);
    }
    if (!personal.contains({command.program_id, command.posting.request_id})) continue;
    const auto receipt = working_.receipts.find({command.program_id, command.posting.request_id});
    if (receipt != working_.receipts.end())
      keys.insert({command.program_id, receipt->second.member_id});
    if (name) keys.insert(*name);
    if (EnrolmentOf(command) == nullptr) continue;
    for (const IdentityName& identity : task.identity_names) {
      const auto found = working_.identities.find(identity);
      if (found != working_.identities.end()) persons.insert({command.program_id, found->second});
    }
  }
  keys.insert(persons.begin(), persons.end());
  if (!keys.empty()) {
    std::vector<ledger::MemberKey> found;
    const std::vector<MemberName> names(keys.begin(), keys.end());
    if (const absl::Status status = session_->LoadMemberKeys(names, found); !status.ok())
      return status;
    if (const absl::Status status = working_.AddSecrets(found, keyring_); !status.ok())
      return status;
  }
  return persons.empty() ? absl::OkStatus() : LoadPersons(persons);
}

absl::Status Group::LoadPersons(const std::set<MemberName>& persons) {
  const std::vector<MemberName> names(persons.begin(), persons.end());
  std::vector<ledger::Identity> identities;
  if (const absl::Status status = session_->LoadIdentitiesOf(names, identities); !status.ok())
    return status;
  working_.AddIdentityRows(identities);
  const bool with_tags = std::ranges::any_of(
      running_.tasks, [](const Task& task) { return ConcernsTags(task.command); });
  if (!with_tags) return absl::OkStatus();
  std::vector<ledger::MemberTags> tags;
  if (const absl::Status status = session_->LoadMemberTags(names, tags); !status.ok())
    return status;
  working_.AddTags(tags);
  return absl::OkStatus();
}

absl::Status Group::LoadCounts() {
  const std::vector<MemberName> enrolled = EnrolledAlready();
  for (const Task& task : running_.tasks) {
    const Command& command = task.command;
    const bool gives = OperationAs<ledger::TransferPoints>(command) != nullptr;
    if (!gives && !checkout::IsCounted(OperationAs<checkout::RecordReturn>(command))) continue;
    if (working_.receipts.contains({command.program_id, command.posting.request_id})) continue;
    for (const MemberName& name : CandidatesOf(task, enrolled)) {
      const ledger::Ledger* const ledger = working_.Find(name);
      if (ledger == nullptr) continue;
      base::Instant now = NowOf(ledger);
      // As it is planned: a transfer is at an instant of both.
      if (const std::optional<MemberName> other = OtherMemberOf(task))
        now = std::max(now, NowOf(working_.Find(*other)));
      const ProgramCache::Version program = ProgramOf(command, now);
      if (program == nullptr) continue;
      absl::Status counted;
      if (gives && program->transfers.points_max_per_day.value > 0) {
        counted = CountGiven(name, ledger::DayBegin(now, *program));
      } else if (!gives && program->orders.returns_without_receipt_max > 0) {
        counted = CountReturns(name, checkout::CountedSince(command.posting, now));
      }
      if (!counted.ok()) return counted;
    }
  }
  return absl::OkStatus();
}

absl::Status Group::CountGiven(const MemberName& name, base::Instant since) {
  const auto [given, is_new] = working_.given_today.try_emplace(name);
  if (!is_new) return absl::OkStatus();
  const auto add = [&, &sum = given->second](const MemberName& member) {
    base::Points more;
    const absl::Status status = session_->SumTransferred(member, since, more);
    sum = base::CheckedAdd(sum, more).value_or(base::kPointsMax);
    return status;
  };
  if (const absl::Status status = add(name); !status.ok()) return status;
  for (const ledger::Member& source : working_.MergedInto(name)) {
    if (const absl::Status status = add({name.program_id, source.member_id}); !status.ok())
      return status;
  }
  return absl::OkStatus();
}

absl::Status Group::CountReturns(const MemberName& name, base::Instant since) {
  const auto [returns, is_new] = working_.returns_since.try_emplace({name, since});
  if (!is_new) return absl::OkStatus();
  const auto add = [&, &sum = returns->second](const MemberName& member) {
    int64_t more = 0;
    const absl::Status status = session_->CountReturnsWithoutReceipt(member, since, more);
    sum += more;
    return status;
  };
  if (const absl::Status status = add(name); !status.ok()) return status;
  for (const ledger::Member& source : working_.MergedInto(name)) {
    if (const absl::Status status = add({name.program_id, source.member_id}); !status.ok())
      return status;
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::engine
