#include "base/keyring.h"

#include "gtest/gtest.h"

namespace fairpoint::base {
namespace {

const std::string kMaster(kSecretBytes, 'm');
const std::string kSecret(kSecretBytes, 's');
const ProgramId kProgram("brand");
const MemberId kMember("0123456789ABCDE");

TEST(Seal, OpensOnlyWithItsKeyAndContext) {
  const std::string sealed = Seal(kSecret, "here", "13800000000");
  EXPECT_EQ(sealed.find("13800000000"), std::string::npos);
  EXPECT_EQ(*Open(kSecret, "here", sealed), "13800000000");
  EXPECT_FALSE(Open(kSecret, "there", sealed).ok());
  EXPECT_FALSE(Open(kMaster, "here", sealed).ok());
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(Open(kSecret, "here", changed).ok()) << i;
  }
  EXPECT_FALSE(Open(kSecret, "here", "").ok());
}

TEST(Keyring, WrapsForOneMember) {
  const Keyring keyring({{1, kMaster}});
  const std::string wrapped = keyring.Wrap(kProgram, kMember, kSecret);
  EXPECT_EQ(*keyring.Unwrap(kProgram, kMember, 1, wrapped), kSecret);
  EXPECT_FALSE(keyring.Unwrap(kProgram, MemberId("0123456789ABCDF"), 1, wrapped).ok());
  EXPECT_EQ(keyring.Unwrap(kProgram, kMember, 2, wrapped).status().code(),
            absl::StatusCode::kNotFound);
}

TEST(Keyring, RotationKeepsLookupsAndOldSecrets) {
  const Keyring before({{1, kMaster}});
  const Keyring after({{1, kMaster}, {2, std::string(kSecretBytes, 'n')}});
  EXPECT_EQ(before.LookupHash(kProgram, "phone", "1"), after.LookupHash(kProgram, "phone", "1"));
  EXPECT_EQ(before.Fingerprints().at(1), after.Fingerprints().at(1));
  EXPECT_EQ(after.Fingerprints().size(), 2U);
  EXPECT_NE(after.Fingerprints().at(1), after.Fingerprints().at(2));
  EXPECT_EQ(after.current_version(), 2);
  EXPECT_EQ(*after.Unwrap(kProgram, kMember, 1, before.Wrap(kProgram, kMember, kSecret)), kSecret);
}

TEST(Keyring, LookupSeparatesProgrammeKindAndValue) {
  const Keyring keyring({{1, kMaster}});
  const Hash hash = keyring.LookupHash(kProgram, "phone", "1");
  EXPECT_NE(hash, keyring.LookupHash(ProgramId("other"), "phone", "1"));
  EXPECT_NE(hash, keyring.LookupHash(kProgram, "card", "1"));
  EXPECT_NE(hash, keyring.LookupHash(kProgram, "phone", "2"));
}

}  // namespace
}  // namespace fairpoint::base
