// The planning stage: each command in turn against the working set. Nothing here reads or writes
// the store, and nothing can fail half-way.
#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "checkout/basket.h"
#include "engine/errors.h"
#include "engine/group.h"
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
  // Of no programme.
  if (const auto* keep = OperationAs<KeepCursors>(command)) return PlanCursors(*keep);
  if (!working_.program_heads.contains(command.program_id))
    return ledger::ProgramNotFound(command.program_id);
  if (std::holds_alternative<checkout::Operation>(command.operation)) return PlanOrder(task);
  if (std::holds_alternative<PriceOperation>(command.operation)) return PlanPrices(task);
  return std::visit(
      base::Overloaded{[&](const ledger::EnrollMember&) { return PlanEnrolment(task); },
                       [&](const ledger::ImportMember&) { return PlanImport(task); },
                       [&](const ledger::FreezeMember&) { return PlanMemberChange(task); },
                       [&](const ledger::UnfreezeMember&) { return PlanMemberChange(task); },
                       [&](const ledger::LinkIdentity&) { return PlanMemberChange(task); },
                       [&](const ledger::UnlinkIdentity&) { return PlanMemberChange(task); },
                       [&](const ledger::SetTags&) { return PlanMemberChange(task); },
                       [&](const ledger::TransferPoints&) { return PlanTransfer(task); },
                       [&](const ledger::MergeMembers&) { return PlanMerge(task); },
                       [&](const ledger::EraseMember&) { return PlanErasure(task); },
                       [&](const auto&) { return PlanOperation(task); }},
      std::get<ledger::Operation>(command.operation));
}

absl::StatusOr<Answer> Group::Replay(const Command& command, const Receipt& receipt) const {
  if (receipt.kind != KindOf(command.operation)) return RequestIdReused({});
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
  const bool enrols = receipt.kind == ledger::OperationKind::kEnrollMember ||
                      receipt.kind == ledger::OperationKind::kImportMember;
  answer.created = enrols && receipt.outcome == 1;
  answer.deduct_minor_units =
      receipt.kind == ledger::OperationKind::kReverseEntry ? receipt.outcome : 0;
  const bool earns = receipt.kind == ledger::OperationKind::kRecordPurchase ||
                     receipt.kind == ledger::OperationKind::kClaimReceipt;
  if (earns) answer.points.value = receipt.outcome;
  if (const auto* asked = OperationAs<checkout::RecordReturn>(command)) {
    const checkout::OrderReturn* const row =
        working_.FindOrderReturn({command.program_id, asked->return_id});
    if (row == nullptr) return StoredDataBroken();
    answer.order_return = *row;
    answer.deduct_minor_units = row->deduct_minor_units;
  }
  if (const auto* mark = OperationAs<MarkPriceCredit>(command)) {
    absl::StatusOr<Answer> marked = MarkAnswer(*mark, command.program_id, receipt.outcome);
    if (marked.ok()) marked->replayed = true;
    return marked;
  }
  if (const auto* commit = OperationAs<checkout::CommitBasket>(command)) {
    const pricing::Evidence* const quote =
        working_.prices.FindEvidence({command.program_id, commit->quote_id});
    const pricing::Evidence* const row = working_.prices.FindEvidence(
        {command.program_id, checkout::EvidenceIdOf(commit->quote_id)});
    if (quote == nullptr || row == nullptr) return StoredDataBroken();
    auto told = std::make_shared<PriceAnswer>();
    told->evidence = *row;
    told->quoted_total = quote->total;
    answer.prices = std::move(told);
  }
  return answer;
}

void Group::KeepReceipt(const Command& command, const MemberName& name, Receipt receipt) {
  if (command.posting.request_id.empty()) return;
  const std::string* const secret = working_.FindSecret(name);
  const RequestHashes hashes =
      HashesOf(command.digest, secret != nullptr ? *secret : std::string());
  receipt.program_id = command.program_id;
  receipt.request_id = command.posting.request_id;
  receipt.kind = KindOf(command.operation);
  receipt.member_id = name.member_id;
  receipt.request_hash = hashes.request_hash;
  receipt.field_hashes = hashes.field_hashes;
  receipt.recorded_at = lane_lock_.now;
  working_.Take(std::move(receipt));
}

Answer Group::AnswerOf(const ledger::Changes& changes, Receipt& receipt) {
  Answer answer;
  answer.member_id = changes.member.member_id;
  receipt.first_seq =
      changes.operation_count > 0 ? changes.operation_first : changes.member.entry_seq + 1;
  receipt.entry_count = changes.operation_count;
  for (const ledger::Entry& entry : changes.entries) {
    const bool of_operation =
        entry.seq >= receipt.first_seq && entry.seq < receipt.first_seq + receipt.entry_count;
    if (of_operation) answer.entries.push_back(entry);
  }
  return answer;
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
  if (const auto* reverse = OperationAs<ledger::ReverseEntry>(command)) {
    target = working_.TargetOf({*name, reverse->entry_seq});
    if (const absl::Status ok = CheckNotOfOrder(target); !ok.ok()) return ok;
  }
  absl::StatusOr<ledger::Changes> changes =
      ledger::Plan(*ledger, std::get<ledger::Operation>(command.operation), command.posting,
                   *program, &target, now);
  if (!changes.ok()) return changes.status();

  Receipt receipt;
  Answer answer = AnswerOf(*changes, receipt);
  answer.settled_entries = static_cast<int64_t>(changes->entries.size()) - changes->operation_count;
  answer.deduct_minor_units = changes->deduct_minor_units;
  receipt.outcome = changes->deduct_minor_units;
  working_.Take(*name, *std::move(changes));
  KeepReceipt(command, *name, std::move(receipt));
  return answer;
}

absl::StatusOr<Answer> Group::PlanProgram(const Command& command) {
  const auto& publish = *OperationAs<ledger::PublishProgram>(command);
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
