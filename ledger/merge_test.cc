// Who answers for whom, and what is known of them. Points: merge_points_test.cc.
#include "ledger/merge.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ledger/enroll.h"
#include "ledger/errors.h"
#include "ledger/persona.h"
#include "ledger/testing/persons.h"
#include "ledger/testing/render.h"

namespace fairpoint::ledger {
namespace {

using testing::MemberNamed;
using testing::SecretOf;
using testing::SomeKeyring;
using Tags = std::vector<std::string>;

const base::Instant kEnrolled{1'000};
const base::Instant kNow{5'000};

// A member with identities and tags, as stored.
struct Stored {
  Stored(char letter, const std::vector<PlainIdentity>& identities, const Tags& its_tags) {
    const base::MemberId id = MemberNamed(letter);
    const auto enrolled = PlanEnroll(base::ProgramId("brand"), {id, SecretOf(id), identities},
                                     nullptr, Posting{}, SomeKeyring(), kEnrolled);
    ledger.member = enrolled->member;
    ledger.open_loaded = true;
    rows = enrolled->new_identities;
    if (!its_tags.empty()) tags = SealTags(ledger.member.program_id, id, its_tags, SecretOf(id));
  }
  Person AsPerson() const { return {ledger, SecretOf(ledger.member.member_id), rows, tags}; }

  Ledger ledger;
  std::vector<Identity> rows;
  std::optional<MemberTags> tags;
};

class Merge : public ::testing::Test {
 protected:
  Merge() {
    posting_.reason = "one person";
    posting_.actor = "ops";
    posting_.request_id = base::RequestId("request-0000000001");
  }
  absl::StatusOr<MergeChanges> Plan(const std::vector<Member>& answering = {}) {
    return PlanMerge(source_.AsPerson(), target_.AsPerson(), answering, posting_,
                     testing::PlainProgram(), SomeKeyring(), kNow);
  }
  std::string Refusal() { return testing::RenderRefusal(Plan().status()); }

  Stored source_{'S', {{"phone", "1"}, {"card", "c1"}}, {"a", "c"}};
  Stored target_{'T', {{"phone", "2"}}, {"b", "c"}};
  Posting posting_;
};

TEST_F(Merge, TheSourceAnswersForTheTarget) {
  source_.ledger.member.merged_count = 2;
  target_.ledger.member.merged_count = 3;
  Member first = source_.ledger.member;
  first.member_id = MemberNamed('A');
  first.state = MemberState::kMerged;
  first.merged_into = MemberNamed('S');
  const auto changes = Plan({first});
  ASSERT_TRUE(changes.ok()) << changes.status();
  const Member& source = changes->source.member;
  const Member& target = changes->target.member;
  EXPECT_EQ(source.state, MemberState::kMerged);
  EXPECT_EQ(source.merged_into, MemberNamed('T'));
  EXPECT_EQ(source.merged_count, 0);
  EXPECT_EQ(target.state, MemberState::kActive);
  EXPECT_TRUE(target.merged_into.empty());
  EXPECT_EQ(target.merged_count, 6);
  EXPECT_FALSE(target.phone_only);
  ASSERT_EQ(changes->repointed.size(), 1U);
  first.merged_into = MemberNamed('T');
  EXPECT_EQ(changes->repointed[0], first);
  EXPECT_EQ(changes->source.operation_count, 0);
  EXPECT_EQ(changes->source.operation_first, 0);

  ASSERT_EQ(changes->events.size(), 3U);
  const MemberEvent& merged = changes->events[0];
  EXPECT_EQ(merged.member_id, MemberNamed('S'));
  EXPECT_EQ(merged.kind, MemberEventKind::kMerged);
  EXPECT_EQ(merged.detail, MemberNamed('T').value());
  EXPECT_EQ(merged.event_seq, 2);
  EXPECT_EQ(merged.prev_hash, source_.ledger.member.event_head_hash);
  EXPECT_EQ(merged.hash, HashOf(merged));
  EXPECT_EQ(merged.reason, "one person");
  EXPECT_EQ(merged.actor, "ops");
  EXPECT_EQ(source.event_head_hash, merged.hash);
  EXPECT_EQ(source.last_recorded_at, kNow);
  const MemberEvent& took_over = changes->events[1];
  EXPECT_EQ(took_over.member_id, MemberNamed('T'));
  EXPECT_EQ(took_over.kind, MemberEventKind::kTookOver);
  EXPECT_EQ(took_over.detail, MemberNamed('S').value());
  EXPECT_FALSE(took_over.phone_only);
  EXPECT_EQ(took_over.prev_hash, target_.ledger.member.event_head_hash);
  const MemberEvent& tags = changes->events[2];
  EXPECT_EQ(tags.member_id, MemberNamed('T'));
  EXPECT_EQ(tags.kind, MemberEventKind::kTagsSet);
  EXPECT_EQ(tags.detail, TagsDigest({"a", "b", "c"}, SecretOf(MemberNamed('T'))));
  EXPECT_EQ(tags.prev_hash, took_over.hash);
  EXPECT_EQ(target.event_head_hash, tags.hash);
  EXPECT_EQ(target.event_seq, 3);
  EXPECT_EQ(target.last_recorded_at, kNow);
  EXPECT_EQ(*OpenTags(*changes->tags, SecretOf(MemberNamed('T'))), (Tags{"a", "b", "c"}));
}

TEST_F(Merge, IdentitiesAreSealedForTheTarget) {
  const auto changes = Plan();
  ASSERT_TRUE(changes.ok());
  ASSERT_EQ(changes->identities.size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    const Identity& identity = changes->identities[i];
    EXPECT_EQ(identity.member_id, MemberNamed('T'));
    EXPECT_EQ(identity.lookup_hash, source_.rows[i].lookup_hash);
    EXPECT_EQ(identity.linked_at, kEnrolled);
    EXPECT_FALSE(OpenIdentity(identity, SecretOf(MemberNamed('S'))).ok());
  }
  EXPECT_EQ(*OpenIdentity(changes->identities[1], SecretOf(MemberNamed('T'))), "c1");
}

TEST_F(Merge, TwoPhonesStayPhoneOnlyAndTagsThatAreThereStay) {
  source_ = Stored('S', {{"phone", "1"}}, {"b"});
  const auto changes = Plan();
  ASSERT_TRUE(changes.ok());
  EXPECT_TRUE(changes->target.member.phone_only);
  EXPECT_FALSE(changes->tags.has_value());
  EXPECT_EQ(changes->events.size(), 2U);
}

TEST_F(Merge, Refusals) {
  target_.ledger.member.merged_into = MemberNamed('S');
  target_.ledger.member.state = MemberState::kMerged;
  EXPECT_EQ(Refusal(), "MERGE_REFUSED why=circle");
  target_.ledger.member.merged_into = MemberNamed('X');
  EXPECT_EQ(Refusal(), "MEMBER_NOT_ACTIVE state=merged");
  target_.ledger.member.state = MemberState::kFrozen;
  EXPECT_EQ(Refusal(), "MEMBER_NOT_ACTIVE state=frozen");
  target_.ledger.member.state = MemberState::kActive;
  source_.ledger.member.state = MemberState::kFrozen;
  EXPECT_EQ(Refusal(), "MEMBER_NOT_ACTIVE state=frozen");
  target_ = source_;
  EXPECT_EQ(Refusal(), "MERGE_REFUSED why=self");
}

TEST_F(Merge, PeopleWithTwoUnionidsAreTwo) {
  source_ = Stored('S', {{"phone", "1"}, {"wechat_unionid", "u1"}}, {});
  EXPECT_TRUE(Plan().ok());
  target_ = Stored('T', {{"wechat_unionid", "u2"}}, {});
  EXPECT_EQ(Refusal(), "MERGE_REFUSED why=unionids");
}

TEST_F(Merge, IdentitiesAreLimitedTogether) {
  std::vector<PlainIdentity> many;
  for (size_t i = 0; i < kIdentitiesMax - 1; ++i) many.push_back({"card", std::to_string(i)});
  target_ = Stored('T', many, {});
  EXPECT_EQ(Refusal(), "MERGE_REFUSED why=identities");
  source_.rows.pop_back();
  EXPECT_TRUE(Plan().ok());
}

TEST_F(Merge, RowsThatDoNotOpenAreLoss) {
  const Stored source = source_;
  source_.rows[0].ciphertext = source_.rows[1].ciphertext;
  EXPECT_EQ(Plan().status().code(), absl::StatusCode::kDataLoss);
  source_ = source;
  source_.rows[0].lookup_hash = source_.rows[1].lookup_hash;
  EXPECT_EQ(Plan().status().code(), absl::StatusCode::kDataLoss);
  source_ = source;
  source_.tags = target_.tags;
  EXPECT_EQ(Plan().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(Merge, ErasingNamesWhatIsToBeDeletedAndSaysSo) {
  const auto erased =
      PlanErase(source_.ledger, source_.rows, posting_, testing::PlainProgram(), kNow);
  ASSERT_TRUE(erased.ok());
  EXPECT_EQ(erased->identities, source_.rows);
  ASSERT_EQ(erased->events.size(), 1U);
  EXPECT_EQ(erased->events[0].kind, MemberEventKind::kErased);
  EXPECT_EQ(erased->events[0].hash, erased->points.member.event_head_hash);
  EXPECT_TRUE(erased->points.entries.empty());
  source_.ledger.member.state = MemberState::kMerged;
  EXPECT_EQ(testing::RenderRefusal(
                PlanErase(source_.ledger, {}, posting_, testing::PlainProgram(), kNow).status()),
            "MEMBER_NOT_ACTIVE state=merged");
}

}  // namespace
}  // namespace fairpoint::ledger
