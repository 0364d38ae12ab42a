// Transfers, merges, tags and erasure. Each case changes one thing behind the ledger's back,
// covering tracks or not, and says what must be named first, with the keyring at hand.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "audit/testing/persons.h"
#include "audit/testing/story.h"
#include "audit/testing/tamper.h"
#include "audit/verify.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/persona.h"

namespace fairpoint::audit {
namespace {

using base::Points;
using engine::MemberName;
using engine::MemberSeq;
using ledger::Entry;
using ledger::EntryKind;
using ledger::MemberEvent;
using ledger::MemberEventKind;

template <class Row, class Kind>
MemberSeq KeyOfFirst(const std::map<MemberSeq, Row>& table, const MemberName& member, Kind kind) {
  for (const auto& [key, row] : table) {
    if (key.member == member && row.kind == kind) return key;
  }
  std::abort();
}
std::string NameOf(const MemberSeq& key) {
  return base::ToString(base::EntryName{key.member.member_id, key.seq});
}
std::string FirstIdentityOf(const Tables& tables, const MemberName& member) {
  for (const auto& [name, row] : tables.identities) {
    if (row.member_id == member.member_id) return base::ToHex(name.lookup_hash);
  }
  std::abort();
}
std::string Id(const MemberName& name) { return name.member_id.value(); }

// Changes an entry and makes its chain, its journal's row and all that follows anew.
std::function<void(Tables&)> Rewritten(const MemberSeq& key, std::function<void(Entry&)> change) {
  return [key, change](Tables& t) {
    Entry& entry = t.entries.at(key);
    change(entry);
    FixChain(t, key.member, key.seq);
    for (const auto& [each, row] : t.entries) {
      if (each.member == key.member && each.seq >= key.seq) FixJournal(t, row.lane, row.lane_seq);
    }
  };
}
std::function<void(Tables&)> Rewritten(const MemberSeq& key,
                                       std::function<void(MemberEvent&)> change) {
  return [key, change](Tables& t) {
    MemberEvent& event = t.events.at(key);
    change(event);
    base::Hash before = event.prev_hash;
    for (auto& [each, row] : t.events) {
      if (each.member != key.member || each.seq < key.seq) continue;
      row.prev_hash = before;
      row.hash = before = HashOf(row);
      FixJournal(t, row.lane, row.lane_seq);
    }
    t.members.at(key.member).event_head_hash = before;
  };
}

std::vector<Tampering> Merges() {
  const Persons& p = ThePersons();
  const Tables& tables = p.tables();
  const auto merged = KeyOfFirst(tables.events, p.source, MemberEventKind::kMerged);
  const auto took = KeyOfFirst(tables.events, p.middle, MemberEventKind::kTookOver);
  return {
      {"answers_for_another",
       [&p](Tables& t) { t.members.at(p.source).merged_into = p.giver.member_id; }, "member",
       Id(p.source), "merged_into", Id(p.last), Id(p.giver)},
      {"answers_for_who_was_merged_later",
       [&p](Tables& t) { t.members.at(p.source).merged_into = p.middle.member_id; }, "member",
       Id(p.source), "merged_into", Id(p.last), Id(p.middle)},
      {"answers_for_nobody", [&p](Tables& t) { t.members.at(p.source).merged_into = {}; }, "member",
       Id(p.source), "merged_into", Id(p.last)},
      {"answers_without_a_merge",
       [&p](Tables& t) { t.members.at(p.giver).merged_into = p.taker.member_id; }, "member",
       Id(p.giver), "merged_into", "", Id(p.taker)},
      {"count_of_the_last", [&p](Tables& t) { t.members.at(p.last).merged_count = 1; }, "member",
       Id(p.last), "merged_count", "2", "1"},
      {"count_of_one_who_was_merged", [&p](Tables& t) { t.members.at(p.middle).merged_count = 1; },
       "member", Id(p.middle), "merged_count", "0", "1"},
      {"count_without_a_merge", [&p](Tables& t) { t.members.at(p.taker).merged_count = 1; },
       "member", Id(p.taker), "merged_count", "0", "1"},
      {"merged_no_more",
       [&p](Tables& t) { t.members.at(p.middle).state = ledger::MemberState::kActive; }, "member",
       Id(p.source), "merged_into", Id(p.middle), Id(p.last)},
      {"key_of_who_was_merged_deleted", [&p](Tables& t) { t.member_keys.erase(p.source); },
       "member", Id(p.source), "member_key", "a key", "none"},
      {"identity_of_who_was_merged",
       [&p](Tables& t) {
         for (auto& [name, row] : t.identities) {
           if (row.member_id == p.last.member_id) row.member_id = p.source.member_id;
         }
       },
       "identity", FirstIdentityOf(tables, p.last), "member", "neither merged nor erased",
       "merged"},
      {"merged_into_another_by_its_event",
       Rewritten(merged, [&p](MemberEvent& event) { event.detail = Id(p.giver); }), "member",
       Id(p.source), "merged_into", Id(p.giver), Id(p.last)},
      {"took_over_another_by_its_event",
       Rewritten(took, [&p](MemberEvent& event) { event.detail = Id(p.giver); }), "member event",
       NameOf(merged), "peer", Id(p.middle), "none"},
      {"merged_into_itself",
       Rewritten(merged, [&p](MemberEvent& event) { event.detail = Id(p.source); }), "member event",
       NameOf(merged), "detail", "another member", "the member itself"},
      {"merged_into_nobody", Rewritten(merged, [](MemberEvent& event) { event.detail = ""; }),
       "member event", NameOf(merged), "detail", "something", "nothing"},
  };
}

std::vector<Tampering> Movements() {
  const Persons& p = ThePersons();
  const Tables& tables = p.tables();
  const auto out = KeyOfFirst(tables.entries, p.giver, EntryKind::kTransferOut);
  const auto in = KeyOfFirst(tables.entries, p.taker, EntryKind::kTransferIn);
  const auto merged = KeyOfFirst(tables.entries, p.source, EntryKind::kMergeOut);
  const auto came = KeyOfFirst(tables.entries, p.middle, EntryKind::kMergeIn);
  const auto part = KeyOfFirst(tables.entries, p.last, EntryKind::kTakeBackPart);
  return {
      {"peer_of_what_was_given", Rewritten(out, [](Entry& entry) { entry.peer_seq = 77; }), "entry",
       NameOf(out), "peer", NameOf({p.taker, 77}), "no entry"},
      {"peer_with_its_chain_alone",
       [out](Tables& t) {
         t.entries.at(out).peer_seq = 77;
         FixChain(t, out.member, out.seq);
       },
       "entry", NameOf(out),
       "hash, by the journal's row " + std::to_string(tables.entries.at(out).lane) + "/" +
           std::to_string(tables.entries.at(out).lane_seq)},
      {"taken_from_another",
       Rewritten(in, [&p](Entry& entry) { entry.peer_id = p.last.member_id; }), "entry",
       NameOf(out), "peer", NameOf(in), NameOf({p.last, out.seq})},
      {"more_taken_than_given", Rewritten(in, [](Entry& entry) { entry.points = Points{400}; }),
       "programme", "", "transferred between members", "0", "-360"},
      {"peer_of_what_was_merged", Rewritten(merged, [](Entry& entry) { entry.peer_seq = 77; }),
       "entry", NameOf(merged), "peer", NameOf({p.middle, 77}), "no entry"},
      {"merged_as_a_transfer",
       Rewritten(came, [](Entry& entry) { entry.kind = EntryKind::kTransferIn; }), "entry",
       NameOf(merged), "peer", NameOf(came), "transfer_in"},
      {"no_peer", Rewritten(in, [](Entry& entry) { entry.peer_id = {}; }), "entry", NameOf(in),
       "peer", "an entry of another member"},
      {"earned_later_than_it_came",
       Rewritten(in, [](Entry& entry) { entry.earned_at = entry.effective_at + absl::Seconds(1); }),
       "entry", NameOf(in), "earned_at", "at or before"},
      {"taken_back_of_another_earning", Rewritten(part, [](Entry& entry) { entry.peer_seq = 1; }),
       "order return", "RT-1",
       "points taken back of earning " +
           NameOf({p.source, tables.orders.at({kProgram, "SO-1"}).earn_seq}) + ", by its entries",
       "20", "0"},
      {"taken_back_as_its_own",
       Rewritten(part,
                 [](Entry& entry) {
                   entry.reverses_seq = entry.lot_seq;
                   entry.peer_id = {};
                   entry.peer_seq = 0;
                 }),
       "order return", "RT-1",
       "points taken back of earning " +
           NameOf({p.source, tables.orders.at({kProgram, "SO-1"}).earn_seq}) + ", by its entries",
       "20", "0"},
      {"return_of_somebody_elses_order",
       [&p](Tables& t) {
         checkout::OrderReturn& row = t.order_returns.at({kProgram, "RT-1"});
         row.member_id = p.giver.member_id;
         row.hash = HashOf(row);
         FixJournal(t, row.lane, row.lane_seq);
       },
       "order return", "RT-1", "member of order SO-1", Id(p.giver) + ", or one merged into it",
       Id(p.source)},
  };
}

std::vector<Tampering> Personal() {
  const Persons& p = ThePersons();
  const auto put_back = [&p](auto table) {
    return [&p, table](Tables& t) {
      for (const auto& [name, row] : p.before_erasure.*table) {
        if (row.member_id == p.erased.member_id) (t.*table).emplace(name, row);
      }
    };
  };
  const std::string identity = FirstIdentityOf(p.before_erasure, p.erased);
  const std::string secret(base::kSecretBytes, 's');
  return {
      {"identity_of_the_erased", put_back(&Tables::identities), "identity", identity, "member",
       "neither merged nor erased", "closed"},
      {"key_of_the_erased", put_back(&Tables::member_keys), "member", Id(p.erased), "member_key",
       "the member was erased", "one"},
      {"tags_of_the_erased", put_back(&Tables::tags), "tags", Id(p.erased), "row",
       "the member was erased", "one"},
      {"erased_no_more",
       [&p](Tables& t) { t.members.at(p.erased).state = ledger::MemberState::kActive; }, "member",
       Id(p.erased), "state", "closed", "active"},
      {"tags_replaced",
       [&p, secret](Tables& t) {
         t.tags.at(p.last) = ledger::SealTags(kProgram, p.last.member_id, {"gold"}, secret);
       },
       "tags", Id(p.last), "tags", "set last", "others"},
      {"tags_of_another",
       [&p](Tables& t) { t.tags.at(p.last).ciphertext = t.tags.at(p.source).ciphertext; }, "tags",
       Id(p.last), "ciphertext", "opens for their member"},
      {"tags_deleted", [&p](Tables& t) { t.tags.erase(p.last); }, "tags", Id(p.last), "row", "one",
       "none"},
      {"tags_that_were_never_set",
       [&p, secret](Tables& t) {
         t.tags.emplace(p.giver, ledger::SealTags(kProgram, p.giver.member_id, {"gold"}, secret));
       },
       "tags", Id(p.giver), "row", "never set", "one"},
  };
}

class TamperedPersonsTest : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedPersonsTest, IsNamedFirst) {
  ExpectNamedFirst(GetParam(), ThePersons().tables(), ThePersons().keyring());
}

INSTANTIATE_TEST_SUITE_P(Merges, TamperedPersonsTest, testing::ValuesIn(Merges()), NameOfTampering);
INSTANTIATE_TEST_SUITE_P(Movements, TamperedPersonsTest, testing::ValuesIn(Movements()),
                         NameOfTampering);
INSTANTIATE_TEST_SUITE_P(Personal, TamperedPersonsTest, testing::ValuesIn(Personal()),
                         NameOfTampering);

// Untouched, with and without keys: the story must not be found fault with for what it is.
TEST(PersonsTest, AreWell) {
  MemoryStore store;
  store.tables = ThePersons().tables();
  VerifyOptions options;
  for (const base::Keyring* keyring :
       {&TheStory().keyring(), static_cast<const base::Keyring*>(nullptr)}) {
    options.keyring = keyring;
    const absl::StatusOr<Report> report = Verify(store, options);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_TRUE(report->ok) << ToText(*report);
    ASSERT_EQ(report->totals.size(), 1u);
    EXPECT_EQ(report->totals[0].transferred, 0);
    EXPECT_EQ(report->totals[0].expired, 5);
  }
}

}  // namespace
}  // namespace fairpoint::audit
