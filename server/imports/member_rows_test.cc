#include "server/imports/member_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/imports/send_members.h"

namespace fairpoint::server::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kHeader[] = "identity_phone,identity_card,tags,points,earned_at,expires_at\n";
// 2026-01-01.
constexpr base::Instant kNow{1'767'225'600 * base::kMicrosPerSecond};

absl::Status Read(const std::string& text, MemberBook& book, base::Hash* hash = nullptr,
                  size_t piece = 1) {
  base::Hash unused;
  std::string_view rest = text;
  const ByteSource source = [&]() -> absl::StatusOr<std::string_view> {
    const std::string_view bytes = rest.substr(0, piece);
    rest.remove_prefix(bytes.size());
    return bytes;
  };
  return ReadMembers({}, {.now = kNow}, Hashing(source, hash == nullptr ? unused : *hash), book)
      .status();
}

// "2: phone 1, card C1 [a b] 5 7": each member with the row that it begins in, tags and lots.
std::vector<std::string> MembersOf(const MemberBook& book) {
  std::vector<std::string> shown;
  for (const FileMember& member : book.members) {
    const v1::ImportMembersRequest request = RequestOf(book, member, {});
    std::vector<std::string> identities;
    for (const auto& identity : request.identities()) {
      identities.push_back(absl::StrCat(identity.kind(), " ", identity.value()));
    }
    std::string text = absl::StrCat(member.first_row, ": ", absl::StrJoin(identities, ", "), " [",
                                    absl::StrJoin(request.tags(), " "), "]");
    for (const auto& lot : request.lots()) absl::StrAppend(&text, " ", lot.points());
    shown.push_back(text);
  }
  return shown;
}

std::vector<std::string> RejectsOf(const MemberBook& book) {
  std::vector<std::string> shown;
  for (const Report& reject : book.rejects) {
    shown.push_back(
        absl::StrCat(reject.row, " ", book.texts[reject.order], ": ", book.texts[reject.reason]));
  }
  return shown;
}

TEST(MemberRows, ThatShareAnIdentityAreOneMember) {
  MemberBook book;
  ASSERT_TRUE(Read(absl::StrCat(kHeader, "1,,a;b,5,,\n2,C2,,6,,\n,C1,,7,,\n,C2,,8,,\n",
                                "1,C1,b;a,9,,\n3,,,,,\n"),
                   book)
                  .ok());
  EXPECT_THAT(MembersOf(book), ElementsAre("2: phone 1, card C1 [a b] 5 7 9",
                                           "3: phone 2, card C2 [] 6 8", "7: phone 3 []"));
  EXPECT_THAT(RejectsOf(book), IsEmpty());
  EXPECT_EQ(book.totals.members, 3);
  EXPECT_EQ(book.totals.points, 35);
  EXPECT_EQ(book.totals.lots, 5);
  EXPECT_EQ(book.tag_count, 2);
  EXPECT_EQ(book.row_count, 6);
}

TEST(MemberRows, TheSameValueOfAnotherKindIsAnotherMember) {
  MemberBook book;
  ASSERT_TRUE(Read(absl::StrCat(kHeader, "1,,,5,,\n,1,,6,,\n"), book).ok());
  EXPECT_THAT(MembersOf(book), ElementsAre("2: phone 1 [] 5", "3: card 1 [] 6"));
}

TEST(MemberRows, MayNotDisagree) {
  MemberBook book;
  ASSERT_TRUE(Read(absl::StrCat(kHeader, "1,C1,a,5,,\n1,,b,6,,\n1,C2,a,7,,\n"), book).ok());
  EXPECT_THAT(RejectsOf(book),
              ElementsAre("3 1: has other tags than row 2 of the same member",
                          HasSubstr("4 1: gives the member of row 2 a second card")));
}

TEST(MemberRows, ChainsOfIdentitiesAreJoinedInAnyOrder) {
  // Each row joins two of the members before it, the last all.
  MemberBook book;
  ASSERT_TRUE(Read("identity_a,identity_b,identity_c,points\n,,z,1\n,y,,2\nx,,,3\n,y,z,4\n"
                   "x,y,,5\n",
                   book)
                  .ok());
  EXPECT_THAT(MembersOf(book), ElementsAre("2: c z, b y, a x [] 1 2 3 4 5"));
  EXPECT_THAT(RejectsOf(book), IsEmpty());
}

TEST(MemberRows, TagsOfMembersWhoAreJoinedMustAgree) {
  MemberBook book;
  ASSERT_TRUE(Read(absl::StrCat(kHeader, "1,,a,,,\n,C1,b,,,\n1,C1,,,,\n"), book).ok());
  EXPECT_THAT(RejectsOf(book),
              ElementsAre(HasSubstr("3 C1: has other tags than row 2, with which row 4")));
}

TEST(MemberRows, PointsAreWholeAndTheirSumFits) {
  MemberBook book;
  ASSERT_TRUE(Read(absl::StrCat(kHeader, "1,,,9223372036854775807,,\n2,,,1,,\n3,, ,0x5,,\n",
                                "4,,,\xEF\xBC\x95,,\n"),
                   book)
                  .ok());
  EXPECT_THAT(RejectsOf(book), ElementsAre(HasSubstr("3 2: with its points the file has more"),
                                           HasSubstr("4 3: points: \"0x5\" is no whole number"),
                                           HasSubstr("5 4: points: ")));
}

TEST(MemberRows, LotsExpireAfterTheyAreEarnedAndAfterNow) {
  const std::string text = absl::StrCat(kHeader, "1,,,5,2025-01-01,2026-01-01T00:00:00Z\n",
                                        "2,,,5,2026-01-01T00:00:00Z,2026-01-01T00:00:00.000001Z\n",
                                        "3,,,5,2026-01-01T00:00:00.000001Z,\n");
  MemberBook book;
  ASSERT_TRUE(Read(text, book).ok());
  EXPECT_THAT(RejectsOf(book),
              ElementsAre(HasSubstr("2 1: expires_at: \"2026-01-01T00:00:00Z\" is over"),
                          HasSubstr("4 3: earned_at: \"2026-01-01T00:00:00.000001Z\" is in")));
}

TEST(MemberRequests, AreNamedByTheFileAndTheRow) {
  base::Hash hash{};
  MemberBook book;
  const std::string text = absl::StrCat("\xEF\xBB\xBF", kHeader, "1,,,5,,\n2,,,6,,\n");
  ASSERT_TRUE(Read(text, book, &hash).ok());
  EXPECT_EQ(hash, base::Sha256(text));
  const std::string id = RequestIdOf(hash, book.members[1].first_row);
  EXPECT_EQ(id, "imp-" + base::ToHex(base::AsBytes(hash)).substr(0, 40) + "-3");
  // However it came.
  MemberBook other;
  base::Hash again{};
  ASSERT_TRUE(Read(text, other, &again, 7).ok());
  EXPECT_EQ(hash, again);
  EXPECT_LE(RequestIdOf(hash, UINT32_MAX).size(), 64U);
}

TEST(MemberRequests, CarryTimesToTheMicrosecond) {
  MemberBook book;
  ASSERT_TRUE(
      Read(absl::StrCat(kHeader, "1,,b;a,5,2020-01-01T00:00:00.000001Z,2099-01-01\n2,,,6,,\n"),
           book)
          .ok());
  MemberSendOptions options;
  options.program_id = "club";
  options.reason = "moved";
  const v1::ImportMembersRequest request = RequestOf(book, book.members[0], options);
  EXPECT_EQ(request.program_id(), "club");
  EXPECT_EQ(request.reason(), "moved");
  EXPECT_EQ(request.lots(0).earn_time().seconds(), 1'577'836'800);
  EXPECT_EQ(request.lots(0).earn_time().nanos(), 1'000);
  EXPECT_EQ(request.lots(0).expire_time().seconds(), 4'070'908'800);
  const v1::ImportMembersRequest bare = RequestOf(book, book.members[1], options);
  EXPECT_FALSE(bare.lots(0).has_earn_time());
  EXPECT_FALSE(bare.lots(0).has_expire_time());
}

}  // namespace
}  // namespace fairpoint::server::imports
