// Member events, reversals and receipts. Each case changes one thing behind the ledger's back,
// covering tracks or not, and says what must be named first.
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
  const auto event = [](Tables& t) -> ledger::MemberEvent& { return t.events.at(At(2)); };
  const std::string request = RequestAt(3).request_id.value();
  const std::string frozen_by = TheStory().tables().events.at(At(2)).request_id.value();
  return {
      {"event_reason", [=](Tables& t) { event(t).reason = "a favour"; }, "member event", Named(2),
       "hash"},
      {"event_kind",
       [=](Tables& t) {
         event(t).kind = ledger::MemberEventKind::kUnfrozen;
         event(t).hash = HashOf(event(t));
         t.members.at(Member()).state = ledger::MemberState::kActive;
         t.members.at(Member()).event_head_hash = event(t).hash;
       },
       "member event", Named(2), "kind", "active", "unfrozen"},
      {"event_made_anew",
       [=](Tables& t) {
         event(t).actor = "somebody";
         event(t).hash = HashOf(event(t));
         t.members.at(Member()).event_head_hash = event(t).hash;
       },
       "member event", Named(2), "hash, by the journal's row 1/12"},
      {"event_deleted",
       [](Tables& t) {
         t.events.erase(At(2));
         FixProjections(t, Member());
         t.members.at(Member()).state = ledger::MemberState::kActive;
       },
       "member event", Named(2), "row", "", "none"},
      {"first_event_deleted", [](Tables& t) { t.events.erase(At(1)); }, "member event", Named(1),
       "row", "an event", "the next is 2"},
      {"event_appended",
       [=](Tables& t) {
         ledger::MemberEvent more = event(t);
         more.event_seq = 3;
         more.kind = ledger::MemberEventKind::kUnfrozen;
         more.request_id = base::RequestId("request-of-nobody");
         more.prev_hash = event(t).hash;
         more.hash = HashOf(more);
         t.events.emplace(At(3), more);
         FixProjections(t, Member());
         t.members.at(Member()).state = ledger::MemberState::kActive;
       },
       "member event", Named(3), "leaf in the journal's row 1/12", "", "none"},
      {"reversal_deleted", [](Tables& t) { t.reversals.erase(At(1)); }, "entry", Named(8),
       "reversal row", "one by transaction 8", "none"},
      {"reversal_of_another",
       [](Tables& t) {
         engine::Reversal moved = t.reversals.extract(At(1)).mapped();
         moved.txn_seq = 2;
         t.reversals.emplace(At(2), moved);
       },
       "entry", Named(8), "reverses_seq", "an entry of transaction 2", "1"},
      {"reversal_by_another", [](Tables& t) { t.reversals.at(At(1)).by_txn_seq = 5; }, "entry",
       Named(8), "reversal row", "one by transaction 8", "none"},
      {"reversal_added",
       [](Tables& t) {
         engine::Reversal more = t.reversals.at(At(1));
         more.txn_seq = 3;
         more.by_txn_seq = 0;
         t.reversals.emplace(At(3), more);
       },
       "reversal", Named(3), "leaf in the journal's row " + JournalAt(8), "", "none"},
      {"reversal_of_nothing",
       [](Tables& t) {
         engine::Reversal more = t.reversals.at(At(1));
         more.txn_seq = 4;
         more.by_txn_seq = 0;
         t.reversals.emplace(At(4), more);
       },
       "reversal", Named(4), "txn_seq", "a transaction", "none"},
      {"reversal_by_what_undid_another",
       [](Tables& t) {
         engine::Reversal more = t.reversals.at(At(1));
         more.txn_seq = 3;
         t.reversals.emplace(At(3), more);
       },
       "reversal", Named(3), "by_txn_seq", "a transaction that undid nothing else", "8"},
      {"receipt_deleted", [](Tables& t) { t.receipts.erase(RequestAt(3)); }, "receipt", request,
       "row", "", "none"},
      {"receipt_count", [](Tables& t) { t.receipts.at(RequestAt(3)).entry_count = 1; }, "receipt",
       request, "hash, by the journal's row " + JournalAt(3)},
      {"receipt_hash", [](Tables& t) { t.receipts.at(RequestAt(3)).request_hash = {}; }, "receipt",
       request, "hash, by the journal's row " + JournalAt(3)},
      {"receipt_kind",
       [](Tables& t) { t.receipts.at(RequestAt(3)).kind = static_cast<ledger::OperationKind>(99); },
       "receipt", request, "kind", "a known kind", "99"},
      {"receipt_added",
       [](Tables& t) {
         engine::Receipt more = t.receipts.at(RequestAt(3));
         more.request_id = base::RequestId("another-request-id");
         t.receipts.emplace(engine::RequestName{kProgram, more.request_id}, more);
       },
       "receipt", "another-request-id", "leaf in the journal's row " + JournalAt(3), "", "none"},
      {"receipt_and_journal",
       [](Tables& t) {
         t.receipts.at(RequestAt(3)).entry_count = 1;
         FixJournal(t, 1, TheStory().entry(3).lane_seq);
       },
       "receipt", request, "what its request made", "2 from entry " + Named(3),
       "1 from entry " + Named(3)},
      {"receipt_and_journal_deleted",
       [](Tables& t) {
         t.receipts.erase(RequestAt(3));
         FixJournal(t, 1, TheStory().entry(3).lane_seq);
       },
       "receipt", request, "what its request made", "2 from entry " + Named(3), "nothing"},
      {"event_receipt_and_journal",
       [=](Tables& t) {
         t.receipts.at({kProgram, base::RequestId(frozen_by)}).event_seq = 1;
         FixJournal(t, 1, 12);
       },
       "receipt", frozen_by, "what its request made", "1 from member event " + Named(2),
       "1 from member event " + Named(1)},
  };
}

class TamperedHistoryTest : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedHistoryTest, IsNamedFirst) { ExpectNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, TamperedHistoryTest, testing::ValuesIn(Tamperings()),
                         NameOfTampering);

}  // namespace
}  // namespace fairpoint::audit
