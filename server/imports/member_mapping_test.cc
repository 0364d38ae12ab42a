#include "server/imports/member_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "server/files.h"

namespace fairpoint::server::imports {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string FaultOf(std::string_view mapping) {
  const absl::StatusOr<MemberMapping> read = ReadMemberMapping(mapping);
  return read.ok() ? "" : std::string(read.status().message());
}

absl::StatusOr<MemberColumns> Find(const std::vector<std::string>& header,
                                   std::string_view mapping = "") {
  const absl::StatusOr<MemberMapping> read = ReadMemberMapping(mapping);
  EXPECT_TRUE(read.ok()) << read.status();
  return FindMemberColumns(read->columns, header);
}

std::string FaultIn(const std::vector<std::string>& header, std::string_view mapping = "") {
  return std::string(Find(header, mapping).status().message());
}

std::vector<std::string> IdentitiesOf(const MemberColumns& columns) {
  std::vector<std::string> shown;
  shown.reserve(columns.identities.size());
  for (const IdentityColumn& identity : columns.identities) {
    shown.push_back(absl::StrCat(identity.column, " ", identity.kind));
  }
  return shown;
}

TEST(MemberMapping, HasDefaults) {
  const absl::StatusOr<MemberMapping> mapping = ReadMemberMapping("");
  ASSERT_TRUE(mapping.ok());
  EXPECT_EQ(mapping->zone, absl::UTCTimeZone());
  EXPECT_EQ(mapping->encoding, v1::OrderMapping::UTF_8);
  EXPECT_EQ(mapping->delimiter, ',');
  EXPECT_EQ(mapping->tag_separator, ';');
}

TEST(MemberMapping, TheExampleIsOne) {
  const char* const root = std::getenv("FAIRPOINT_SOURCE_DIR");
  const absl::StatusOr<std::string> text = ReadFile(
      absl::StrCat(root == nullptr ? "." : root, "/examples/members_gb18030.mapping.textproto"));
  ASSERT_TRUE(text.ok()) << text.status();
  const absl::StatusOr<MemberMapping> mapping = ReadMemberMapping(*text);
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_EQ(mapping->zone.name(), "Asia/Shanghai");
  EXPECT_EQ(mapping->tag_separator, '|');
}

TEST(MemberMapping, SaysWhatIsWrong) {
  EXPECT_THAT(FaultOf("column {}"), HasSubstr("has no field named \"column\""));
  EXPECT_THAT(FaultOf("time_zone: 'Mars'"), HasSubstr("\"Mars\" is no IANA time zone"));
  EXPECT_THAT(FaultOf("delimiter: 'x'"), HasSubstr("delimiter: must be"));
  for (const char* const separator : {"ab", "a", " ", "7", "\\303\\251"}) {
    EXPECT_THAT(FaultOf(absl::StrCat("tag_separator: '", separator, "'")),
                HasSubstr("tag_separator: must be"))
        << separator;
  }
  EXPECT_THAT(FaultOf("columns { identities { kind: 'Phone' } }"),
              AllOf(HasSubstr("name the column"), HasSubstr("\"Phone\" is not 1-32")));
}

TEST(MemberColumns, AreFoundByTheirNames) {
  const auto columns =
      Find({" points ", "identity_card", "expires_at", "tags", "identity_phone", "earned_at"});
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_THAT(IdentitiesOf(*columns), ElementsAre("1 card", "4 phone"));
  EXPECT_EQ(columns->points, 0U);
  EXPECT_EQ(columns->expires_at, 2U);
  EXPECT_EQ(columns->tags, 3U);
  EXPECT_EQ(columns->earned_at, 5U);
  EXPECT_EQ(Find({"identity_card"})->points, std::nullopt);
}

TEST(MemberColumns, AMappingRenamesAddsAndIgnores) {
  const auto columns = Find({"mobile", "Note", "identity_card", "balance", "home"},
                            "columns { identities { column: 'home' kind: 'phone' } "
                            "identities { column: ' mobile ' kind: 'phone' } points: 'balance' "
                            "ignored: 'Note' }");
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_THAT(IdentitiesOf(*columns), ElementsAre("0 phone", "2 card", "4 phone"));
  EXPECT_EQ(columns->points, 3U);
}

TEST(MemberColumns, ThatAreNotKnownAreGuessed) {
  EXPECT_THAT(FaultIn({"identity_card", "Points"}), HasSubstr("did you mean \"points\"?"));
  EXPECT_THAT(FaultIn({"identity_card", "expiry_at"}), HasSubstr("did you mean \"expires_at\"?"));
  EXPECT_THAT(FaultIn({"unionid"}), HasSubstr("column \"unionid\" is not known"));
  EXPECT_THAT(FaultIn({"Identity Card"}), HasSubstr("did you mean \"identity_card\"?"));
  EXPECT_THAT(FaultIn({"identity_card", "balance"}, "columns { points: 'balanc' }"),
              AllOf(HasSubstr("there is no column \"balanc\" (columns.points)"),
                    HasSubstr("did you mean \"balanc\"?")));
  EXPECT_THAT(FaultIn({"identity_card", "colour"}),
              AllOf(HasSubstr("columns.ignored"), Not(HasSubstr("did you mean"))));
  EXPECT_THAT(FaultIn({"identity_card", std::string(60'000, 'x')}), HasSubstr("is not known"));
}

TEST(MemberColumns, AreThereOnce) {
  EXPECT_THAT(FaultIn({"identity_card", "identity_card"}), HasSubstr("two columns are named"));
  EXPECT_THAT(FaultIn({"identity_card", "a"}, "columns { points: 'a' tags: 'a' }"),
              HasSubstr("column \"a\" is mapped twice"));
  EXPECT_THAT(FaultIn({"points"}), HasSubstr("there is no column of an identity"));
  EXPECT_THAT(FaultIn({"identity_card", "expires_at"}), HasSubstr("no column of points"));
}

}  // namespace
}  // namespace fairpoint::server::imports
