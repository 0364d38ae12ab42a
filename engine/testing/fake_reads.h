// Reads that both sessions of the fake store make.
#ifndef FAIRPOINT_ENGINE_TESTING_FAKE_READS_H_
#define FAIRPOINT_ENGINE_TESTING_FAKE_READS_H_

#include <span>
#include <vector>

#include "engine/store.h"
#include "engine/testing/fake_table.h"

namespace fairpoint::engine::fake_reads {

template <class Key, class Row>
void ByKey(const FakeTable<Key, Row>& table, std::span<const Key> keys, TxnId txn, int64_t as_of,
           std::vector<Row>& found) {
  for (const Key& key : keys) {
    if (const Row* const row = table.Read(key, txn, as_of)) found.push_back(*row);
  }
}

// Rows of each member, ascending, for which `wanted` says yes.
template <class Row, class Wanted>
void OfMembers(const FakeTable<MemberSeq, Row>& table, std::span<const MemberName> members,
               TxnId txn, int64_t as_of, std::vector<Row>& found, const Wanted& wanted) {
  for (const MemberName& member : members) {
    table.Scan({member, 0}, txn, as_of, [&](const MemberSeq& key, const Row& row) {
      if (key.member != member) return false;
      if (wanted(row)) found.push_back(row);
      return true;
    });
  }
}

inline void IdentitiesOf(const FakeTable<IdentityName, ledger::Identity>& table,
                         std::span<const MemberName> members, TxnId txn, int64_t as_of,
                         std::vector<ledger::Identity>& found) {
  table.ScanAll(txn, as_of, [&](const IdentityName&, const ledger::Identity& row) {
    for (const MemberName& member : members) {
      if (row.program_id == member.program_id && row.member_id == member.member_id)
        found.push_back(row);
    }
    return true;
  });
}

inline void ProgramVersions(
    const FakeTable<std::pair<base::ProgramId, int64_t>, ledger::ProgramVersion>& table,
    const base::ProgramId& program_id, int64_t after_version, TxnId txn, int64_t as_of,
    std::vector<ledger::ProgramVersion>& found) {
  table.Scan({program_id, after_version + 1}, txn, as_of,
             [&](const auto& key, const ledger::ProgramVersion& row) {
               if (key.first != program_id) return false;
               found.push_back(row);
               return true;
             });
}

}  // namespace fairpoint::engine::fake_reads

#endif  // FAIRPOINT_ENGINE_TESTING_FAKE_READS_H_
