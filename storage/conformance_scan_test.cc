// Pages: history in key order, statements, and who is due.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using engine::MemberName;
using engine::MemberRange;
using engine::MemberSeq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

MemberName Name(std::string_view program_id, std::string_view member_id) {
  return {base::ProgramId(program_id), base::MemberId(member_id)};
}

class ScanConformance : public Conformance {
 protected:
  // Ids that are prefixes of one another, and rows with equal numbers in different members.
  std::vector<MemberName> names_ = {Name("a", "m"),  Name("a", "m1"), Name("a", "n"),
                                    Name("ab", "m"), Name("b", "a"),  Name("b", "m")};

  template <class Row, class SetSeq>
  std::vector<Row> RowsOfAll(SetSeq&& set_seq) {
    std::vector<Row> rows;
    for (const MemberName& name : names_) {
      for (const int64_t seq :
           {int64_t{1}, int64_t{2}, int64_t{3}, std::numeric_limits<int64_t>::max()}) {
        rows.push_back(RowOf<Row>(name.program_id.value(), name.member_id.value()));
        set_seq(rows.back(), seq);
      }
    }
    return rows;
  }

  // Every range, every page size: pages joined are the rows of the range.
  template <class Row, class Scan, class Seq>
  void ExpectPages(const std::vector<Row>& rows, Scan&& scan, Seq&& seq) {
    std::vector<MemberName> bounds = names_;
    bounds.push_back(Name("", ""));
    bounds.push_back(Name("a", ""));
    bounds.push_back(Name("a", "mm"));
    bounds.push_back(Name("zz", ""));
    for (const MemberName& after : bounds) {
      for (size_t until = 0; until <= bounds.size(); ++until) {
        MemberRange range{after, std::nullopt};
        if (until < bounds.size()) range.until = bounds[until];
        std::vector<Row> expected;
        for (const Row& row : rows) {
          const MemberName name{row.program_id, row.member_id};
          if (name > after && (!range.until || name <= *range.until)) expected.push_back(row);
        }
        for (const size_t limit : {3U, 4U, 100U}) {
          std::vector<Row> joined, page;
          std::optional<MemberSeq> resume;
          do {
            ASSERT_OK(scan(range, resume, limit, page));
            ASSERT_LE(page.size(), limit);
            joined.insert(joined.end(), page.begin(), page.end());
            if (!page.empty())
              resume = MemberSeq{{page.back().program_id, page.back().member_id}, seq(page.back())};
          } while (page.size() == limit);
          ASSERT_EQ(joined, expected);
        }
      }
    }
  }
};

TEST_F(ScanConformance, Members) {
  engine::WriteSet changes;
  for (const MemberName& name : names_) {
    changes.new_members.push_back(
        RowOf<ledger::Member>(name.program_id.value(), name.member_id.value()));
  }
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  ExpectPages(
      changes.new_members,
      [&](const MemberRange& range, const auto& resume, size_t limit, auto& found) {
        return reader->ScanMembers(resume ? MemberRange{resume->member, range.until} : range, limit,
                                   found);
      },
      [](const auto&) { return 0; });
  // Their names alone: pages of the same rows.
  std::vector<MemberName> page;
  ASSERT_OK(reader->ScanMemberNames({names_[0], names_[4]}, 3, page));
  EXPECT_THAT(page, ElementsAre(names_[1], names_[2], names_[3]));
  ASSERT_OK(reader->ScanMemberNames({names_[3], names_[4]}, 3, page));
  EXPECT_THAT(page, ElementsAre(names_[4]));
  ASSERT_OK(reader->ScanMemberNames({}, 100, page));
  EXPECT_EQ(page, names_);
}

TEST_F(ScanConformance, Entries) {
  engine::WriteSet changes;
  changes.entries = RowsOfAll<ledger::Entry>([](auto& row, int64_t seq) { row.seq = seq; });
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  ExpectPages(
      changes.entries,
      [&](const auto& range, const auto& resume, size_t limit, auto& found) {
        return reader->ScanEntries(range, resume, limit, found);
      },
      [](const auto& row) { return row.seq; });
}

TEST_F(ScanConformance, Events) {
  engine::WriteSet changes;
  changes.events =
      RowsOfAll<ledger::MemberEvent>([](auto& row, int64_t seq) { row.event_seq = seq; });
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  ExpectPages(
      changes.events,
      [&](const auto& range, const auto& resume, size_t limit, auto& found) {
        return reader->ScanEvents(range, resume, limit, found);
      },
      [](const auto& row) { return row.event_seq; });
}

TEST_F(ScanConformance, LotsHoldsAndReversals) {
  engine::WriteSet changes;
  changes.new_lots = RowsOfAll<ledger::Lot>([](auto& row, int64_t seq) { row.lot_seq = seq; });
  changes.new_holds = RowsOfAll<ledger::Hold>([](auto& row, int64_t seq) { row.hold_seq = seq; });
  changes.reversals =
      RowsOfAll<engine::Reversal>([](auto& row, int64_t seq) { row.txn_seq = seq; });
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  ExpectPages(
      changes.new_lots,
      [&](const auto& range, const auto& resume, size_t limit, auto& found) {
        return reader->ScanLots(range, resume, limit, found);
      },
      [](const auto& row) { return row.lot_seq; });
  ExpectPages(
      changes.new_holds,
      [&](const auto& range, const auto& resume, size_t limit, auto& found) {
        return reader->ScanHolds(range, resume, limit, found);
      },
      [](const auto& row) { return row.hold_seq; });
  ExpectPages(
      changes.reversals,
      [&](const auto& range, const auto& resume, size_t limit, auto& found) {
        return reader->ScanReversals(range, resume, limit, found);
      },
      [](const auto& row) { return row.txn_seq; });
}

TEST_F(ScanConformance, Receipts) {
  engine::WriteSet changes;
  for (const MemberName& name : names_) {
    changes.receipts.push_back(RowOf<engine::Receipt>(name.program_id.value(), "member"));
    changes.receipts.back().request_id = base::RequestId(name.member_id.value());
  }
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  for (const size_t limit : {1U, 2U, 6U, 7U}) {
    std::vector<engine::Receipt> joined, page;
    std::optional<engine::RequestName> after;
    do {
      ASSERT_OK(reader->ScanReceipts(after, limit, page));
      joined.insert(joined.end(), page.begin(), page.end());
      if (!page.empty())
        after = engine::RequestName{page.back().program_id, page.back().request_id};
    } while (page.size() == limit);
    EXPECT_EQ(joined, changes.receipts);
  }
}

TEST_F(ScanConformance, Journal) {
  std::vector<engine::JournalRow> rows;
  for (int64_t lane = 1; lane <= 2; ++lane) {
    for (int64_t seq = 1; seq <= 5; ++seq) {
      engine::WriteSet changes;
      changes.journal = Filled<engine::JournalRow>(Flavour::kSample);
      changes.journal->lane = lane;
      changes.journal->lane_seq = seq;
      ASSERT_OK(Commit(changes));
      rows.push_back(*changes.journal);
    }
  }
  std::vector<engine::JournalRow> found;
  auto reader = Reader();
  EXPECT_OK(reader->ScanJournal(1, 2, 2, found));
  EXPECT_THAT(found, ElementsAre(rows[2], rows[3]));
  EXPECT_OK(reader->ScanJournal(2, 0, 100, found));
  EXPECT_THAT(found, ElementsAre(rows[5], rows[6], rows[7], rows[8], rows[9]));
  EXPECT_OK(reader->ScanJournal(2, 5, 100, found));
  EXPECT_THAT(found, IsEmpty());
  EXPECT_OK(reader->ScanJournal(3, 0, 100, found));
  EXPECT_THAT(found, IsEmpty());
}

TEST_F(ScanConformance, StatementPages) {
  engine::WriteSet changes;
  changes.entries = RowsOfAll<ledger::Entry>([](auto& row, int64_t seq) { row.seq = seq; });
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  const auto seqs = [&](int64_t after, int64_t before, bool newest_first, size_t limit) {
    std::vector<ledger::Entry> found;
    EXPECT_OK(reader->ReadEntries(names_[1], after, before, newest_first, limit, found));
    std::vector<int64_t> out;
    for (const auto& entry : found) {
      EXPECT_EQ(entry.member_id, names_[1].member_id);
      out.push_back(entry.seq);
    }
    return out;
  };
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(seqs(0, kMax, false, 10), ElementsAre(1, 2, 3));
  EXPECT_THAT(seqs(0, kMax, true, 10), ElementsAre(3, 2, 1));
  EXPECT_THAT(seqs(0, kMax, true, 2), ElementsAre(3, 2));
  EXPECT_THAT(seqs(1, 3, false, 10), ElementsAre(2));
  EXPECT_THAT(seqs(1, 2, false, 10), IsEmpty());
  EXPECT_THAT(seqs(2, kMax, false, 1), ElementsAre(3));
}

TEST_F(ScanConformance, DueMembersEarliestFirstAcrossProgrammes) {
  engine::WriteSet changes;
  const std::pair<MemberName, std::optional<int64_t>> due[] = {
      {Name("a", "1"), 30}, {Name("a", "2"), std::nullopt}, {Name("a", "3"), 10},
      {Name("b", "1"), 20}, {Name("b", "2"), 41},           {Name("b", "3"), 40}};
  for (const auto& [name, at] : due) {
    auto member = RowOf<ledger::Member>(name.program_id.value(), name.member_id.value());
    member.next_due_at = at ? std::optional(base::Instant{*at}) : std::nullopt;
    changes.new_members.push_back(member);
  }
  for (const char* program : {"a", "b"}) {
    changes.new_program_heads.push_back(Filled<ledger::ProgramHead>(Flavour::kSample));
    changes.new_program_heads.back().program_id = base::ProgramId(program);
  }
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  const auto names_due_at = [&](int64_t now, size_t limit) {
    std::vector<engine::DueMember> page;
    EXPECT_OK(reader->ScanDueMembers(base::Instant{now}, std::nullopt, limit, page));
    std::vector<MemberName> names;
    names.reserve(page.size());
    for (const engine::DueMember& one : page) names.push_back(one.name);
    return names;
  };
  EXPECT_THAT(names_due_at(40, 100),
              ElementsAre(Name("a", "3"), Name("b", "1"), Name("a", "1"), Name("b", "3")));
  EXPECT_THAT(names_due_at(40, 2), ElementsAre(Name("a", "3"), Name("b", "1")));
  EXPECT_THAT(names_due_at(9, 100), IsEmpty());
}

TEST_F(ScanConformance, DueMembersGoOnAfterOne) {
  engine::WriteSet changes;
  const std::pair<MemberName, int64_t> rows[] = {
      {Name("a", "1"), 10}, {Name("a", "2"), 20}, {Name("a", "3"), 20}, {Name("b", "1"), 5},
      {Name("b", "2"), 20}, {Name("b", "3"), 21}, {Name("c", "1"), 20}, {Name("c", "2"), 30}};
  std::vector<engine::DueMember> wanted;
  for (const auto& [name, at] : rows) {
    changes.new_members.push_back(
        RowOf<ledger::Member>(name.program_id.value(), name.member_id.value()));
    changes.new_members.back().next_due_at = base::Instant{at};
    if (at <= 25) wanted.push_back({base::Instant{at}, name});
  }
  std::ranges::sort(wanted);
  for (const char* program : {"a", "b", "c"}) {
    changes.new_program_heads.push_back(Filled<ledger::ProgramHead>(Flavour::kSample));
    changes.new_program_heads.back().program_id = base::ProgramId(program);
  }
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  for (const size_t limit : {1U, 2U, 3U, 100U}) {
    std::vector<engine::DueMember> all;
    std::optional<engine::DueMember> last;
    for (std::vector<engine::DueMember> page(1); !page.empty();) {
      page.clear();
      ASSERT_OK(reader->ScanDueMembers(base::Instant{25}, last, limit, page));
      ASSERT_LE(page.size(), limit);
      if (!page.empty()) last = page.back();
      all.insert(all.end(), page.begin(), page.end());
      ASSERT_LE(all.size(), wanted.size());
    }
    EXPECT_EQ(all, wanted) << limit;
  }
}

}  // namespace
}  // namespace fairpoint::storage::testing
