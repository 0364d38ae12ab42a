// The loading stage: what the commands' plans will look at, read under the locks.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "engine/group.h"
#include "ledger/plan.h"

namespace fairpoint::engine {
namespace {

// What an operation on an order does to points, as far as what it needs to have loaded is
// concerned.
ledger::Operation OnPoints(const Operation& operation) {
  if (const auto* points = std::get_if<ledger::Operation>(&operation)) return *points;
  const auto* const order = std::get_if<checkout::Operation>(&operation);
  if (order == nullptr || std::holds_alternative<checkout::CommitBasket>(*order))
    return ledger::Settle{};
  if (std::holds_alternative<checkout::RecordReturn>(*order)) return ledger::TakeBackParts{};
  return ledger::EarnPoints{};
}

}  // namespace

std::optional<MemberName> Group::NamedBy(const Task& task) const {
  const Command& command = task.command;
  if (const auto* id = std::get_if<base::MemberId>(&command.member))
    return MemberName{command.program_id, *id};
  if (std::holds_alternative<Nobody>(command.member)) return std::nullopt;
  if (const auto* owner = std::get_if<OrderOwner>(&command.member)) {
    const auto found = working_.order_owners.find({command.program_id, owner->order_id});
    if (found == working_.order_owners.end() || found->second.empty()) return std::nullopt;
    return MemberName{command.program_id, found->second};
  }
  if (std::holds_alternative<QuoteOwner>(command.member)) {
    const pricing::Evidence* const quote = QuoteOf(task);
    if (quote == nullptr || quote->member_id.empty()) return std::nullopt;
    return MemberName{command.program_id, quote->member_id};
  }
  const auto found = working_.identities.find(task.identity_names.front());
  if (found == working_.identities.end()) return std::nullopt;
  return MemberName{command.program_id, found->second};
}

std::vector<MemberName> Group::EnrolledAlready() const {
  std::vector<MemberName> enrolled;
  for (const Task& task : running_.tasks) {
    if (EnrolmentOf(task.command) == nullptr) continue;
    for (const IdentityName& name : task.identity_names) {
      const auto found = working_.identities.find(name);
      if (found != working_.identities.end())
        enrolled.push_back(MergedTargetOf({name.program_id, found->second}));
    }
  }
  return enrolled;
}

std::vector<MemberName> Group::CandidatesOf(const Task& task,
                                            const std::vector<MemberName>& enrolled) const {
  if (const std::optional<MemberName> name = MemberOf(task)) return {*name};
  if (const auto* owner = std::get_if<OrderOwner>(&task.command.member))
    return OwnersToBe({task.command.program_id, owner->order_id});
  std::vector<MemberName> candidates;
  if (!std::holds_alternative<ledger::PlainIdentity>(task.command.member)) return candidates;
  std::ranges::copy_if(enrolled, std::back_inserter(candidates), [&task](const MemberName& name) {
    return name.program_id == task.command.program_id;
  });
  return candidates;
}

base::Instant Group::NowOf(const ledger::Ledger* ledger) const {
  return ledger == nullptr ? lane_lock_.now
                           : std::max(lane_lock_.now, ledger->member.last_recorded_at);
}

ProgramCache::Version Group::ProgramOf(const Command& command, base::Instant now) const {
  return programs_.InForce(command.program_id, ledger::BusinessTime(command.posting, now));
}

absl::Status Group::Load() {
  if (const absl::Status status = CheckResolution(); !status.ok()) return status;
  if (const absl::Status status = LoadPrograms(); !status.ok()) return status;
  if (const absl::Status status = LoadReplays(); !status.ok()) return status;
  // Again: what committed them may have come before the locks.
  if (const absl::Status status = LoadQuotes(); !status.ok()) return status;
  if (const absl::Status status = LoadSecrets(); !status.ok()) return status;
  if (const absl::Status status = LoadStoredPrices(); !status.ok()) return status;
  if (const absl::Status status = LoadOrders(); !status.ok()) return status;
  if (const absl::Status status = LoadCounts(); !status.ok()) return status;
  // Of an order that nobody owns no lock tells whether this very request made it meanwhile. Its
  // receipt is looked for after what it made, and what answers a receipt after that.
  const bool makes_orders_of_nobody = std::ranges::any_of(running_.tasks, [this](const Task& task) {
    return !MemberOf(task) && (OperationAs<checkout::CommitBasket>(task.command) != nullptr ||
                               OperationAs<checkout::RecordPurchase>(task.command) != nullptr);
  });
  if (makes_orders_of_nobody) {
    if (const absl::Status status = LoadQuotes(); !status.ok()) return status;
    if (const absl::Status status = LoadReplays(); !status.ok()) return status;
    if (const absl::Status status = LoadQuotes(/*of_replays=*/true); !status.ok()) return status;
  }
  if (const absl::Status status = CheckBasketsLocked(); !status.ok()) return status;
  if (const absl::Status status = LoadCredits(); !status.ok()) return status;
  return LoadNeeds();
}

absl::Status Group::CheckResolution() {
  std::vector<ledger::Identity> found;
  if (const absl::Status status = FindIdentities(found); !status.ok()) return status;
  std::map<IdentityName, base::MemberId> now;
  for (const ledger::Identity& identity : found)
    now[{identity.program_id, identity.lookup_hash}] = identity.member_id;
  if (now != working_.identities)
    return absl::AbortedError("an identity changed hands before its member was locked");
  return CheckMergedFrom();
}

absl::Status Group::LoadPrograms() {
  for (const auto& [program_id, head] : working_.program_heads) {
    const int64_t known = programs_.LatestVersion(program_id);
    if (known >= head.latest_version) continue;
    std::vector<ledger::ProgramVersion> versions;
    if (const absl::Status status = session_->LoadProgramVersions(program_id, known, versions);
        !status.ok())
      return status;
    if (const absl::Status status = programs_.Add(versions); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Group::LoadReplays() {
  std::vector<RequestName> names;
  for (const Task& task : running_.tasks) {
    const base::RequestId& request_id = task.command.posting.request_id;
    if (!request_id.empty()) names.push_back({task.command.program_id, request_id});
  }
  if (names.empty()) return absl::OkStatus();
  std::vector<Receipt> found;
  if (const absl::Status status = session_->LoadReceipts(names, found); !status.ok()) return status;
  std::vector<EntrySpan> spans;
  for (const Receipt& receipt : found) {
    working_.receipts[{receipt.program_id, receipt.request_id}] = receipt;
    if (receipt.kind == ledger::OperationKind::kPublishProgram) {
      std::vector<ledger::ProgramVersion> versions;
      const absl::Status status =
          session_->LoadProgramVersions(receipt.program_id, receipt.first_seq - 1, versions);
      if (!status.ok()) return status;
      working_.AddProgramVersions(versions);
    } else if (receipt.entry_count > 0) {
      spans.push_back(
          {{receipt.program_id, receipt.member_id}, receipt.first_seq, receipt.entry_count});
    }
  }
  if (spans.empty()) return absl::OkStatus();
  std::vector<ledger::Entry> entries;
  if (const absl::Status status = session_->LoadEntries(spans, entries); !status.ok())
    return status;
  working_.AddEntries(entries);
  return absl::OkStatus();
}

absl::Status Group::LoadNeeds() {
  std::set<MemberName> open;
  std::set<MemberSeq> holds;
  std::set<MemberSeq> lots;
  std::vector<MemberSeq> targets;
  const std::vector<MemberName> enrolled = EnrolledAlready();
  for (const Task& task : running_.tasks) {
    const Command& command = task.command;
    if (working_.receipts.contains({command.program_id, command.posting.request_id})) continue;
    std::vector<MemberName> candidates = CandidatesOf(task, enrolled);
    if (const std::optional<MemberName> other = OtherMemberOf(task)) {
      candidates.push_back(*other);
    } else if (task.other) {
      // Perhaps one whom this group enrols by that identity.
      candidates.insert(candidates.end(), enrolled.begin(), enrolled.end());
    }
    for (const MemberName& name : candidates) {
      const ledger::Ledger* const ledger = working_.Find(name);
      if (ledger == nullptr || name.program_id != command.program_id) continue;
      const base::Instant now = NowOf(ledger);
      const ProgramCache::Version program = ProgramOf(command, now);
      if (program == nullptr) continue;
      const ledger::Needs needs =
          ledger::NeedsOf(OnPoints(command.operation), ledger->member, *program, now);
      if (needs.open) open.insert(name);
      if (needs.hold_seq) holds.insert({name, *needs.hold_seq});
      if (needs.target_seq) targets.push_back({name, *needs.target_seq});
      for (const int64_t lot_seq : LotsOf(task, name, *program, now)) lots.insert({name, lot_seq});
    }
  }
  if (!open.empty()) {
    const std::vector<MemberName> names(open.begin(), open.end());
    std::vector<ledger::Lot> open_lots;
    std::vector<ledger::Hold> open_holds;
    if (const absl::Status status = session_->LoadOpenLots(names, open_lots); !status.ok())
      return status;
    if (const absl::Status status = session_->LoadOpenHolds(names, open_holds); !status.ok())
      return status;
    working_.AddLots(open_lots);
    working_.AddHolds(open_holds);
    for (const MemberName& name : names) working_.MarkOpenLoaded(name);
  }
  if (!holds.empty()) {
    const std::vector<MemberSeq> names(holds.begin(), holds.end());
    std::vector<ledger::Hold> found;
    if (const absl::Status status = session_->LoadHolds(names, found); !status.ok()) return status;
    working_.AddHolds(found);
  }
  if (!lots.empty()) {
    const std::vector<MemberSeq> names(lots.begin(), lots.end());
    std::vector<ledger::Lot> found;
    if (const absl::Status status = session_->LoadLots(names, found); !status.ok()) return status;
    working_.AddLots(found);
  }
  return LoadTargets(targets);
}

absl::Status Group::LoadTargets(const std::vector<MemberSeq>& targets) {
  std::set<MemberSeq> transactions;
  std::set<MemberSeq> lots;
  std::set<OrderName> orders;
  for (const MemberSeq& target : targets) {
    std::vector<ledger::Entry> entries;
    if (const absl::Status status = session_->LoadTransaction(target, entries); !status.ok())
      return status;
    for (const ledger::Entry& entry : entries) {
      transactions.insert({target.member, entry.txn_seq});
      if (entry.lot_seq != 0) lots.insert({target.member, entry.lot_seq});
      if (entry.kind == ledger::EntryKind::kEarn && !entry.order_id.empty())
        orders.insert({target.member.program_id, entry.order_id});
    }
    working_.AddEntries(entries);
  }
  if (transactions.empty()) return absl::OkStatus();
  const std::vector<MemberSeq> transaction_names(transactions.begin(), transactions.end());
  const std::vector<MemberSeq> lot_names(lots.begin(), lots.end());
  std::vector<Reversal> reversals;
  std::vector<ledger::Lot> found;
  if (const absl::Status status = session_->LoadReversals(transaction_names, reversals);
      !status.ok())
    return status;
  if (const absl::Status status = session_->LoadLots(lot_names, found); !status.ok()) return status;
  working_.AddReversals(reversals);
  working_.AddLots(found);
  return LoadWantedOrders(orders);
}

}  // namespace fairpoint::engine
