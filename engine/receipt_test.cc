#include "engine/receipt.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <map>
#include <set>

namespace fairpoint::engine {
namespace {

Receipt Sample() {
  Receipt receipt;
  receipt.program_id = base::ProgramId("brand");
  receipt.request_id = base::RequestId("request-0000000001");
  receipt.kind = ledger::OperationKind::kEarnPoints;
  receipt.member_id = base::MemberId("0123456789ABCDE");
  receipt.field_hashes = "12345";
  receipt.first_seq = 3;
  receipt.entry_count = 1;
  receipt.recorded_at = base::Instant{11};
  return receipt;
}

TEST(Receipt, HashCoversEveryField) {
  using Change = std::function<void(Receipt&)>;
  const std::vector<Change> changes = {
      [](Receipt& r) { r.program_id = base::ProgramId("brane"); },
      [](Receipt& r) { r.request_id = base::RequestId("request-0000000002"); },
      [](Receipt& r) { r.kind = ledger::OperationKind::kRedeemPoints; },
      [](Receipt& r) { r.member_id = base::MemberId(); },
      [](Receipt& r) { r.request_hash[31] = 1; },
      [](Receipt& r) { r.field_hashes = "12346"; },
      [](Receipt& r) { r.first_seq = 4; },
      [](Receipt& r) { r.entry_count = 2; },
      [](Receipt& r) { r.event_seq = 1; },
      [](Receipt& r) { r.outcome = 1; },
      [](Receipt& r) { r.recorded_at.micros = 12; },
  };
  std::set<base::Hash> hashes = {HashOf(Sample())};
  for (size_t i = 0; i < changes.size(); ++i) {
    Receipt changed = Sample();
    changes[i](changed);
    EXPECT_TRUE(hashes.insert(HashOf(changed)).second) << "change " << i;
  }
  Receipt elsewhere = Sample();
  elsewhere.lane = 2;
  elsewhere.lane_seq = 3;
  EXPECT_EQ(HashOf(elsewhere), HashOf(Sample()));
}

// ---- HashesOf ----

RequestDigest TwoFields() {
  return {.fields = {{1, base::Sha256("one")}, {200, base::Sha256("two")}}, .personal = {}};
}

TEST(HashesOf, TakesEveryFieldInOrder) {
  const RequestHashes hashes = HashesOf(TwoFields(), {});
  const std::string one(base::AsBytes(base::Sha256("one")));
  const std::string two(base::AsBytes(base::Sha256("two")));
  EXPECT_EQ(hashes.request_hash, base::Sha256("\x01" + one + "\xC8" + two));
  EXPECT_EQ(hashes.field_hashes, "\x01" + one.substr(0, 4) + "\xC8" + two.substr(0, 4));
}

TEST(HashesOf, OfNothingIsStillAHash) {
  const RequestHashes hashes = HashesOf({}, {});
  EXPECT_EQ(hashes.request_hash, base::Sha256(""));
  EXPECT_EQ(hashes.field_hashes, "");
}

TEST(HashesOf, TheSecretIsNothingToFieldsThatNameNobody) {
  const RequestHashes with = HashesOf(TwoFields(), "secret");
  const RequestHashes without = HashesOf(TwoFields(), {});
  EXPECT_EQ(with.request_hash, without.request_hash);
  EXPECT_EQ(with.field_hashes, without.field_hashes);
}

TEST(HashesOf, APersonEntersThroughTheSecretOnly) {
  RequestDigest digest = TwoFields();
  digest.personal.push_back({7, "13800000000"});
  const RequestHashes hashes = HashesOf(digest, "secret");
  // As if the HMAC had been the field's digest, in its place between the others.
  const RequestDigest plain = {.fields = {{1, base::Sha256("one")},
                                          {7, base::HmacSha256("secret", "13800000000")},
                                          {200, base::Sha256("two")}},
                               .personal = {}};
  EXPECT_EQ(hashes.request_hash, HashesOf(plain, {}).request_hash);
  EXPECT_EQ(hashes.field_hashes, HashesOf(plain, {}).field_hashes);
  EXPECT_NE(hashes.request_hash, HashesOf(digest, "another").request_hash);
}

// ---- DifferingFields ----

std::string Field(int number, const char* four) {
  return static_cast<char>(number) + std::string(four);
}

TEST(DifferingFields, NamesWhatDiffersAndWhatIsInOneOnly) {
  const std::string one = Field(1, "aaaa");
  const std::string two = Field(2, "bbbb");
  const std::string high = Field(200, "cccc");
  using Numbers = std::vector<int>;
  EXPECT_EQ(DifferingFields("", ""), Numbers{});
  EXPECT_EQ(DifferingFields(one + two + high, one + two + high), Numbers{});
  EXPECT_EQ(DifferingFields(one + two, one + Field(2, "bbbc")), Numbers{2});
  EXPECT_EQ(DifferingFields(one + high, one + Field(200, "cccd")), Numbers{200});
  EXPECT_EQ(DifferingFields(one + two + high, one + high), Numbers{2});
  EXPECT_EQ(DifferingFields(one + high, one + two + high), Numbers{2});
  EXPECT_EQ(DifferingFields("", one + two), (Numbers{1, 2}));
  EXPECT_EQ(DifferingFields(high, ""), Numbers{200});
  EXPECT_EQ(DifferingFields(one, two), (Numbers{1, 2}));
}

TEST(DifferingFields, OfATornRecordComesToAnEnd) {
  EXPECT_EQ(DifferingFields(Field(1, "aa"), Field(1, "aaaa")), std::vector<int>{1});
}

RC_GTEST_PROP(DifferingFields, IsTheSymmetricDifference, ()) {
  using Fields = std::map<uint8_t, uint8_t>;  // number -> content
  const auto small = rc::gen::inRange<uint8_t>(0, 3);
  const auto number =
      rc::gen::oneOf(rc::gen::inRange<uint8_t>(0, 8), rc::gen::arbitrary<uint8_t>());
  const Fields a = *rc::gen::container<Fields>(number, small);
  const Fields b = *rc::gen::container<Fields>(number, small);
  const auto encode = [](const Fields& fields) {
    std::string bytes;
    for (const auto& [key, content] : fields)
      bytes += Field(key, "xyz") + static_cast<char>(content);
    return bytes;
  };
  std::vector<int> expected;
  for (int key = 0; key < 256; ++key) {
    const auto in_a = a.find(static_cast<uint8_t>(key));
    const auto in_b = b.find(static_cast<uint8_t>(key));
    if ((in_a == a.end()) != (in_b == b.end()) ||
        (in_a != a.end() && in_a->second != in_b->second)) {
      expected.push_back(key);
    }
  }
  RC_ASSERT(DifferingFields(encode(a), encode(b)) == expected);
}

}  // namespace
}  // namespace fairpoint::engine
