// Identities. Each case changes one thing behind the ledger's back and says what must be named
// first, with the keyring at hand.
#include <string>
#include <utility>
#include <vector>

#include "audit/testing/story.h"
#include "audit/verify.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

using engine::IdentityName;
using testing::HasSubstr;
using testing::Not;

IdentityName NameIn(const Tables& tables, const engine::MemberName& member) {
  for (const auto& [name, row] : tables.identities) {
    if (row.program_id == member.program_id && row.member_id == member.member_id) return name;
  }
  std::abort();
}
IdentityName TheName() { return NameIn(TheStory().tables(), Member()); }
ledger::Identity& TheRow(Tables& tables) { return tables.identities.at(TheName()); }

// Puts the row where another hash finds it.
void Rename(Tables& tables, const std::string& lookup_hash) {
  auto node = tables.identities.extract(TheName());
  node.key().lookup_hash = node.mapped().lookup_hash = lookup_hash;
  tables.identities.insert(std::move(node));
}

std::vector<Tampering> Tamperings() {
  const std::string name = base::ToHex(TheName().lookup_hash);
  const std::string member = Member().member_id.value();
  const std::string neighbour = TheStory().neighbour.member_id.value();
  const std::string other_hash(32, '\x07');
  return {
      {"of_nobody", [](Tables& t) { TheRow(t).member_id = base::MemberId("NOBODY"); }, "identity",
       name, "member", "member NOBODY", "none"},
      {"of_another_programme",
       [=](Tables& t) {
         ledger::Identity row = TheRow(t);
         row.program_id = base::ProgramId("other");
         t.identities.emplace(IdentityName{row.program_id, row.lookup_hash}, row);
       },
       "identity", name, "member", "member " + member, "none"},
      {"key_deleted", [](Tables& t) { t.member_keys.erase(Member()); }, "identity", name,
       "member_key", "the key of member " + member, "none"},
      {"key_of_another",
       [](Tables& t) {
         t.member_keys.at(Member()).wrapped = t.member_keys.at(TheStory().neighbour).wrapped;
       },
       "identity", name, "member_key", "that the keyring opens", "was not sealed with this key"},
      {"key_of_an_unknown_version", [](Tables& t) { t.member_keys.at(Member()).key_version = 9; },
       "identity", name, "member_key", "that the keyring opens", "no secret of version 9"},
      {"moved", [](Tables& t) { TheRow(t).member_id = TheStory().neighbour.member_id; }, "identity",
       name, "ciphertext", "for member " + neighbour, "was not sealed with this key"},
      {"of_another_kind", [](Tables& t) { TheRow(t).kind = "phone"; }, "identity", name,
       "ciphertext", "for member " + member, "was not sealed with this key"},
      {"ciphertext_cut", [](Tables& t) { TheRow(t).ciphertext.resize(5); }, "identity", name,
       "ciphertext", "for member " + member, "was not sealed with this key"},
      {"found_by_another_hash", [=](Tables& t) { Rename(t, other_hash); }, "identity",
       base::ToHex(other_hash), "lookup_hash", "of what the identity holds", "another"},
      {"found_by_a_torn_hash", [=](Tables& t) { Rename(t, "torn"); }, "identity",
       base::ToHex("torn"), "lookup_hash", "of what the identity holds", "another"},
  };
}

class TamperedIdentitiesTest : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedIdentitiesTest, IsNamedFirst) { ExpectNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, TamperedIdentitiesTest, testing::ValuesIn(Tamperings()),
                         NameOfTampering);

// What is there and what is not is known all the same, and the report says what was not looked at.
TEST(IdentitiesTest, WithoutKeysTheyAreNotOpened) {
  MemoryStore store;
  store.tables = TheStory().tables();
  TheRow(store.tables).member_id = TheStory().neighbour.member_id;
  absl::StatusOr<Report> report = Verify(store, {});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok);
  EXPECT_EQ(report->identities, 2);
  EXPECT_FALSE(report->identities_opened);
  EXPECT_THAT(ToText(*report), HasSubstr("identities were checked without keys"));
  EXPECT_THAT(ToJson(*report), HasSubstr("\"identitiesOpened\":false"));

  store.tables.member_keys.erase(TheStory().neighbour);
  report = Verify(store, {});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->findings_total, 2) << ToText(*report);
}

TEST(IdentitiesTest, WhatTheyHoldIsNeverTold) {
  MemoryStore store;
  store.tables = TheStory().tables();
  Rename(store.tables, std::string(32, '\x07'));
  VerifyOptions options;
  options.keyring = &TheStory().keyring();
  const absl::StatusOr<Report> report = Verify(store, options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->identities_opened);
  EXPECT_EQ(report->findings_total, 1) << ToText(*report);
  for (const std::string& told : {ToText(*report), ToJson(*report)}) {
    EXPECT_THAT(told, Not(HasSubstr("without keys")));
    EXPECT_THAT(told, Not(HasSubstr("identity-"))) << "the value of every identity of the story";
  }
}

}  // namespace
}  // namespace fairpoint::audit
