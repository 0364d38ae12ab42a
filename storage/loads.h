// Reads by key, for both kinds of session. Every function empties `found` first; absent rows are
// left out.
#ifndef FAIRPOINT_STORAGE_LOADS_H_
#define FAIRPOINT_STORAGE_LOADS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "base/points.h"
#include "base/time.h"
#include "engine/store.h"
#include "storage/driver.h"

namespace fairpoint::storage {

// How members are read: plainly, or locked in the order of the keys.
enum class RowLock : uint8_t { kNone, kShared, kExclusive };

absl::Status LoadMembers(Connection& connection, std::span<const engine::MemberName> names,
                         RowLock lock, std::vector<ledger::Member>& found);
absl::Status FindMergedInto(Connection& connection, const engine::MemberName& member,
                            std::vector<ledger::Member>& found);
absl::Status LoadIdentities(Connection& connection, std::span<const engine::IdentityName> names,
                            std::vector<ledger::Identity>& found);
absl::Status LoadIdentitiesOf(Connection& connection, std::span<const engine::MemberName> members,
                              std::vector<ledger::Identity>& found);
absl::Status LoadMemberKeys(Connection& connection, std::span<const engine::MemberName> members,
                            std::vector<ledger::MemberKey>& found);
absl::Status LoadMemberTags(Connection& connection, std::span<const engine::MemberName> members,
                            std::vector<ledger::MemberTags>& found);
absl::Status LoadReceipts(Connection& connection, std::span<const engine::RequestName> names,
                          std::vector<engine::Receipt>& found);
absl::Status LoadOpenLots(Connection& connection, std::span<const engine::MemberName> members,
                          std::vector<ledger::Lot>& found);
absl::Status LoadOpenHolds(Connection& connection, std::span<const engine::MemberName> members,
                           std::vector<ledger::Hold>& found);
absl::Status LoadLots(Connection& connection, std::span<const engine::MemberSeq> names,
                      std::vector<ledger::Lot>& found);
absl::Status LoadHolds(Connection& connection, std::span<const engine::MemberSeq> names,
                       std::vector<ledger::Hold>& found);
absl::Status LoadReversals(Connection& connection, std::span<const engine::MemberSeq> transactions,
                           std::vector<engine::Reversal>& found);
absl::Status LoadEntries(Connection& connection, std::span<const engine::EntrySpan> spans,
                         std::vector<ledger::Entry>& found);
absl::Status LoadTransaction(Connection& connection, const engine::MemberSeq& entry,
                             std::vector<ledger::Entry>& found);

// The greatest number there is for a sum beyond it.
absl::Status SumTransferred(Connection& connection, const engine::MemberName& member,
                            base::Instant since, base::Points& sum);

absl::Status LoadProgramHeads(Connection& connection, std::vector<ledger::ProgramHead>& found,
                              std::map<base::ProgramId, std::string>& unreadable);
// One at a time, in the order given: there are few.
absl::Status LockProgramHeads(Connection& connection, std::span<const base::ProgramId> ascending,
                              RowLock lock, std::vector<ledger::ProgramHead>& found);
absl::Status LoadProgramVersions(Connection& connection, const base::ProgramId& program_id,
                                 int64_t after_version, std::vector<ledger::ProgramVersion>& found);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_LOADS_H_
