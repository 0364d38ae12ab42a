// Members who were merged: into whom, and what became of their lots.
//
// Who is merged into a member changes only under that member's lock: a merge into it and a merge of
// it both take it. A merged member's own rows never change again, and its orders' rows only with
// their new member locked. So with the target locked, plain reads of all these are sure.
#include <algorithm>
#include <utility>

#include "engine/group.h"
#include "ledger/errors.h"

namespace fairpoint::engine {
namespace {

// Hints are cheap to find again.
constexpr size_t kMergedMax = 10'000;

// What is about an entry or a hold of one member, or about the member itself, is not for another.
bool IsOfNamedOnly(const Command& command) {
  return OperationAs<ledger::CaptureHold>(command) != nullptr ||
         OperationAs<ledger::ReleaseHold>(command) != nullptr ||
         OperationAs<ledger::ReleasePending>(command) != nullptr ||
         OperationAs<ledger::ReverseEntry>(command) != nullptr ||
         OperationAs<ledger::MergeMembers>(command) != nullptr;
}

using MergedFrom = std::map<MemberName, std::vector<ledger::Member>>;

std::set<MemberName> NamesOf(const MergedFrom& merged_from) {
  std::set<MemberName> names;
  for (const auto& [target, sources] : merged_from) {
    for (const ledger::Member& source : sources)
      names.insert({source.program_id, source.member_id});
  }
  return names;
}

}  // namespace

// ---- into whom ----

MemberName Group::MergedTargetOf(const MemberName& name) const {
  const ledger::Ledger* const ledger = working_.Find(name);
  if (ledger == nullptr || ledger->member.state != ledger::MemberState::kMerged) return name;
  return {name.program_id, ledger->member.merged_into};
}

std::optional<MemberName> Group::MemberOf(const Task& task) const {
  const std::optional<MemberName> named = NamedBy(task);
  if (!named || IsOfNamedOnly(task.command)) return named;
  return MergedTargetOf(*named);
}

std::optional<MemberName> Group::OtherMemberOf(const Task& task) const {
  const base::ProgramId& program_id = task.command.program_id;
  if (const auto* merge = OperationAs<ledger::MergeMembers>(task.command))
    return MemberName{program_id, merge->into};
  const auto* const transfer = OperationAs<ledger::TransferPoints>(task.command);
  if (transfer == nullptr) return std::nullopt;
  if (const auto* id = std::get_if<base::MemberId>(&transfer->to))
    return MergedTargetOf({program_id, *id});
  const auto found = working_.identities.find(*task.other);
  if (found == working_.identities.end()) return std::nullopt;
  return MergedTargetOf({program_id, found->second});
}

absl::Status Group::FollowMerged(const std::vector<ledger::Member>& locked) {
  bool is_new = false;
  for (const ledger::Member& member : locked) {
    if (member.state != ledger::MemberState::kMerged) continue;
    const MemberName target{member.program_id, member.merged_into};
    if (merged_into_.size() >= kMergedMax) merged_into_.clear();
    merged_into_[{member.program_id, member.member_id}] = target;
    is_new = is_new || !std::ranges::binary_search(to_lock_, target);
  }
  if (is_new) return absl::AbortedError("a member answers through another one");
  return absl::OkStatus();
}

absl::Status Group::FindMergedFrom(MergedFrom& found) {
  found.clear();
  for (const Task& task : running_.tasks) {
    const Command& command = task.command;
    const bool erases = OperationAs<ledger::EraseMember>(command) != nullptr;
    if (!erases && OperationAs<ledger::MergeMembers>(command) == nullptr) continue;
    const auto* const id = std::get_if<base::MemberId>(&command.member);
    if (id == nullptr) continue;
    MemberName name{command.program_id, *id};
    if (const auto merged = merged_into_.find(name); erases && merged != merged_into_.end())
      name = merged->second;
    if (const absl::Status status = session_->FindMergedInto(name, found[name]); !status.ok())
      return status;
  }
  return absl::OkStatus();
}

absl::Status Group::CheckMergedFrom() {
  MergedFrom now;
  if (const absl::Status status = FindMergedFrom(now); !status.ok()) return status;
  if (NamesOf(now) != NamesOf(merged_from_))
    return absl::AbortedError("members were merged before all of them were locked");
  for (const auto& [name, sources] : now) working_.AddMerged(name, sources);
  return absl::OkStatus();
}

// ---- what became of their lots ----

absl::Status Group::LoadMergedFrom() {
  merged_targets_.clear();
  const std::vector<MemberName> enrolled = EnrolledAlready();
  for (const Task& task : running_.tasks) {
    const bool counts = OperationAs<checkout::RecordReturn>(task.command) != nullptr ||
                        OperationAs<ledger::TransferPoints>(task.command) != nullptr;
    if (!counts) continue;
    for (const MemberName& name : CandidatesOf(task, enrolled)) {
      const ledger::Ledger* const ledger = working_.Find(name);
      if (ledger == nullptr || ledger->member.merged_count == 0) continue;
      if (!merged_targets_.insert(name).second) continue;
      std::vector<ledger::Member> sources;
      if (const absl::Status status = session_->FindMergedInto(name, sources); !status.ok())
        return status;
      working_.AddMerged(name, sources);
    }
  }
  return absl::OkStatus();
}

absl::Status Group::LoadMoved(const std::set<OrderName>& orders) {
  merge_entries_.clear();
  for (const MemberName& target : merged_targets_) {
    for (const OrderName& name : orders) {
      if (name.program_id != target.program_id) continue;
      const checkout::Order* const order =
          working_.OrdersOf(name.program_id).FindOrder(name.order_id);
      if (order == nullptr || order->earn_seq == 0 || order->member_id == target.member_id)
        continue;
      if (const absl::Status status = LoadMovedLot(target, *order); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

// From lot to lot, as merge followed merge.
absl::Status Group::LoadMovedLot(const MemberName& target, const checkout::Order& order) {
  const std::vector<ledger::Member>& sources = working_.MergedInto(target);
  checkout::MovedLot moved;
  moved.earning.member_id = order.member_id;
  moved.earning.earn_seq = order.earn_seq;
  MemberSeq at{{target.program_id, order.member_id}, order.earn_seq};
  while (at.member != target) {
    const auto source = std::ranges::find(sources, at.member.member_id, &ledger::Member::member_id);
    if (source == sources.end()) return absl::OkStatus();  // not of this target
    std::vector<ledger::Lot> lots;
    if (const absl::Status status = session_->LoadLots({&at, 1}, lots); !status.ok()) return status;
    if (lots.empty()) return absl::DataLossError("the lot of an order is not there");
    const ledger::Lot& lot = lots.front();
    moved.earning.expired += lot.expired;
    moved.earning.repaid += lot.repaid;
    moved.earning.points += lot.points;
    if (const absl::Status status = LoadMergeEntries(at.member, source->entry_seq); !status.ok())
      return status;
    const std::map<int64_t, ledger::Entry>& moves = merge_entries_.at(at.member);
    const auto out = moves.find(lot.lot_seq);
    if (out == moves.end()) {
      working_.Add(target.program_id, moved);
      return absl::OkStatus();
    }
    moved.earning.points -= out->second.points;
    at = {{target.program_id, out->second.peer_id}, out->second.peer_seq};
  }
  moved.lot_seq = at.seq;
  working_.Add(target.program_id, moved);
  return absl::OkStatus();
}

// What merges a member is the last that it books.
absl::Status Group::LoadMergeEntries(const MemberName& source, int64_t last_seq) {
  const auto [loaded, is_new] = merge_entries_.try_emplace(source);
  if (!is_new) return absl::OkStatus();
  std::vector<ledger::Entry> last;
  if (const absl::Status status = session_->LoadTransaction({source, last_seq}, last); !status.ok())
    return status;
  for (ledger::Entry& entry : last) {
    // A lot is pending or available, never both.
    if (entry.kind == ledger::EntryKind::kMergeOut && entry.lot_seq != 0)
      loaded->second.emplace(entry.lot_seq, std::move(entry));
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::engine
