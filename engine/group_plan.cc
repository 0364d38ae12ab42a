// The planning stage: each command in turn against the working set. Nothing here reads or writes
// the store, and nothing can fail half-way.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/errors.h"
#include "engine/group.h"
#include "ledger/enroll.h"
#include "ledger/errors.h"
#include "ledger/plan.h"
#include "ledger/publish.h"

namespace fairpoint::engine {
namespace {

// The hashes of the fields that do not name a person.
std::string WithoutPersonal(std::string_view field_hashes, const RequestDigest& digest) {
  constexpr size_t kFieldBytes = 5;
  std::string kept;
  for (; field_hashes.size() >= kFieldBytes; field_hashes.remove_prefix(kFieldBytes)) {
    const auto number = static_cast<uint8_t>(field_hashes.front());
    if (std::ranges::find(digest.personal, number, &RequestDigest::PersonalField::number) ==
        digest.personal.end()) {
      kept.append(field_hashes.substr(0, kFieldBytes));
    }
  }
  return kept;
}

}  // namespace

void Group::Plan() {
  answers_.clear();
  answers_.reserve(running_.tasks.size());
  for (const Task& task : running_.tasks) {
    absl::StatusOr<Answer> answer = PlanOne(task);
    // A commit that may still be under way holds the locks of what it made, but nothing guards what
    // this transaction did not find.
    if (running_.commit_unknown && !answer.ok() && !MemberOf(task)) answer = DatabaseUnavailable();
    answers_.push_back(std::move(answer));
  }
}

absl::StatusOr<Answer> Group::PlanOne(const Task& task) {
  const Command& command = task.command;
  const auto receipt = working_.receipts.find({command.program_id, command.posting.request_id});
  if (!command.posting.request_id.empty() && receipt != working_.receipts.end())
    return Replay(command, receipt->second);
  if (Publishes(task)) return PlanProgram(command);
  if (!working_.program_heads.contains(command.program_id))
    return ledger::ProgramNotFound(command.program_id);
  if (std::holds_alternative<ledger::EnrollMember>(command.operation)) return PlanEnrolment(task);
  const bool changes_state = std::holds_alternative<ledger::FreezeMember>(command.operation) ||
                             std::holds_alternative<ledger::UnfreezeMember>(command.operation);
  return changes_state ? PlanStateChange(task) : PlanOperation(task);
}

absl::StatusOr<Answer> Group::Replay(const Command& command, const Receipt& receipt) const {
  if (receipt.kind != ledger::KindOf(command.operation)) return RequestIdReused({});
  const MemberName name{receipt.program_id, receipt.member_id};
  const std::string* const secret = working_.FindSecret(name);
  const RequestHashes offered =
      HashesOf(command.digest, secret != nullptr ? *secret : std::string());
  if (secret != nullptr || command.digest.personal.empty()) {
    if (offered.request_hash != receipt.request_hash)
      return RequestIdReused(DifferingFields(receipt.field_hashes, offered.field_hashes));
  } else {
    // The person was erased, and with the secret the means to compare who was named: the rest must
    // agree.
    const std::string stored = WithoutPersonal(receipt.field_hashes, command.digest);
    const std::string others = WithoutPersonal(offered.field_hashes, command.digest);
    if (stored != others) return RequestIdReused(DifferingFields(stored, others));
  }
  Answer answer;
  answer.replayed = true;
  answer.member_id = receipt.member_id;
  answer.event_seq = receipt.event_seq;
  if (receipt.kind == ledger::OperationKind::kPublishProgram) {
    const ledger::ProgramVersion* const version =
        working_.FindProgramVersion(receipt.program_id, receipt.first_seq);
    if (version == nullptr) return StoredDataBroken();
    answer.program_version = *version;
    return answer;
  }
  answer.entries = working_.EntriesOf({name, receipt.first_seq, receipt.entry_count});
  if (static_cast<int64_t>(answer.entries.size()) != receipt.entry_count) return StoredDataBroken();
  answer.created = receipt.kind == ledger::OperationKind::kEnrollMember && receipt.outcome == 1;
  answer.deduct_minor_units =
      receipt.kind == ledger::OperationKind::kReverseEntry ? receipt.outcome : 0;
  return answer;
}

void Group::KeepReceipt(const Command& command, const MemberName& name, Receipt receipt) {
  if (command.posting.request_id.empty()) return;
  const std::string* const secret = working_.FindSecret(name);
  const RequestHashes hashes =
      HashesOf(command.digest, secret != nullptr ? *secret : std::string());
  receipt.program_id = command.program_id;
  receipt.request_id = command.posting.request_id;
  receipt.kind = ledger::KindOf(command.operation);
  receipt.member_id = name.member_id;
  receipt.request_hash = hashes.request_hash;
  receipt.field_hashes = hashes.field_hashes;
  receipt.recorded_at = lane_lock_.now;
  working_.Take(std::move(receipt));
}

absl::StatusOr<Answer> Group::PlanOperation(const Task& task) {
  const Command& command = task.command;
  const std::optional<MemberName> name = MemberOf(task);
  const ledger::Ledger* const ledger = name ? working_.Find(*name) : nullptr;
  const base::Instant now = NowOf(ledger);
  const ProgramCache::Version program = ProgramOf(command, now);
  if (program == nullptr)
    return ledger::ProgramNotEffective(command.posting.effective_at.value_or(now));
  if (ledger == nullptr) return ledger::MemberNotFound();

  ledger::TargetTransaction target;
  if (const auto* reverse = std::get_if<ledger::ReverseEntry>(&command.operation)) {
    target = working_.TargetOf({*name, reverse->entry_seq});
  }
  absl::StatusOr<ledger::Changes> changes =
      ledger::Plan(*ledger, command.operation, command.posting, *program, &target, now);
  if (!changes.ok()) return changes.status();

  Answer answer;
  answer.member_id = name->member_id;
  answer.deduct_minor_units = changes->deduct_minor_units;
  answer.settled_entries = static_cast<int64_t>(changes->entries.size()) - changes->operation_count;
  Receipt receipt;
  receipt.first_seq =
      changes->operation_count > 0 ? changes->operation_first : changes->member.entry_seq + 1;
  receipt.entry_count = changes->operation_count;
  receipt.outcome = changes->deduct_minor_units;
  for (const ledger::Entry& entry : changes->entries) {
    const bool of_operation =
        entry.seq >= receipt.first_seq && entry.seq < receipt.first_seq + receipt.entry_count;
    if (of_operation) answer.entries.push_back(entry);
  }
  working_.Take(*name, *std::move(changes));
  KeepReceipt(command, *name, std::move(receipt));
  return answer;
}

absl::StatusOr<Answer> Group::PlanEnrolment(const Task& task) {
  const Command& command = task.command;
  const auto& enroll = std::get<ledger::EnrollMember>(command.operation);
  std::set<base::MemberId> holders;
  for (const IdentityName& name : task.identity_names) {
    if (const auto found = working_.identities.find(name); found != working_.identities.end())
      holders.insert(found->second);
  }
  if (holders.size() > 1)
    return ledger::IdentityConflict("the identities belong to different members");

  std::optional<ledger::IdentityHolder> holder;
  base::Instant now = lane_lock_.now;
  if (!holders.empty()) {
    const MemberName name{command.program_id, *holders.begin()};
    const ledger::Ledger* const ledger = working_.Find(name);
    const std::string* const secret = working_.FindSecret(name);
    if (ledger == nullptr || secret == nullptr) return StoredDataBroken();
    holder = ledger::IdentityHolder{
        .member = ledger->member, .secret = *secret, .identities = working_.IdentitiesOf(name)};
    now = std::max(now, ledger->member.last_recorded_at);
  }
  const absl::StatusOr<ledger::MemberChanges> changes = ledger::PlanEnroll(
      command.program_id, enroll, holder ? &*holder : nullptr, command.posting, keyring_, now);
  if (!changes.ok()) return changes.status();
  working_.Take(*changes, enroll.new_member_secret);

  Answer answer;
  answer.member_id = changes->member.member_id;
  answer.created = changes->is_new;
  Receipt receipt;
  receipt.event_seq = changes->events.empty() ? 0 : changes->events.back().event_seq;
  receipt.outcome = changes->is_new ? 1 : 0;
  answer.event_seq = receipt.event_seq;
  KeepReceipt(command, {command.program_id, answer.member_id}, std::move(receipt));
  return answer;
}

absl::StatusOr<Answer> Group::PlanStateChange(const Task& task) {
  const Command& command = task.command;
  const std::optional<MemberName> name = MemberOf(task);
  const ledger::Ledger* const ledger = name ? working_.Find(*name) : nullptr;
  if (ledger == nullptr) return ledger::MemberNotFound();
  const base::Instant now = NowOf(ledger);
  const bool freezes = std::holds_alternative<ledger::FreezeMember>(command.operation);
  const absl::StatusOr<ledger::MemberChanges> changes =
      freezes ? ledger::PlanFreeze(ledger->member, command.posting, now)
              : ledger::PlanUnfreeze(ledger->member, command.posting, now);
  if (!changes.ok()) return changes.status();
  working_.Take(*changes, {});
  Answer answer;
  answer.member_id = name->member_id;
  answer.event_seq = changes->events.back().event_seq;
  Receipt receipt;
  receipt.event_seq = answer.event_seq;
  KeepReceipt(command, *name, std::move(receipt));
  return answer;
}

absl::StatusOr<Answer> Group::PlanProgram(const Command& command) {
  const auto& publish = std::get<ledger::PublishProgram>(command.operation);
  const auto head = working_.program_heads.find(command.program_id);
  const bool is_first = head == working_.program_heads.end();
  const ProgramCache::Version latest = is_first ? nullptr : programs_.Latest(command.program_id);
  const absl::StatusOr<ledger::PublishChanges> changes = ledger::PlanPublish(
      publish, is_first ? nullptr : &head->second, latest.get(), command.posting, lane_lock_.now);
  if (!changes.ok()) return changes.status();
  working_.Take(*changes);
  Answer answer;
  answer.program_version = changes->version;
  Receipt receipt;
  receipt.first_seq = changes->version.version;
  KeepReceipt(command, {command.program_id, base::MemberId()}, std::move(receipt));
  return answer;
}

}  // namespace fairpoint::engine
