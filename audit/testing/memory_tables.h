// How both sessions of MemoryStore read its maps.
#ifndef FAIRPOINT_AUDIT_TESTING_MEMORY_TABLES_H_
#define FAIRPOINT_AUDIT_TESTING_MEMORY_TABLES_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audit/row_hashes.h"
#include "audit/testing/memory_store.h"
#include "engine/testing/price_reads.h"

namespace fairpoint::audit {

std::unique_ptr<engine::ReadSession> NewMemoryReadSession(MemoryStore& store);

template <class Key, class Row, class Names>
void Find(const std::map<Key, Row>& table, const Names& names, std::vector<Row>& found) {
  for (const Key& name : names) {
    if (const auto row = table.find(name); row != table.end()) found.push_back(row->second);
  }
}

// The rows of these members that the filter lets through, ascending.
template <class Row, class Filter>
inline void OfMembers(const std::map<engine::MemberSeq, Row>& table,
                      std::span<const engine::MemberName> members, Filter filter,
                      std::vector<Row>& found) {
  for (const engine::MemberName& member : members) {
    for (auto row = table.lower_bound({member, INT64_MIN});
         row != table.end() && row->first.member == member; ++row) {
      if (filter(row->second)) found.push_back(row->second);
    }
  }
}

inline void OfMembers(const std::map<engine::IdentityName, ledger::Identity>& table,
                      std::span<const engine::MemberName> members,
                      std::vector<ledger::Identity>& found) {
  for (const auto& [name, row] : table) {
    if (std::ranges::find(members, MemberOf(row)) != members.end()) found.push_back(row);
  }
}

inline void MergedInto(const Tables& tables, const engine::MemberName& member,
                       std::vector<ledger::Member>& found) {
  for (const auto& [name, row] : tables.members) {
    if (!row.merged_into.empty() && member == engine::MemberName{row.program_id, row.merged_into})
      found.push_back(row);
  }
}

inline void VersionsAfter(const Tables& tables, const base::ProgramId& program_id, int64_t after,
                          std::vector<ledger::ProgramVersion>& found) {
  for (const auto& [key, row] : tables.program_versions) {
    if (key.first == program_id && key.second > after) found.push_back(row);
  }
}

inline bool IsOpen(const ledger::Lot& lot) { return lot.is_open; }
inline bool IsOpen(const ledger::Hold& hold) { return hold.state == ledger::HoldState::kOpen; }
inline constexpr auto kOpen = [](const auto& row) { return IsOpen(row); };

inline void LinesOf(const Tables& tables, const engine::OrderName& order,
                    std::vector<checkout::OrderLine>& found) {
  for (auto line = tables.order_lines.lower_bound({order, 0});
       line != tables.order_lines.end() && line->first.first == order; ++line)
    found.push_back(line->second);
}

// How a session sees the tables of prices.
struct MemoryView {
  template <class Key, class Row>
  const Row* Get(const std::map<Key, Row>& table, const Key& key) const {
    const auto row = table.find(key);
    return row == table.end() ? nullptr : &row->second;
  }
  template <class Key, class Row, class Visit>
  void From(const std::map<Key, Row>& table, const Key& first, const Visit& visit) const {
    for (auto row = table.lower_bound(first); row != table.end(); ++row) {
      if (!visit(row->first, row->second)) return;
    }
  }
};

// A page of those that follow.
template <class Row>
void After(const std::map<engine::OrderName, Row>& table,
           const std::optional<engine::OrderName>& after, size_t limit, std::vector<Row>& found) {
  for (auto row = after ? table.upper_bound(*after) : table.begin();
       row != table.end() && found.size() < limit; ++row)
    found.push_back(row->second);
}

// All of a range of orders.
template <class Key, class Row>
void InRange(const std::map<Key, Row>& table, const engine::OrderRange& range,
             std::vector<Row>& found) {
  for (const auto& [key, row] : table) {
    const engine::OrderName name{row.program_id, row.order_id};
    if ((!range.after || name > *range.after) && (!range.until || name <= *range.until))
      found.push_back(row);
  }
}

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_TESTING_MEMORY_TABLES_H_
