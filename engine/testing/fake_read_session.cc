#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "engine/testing/fake_reads.h"
#include "engine/testing/fake_sessions.h"

namespace fairpoint::engine {
namespace {

bool Within(const MemberName& member, const MemberRange& range) {
  return range.after < member && (!range.until || member <= *range.until);
}

template <class Row>
void ScanRange(const FakeTable<MemberSeq, Row>& table, const MemberRange& range,
               const std::optional<MemberSeq>& resume_after, size_t limit, int64_t as_of,
               std::vector<Row>& found) {
  const MemberSeq first = resume_after ? MemberSeq{resume_after->member, resume_after->seq + 1}
                                       : MemberSeq{range.after, 0};
  size_t left = limit;
  table.Scan(first, 0, as_of, [&](const MemberSeq& key, const Row& row) {
    if (left == 0 || (range.until && *range.until < key.member)) return false;
    if (!Within(key.member, range)) return true;
    found.push_back(row);
    --left;
    return true;
  });
}

}  // namespace

absl::Status FakeReadSession::BeginSnapshot() {
  const std::lock_guard lock(store_.mutex_);
  if (IsDead()) return absl::UnavailableError("the database is down");
  if (as_of_) store_.Violation("a snapshot is begun within another");
  ++store_.snapshots_;
  as_of_ = store_.last_commit_;
  return absl::OkStatus();
}

void FakeReadSession::EndSnapshot() {
  const std::lock_guard lock(store_.mutex_);
  if (as_of_) --store_.snapshots_;
  as_of_.reset();
}

absl::StatusOr<base::Instant> FakeReadSession::Now() { return store_.clock(); }

absl::Status FakeReadSession::FindIdentities(std::span<const IdentityName> names,
                                             std::vector<ledger::Identity>& found) {
  return Read(
      [&](int64_t as_of) { fake_reads::ByKey(store_.identities_, names, 0, as_of, found); });
}

absl::Status FakeReadSession::FindMembers(std::span<const MemberName> names,
                                          std::vector<ledger::Member>& found) {
  return Read([&](int64_t as_of) { fake_reads::ByKey(store_.members_, names, 0, as_of, found); });
}

absl::Status FakeReadSession::LoadOpenLots(std::span<const MemberName> members,
                                           std::vector<ledger::Lot>& found) {
  return Read([&](int64_t as_of) {
    fake_reads::OfMembers(store_.lots_, members, 0, as_of, found,
                          [](const ledger::Lot& lot) { return lot.is_open; });
  });
}

absl::Status FakeReadSession::LoadOpenHolds(std::span<const MemberName> members,
                                            std::vector<ledger::Hold>& found) {
  return Read([&](int64_t as_of) {
    fake_reads::OfMembers(store_.holds_, members, 0, as_of, found, [](const ledger::Hold& hold) {
      return hold.state == ledger::HoldState::kOpen;
    });
  });
}

absl::Status FakeReadSession::LoadMemberKeys(std::span<const MemberName> members,
                                             std::vector<ledger::MemberKey>& found) {
  return Read(
      [&](int64_t as_of) { fake_reads::ByKey(store_.member_keys_, members, 0, as_of, found); });
}

absl::Status FakeReadSession::LoadIdentitiesOf(std::span<const MemberName> members,
                                               std::vector<ledger::Identity>& found) {
  return Read([&](int64_t as_of) {
    fake_reads::IdentitiesOf(store_.identities_, members, 0, as_of, found);
  });
}

absl::Status FakeReadSession::LoadProgramHeads(std::vector<ledger::ProgramHead>& found,
                                               std::map<base::ProgramId, std::string>& unreadable) {
  unreadable.clear();  // every row of a fake can be read
  return Read([&](int64_t as_of) {
    store_.program_heads_.ScanAll(0, as_of,
                                  [&](const base::ProgramId&, const ledger::ProgramHead& row) {
                                    found.push_back(row);
                                    return true;
                                  });
  });
}

absl::Status FakeReadSession::LoadProgramVersions(const base::ProgramId& program_id,
                                                  int64_t after_version,
                                                  std::vector<ledger::ProgramVersion>& found) {
  return Read([&](int64_t as_of) {
    fake_reads::ProgramVersions(store_.program_versions_, program_id, after_version, 0, as_of,
                                found);
  });
}

absl::Status FakeReadSession::LoadReceipts(std::span<const RequestName> names,
                                           std::vector<Receipt>& found) {
  return Read([&](int64_t as_of) { fake_reads::ByKey(store_.receipts_, names, 0, as_of, found); });
}

absl::Status FakeReadSession::ReadEntries(const MemberName& member, int64_t after_seq,
                                          int64_t before_seq, bool newest_first, size_t limit,
                                          std::vector<ledger::Entry>& found) {
  return Read([&](int64_t as_of) {
    std::vector<ledger::Entry> all;
    store_.entries_.Scan({member, after_seq + 1}, 0, as_of,
                         [&](const MemberSeq& key, const ledger::Entry& row) {
                           if (key.member != member || key.seq >= before_seq) return false;
                           all.push_back(row);
                           return newest_first || all.size() < limit;
                         });
    if (newest_first) std::ranges::reverse(all);
    all.resize(std::min(all.size(), limit));
    found.insert(found.end(), all.begin(), all.end());
  });
}

absl::Status FakeReadSession::ScanDueMembers(base::Instant now,
                                             const std::optional<DueMember>& resume_after,
                                             size_t limit, std::vector<DueMember>& found) {
  return Read([&](int64_t as_of) {
    store_.members_.ScanAll(0, as_of, [&](const MemberName& name, const ledger::Member& row) {
      if (!row.next_due_at || *row.next_due_at > now) return true;
      DueMember due{*row.next_due_at, name};
      if (!resume_after || due > *resume_after) found.push_back(std::move(due));
      return true;
    });
    std::ranges::sort(found);
    found.resize(std::min(found.size(), limit));
  });
}

absl::Status FakeReadSession::ScanMembers(const MemberRange& range, size_t limit,
                                          std::vector<ledger::Member>& found) {
  return Read([&](int64_t as_of) {
    size_t left = limit;
    store_.members_.Scan(range.after, 0, as_of,
                         [&](const MemberName& name, const ledger::Member& row) {
                           if (left == 0 || (range.until && *range.until < name)) return false;
                           if (!Within(name, range)) return true;
                           found.push_back(row);
                           --left;
                           return true;
                         });
  });
}

absl::Status FakeReadSession::ScanMemberNames(const MemberRange& range, size_t limit,
                                              std::vector<MemberName>& found) {
  std::vector<ledger::Member> members;
  const absl::Status scanned = ScanMembers(range, limit, members);
  for (const ledger::Member& member : members)
    found.push_back({member.program_id, member.member_id});
  return scanned;
}

absl::Status FakeReadSession::ScanEntries(const MemberRange& range,
                                          const std::optional<MemberSeq>& resume_after,
                                          size_t limit, std::vector<ledger::Entry>& found) {
  return Read(
      [&](int64_t as_of) { ScanRange(store_.entries_, range, resume_after, limit, as_of, found); });
}

absl::Status FakeReadSession::ScanEvents(const MemberRange& range,
                                         const std::optional<MemberSeq>& resume_after, size_t limit,
                                         std::vector<ledger::MemberEvent>& found) {
  return Read(
      [&](int64_t as_of) { ScanRange(store_.events_, range, resume_after, limit, as_of, found); });
}

absl::Status FakeReadSession::ScanLots(const MemberRange& range,
                                       const std::optional<MemberSeq>& resume_after, size_t limit,
                                       std::vector<ledger::Lot>& found) {
  return Read(
      [&](int64_t as_of) { ScanRange(store_.lots_, range, resume_after, limit, as_of, found); });
}

absl::Status FakeReadSession::ScanHolds(const MemberRange& range,
                                        const std::optional<MemberSeq>& resume_after, size_t limit,
                                        std::vector<ledger::Hold>& found) {
  return Read(
      [&](int64_t as_of) { ScanRange(store_.holds_, range, resume_after, limit, as_of, found); });
}

absl::Status FakeReadSession::ScanReversals(const MemberRange& range,
                                            const std::optional<MemberSeq>& resume_after,
                                            size_t limit, std::vector<Reversal>& found) {
  return Read([&](int64_t as_of) {
    ScanRange(store_.reversals_, range, resume_after, limit, as_of, found);
  });
}

absl::Status FakeReadSession::ScanReceipts(const std::optional<RequestName>& after, size_t limit,
                                           std::vector<Receipt>& found) {
  return Read([&](int64_t as_of) {
    size_t left = limit;
    store_.receipts_.Scan(after.value_or(RequestName()), 0, as_of,
                          [&](const RequestName& name, const Receipt& row) {
                            if (left == 0) return false;
                            if (after && name <= *after) return true;
                            found.push_back(row);
                            --left;
                            return true;
                          });
  });
}

absl::Status FakeReadSession::ScanIdentities(const std::optional<IdentityName>& after, size_t limit,
                                             std::vector<ledger::Identity>& found) {
  return Read([&](int64_t as_of) {
    size_t left = limit;
    store_.identities_.Scan(after.value_or(IdentityName()), 0, as_of,
                            [&](const IdentityName& name, const ledger::Identity& row) {
                              if (left == 0) return false;
                              if (after && name <= *after) return true;
                              found.push_back(row);
                              --left;
                              return true;
                            });
  });
}

absl::Status FakeReadSession::LoadLanes(std::vector<JournalLane>& found,
                                        std::map<int64_t, std::string>& unreadable) {
  unreadable.clear();
  return Read([&](int64_t as_of) {
    store_.lanes_.ScanAll(0, as_of, [&](int64_t, const JournalLane& row) {
      found.push_back(row);
      return true;
    });
  });
}

absl::Status FakeReadSession::ScanJournal(int64_t lane, int64_t after_lane_seq, size_t limit,
                                          std::vector<JournalRow>& found) {
  return Read([&](int64_t as_of) {
    size_t left = limit;
    store_.journal_.Scan({lane, after_lane_seq + 1}, 0, as_of,
                         [&](const auto& key, const JournalRow& row) {
                           if (left == 0 || key.first != lane) return false;
                           found.push_back(row);
                           --left;
                           return true;
                         });
  });
}

absl::Status FakeReadSession::FindNextLane(std::optional<int64_t> after,
                                           std::optional<int64_t>& next) {
  return Read([&](int64_t as_of) {
    next.reset();
    store_.journal_.Scan({after.value_or(INT64_MIN), INT64_MIN}, 0, as_of,
                         [&](const auto& key, const JournalRow&) {
                           if (after && key.first == *after) return true;
                           next = key.first;
                           return false;
                         });
  });
}

absl::Status FakeReadSession::FindNextProgram(const std::optional<base::ProgramId>& after,
                                              std::optional<base::ProgramId>& next) {
  return Read([&](int64_t as_of) {
    next.reset();
    store_.program_versions_.Scan({after.value_or(base::ProgramId()), INT64_MIN}, 0, as_of,
                                  [&](const auto& key, const ledger::ProgramVersion&) {
                                    if (after && key.first == *after) return true;
                                    next = key.first;
                                    return false;
                                  });
  });
}

}  // namespace fairpoint::engine
