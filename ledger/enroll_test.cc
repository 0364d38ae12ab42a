#include "ledger/enroll.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace fairpoint::ledger {
namespace {

const base::ProgramId kProgram("brand");
const base::Instant kNow{1'000};

class Enroll : public ::testing::Test {
 protected:
  Enroll() : keyring_({{1, std::string(base::kSecretBytes, 'm')}}) {
    posting_.actor = "till";
    posting_.request_id = base::RequestId("request-0000000001");
  }

  absl::StatusOr<MemberChanges> Plan(std::vector<PlainIdentity> identities,
                                     base::Instant now = kNow) {
    const EnrollMember enroll{base::MemberId("0123456789ABCDE"),
                              std::string(base::kSecretBytes, 's'), std::move(identities)};
    return PlanEnroll(kProgram, enroll, holder_ ? &*holder_ : nullptr, posting_, keyring_, now);
  }

  // What the store would hold after the changes.
  void Keep(const MemberChanges& changes) {
    if (!holder_)
      holder_ = IdentityHolder{
          .member = {}, .secret = std::string(base::kSecretBytes, 's'), .identities = {}};
    holder_->member = changes.member;
    holder_->identities.insert(holder_->identities.end(), changes.new_identities.begin(),
                               changes.new_identities.end());
  }

  base::Keyring keyring_;
  Posting posting_;
  std::optional<IdentityHolder> holder_;
};

TEST_F(Enroll, MakesAMember) {
  const auto changes = Plan({{"phone", "13800000000"}, {"wechat_unionid", "u1"}});
  ASSERT_TRUE(changes.ok());
  EXPECT_TRUE(changes->is_new);
  const Member& member = changes->member;
  EXPECT_EQ(member.program_id, kProgram);
  EXPECT_EQ(member.member_id, base::MemberId("0123456789ABCDE"));
  EXPECT_EQ(member.state, MemberState::kActive);
  EXPECT_FALSE(member.phone_only);
  EXPECT_EQ(member.created_at, kNow);
  EXPECT_EQ(member.last_recorded_at, kNow);
  EXPECT_EQ(member.entry_seq, 0);

  ASSERT_EQ(changes->events.size(), 1U);
  const MemberEvent& event = changes->events[0];
  EXPECT_EQ(event.kind, MemberEventKind::kEnrolled);
  EXPECT_EQ(event.event_seq, 1);
  EXPECT_EQ(event.actor, "till");
  EXPECT_EQ(event.request_id, posting_.request_id);
  EXPECT_EQ(event.prev_hash, base::kZeroHash);
  EXPECT_EQ(event.hash, HashOf(event));
  EXPECT_EQ(member.event_head_hash, event.hash);
  EXPECT_EQ(member.event_seq, 1);

  ASSERT_TRUE(changes->new_key.has_value());
  EXPECT_EQ(*keyring_.Unwrap(kProgram, member.member_id, changes->new_key->key_version,
                             changes->new_key->wrapped),
            std::string(base::kSecretBytes, 's'));
  ASSERT_EQ(changes->new_identities.size(), 2U);
  const Identity& phone = changes->new_identities[0];
  EXPECT_EQ(phone.lookup_hash,
            base::AsBytes(keyring_.LookupHash(kProgram, "phone", "13800000000")));
  EXPECT_EQ(phone.ciphertext.find("13800000000"), std::string::npos);
  EXPECT_EQ(*OpenIdentity(phone, std::string(base::kSecretBytes, 's')), "13800000000");
  EXPECT_FALSE(OpenIdentity(phone, std::string(base::kSecretBytes, 't')).ok());
  Identity moved = phone;
  moved.member_id = base::MemberId("0123456789ABCDF");
  EXPECT_FALSE(OpenIdentity(moved, std::string(base::kSecretBytes, 's')).ok());
}

TEST_F(Enroll, TwiceWithOneIdentityIsTheSameMemberAndChangesNothing) {
  const auto first = Plan({{"wechat_unionid", "u1"}});
  Keep(*first);
  const auto second = Plan({{"wechat_unionid", "u1"}}, base::Instant{2'000});
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second->is_new);
  EXPECT_EQ(second->member, first->member);
  EXPECT_TRUE(second->events.empty());
  EXPECT_TRUE(second->new_identities.empty());
  EXPECT_FALSE(second->new_key.has_value());
}

TEST_F(Enroll, LinksWhatTheMemberDoesNotHave) {
  Keep(*Plan({{"wechat_unionid", "u1"}}));
  const auto linked = Plan({{"wechat_unionid", "u1"}, {"card", "c1"}}, base::Instant{2'000});
  ASSERT_TRUE(linked.ok());
  EXPECT_FALSE(linked->is_new);
  ASSERT_EQ(linked->new_identities.size(), 1U);
  EXPECT_EQ(linked->new_identities[0].kind, "card");
  ASSERT_EQ(linked->events.size(), 1U);
  EXPECT_EQ(linked->events[0].kind, MemberEventKind::kIdentitiesLinked);
  EXPECT_EQ(linked->events[0].event_seq, 2);
  EXPECT_EQ(linked->events[0].prev_hash, holder_->member.event_head_hash);
  EXPECT_EQ(linked->member.created_at, kNow);
  EXPECT_FALSE(linked->new_key.has_value());
}

TEST_F(Enroll, APhoneAloneStaysPhoneOnlyUntilSomethingElseIsLinked) {
  Keep(*Plan({{"phone", "1"}}));
  EXPECT_TRUE(holder_->member.phone_only);
  Keep(*Plan({{"phone", "1"}, {"phone", "2"}}));
  EXPECT_TRUE(holder_->member.phone_only);
  const auto linked = Plan({{"phone", "1"}, {"card", "c"}});
  EXPECT_FALSE(linked->member.phone_only);
  EXPECT_FALSE(linked->events[0].phone_only);
  Keep(*linked);
  Keep(*Plan({{"phone", "3"}, {"card", "c"}}));
  EXPECT_FALSE(holder_->member.phone_only);
}

TEST_F(Enroll, APhoneNeverJoinsDifferentUnionids) {
  EXPECT_EQ(base::ReasonOf(Plan({{"wechat_unionid", "u1"}, {"wechat_unionid", "u2"}}).status()),
            "IDENTITY_CONFLICT");
  Keep(*Plan({{"phone", "1"}, {"wechat_unionid", "u1"}}));
  EXPECT_EQ(base::ReasonOf(Plan({{"phone", "1"}, {"wechat_unionid", "u2"}}).status()),
            "IDENTITY_CONFLICT");
  // The conflict is judged before the state.
  holder_->member.state = MemberState::kFrozen;
  EXPECT_EQ(base::ReasonOf(Plan({{"phone", "1"}, {"wechat_unionid", "u2"}}).status()),
            "IDENTITY_CONFLICT");
  EXPECT_EQ(base::ReasonOf(Plan({{"phone", "1"}, {"card", "c"}}).status()), "MEMBER_NOT_ACTIVE");
  EXPECT_TRUE(Plan({{"phone", "1"}}).ok());
}

TEST_F(Enroll, AMemberHasAHundredIdentitiesAtMost) {
  for (size_t i = 0; i < kIdentitiesMax; i += 10) {
    std::vector<PlainIdentity> more{{"card", "1"}};
    for (size_t j = i == 0 ? 1 : 0; j < 10; ++j) more.push_back({"channel", std::to_string(i + j)});
    const auto changes = Plan(more);
    ASSERT_TRUE(changes.ok()) << changes.status();
    Keep(*changes);
  }
  ASSERT_EQ(holder_->identities.size(), kIdentitiesMax);
  const auto refused = Plan({{"card", "1"}, {"channel", "one more"}});
  EXPECT_EQ(base::ReasonOf(refused.status()), "TOO_MANY_IDENTITIES");
  EXPECT_TRUE(Plan({{"card", "1"}, {"channel", "99"}}).ok()) << "both are its own already";
}

TEST(Freeze, AndUnfreezeChainEvents) {
  Member member;
  member.available = base::Points{5};
  Posting posting;
  posting.reason = "stolen card";
  const auto frozen = PlanFreeze(member, posting, base::Instant{10});
  ASSERT_TRUE(frozen.ok());
  EXPECT_EQ(frozen->member.state, MemberState::kFrozen);
  EXPECT_EQ(frozen->member.available, base::Points{5});
  ASSERT_EQ(frozen->events.size(), 1U);
  EXPECT_EQ(frozen->events[0].kind, MemberEventKind::kFrozen);
  EXPECT_EQ(frozen->events[0].reason, "stolen card");
  EXPECT_EQ(base::ReasonOf(PlanFreeze(frozen->member, posting, base::Instant{11}).status()),
            "MEMBER_NOT_ACTIVE");

  const auto thawed = PlanUnfreeze(frozen->member, posting, base::Instant{12});
  ASSERT_TRUE(thawed.ok());
  EXPECT_EQ(thawed->member.state, MemberState::kActive);
  EXPECT_EQ(thawed->events[0].kind, MemberEventKind::kUnfrozen);
  EXPECT_EQ(thawed->events[0].event_seq, 2);
  EXPECT_EQ(thawed->events[0].prev_hash, frozen->events[0].hash);
  EXPECT_EQ(thawed->member.event_head_hash, thawed->events[0].hash);
  EXPECT_EQ(base::ReasonOf(PlanUnfreeze(thawed->member, posting, base::Instant{13}).status()),
            "MEMBER_NOT_FROZEN");
}

TEST(Freeze, NotWhoLeft) {
  for (const MemberState state : {MemberState::kClosed, MemberState::kMerged}) {
    Member member;
    member.state = state;
    EXPECT_EQ(base::ReasonOf(PlanFreeze(member, Posting{}, kNow).status()), "MEMBER_NOT_ACTIVE");
    EXPECT_EQ(base::ReasonOf(PlanUnfreeze(member, Posting{}, kNow).status()), "MEMBER_NOT_FROZEN");
  }
}

}  // namespace
}  // namespace fairpoint::ledger
