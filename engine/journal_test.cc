#include "engine/journal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <set>

namespace fairpoint::engine {
namespace {

std::vector<JournalLeaf> Sample() {
  return {{.table = JournalTable::kEntry,
           .program_id = "brand",
           .key = "0123456789ABCDE",
           .seq = 1,
           .hash = base::Sha256("entry")},
          {.table = JournalTable::kProgramVersion,
           .program_id = "brand",
           .key = "",
           .seq = INT64_MAX,
           .hash = base::Sha256("version")}};
}

bool Decodes(std::string_view body) {
  std::vector<JournalLeaf> leaves;
  return DecodeLeaves(body, leaves);
}

TEST(JournalLeaves, ComeBackAsTheyWere) {
  std::vector<JournalLeaf> decoded = Sample();
  EXPECT_TRUE(DecodeLeaves(EncodeLeaves({}), decoded));
  EXPECT_TRUE(decoded.empty()) << "what was there before is gone";
  EXPECT_TRUE(DecodeLeaves(EncodeLeaves(Sample()), decoded));
  EXPECT_EQ(decoded, Sample());
}

RC_GTEST_PROP(JournalLeaves, AnyComeBackAsTheyWere, ()) {
  const auto leaf = rc::gen::exec([] {
    return JournalLeaf{.table = static_cast<JournalTable>(*rc::gen::inRange(1, 16)),
                       .program_id = *rc::gen::arbitrary<std::string>(),
                       .key = *rc::gen::arbitrary<std::string>(),
                       .seq = *rc::gen::arbitrary<int64_t>(),
                       .hash = base::Sha256(*rc::gen::arbitrary<std::string>())};
  });
  std::vector<JournalLeaf> leaves;
  for (int left = *rc::gen::inRange(0, 8); left > 0; --left) leaves.push_back(*leaf);
  std::vector<JournalLeaf> decoded;
  RC_ASSERT(DecodeLeaves(EncodeLeaves(leaves), decoded));
  RC_ASSERT(decoded == leaves);
}

TEST(JournalLeaves, CutOrProlongedAreRefused) {
  const std::string body = EncodeLeaves(Sample());
  for (size_t length = 0; length < body.size(); ++length)
    EXPECT_FALSE(Decodes(body.substr(0, length))) << length << " bytes";
  EXPECT_FALSE(Decodes(body + '\0'));
}

TEST(JournalLeaves, UnknownTablesAreRefused) {
  for (const int table : {0, 16, 255}) {
    std::vector<JournalLeaf> leaves = Sample();
    leaves.back().table = static_cast<JournalTable>(table);
    EXPECT_FALSE(Decodes(EncodeLeaves(leaves))) << table;
  }
}

TEST(JournalLeaves, ACountPastTheEndIsRefused) {
  std::string body = EncodeLeaves(Sample());
  body[0] = '\x7F';
  EXPECT_FALSE(Decodes(body));
}

TEST(JournalLeaves, NoFlippedBitGoesUnnoticed) {
  const std::string body = EncodeLeaves(Sample());
  for (size_t bit = 0; bit < body.size() * 8; ++bit) {
    std::string flipped = body;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    std::vector<JournalLeaf> decoded;
    if (DecodeLeaves(flipped, decoded)) {
      EXPECT_NE(decoded, Sample()) << "bit " << bit;
      EXPECT_EQ(EncodeLeaves(decoded), flipped) << "bit " << bit;
    }
  }
}

JournalRow SampleRow() {
  JournalRow row;
  row.lane = 1;
  row.lane_seq = 2;
  row.recorded_at = base::Instant{3};
  row.body = EncodeLeaves(Sample());
  row.prev_hash = base::Sha256("before");
  row.hash = HashOf(row);
  return row;
}

TEST(JournalRow, HashCoversEveryField) {
  using Change = std::function<void(JournalRow&)>;
  const std::vector<Change> changes = {
      [](JournalRow& r) { r.lane = 2; },
      [](JournalRow& r) { r.lane_seq = 1; },
      [](JournalRow& r) { r.recorded_at.micros = 4; },
      [](JournalRow& r) { r.prev_hash[0] ^= 1; },
      [](JournalRow& r) { r.prev_hash[31] ^= 1; },
      [](JournalRow& r) { r.body.clear(); },
  };
  std::set<base::Hash> hashes = {HashOf(SampleRow())};
  for (size_t i = 0; i < changes.size(); ++i) {
    JournalRow changed = SampleRow();
    changes[i](changed);
    EXPECT_TRUE(hashes.insert(HashOf(changed)).second) << "change " << i;
  }
  const size_t bits = SampleRow().body.size() * 8;
  for (size_t bit = 0; bit < bits; ++bit) {
    JournalRow changed = SampleRow();
    char& byte = changed.body[bit / 8];
    byte = static_cast<char>(byte ^ (1 << (bit % 8)));
    EXPECT_TRUE(hashes.insert(HashOf(changed)).second) << "bit " << bit << " of the body";
  }
}

TEST(JournalRow, HashLeavesOutItself) {
  JournalRow row = SampleRow();
  row.hash = {};
  EXPECT_EQ(HashOf(row), SampleRow().hash);
}

}  // namespace
}  // namespace fairpoint::engine
