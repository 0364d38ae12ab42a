#include "ledger/publish.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

#include "base/error.h"
#include "ledger/testing/world.h"

namespace fairpoint::ledger {
namespace {

constexpr base::Instant kNow{1'000'000};

PublishProgram Publish(std::optional<base::Instant> effective_from) {
  return {.text = "program_id: \"brand\"",
          .program = testing::PlainProgram(),
          .effective_from = effective_from};
}

TEST(Publish, TheFirstVersionMayBeginInThePast) {
  Posting posting;
  posting.actor = "head office";
  posting.request_id = base::RequestId("request-0000000001");
  const auto changes = PlanPublish(Publish(base::Instant{5}), nullptr, nullptr, posting, kNow);
  ASSERT_TRUE(changes.ok());
  EXPECT_TRUE(changes->is_first);
  const ProgramVersion& version = changes->version;
  EXPECT_EQ(version.program_id, base::ProgramId("brand"));
  EXPECT_EQ(version.version, 1);
  EXPECT_EQ(version.effective_from, base::Instant{5});
  EXPECT_EQ(version.recorded_at, kNow);
  EXPECT_EQ(version.text, "program_id: \"brand\"");
  EXPECT_EQ(version.text_sha256, base::Sha256(version.text));
  EXPECT_EQ(version.actor, "head office");
  EXPECT_EQ(version.request_id, posting.request_id);
  EXPECT_EQ(version.prev_hash, base::kZeroHash);
  EXPECT_EQ(version.hash, HashOf(version));
  EXPECT_EQ(changes->head, (ProgramHead{base::ProgramId("brand"), 1, version.hash}));
}

TEST(Publish, LaterVersionsFollowAndBeginFromNowOn) {
  const auto first = PlanPublish(Publish(std::nullopt), nullptr, nullptr, Posting{}, kNow);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->version.effective_from, kNow);
  const Program latest = testing::PlainProgram();
  const base::Instant later{2'000'000};
  const base::Instant just_before{later.micros - 1};
  EXPECT_EQ(
      base::ReasonOf(
          PlanPublish(Publish(just_before), &first->head, &latest, Posting{}, later).status()),
      "PROGRAM_CHANGE_REFUSED");
  for (const auto& effective_from : {std::optional<base::Instant>(), std::optional(later),
                                     std::optional(base::Instant{9'000'000})}) {
    const auto second =
        PlanPublish(Publish(effective_from), &first->head, &latest, Posting{}, later);
    ASSERT_TRUE(second.ok());
    EXPECT_FALSE(second->is_first);
    EXPECT_EQ(second->version.version, 2);
    EXPECT_EQ(second->version.effective_from, effective_from.value_or(later));
    EXPECT_EQ(second->version.prev_hash, first->version.hash);
    EXPECT_EQ(second->head.latest_version, 2);
    EXPECT_EQ(second->head.head_hash, HashOf(second->version));
  }
}

TEST(Publish, TheCurrencyStays) {
  const auto first = PlanPublish(Publish(std::nullopt), nullptr, nullptr, Posting{}, kNow);
  Program latest = testing::PlainProgram();
  latest.currency = "USD";
  EXPECT_EQ(
      base::ReasonOf(
          PlanPublish(Publish(std::nullopt), &first->head, &latest, Posting{}, kNow).status()),
      "PROGRAM_CHANGE_REFUSED");
}

TEST(ProgramVersionHash, CoversEveryFieldButThePlaceInTheJournal) {
  const std::vector<std::function<void(ProgramVersion&)>> changes = {
      [](ProgramVersion& v) { v.program_id = base::ProgramId("p"); },
      [](ProgramVersion& v) { v.version = 1; },
      [](ProgramVersion& v) { v.effective_from.micros = 1; },
      [](ProgramVersion& v) { v.text = "p"; },
      [](ProgramVersion& v) { v.actor = "p"; },
      [](ProgramVersion& v) { v.request_id = base::RequestId("p"); },
      [](ProgramVersion& v) { v.recorded_at.micros = 1; },
      [](ProgramVersion& v) { v.prev_hash[0] = 1; },
  };
  std::set<base::Hash> hashes = {HashOf(ProgramVersion{})};
  for (size_t i = 0; i < changes.size(); ++i) {
    ProgramVersion changed;
    changes[i](changed);
    EXPECT_TRUE(hashes.insert(HashOf(changed)).second) << "change " << i;
  }
}

}  // namespace
}  // namespace fairpoint::ledger
