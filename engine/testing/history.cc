// Reading back what was written, and judging its journal.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>

#include "engine/testing/world.h"

namespace fairpoint::engine::testing {
namespace {

constexpr size_t kAll = 1'000'000;

using LeafName = std::tuple<int64_t, int64_t, JournalTable, std::string, int64_t>;

template <class Row>
void Collect(const std::vector<Row>& rows, JournalTable table, auto key_of, auto seq_of,
             std::map<LeafName, base::Hash>& leaves) {
  for (const Row& row : rows) {
    EXPECT_TRUE(
        leaves
            .emplace(LeafName{row.lane, row.lane_seq, table, key_of(row), seq_of(row)}, HashOf(row))
            .second);
    if constexpr (requires { row.hash; }) {
      EXPECT_EQ(row.hash, HashOf(row));
    }
  }
}

std::string MemberOf(const auto& row) { return row.member_id.value(); }

}  // namespace

ledger::Member History::Member(std::string_view member_id) const {
  for (const ledger::Member& member : members) {
    if (member.member_id.value() == member_id) return member;
  }
  ADD_FAILURE() << "there is no member " << member_id;
  return {};
}

History ReadHistory(FakeStore& store) {
  History history;
  const std::unique_ptr<ReadSession> session = std::move(store.OpenReadSession()).value();
  EXPECT_TRUE(session->BeginSnapshot().ok());
  EXPECT_TRUE(session->ScanMembers({}, kAll, history.members).ok());
  EXPECT_TRUE(session->ScanEntries({}, std::nullopt, kAll, history.entries).ok());
  EXPECT_TRUE(session->ScanEvents({}, std::nullopt, kAll, history.events).ok());
  EXPECT_TRUE(session->ScanReceipts(std::nullopt, kAll, history.receipts).ok());
  EXPECT_TRUE(session->ScanReversals({}, std::nullopt, kAll, history.reversals).ok());
  EXPECT_TRUE(session->ScanPlacements(std::nullopt, kAll, history.placements).ok());
  EXPECT_TRUE(session->ScanOrderReturns(std::nullopt, kAll, history.order_returns).ok());
  EXPECT_TRUE(session->ScanOrderClaims({}, history.order_claims).ok());
  EXPECT_TRUE(session->LoadProgramVersions(Brand(), 0, history.versions).ok());
  std::map<int64_t, std::string> unreadable;
  EXPECT_TRUE(session->LoadLanes(history.lanes, unreadable).ok());
  for (const JournalLane& lane : history.lanes)
    EXPECT_TRUE(session->ScanJournal(lane.lane, 0, kAll, history.journal).ok());
  return history;
}

void ExpectJournalHolds(const History& history) {
  std::map<LeafName, base::Hash> rows;
  Collect(
      history.entries, JournalTable::kEntry, [](const auto& row) { return MemberOf(row); },
      [](const auto& row) { return row.seq; }, rows);
  Collect(
      history.events, JournalTable::kMemberEvent, [](const auto& row) { return MemberOf(row); },
      [](const auto& row) { return row.event_seq; }, rows);
  Collect(
      history.receipts, JournalTable::kReceipt,
      [](const auto& row) { return row.request_id.value(); }, [](const auto&) { return 0; }, rows);
  Collect(
      history.versions, JournalTable::kProgramVersion, [](const auto&) { return std::string(); },
      [](const auto& row) { return row.version; }, rows);
  Collect(
      history.reversals, JournalTable::kReversal, [](const auto& row) { return MemberOf(row); },
      [](const auto& row) { return row.txn_seq; }, rows);

  std::map<LeafName, base::Hash> listed;
  std::map<int64_t, JournalLane> heads;
  for (const JournalRow& row : history.journal) {
    JournalLane& head = heads[row.lane];
    EXPECT_EQ(row.lane_seq, ++head.lane_seq);
    EXPECT_EQ(row.prev_hash, head.head_hash);
    EXPECT_EQ(row.hash, HashOf(row));
    head.head_hash = row.hash;
    std::vector<JournalLeaf> leaves;
    EXPECT_TRUE(DecodeLeaves(row.body, leaves));
    EXPECT_FALSE(leaves.empty());
    for (const JournalLeaf& leaf : leaves) {
      EXPECT_EQ(leaf.program_id, Brand().value());
      EXPECT_TRUE(
          listed
              .emplace(LeafName{row.lane, row.lane_seq, leaf.table, leaf.key, leaf.seq}, leaf.hash)
              .second)
          << "listed twice: " << leaf.key << "." << leaf.seq;
    }
  }
  Collect(
      history.placements, JournalTable::kPlacement, [](const auto& row) { return row.order_id; },
      [](const auto&) { return 0; }, rows);
  Collect(
      history.order_returns, JournalTable::kOrderReturn,
      [](const auto& row) { return row.return_id; }, [](const auto&) { return 0; }, rows);
  Collect(
      history.order_claims, JournalTable::kOrderClaim, [](const auto& row) { return row.order_id; },
      [](const auto&) { return 0; }, rows);
  EXPECT_EQ(listed, rows);
  for (const JournalLane& lane : history.lanes) {
    EXPECT_EQ(lane.lane_seq, heads[lane.lane].lane_seq);
    EXPECT_EQ(lane.head_hash, heads[lane.lane].head_hash);
  }
}

}  // namespace fairpoint::engine::testing
