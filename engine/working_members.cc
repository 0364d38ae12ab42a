// The members of a working set beside their points: persons, merges, and what limits count.
#include <utility>

#include "engine/working_set.h"

namespace fairpoint::engine {
namespace {

MemberName OwnerOf(const auto& row) { return {row.program_id, row.member_id}; }

IdentityName LookupOf(const ledger::Identity& row) { return {row.program_id, row.lookup_hash}; }

}  // namespace

void WorkingSet::AddTags(const std::vector<ledger::MemberTags>& tags) {
  for (const ledger::MemberTags& row : tags) tags_.insert_or_assign(OwnerOf(row), row);
}

void WorkingSet::AddMerged(const MemberName& member, const std::vector<ledger::Member>& sources) {
  merged_.insert_or_assign(member, sources);
  for (const ledger::Member& source : sources)
    order_books_[member.program_id].PutMerged(source.member_id, member.member_id);
}

void WorkingSet::Add(const base::ProgramId& program_id, const checkout::MovedLot& lot) {
  order_books_[program_id].Put(lot);
}

const ledger::MemberTags* WorkingSet::FindTags(const MemberName& name) const {
  const auto found = tags_.find(name);
  return found == tags_.end() ? nullptr : &found->second;
}

const std::vector<ledger::Member>& WorkingSet::MergedInto(const MemberName& name) const {
  static const std::vector<ledger::Member> kNobody;
  const auto found = merged_.find(name);
  return found == merged_.end() ? kNobody : found->second;
}

base::Points WorkingSet::GivenToday(const MemberName& name) const {
  const auto before = given_today.find(name);
  base::Points given = before == given_today.end() ? base::kNoPoints : before->second;
  for (const ledger::Entry& entry : appended_.entries) {
    if (entry.kind == ledger::EntryKind::kTransferOut && OwnerOf(entry) == name)
      given = base::CheckedAdd(given, entry.points).value_or(base::kPointsMax);
  }
  return given;
}

int64_t WorkingSet::ReturnsSince(const MemberName& name, base::Instant since) const {
  const auto before = returns_since.find({name, since});
  int64_t returns = before == returns_since.end() ? 0 : before->second;
  for (const checkout::OrderReturn& row : appended_.order_returns) {
    if (row.without_receipt && OwnerOf(row) == name && row.effective_at >= since) ++returns;
  }
  return returns;
}

void WorkingSet::Forget(const std::vector<ledger::Identity>& gone) {
  for (const ledger::Identity& identity : gone) {
    const IdentityName name = LookupOf(identity);
    identities.erase(name);
    identity_rows_.erase(name);
    appended_.deleted_identities.push_back(name);
  }
}

void WorkingSet::Put(const ledger::MemberTags& tags) {
  AddTags({tags});
  changed_tags_.insert(OwnerOf(tags));
}

void WorkingSet::Take(const MemberName& giver, const MemberName& taker,
                      ledger::TransferChanges changes) {
  Take(giver, std::move(changes.giver));
  Take(taker, std::move(changes.taker));
}

void WorkingSet::Take(const MemberName& source, const MemberName& target,
                      ledger::MergeChanges changes) {
  Take(source, std::move(changes.source));
  Take(target, std::move(changes.target));
  for (ledger::MemberEvent& event : changes.events) appended_.events.push_back(std::move(event));
  for (const ledger::Member& member : changes.repointed) {
    members_[OwnerOf(member)].member = member;
    changed_members_.insert(OwnerOf(member));
  }
  for (const ledger::Identity& identity : changes.identities) {
    identities.insert_or_assign(LookupOf(identity), identity.member_id);
    appended_.identities.push_back(identity);
  }
  AddIdentityRows(changes.identities);
  if (changes.tags) Put(*changes.tags);
}

void WorkingSet::Take(const MemberName& name, ledger::EraseChanges changes) {
  Take(name, std::move(changes.points));
  for (ledger::MemberEvent& event : changes.events) appended_.events.push_back(std::move(event));
  Forget(changes.identities);
  appended_.deleted_member_keys.push_back(name);
  for (const ledger::Member& source : MergedInto(name))
    appended_.deleted_member_keys.push_back(OwnerOf(source));
}

}  // namespace fairpoint::engine
