// Members, lots and holds. Each case changes one thing behind the ledger's back, covering tracks or
// not, and says what must be named first.
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
  const std::string member = Member().member_id.value();
  const auto at = [](auto change) {
    return [change](Tables& t) { change(t.members.at(Member())); };
  };
  return {
      {"available", at([](ledger::Member& m) { m.available = Points{1}; }), "member", member,
       "available", "0", "1"},
      {"pending", at([](ledger::Member& m) { m.pending = Points{1}; }), "member", member, "pending",
       "0", "1"},
      {"held", at([](ledger::Member& m) { m.held = Points{1}; }), "member", member, "held", "0",
       "1"},
      {"debt", at([](ledger::Member& m) { m.debt = Points{0}; }), "member", member, "debt", "74",
       "0"},
      {"lifetime", at([](ledger::Member& m) { m.lifetime_earned = Points{150}; }), "member", member,
       "lifetime_earned", "50", "150"},
      {"entry_seq", at([](ledger::Member& m) { m.entry_seq = 8; }), "member", member, "entry_seq",
       "9", "8"},
      {"head_hash", at([](ledger::Member& m) { m.head_hash[31] ^= 1; }), "member", member,
       "head_hash", HashAt(9)},
      {"event_seq", at([](ledger::Member& m) { m.event_seq = 1; }), "member", member, "event_seq",
       "2", "1"},
      {"event_head_hash", at([](ledger::Member& m) { m.event_head_hash = {}; }), "member", member,
       "event_head_hash"},
      {"state", at([](ledger::Member& m) { m.state = ledger::MemberState::kActive; }), "member",
       member, "state", "frozen", "active"},
      {"state_unknown",
       at([](ledger::Member& m) { m.state = static_cast<ledger::MemberState>(0); }), "member",
       member, "state", "frozen", "unknown (0)"},
      {"phone_only", at([](ledger::Member& m) { m.phone_only = true; }), "member", member,
       "phone_only", "false", "true"},
      {"created_at", at([](ledger::Member& m) { m.created_at.micros = 0; }), "member", member,
       "created_at", "", "1970"},
      {"last_recorded_at", at([](ledger::Member& m) { m.last_recorded_at.micros += 1; }), "member",
       member, "last_recorded_at"},
      {"next_due_later",
       [](Tables& t) { t.members.at(TheStory().neighbour).next_due_at->micros += 1; }, "member",
       TheStory().neighbour.member_id.value(), "next_due_at", "at or before"},
      {"next_due_never", [](Tables& t) { t.members.at(TheStory().neighbour).next_due_at.reset(); },
       "member", TheStory().neighbour.member_id.value(), "next_due_at", "at or before", "none"},
      {"member_deleted", [](Tables& t) { t.members.erase(Member()); }, "member", member, "row",
       "a member", "none"},
      {"member_added",
       [](Tables& t) {
         ledger::Member more;
         more.program_id = kProgram;
         more.member_id = base::MemberId("000000000000000");
         t.members.emplace(MemberName{kProgram, more.member_id}, more);
       },
       "member event", "000000000000000.1", "row", "an event", "none"},
      {"lot_available", [](Tables& t) { t.lots.at(At(2)).available = Points{7}; }, "lot", Named(2),
       "available", "0", "7"},
      {"lot_expiry", [](Tables& t) { t.lots.at(At(2)).expires_at = base::Instant{0}; }, "lot",
       Named(2), "expires_at", "none", "1970"},
      {"lot_taken_back", [](Tables& t) { t.lots.at(At(2)).taken_back = Points{0}; }, "lot",
       Named(2), "taken_back", "26", "0"},
      {"lot_open", [](Tables& t) { t.lots.at(At(2)).is_open = true; }, "lot", Named(2), "is_open",
       "false", "true"},
      {"lot_deleted", [](Tables& t) { t.lots.erase(At(1)); }, "lot", Named(1), "row",
       "one of 100 points", "none"},
      {"lot_added",
       [](Tables& t) {
         ledger::Lot more = t.lots.at(At(2));
         more.lot_seq = 3;
         t.lots.emplace(At(3), more);
       },
       "lot", Named(3), "row", "none", "one of 50 points"},
      {"lot_of_nobody",
       [](Tables& t) {
         ledger::Lot stray = t.lots.at(At(2));
         stray.member_id = base::MemberId("ZZZZZZZZZZZZZZZ");
         t.lots.emplace(MemberSeq{{kProgram, stray.member_id}, 2}, stray);
       },
       "member", "ZZZZZZZZZZZZZZZ", "row", "a member", "none"},
      {"hold_state", [](Tables& t) { t.holds.at(At(5)).state = ledger::HoldState::kOpen; }, "hold",
       Named(5), "state", "captured", "open"},
      {"hold_captured", [](Tables& t) { t.holds.at(At(5)).captured = Points{10}; }, "hold",
       Named(5), "captured", "4", "10"},
      {"hold_slices", [](Tables& t) { t.holds.at(At(5)).slices[0].lot_seq = 1; }, "hold", Named(5),
       "slices", "10 of lot 2", "10 of lot 1"},
      {"hold_deleted", [](Tables& t) { t.holds.erase(At(5)); }, "hold", Named(5), "row",
       "one of 10 points", "none"},
      {"hold_of_nobody",
       [](Tables& t) {
         ledger::Hold stray = t.holds.at(At(5));
         stray.member_id = base::MemberId("ZZZZZZZZZZZZZZZ");
         t.holds.emplace(MemberSeq{{kProgram, stray.member_id}, 5}, stray);
       },
       "member", "ZZZZZZZZZZZZZZZ", "row", "a member", "none"},
  };
}

class TamperedProjectionsTest : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedProjectionsTest, IsNamedFirst) { ExpectNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, TamperedProjectionsTest, testing::ValuesIn(Tamperings()),
                         NameOfTampering);

}  // namespace
}  // namespace fairpoint::audit
