#include "base/leaf_hashes.h"

#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace fairpoint::base {
namespace {

void ExpectLeafHashes(const std::vector<std::string>& rows) {
  std::vector<Hash> hashes(rows.size());
  LeafHashes(rows, hashes);
  for (size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(hashes[i], LeafHash(rows[i])) << "row " << i << " of " << rows[i].size() << " bytes";
}

// Every number of rows around the number of lanes, with every length around the ends of blocks and
// of what fits a lane.
TEST(LeafHashesTest, AreThoseOfEachRow) {
  std::mt19937 random(1);
  const auto row = [&random](size_t bytes) {
    std::string text(bytes, '\0');
    for (char& c : text) c = static_cast<char>(random());
    return text;
  };
  for (size_t count = 0; count <= 20; ++count) {
    std::vector<std::string> rows;
    for (size_t i = 0; i < count; ++i) rows.push_back(row(random() % 400));
    ExpectLeafHashes(rows);
  }
  std::vector<std::string> lengths;
  for (size_t bytes = 0; bytes <= 200; ++bytes) lengths.push_back(row(bytes));
  for (size_t bytes = 2020; bytes <= 2060; ++bytes) lengths.push_back(row(bytes));
  lengths.push_back(row(100'000));
  for (size_t bytes = 300; bytes > 250; --bytes) lengths.push_back(row(bytes));
  ExpectLeafHashes(lengths);
}

}  // namespace
}  // namespace fairpoint::base
