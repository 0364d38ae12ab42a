// How a transaction's rows come into the fake store's tables.
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/testing/fake_store.h"

namespace fairpoint::engine {
namespace {

MemberName MemberOf(const auto& row) { return {row.program_id, row.member_id}; }

MemberName KeyOf(const ledger::Member& row) { return MemberOf(row); }
MemberName KeyOf(const ledger::MemberKey& row) { return MemberOf(row); }
IdentityName KeyOf(const ledger::Identity& row) { return {row.program_id, row.lookup_hash}; }
MemberSeq KeyOf(const ledger::MemberEvent& row) { return {MemberOf(row), row.event_seq}; }
MemberSeq KeyOf(const ledger::Entry& row) { return {MemberOf(row), row.seq}; }
MemberSeq KeyOf(const ledger::Lot& row) { return {MemberOf(row), row.lot_seq}; }
MemberSeq KeyOf(const ledger::Hold& row) { return {MemberOf(row), row.hold_seq}; }
MemberSeq KeyOf(const Reversal& row) { return {MemberOf(row), row.txn_seq}; }
RequestName KeyOf(const Receipt& row) { return {row.program_id, row.request_id}; }
std::pair<base::ProgramId, int64_t> KeyOf(const ledger::ProgramVersion& row) {
  return {row.program_id, row.version};
}
base::ProgramId KeyOf(const ledger::ProgramHead& row) { return row.program_id; }
int64_t KeyOf(const JournalLane& row) { return row.lane; }
std::pair<int64_t, int64_t> KeyOf(const JournalRow& row) { return {row.lane, row.lane_seq}; }

template <class T>
std::vector<T> ToVector(const std::optional<T>& value) {
  return value ? std::vector<T>{*value} : std::vector<T>{};
}

}  // namespace

size_t FakeStore::CountRows(const WriteSet& w) {
  return w.new_members.size() + w.members.size() + w.new_member_keys.size() +
         w.new_identities.size() + w.events.size() + w.entries.size() + w.new_lots.size() +
         w.lots.size() + w.new_holds.size() + w.holds.size() + w.reversals.size() +
         w.receipts.size() + w.program_versions.size() + w.new_program_heads.size() +
         w.program_heads.size() + (w.journal ? 1U : 0U) + (w.lane ? 1U : 0U);
}

template <class Row>
bool FakeStore::MayWrite(TxnId txn, const Row& row, Mode mode) const {
  if constexpr (std::is_same_v<Row, ledger::Member>) {
    return mode == Mode::kInsert || members_.IsLocked(KeyOf(row), txn);
  } else if constexpr (std::is_same_v<Row, ledger::ProgramHead>) {
    return mode == Mode::kInsert || program_heads_.IsLocked(KeyOf(row), txn);
  } else if constexpr (std::is_same_v<Row, ledger::ProgramVersion>) {
    return row.version == 1 || program_heads_.IsLocked(row.program_id, txn);
  } else if constexpr (std::is_same_v<Row, JournalLane> || std::is_same_v<Row, JournalRow>) {
    return lanes_.IsLocked(row.lane, txn);
  } else if constexpr (std::is_same_v<Row, Receipt>) {
    return row.member_id.empty() || members_.IsLocked(MemberOf(row), txn);
  } else {
    return members_.IsLocked(MemberOf(row), txn);
  }
}

template <class Table, class Rows>
absl::Status FakeStore::PutRows(TxnId id, Table& table, const Rows& rows, Mode mode,
                                const char* name, size_t& position, size_t rows_max) {
  Transaction& txn = transactions_.at(id);
  for (const auto& row : rows) {
    if (position++ < txn.rows_written || txn.rows_written >= rows_max) continue;
    if (!MayWrite(id, row, mode))
      Violation(absl::StrCat("a row of ", name, " is written without the lock that guards it"));
    const PutResult put = mode == Mode::kReplace ? table.Replace(KeyOf(row), row, id)
                                                 : table.Insert(KeyOf(row), row, id);
    switch (put) {
      case PutResult::kDone:
        ++txn.rows_written;
        break;
      case PutResult::kMustWait:
        return Wait(id, table.Blockers(KeyOf(row), id, true));
      case PutResult::kMissing:
        Violation(absl::StrCat("a row of ", name, " is replaced that is not there"));
        return absl::InternalError("no such row");
      case PutResult::kTaken:
        // What numbers its rows under a lock can never meet a taken key.
        if (mode == Mode::kAppend)
          Violation(absl::StrCat("a row of ", name, " would be overwritten"));
        ++counts_.unique_conflicts;
        if constexpr (std::is_same_v<typename Rows::value_type, JournalRow>)
          return absl::OutOfRangeError(absl::StrCat("journal lane ", row.lane, " was set back"));
        return absl::AlreadyExistsError(absl::StrCat("duplicate key in ", name));
    }
  }
  return absl::OkStatus();
}

absl::Status FakeStore::WriteRows(TxnId txn, size_t rows_max) {
  // The transaction may end in here (a deadlock), and its changes with it.
  const std::shared_ptr<const WriteSet> changes = transactions_.at(txn).changes;
  const WriteSet& w = *changes;
  size_t at = 0;
  absl::Status status;
  const auto put = [&](auto& table, const auto& rows, Mode mode, const char* name) {
    if (status.ok() && !rows.empty()) status = PutRows(txn, table, rows, mode, name, at, rows_max);
  };
  put(members_, w.new_members, Mode::kInsert, "member");
  put(members_, w.members, Mode::kReplace, "member");
  put(member_keys_, w.new_member_keys, Mode::kInsert, "member_key");
  put(identities_, w.new_identities, Mode::kInsert, "identity");
  put(events_, w.events, Mode::kAppend, "member_event");
  put(entries_, w.entries, Mode::kAppend, "entry");
  put(lots_, w.new_lots, Mode::kAppend, "lot");
  put(lots_, w.lots, Mode::kReplace, "lot");
  put(holds_, w.new_holds, Mode::kAppend, "hold");
  put(holds_, w.holds, Mode::kReplace, "hold");
  put(reversals_, w.reversals, Mode::kAppend, "reversal");
  put(receipts_, w.receipts, Mode::kInsert, "receipt");
  put(program_versions_, w.program_versions, Mode::kInsert, "program_version");
  put(program_heads_, w.new_program_heads, Mode::kInsert, "program");
  put(program_heads_, w.program_heads, Mode::kReplace, "program");
  put(journal_, ToVector(w.journal), Mode::kAppend, "journal");
  put(lanes_, ToVector(w.lane), Mode::kReplace, "journal_lane");
  return status;
}

}  // namespace fairpoint::engine
