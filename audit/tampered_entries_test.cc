// Entries. Each case changes one thing behind the ledger's back, covering tracks or not, and says
// what must be named first.
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
  return {
      {"points", [](Tables& t) { t.entries.at(At(2)).points = Points{51}; }, "entry", Named(2),
       "hash", "", HashAt(2)},
      {"points_and_balance",
       [](Tables& t) {
         t.entries.at(At(2)).points = Points{51};
         t.entries.at(At(2)).available_after = Points{151};
       },
       "entry", Named(2), "hash", "", HashAt(2)},
      {"stored_hash", [](Tables& t) { t.entries.at(At(2)).hash[0] ^= 1; }, "entry", Named(2),
       "hash", HashAt(2)},
      {"one_hash_made_anew",
       [](Tables& t) {
         ledger::Entry& entry = t.entries.at(At(2));
         entry.reason = "because";
         entry.hash = HashOf(entry);
       },
       "entry", Named(2), "hash, by the journal's row " + JournalAt(2), HashAt(2)},
      {"whole_chain_made_anew",
       [](Tables& t) {
         t.entries.at(At(2)).points = Points{60};
         FixChain(t, Member(), 2);
       },
       "entry", Named(2), "hash, by the journal's row " + JournalAt(2), HashAt(2)},
      {"chain_made_anew_from_the_last",
       [](Tables& t) {
         t.entries.at(At(9)).points = Points{1};
         FixChain(t, Member(), 9);
       },
       "entry", Named(9), "hash, by the journal's row " + JournalAt(9), HashAt(9)},
      {"tail_deleted",
       [](Tables& t) {
         t.entries.erase(At(9));
         FixProjections(t, Member());
       },
       "entry", Named(9), "row", HashAt(9), "none"},
      {"middle_deleted", [](Tables& t) { t.entries.erase(At(4)); }, "entry", Named(4), "row",
       "an entry", "the next is 5"},
      {"first_deleted", [](Tables& t) { t.entries.erase(At(1)); }, "entry", Named(1), "row",
       "an entry", "the next is 2"},
      {"middle_deleted_and_renumbered",
       [](Tables& t) {
         for (int64_t seq = 2; seq < 9; ++seq) {
           t.entries.at(At(seq)) = t.entries.at(At(seq + 1));
           t.entries.at(At(seq)).seq = seq;
         }
         t.entries.erase(At(9));
       },
       "entry", Named(2), "prev_hash", HashAt(1)},
      {"swapped",
       [](Tables& t) {
         std::swap(t.entries.at(At(1)), t.entries.at(At(2)));
         t.entries.at(At(1)).seq = 1;
         t.entries.at(At(2)).seq = 2;
       },
       "entry", Named(1), "prev_hash", std::string(64, '0'), HashAt(1)},
      {"negative_lot_that_the_hash_does_not_tell_from_none",
       [](Tables& t) { t.entries.at(At(9)).lot_seq = -1; }, "entry", Named(9), "lot_seq", "a lot",
       "-1"},
      {"accounts",
       [](Tables& t) {
         t.entries.at(At(1)).from = ledger::Account::kRedeemed;
         FixChain(t, Member(), 1);
       },
       "entry", Named(1), "from, to", "", "redeemed to available"},
      {"kind",
       [](Tables& t) {
         t.entries.at(At(9)).kind = static_cast<ledger::EntryKind>(77);
         FixChain(t, Member(), 9);
       },
       "entry", Named(9), "kind", "", "77"},
      {"time_falls",
       [](Tables& t) {
         t.entries.at(At(5)).recorded_at.micros -= 2'000'000;
         t.entries.at(At(5)).effective_at.micros -= 2'000'000;
         FixChain(t, Member(), 5);
       },
       "entry", Named(5), "recorded_at"},
      {"program_version",
       [](Tables& t) {
         t.entries.at(At(5)).program_version = 3;
         FixChain(t, Member(), 5);
       },
       "entry", Named(5), "program_version", "from 1 to 2", "3"},
      {"transaction_torn",
       [](Tables& t) {
         t.entries.at(At(4)).request_id = base::RequestId("another-request-id");
         FixChain(t, Member(), 4);
       },
       "entry", Named(4), "request_id, as in its transaction"},
      {"place_in_the_journal", [](Tables& t) { t.entries.at(At(2)).lane_seq += 1; }, "entry",
       Named(2), "lane, lane_seq", JournalAt(2), JournalAt(3)},
      {"place_beyond_the_journal", [](Tables& t) { t.entries.at(At(2)).lane_seq = 1'000'000; },
       "entry", Named(2), "lane, lane_seq", "", "1/1000000"},
      {"place_in_no_lane", [](Tables& t) { t.entries.at(At(2)).lane = 9; }, "entry", Named(2),
       "lane, lane_seq", "a lane of the journal"},
      {"appended",
       [](Tables& t) {
         ledger::Entry more = t.entries.at(At(2));
         more.seq = more.txn_seq = more.lot_seq = 10;
         t.entries.emplace(At(10), more);
         FixChain(t, Member(), 10);
       },
       "entry", Named(10), "recorded_at"},
      {"appended_well",
       [](Tables& t) {
         ledger::Entry more = t.entries.at(At(2));
         more.seq = more.txn_seq = more.lot_seq = 10;
         more.recorded_at = t.entries.at(At(9)).recorded_at;
         t.entries.emplace(At(10), more);
         FixChain(t, Member(), 10);
       },
       "entry", Named(10), "leaf in the journal's row " + JournalAt(2), "", "none"},
      {"of_a_member_who_is_not",
       [](Tables& t) {
         ledger::Entry stray = t.entries.at(At(1));
         stray.member_id = base::MemberId("000000000000000");
         stray.hash = HashOf(stray);
         t.entries.emplace(MemberSeq{{kProgram, stray.member_id}, 1}, stray);
       },
       "member", "000000000000000", "row", "a member", "none"},
      {"of_a_programme_that_is_not",
       [](Tables& t) {
         ledger::Entry stray = t.entries.at(At(1));
         stray.program_id = base::ProgramId("zzz");
         stray.hash = HashOf(stray);
         t.entries.emplace(MemberSeq{{stray.program_id, stray.member_id}, 1}, stray);
       },
       "programme", "", "row", "a programme", "none"},
  };
}

class TamperedEntriesTest : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedEntriesTest, IsNamedFirst) { ExpectNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, TamperedEntriesTest, testing::ValuesIn(Tamperings()),
                         NameOfTampering);

}  // namespace
}  // namespace fairpoint::audit
