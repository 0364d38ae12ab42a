#include "ledger/persona.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"

namespace fairpoint::ledger {
namespace {

using Tags = std::vector<std::string>;

const base::Instant kNow{5'000};
const std::string kSecret(base::kSecretBytes, 's');
const std::string kOther(base::kSecretBytes, 't');

class Persona : public ::testing::Test {
 protected:
  Persona() : keyring_({{1, std::string(base::kSecretBytes, 'm')}}) {
    posting_.reason = "asked";
    EnrollMember enroll{
        base::MemberId("0123456789ABCDE"), kSecret, {{"phone", "1"}, {"wechat_unionid", "u1"}}};
    const auto enrolled = PlanEnroll(base::ProgramId("brand"), enroll, nullptr, posting_, keyring_,
                                     base::Instant{1'000});
    holder_ = {enrolled->member, kSecret, enrolled->new_identities};
  }
  absl::StatusOr<MemberChanges> Link(const std::string& kind, const std::string& value) {
    return PlanLink(holder_, {{kind, value}}, posting_, keyring_, kNow);
  }
  absl::StatusOr<MemberChanges> Unlink(const std::string& kind, const std::string& value) {
    return PlanUnlink(holder_, {{kind, value}}, posting_, keyring_, kNow);
  }

  base::Keyring keyring_;
  Posting posting_;
  IdentityHolder holder_;
};

TEST_F(Persona, LinksWhatTheMemberLacks) {
  const auto linked = Link("card", "c1");
  ASSERT_TRUE(linked.ok());
  ASSERT_EQ(linked->new_identities.size(), 1U);
  EXPECT_EQ(*OpenIdentity(linked->new_identities[0], kSecret), "c1");
  ASSERT_EQ(linked->events.size(), 1U);
  EXPECT_EQ(linked->events[0].kind, MemberEventKind::kIdentitiesLinked);
  EXPECT_EQ(linked->events[0].prev_hash, holder_.member.event_head_hash);

  const auto again = Link("phone", "1");
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->events.empty() && again->new_identities.empty());
  EXPECT_EQ(again->member, holder_.member);

  EXPECT_EQ(base::ReasonOf(Link("wechat_unionid", "u2").status()), "IDENTITY_CONFLICT");
  holder_.member.state = MemberState::kFrozen;
  EXPECT_EQ(base::ReasonOf(Link("card", "c1").status()), "MEMBER_NOT_ACTIVE");
}

TEST_F(Persona, UnlinksOneAndMayBeLeftWithAPhoneOnly) {
  const auto unlinked = Unlink("wechat_unionid", "u1");
  ASSERT_TRUE(unlinked.ok());
  ASSERT_EQ(unlinked->deleted_identities.size(), 1U);
  EXPECT_EQ(unlinked->deleted_identities[0], holder_.identities[1]);
  EXPECT_TRUE(unlinked->member.phone_only);
  ASSERT_EQ(unlinked->events.size(), 1U);
  const MemberEvent& event = unlinked->events[0];
  EXPECT_EQ(event.kind, MemberEventKind::kIdentityUnlinked);
  EXPECT_TRUE(event.phone_only);
  EXPECT_EQ(event.reason, "asked");
  EXPECT_EQ(event.event_seq, 2);
  EXPECT_EQ(event.recorded_at, kNow);
  EXPECT_EQ(unlinked->member.event_head_hash, event.hash);
  EXPECT_EQ(unlinked->member.last_recorded_at, kNow);
  EXPECT_FALSE(Unlink("phone", "1")->member.phone_only);
}

TEST_F(Persona, UnlinkRefuses) {
  EXPECT_EQ(base::ReasonOf(Unlink("phone", "2").status()), "IDENTITY_NOT_FOUND");
  EXPECT_EQ(base::ReasonOf(Unlink("card", "1").status()), "IDENTITY_NOT_FOUND");
  holder_.member.state = MemberState::kFrozen;
  EXPECT_EQ(base::ReasonOf(Unlink("phone", "1").status()), "MEMBER_NOT_ACTIVE");
  holder_.identities.pop_back();
  EXPECT_EQ(base::ReasonOf(Unlink("phone", "1").status()), "LAST_IDENTITY");
}

TEST_F(Persona, TagsAreSealedAndTheEventSaysNothingOfThem) {
  const Tags tags = {"birthday-june", "vip"};
  const auto set = PlanSetTags(holder_.member, kSecret, nullptr, tags, posting_, kNow);
  ASSERT_TRUE(set.ok());
  ASSERT_TRUE(set->tags.has_value());
  EXPECT_EQ(set->tags->member_id, holder_.member.member_id);
  EXPECT_EQ(set->tags->ciphertext.find("vip"), std::string::npos);
  EXPECT_EQ(*OpenTags(*set->tags, kSecret), tags);
  EXPECT_EQ(OpenTags(*set->tags, kOther).status().code(), absl::StatusCode::kDataLoss);
  ASSERT_EQ(set->events.size(), 1U);
  EXPECT_EQ(set->events[0].kind, MemberEventKind::kTagsSet);
  EXPECT_EQ(set->events[0].detail, TagsDigest(tags, kSecret));

  const auto again = PlanSetTags(set->member, kSecret, &*set->tags, tags, posting_, kNow);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->events.empty() && !again->tags);
  const auto none = PlanSetTags(set->member, kSecret, &*set->tags, {}, posting_, kNow);
  EXPECT_EQ(*OpenTags(*none->tags, kSecret), Tags{});
  EXPECT_EQ(none->events.size(), 1U);
  EXPECT_TRUE(PlanSetTags(holder_.member, kSecret, nullptr, {}, posting_, kNow)->events.empty());

  EXPECT_EQ(PlanSetTags(set->member, kOther, &*set->tags, tags, posting_, kNow).status().code(),
            absl::StatusCode::kDataLoss);
  holder_.member.state = MemberState::kClosed;
  EXPECT_EQ(
      base::ReasonOf(PlanSetTags(holder_.member, kSecret, nullptr, tags, posting_, kNow).status()),
      "MEMBER_NOT_ACTIVE");
}

TEST_F(Persona, ATagsRowCannotBeMovedOrPassForAnIdentity) {
  MemberTags row = SealTags(base::ProgramId("brand"), holder_.member.member_id, {"vip"}, kSecret);
  Identity identity;
  identity.member_id = row.member_id;
  identity.kind = "tags";
  identity.ciphertext = row.ciphertext;
  EXPECT_FALSE(OpenIdentity(identity, kSecret).ok());
  row.member_id = base::MemberId("0123456789ABCDF");
  EXPECT_FALSE(OpenTags(row, kSecret).ok());
}

TEST(TagsDigest, TellsListsApartUnderASecret) {
  EXPECT_EQ(TagsDigest({"a", "b"}, kSecret).size(), 32U);
  EXPECT_NE(TagsDigest({"a", "b"}, kSecret), TagsDigest({"ab"}, kSecret));
  EXPECT_NE(TagsDigest({"a", "b"}, kSecret), TagsDigest({"a", "b", ""}, kSecret));
  EXPECT_NE(TagsDigest({"a"}, kSecret), TagsDigest({"a"}, kOther));
}

}  // namespace
}  // namespace fairpoint::ledger
