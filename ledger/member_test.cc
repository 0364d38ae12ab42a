#include "ledger/member.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

#include "absl/strings/escaping.h"

namespace fairpoint::ledger {
namespace {

TEST(MemberEventHash, CoversEveryFieldButThePlaceInTheJournal) {
  const std::vector<std::function<void(MemberEvent&)>> changes = {
      [](MemberEvent& e) { e.program_id = base::ProgramId("p"); },
      [](MemberEvent& e) { e.member_id = base::MemberId("p"); },
      [](MemberEvent& e) { e.event_seq = 1; },
      [](MemberEvent& e) { e.kind = MemberEventKind::kFrozen; },
      [](MemberEvent& e) { e.phone_only = true; },
      [](MemberEvent& e) { e.reason = "p"; },
      [](MemberEvent& e) { e.actor = "p"; },
      [](MemberEvent& e) { e.request_id = base::RequestId("p"); },
      [](MemberEvent& e) { e.recorded_at.micros = 1; },
      [](MemberEvent& e) { e.prev_hash[0] = 1; },
      [](MemberEvent& e) { e.detail = "p"; },
  };
  std::set<base::Hash> hashes = {HashOf(MemberEvent{})};
  for (size_t i = 0; i < changes.size(); ++i) {
    MemberEvent changed;
    changes[i](changed);
    EXPECT_TRUE(hashes.insert(HashOf(changed)).second) << "change " << i;
  }
  MemberEvent moved;
  moved.hash[0] = 1;
  moved.lane = moved.lane_seq = 4;
  EXPECT_EQ(HashOf(moved), HashOf(MemberEvent{}));
}

TEST(MemberEventHash, WithADetailIsAsPublished) {
  MemberEvent event;
  event.program_id = base::ProgramId("sample");
  event.member_id = base::MemberId("0123456789ABCDE");
  event.event_seq = 2;
  event.kind = MemberEventKind::kTookOver;
  event.detail = "ZYXWVTSRQPNMKJH";
  event.reason = "one person";
  event.actor = "ops-0001";
  event.request_id = base::RequestId("request-00000006");
  event.recorded_at = base::Instant{1781885000000000};
  event.prev_hash = base::HashFromBytes(
      absl::HexStringToBytes("843dbd871ff5060033def18dbfce9679e13bd1f0e28e387fa4e8e0666f548718"));
  EXPECT_EQ(base::ToHex(base::AsBytes(HashOf(event))),
            "3c22b1b022e416bc531fa1e0f75225c0a760ddca943ae359440c91b47c868dca");
}

TEST(Names, KnownAndUnknown) {
  for (int state = 1; state <= 4; ++state) EXPECT_TRUE(IsKnown(static_cast<MemberState>(state)));
  EXPECT_FALSE(IsKnown(MemberState{0}) || IsKnown(MemberState{5}));
  for (int kind = 1; kind <= 9; ++kind) EXPECT_TRUE(IsKnown(static_cast<MemberEventKind>(kind)));
  EXPECT_FALSE(IsKnown(MemberEventKind{0}) || IsKnown(MemberEventKind{10}));
}

}  // namespace
}  // namespace fairpoint::ledger
