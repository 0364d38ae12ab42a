// Programmes and the journal. Each case changes one thing behind the ledger's back, covering tracks
// or not, and says what must be named first.
#include <string>
#include <utility>
#include <vector>

#include "audit/testing/story.h"
#include "audit/testing/tamper.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

using base::Points;
using engine::MemberName;
using engine::MemberSeq;

std::vector<Tampering> Tamperings() {
  const auto version = [](Tables& t) -> ledger::ProgramVersion& {
    return t.program_versions.at({kProgram, 1});
  };
  const auto row = [](Tables& t, int64_t seq) -> engine::JournalRow& {
    return t.journal.at({1, seq});
  };
  return {
      {"program_text", [=](Tables& t) { version(t).text = "2"; }, "programme version", "1",
       "text_sha256"},
      {"program_effective",
       [=](Tables& t) {
         version(t).text = "2";
         version(t).text_sha256 = base::Sha256("2");
       },
       "programme version", "1", "hash"},
      {"program_made_anew",
       [=](Tables& t) {
         version(t).effective_from = base::Instant{0};
         version(t).hash = HashOf(version(t));
         ledger::ProgramVersion& second = t.program_versions.at({kProgram, 2});
         second.prev_hash = version(t).hash;
         second.hash = HashOf(second);
         t.program_heads.at(kProgram).head_hash = second.hash;
       },
       "programme version", "1", "hash, by the journal's row 1/1"},
      {"program_version_deleted",
       [](Tables& t) {
         t.program_versions.erase({kProgram, 2});
       },
       "programme", "", "latest_version", "1", "2"},
      {"first_program_version_deleted",
       [](Tables& t) {
         t.program_versions.erase({kProgram, 1});
       },
       "programme version", "1", "row", "a version", "the next is 2"},
      {"program_head_hash", [](Tables& t) { t.program_heads.at(kProgram).head_hash = {}; },
       "programme", "", "head_hash"},
      {"program_head_deleted", [](Tables& t) { t.program_heads.erase(kProgram); }, "programme", "",
       "row", "a programme", "none"},
      {"program_version_of_no_programme",
       [=](Tables& t) {
         ledger::ProgramVersion more = version(t);
         more.program_id = base::ProgramId("zother");
         t.program_versions.emplace(std::pair(more.program_id, 1), more);
       },
       "programme", "", "row", "a programme, since it has versions", "none"},
      {"program_version_of_a_nameless_programme",
       [=](Tables& t) {
         ledger::ProgramVersion more = version(t);
         more.program_id = base::ProgramId();
         t.program_versions.emplace(std::pair(more.program_id, 1), more);
       },
       "programme", "", "row", "a programme, since it has versions", "none"},
      {"journal_body",
       [=](Tables& t) {
         std::string& body = row(t, 4).body;
         body.back() = static_cast<char>(body.back() ^ 1);
       },
       "journal row", "1/4", "hash"},
      {"journal_body_torn",
       [=](Tables& t) {
         row(t, 4).body.pop_back();
         FixLane(t, 1, 4);
       },
       "journal row", "1/4", "body", "a list of leaves"},
      {"journal_row_made_anew",
       [=](Tables& t) {
         row(t, 4).recorded_at.micros += 1;
         row(t, 4).hash = HashOf(row(t, 4));
       },
       "journal row", "1/5", "prev_hash"},
      {"journal_row_deleted",
       [](Tables& t) {
         t.journal.erase({1, 4});
       },
       "journal row", "1/4", "row", "a row", "the next is 5"},
      {"journal_tail_deleted",
       [](Tables& t) {
         t.journal.erase({1, 12});
       },
       "journal row", "1/12", "row", "the lane's head is 12", "none"},
      {"journal_tail_and_head_deleted",
       [](Tables& t) {
         t.journal.erase({1, 12});
         FixLane(t, 1, 12);
       },
       "member event", Named(2), "lane, lane_seq", "from 1 to 11", "1/12"},
      {"journal_row_added",
       [=](Tables& t) {
         engine::JournalRow more = row(t, 12);
         more.lane_seq = 13;
         t.journal.emplace(std::pair(1, 13), more);
       },
       "journal row", "1/13", "row", "none: the lane's head is 12", "a row"},
      {"journal_leaf_left_out",
       [=](Tables& t) {
         std::vector<engine::JournalLeaf> leaves;
         ASSERT_TRUE(DecodeLeaves(row(t, TheStory().entry(2).lane_seq).body, leaves));
         std::erase_if(leaves, [](const engine::JournalLeaf& leaf) {
           return leaf.table == engine::JournalTable::kEntry;
         });
         row(t, TheStory().entry(2).lane_seq).body = EncodeLeaves(leaves);
         FixLane(t, 1, TheStory().entry(2).lane_seq);
       },
       "entry", Named(2), "leaf in the journal's row " + JournalAt(2), HashAt(2), "none"},
      {"journal_leaf_elsewhere_too",
       [=](Tables& t) {
         std::vector<engine::JournalLeaf> leaves, others;
         ASSERT_TRUE(DecodeLeaves(row(t, TheStory().entry(2).lane_seq).body, others));
         ASSERT_TRUE(DecodeLeaves(row(t, 12).body, leaves));
         leaves.push_back(others.front());
         row(t, 12).body = EncodeLeaves(leaves);
         FixLane(t, 1, 12);
       },
       "entry", Named(2), "journal row", JournalAt(2), "1/12 too"},
      {"journal_leaf_twice",
       [=](Tables& t) {
         std::vector<engine::JournalLeaf> leaves;
         ASSERT_TRUE(DecodeLeaves(row(t, 12).body, leaves));
         leaves.push_back(leaves.front());
         row(t, 12).body = EncodeLeaves(leaves);
         FixLane(t, 1, 12);
       },
       "journal row", "1/12", "leaves", "each row once", "twice"},
      {"lane_seq", [](Tables& t) { t.lanes.at(1).lane_seq = 11; }, "lane", "1", "head_hash"},
      {"lane_seq_further", [](Tables& t) { t.lanes.at(1).lane_seq = 13; }, "journal row", "1/13",
       "row", "the lane's head is 13", "none"},
      {"lane_head_hash", [](Tables& t) { t.lanes.at(1).head_hash[5] ^= 4; }, "lane", "1",
       "head_hash"},
      {"lane_deleted", [](Tables& t) { t.lanes.erase(1); }, "lane", "1", "row",
       "a lane, since the journal has rows of it", "none"},
      {"journal_row_of_no_lane",
       [=](Tables& t) {
         engine::JournalRow more = row(t, 12);
         more.lane = 7;
         more.lane_seq = 1;
         t.journal.emplace(std::pair(7, 1), more);
       },
       "lane", "7", "row", "a lane, since the journal has rows of it", "none"},
      {"journal_row_before_all_lanes",
       [=](Tables& t) {
         engine::JournalRow more = row(t, 12);
         more.lane = INT64_MIN;
         more.lane_seq = INT64_MIN;
         t.journal.emplace(std::pair(INT64_MIN, INT64_MIN), more);
       },
       "lane", "-9223372036854775808", "row", "a lane, since the journal has rows of it", "none"},
  };
}

class TamperedJournalTest : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedJournalTest, IsNamedFirst) { ExpectNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, TamperedJournalTest, testing::ValuesIn(Tamperings()),
                         NameOfTampering);

}  // namespace
}  // namespace fairpoint::audit
