// Pages of history in key order. Every function empties `found` first.
#ifndef FAIRPOINT_STORAGE_SCANS_H_
#define FAIRPOINT_STORAGE_SCANS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/store.h"
#include "storage/driver.h"

namespace fairpoint::storage {

// Rows of the range, after the row `resume_after` if one is given. Defined for Member, Entry,
// MemberEvent, Lot, Hold and Reversal.
template <class Row>
absl::Status ScanMemberRows(Connection& connection, const engine::MemberRange& range,
                            const std::optional<engine::MemberSeq>& resume_after, size_t limit,
                            std::vector<Row>& found);

// The keys of members alone.
absl::Status ScanMemberNames(Connection& connection, const engine::MemberRange& range, size_t limit,
                             std::vector<engine::MemberName>& found);
absl::Status ScanReceipts(Connection& connection, const std::optional<engine::RequestName>& after,
                          size_t limit, std::vector<engine::Receipt>& found);
// All rows of the range. Defined for Order, OrderLine, ReturnPart, OrderClaim.
template <class Row>
absl::Status ScanOrderRange(Connection& connection, const engine::OrderRange& range,
                            std::vector<Row>& found);
// After the order or return of that number. Defined for Placement, OrderReturn.
template <class Row>
absl::Status ScanOrderRows(Connection& connection, const std::optional<engine::OrderName>& after,
                           size_t limit, std::vector<Row>& found);
absl::Status ScanIdentities(Connection& connection,
                            const std::optional<engine::IdentityName>& after, size_t limit,
                            std::vector<ledger::Identity>& found);
absl::Status LoadLanes(Connection& connection, std::vector<engine::JournalLane>& found,
                       std::map<int64_t, std::string>& unreadable);
absl::Status ScanJournal(Connection& connection, int64_t lane, int64_t after_lane_seq, size_t limit,
                         std::vector<engine::JournalRow>& found);
absl::Status FindNextLane(Connection& connection, std::optional<int64_t> after,
                          std::optional<int64_t>& next);
absl::Status FindNextProgram(Connection& connection, const std::optional<base::ProgramId>& after,
                             std::optional<base::ProgramId>& next);
absl::Status ReadEntries(Connection& connection, const engine::MemberName& member,
                         int64_t after_seq, int64_t before_seq, bool newest_first, size_t limit,
                         std::vector<ledger::Entry>& found);
absl::Status ScanDueMembers(Connection& connection, base::Instant now,
                            const std::optional<engine::DueMember>& resume_after, size_t limit,
                            std::vector<engine::DueMember>& found);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SCANS_H_
