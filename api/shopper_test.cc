#include "api/shopper.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fairpoint::api {
namespace {

const Principal kApp{.id = "app", .role = Role::kMemberApp, .store_id = ""};
const Principal kTill{.id = "till", .role = Role::kPos, .store_id = "sh-001"};

checkout::Program SomeProgram() {
  checkout::Program program;
  program.stores["sh-001"] = {.legal_entity = "one", .region = "east", .display_name = ""};
  program.stores["bj-001"] = {.legal_entity = "two", .region = "north", .display_name = ""};
  pricing::Channel mini, store, tmall;
  mini.channel_id = "mini";
  mini.role = pricing::ChannelRole::kPrivate;
  store.channel_id = "store";
  store.member_prices = true;
  tmall.channel_id = "tmall";
  program.prices.channels = {mini, store, tmall};
  return program;
}

v1::Shopper SomeShopper() {
  v1::Shopper shopper;
  shopper.set_channel_id("mini");
  shopper.set_is_member(true);
  shopper.set_level(3);
  return shopper;
}

std::string Refusal(const v1::Shopper& message, const Principal& caller) {
  Fields fields;
  pricing::Shopper shopper = ShopperFromProto(message, caller, fields);
  if (!fields.ok()) return base::ReasonOf(fields.status());
  const absl::Status placed = Place(SomeProgram(), caller, shopper);
  return placed.ok() ? "" : base::ReasonOf(placed);
}

TEST(Shopper, IsReadWhole) {
  v1::Shopper message = SomeShopper();
  message.add_plan_ids("88vip");
  message.add_plan_ids("12");
  message.add_plan_ids("88vip");
  message.set_newcomer(true);
  message.set_store_id("bj-001");
  message.set_scene("live");
  message.set_session_id("s-1");
  Fields fields;
  pricing::Shopper shopper = ShopperFromProto(message, kApp, fields);
  ASSERT_TRUE(fields.ok()) << fields.status();
  ASSERT_TRUE(Place(SomeProgram(), kApp, shopper).ok());
  EXPECT_EQ(shopper.plan_ids, (std::vector<std::string>{"12", "88vip"}));
  EXPECT_EQ(shopper.region, "north");
  v1::Shopper back;
  ToProto(shopper, back);
  EXPECT_EQ(back.channel_id(), "mini");
  EXPECT_TRUE(back.is_member());
  EXPECT_EQ(back.level(), 3);
  EXPECT_EQ(back.plan_ids_size(), 2);
  EXPECT_TRUE(back.newcomer());
  EXPECT_EQ(back.store_id(), "bj-001");
  EXPECT_EQ(back.region(), "north");
  EXPECT_EQ(back.scene(), "live");
  EXPECT_EQ(back.session_id(), "s-1");
}

TEST(Shopper, EveryFaultIsTold) {
  v1::Shopper message;
  message.set_level(1'001);
  message.add_plan_ids("with space");
  message.set_store_id("\x01");
  message.set_region("\n");
  message.set_scene(std::string(65, 's'));
  message.set_session_id(" ");
  Fields fields;
  ShopperFromProto(message, kApp, fields);
  std::vector<std::string> paths;
  const base::ErrorDetail detail = *base::DetailOf(fields.status());
  for (const base::FieldViolation& violation : detail.violations) paths.push_back(violation.field);
  EXPECT_EQ(paths,
            (std::vector<std::string>{"shopper.channel_id", "shopper.level", "shopper.level",
                                      "shopper.plan_ids[0]", "shopper.store_id", "shopper.region",
                                      "shopper.scene", "shopper.session_id"}));
}

TEST(Shopper, LevelsAreOfMembersPlansOfAnybody) {
  v1::Shopper message = SomeShopper();
  message.set_is_member(false);
  EXPECT_EQ(Refusal(message, kApp), "INVALID_FIELDS");
  message.set_level(0);
  message.add_plan_ids("88vip");
  EXPECT_EQ(Refusal(message, kApp), "");
}

TEST(Shopper, PlansAreTwentyAtMost) {
  v1::Shopper message = SomeShopper();
  for (int i = 0; i < 20; ++i) message.add_plan_ids("p" + std::to_string(i));
  EXPECT_EQ(Refusal(message, kApp), "");
  message.add_plan_ids("one-more");
  EXPECT_EQ(Refusal(message, kApp), "INVALID_FIELDS");
}

TEST(Shopper, ChannelsThatMakePrices) {
  v1::Shopper message = SomeShopper();
  message.set_channel_id("store");
  EXPECT_EQ(Refusal(message, kApp), "");
  message.set_channel_id("tmall");
  EXPECT_EQ(Refusal(message, kApp), "CHANNEL_ROLE_WRONG");
  message.set_channel_id("jd");
  EXPECT_EQ(Refusal(message, kApp), "CHANNEL_UNKNOWN");
  message = SomeShopper();
  message.set_channel_id("store");
  message.set_is_member(false);
  message.set_level(0);
  EXPECT_EQ(Refusal(message, kApp), "CHANNEL_ROLE_WRONG");
}

TEST(Shopper, ATillIsAtItsStore) {
  Fields fields;
  pricing::Shopper shopper = ShopperFromProto(SomeShopper(), kTill, fields);
  ASSERT_TRUE(Place(SomeProgram(), kTill, shopper).ok());
  EXPECT_EQ(shopper.store_id, "sh-001");
  EXPECT_EQ(shopper.region, "east");
  v1::Shopper other = SomeShopper();
  other.set_store_id("bj-001");
  EXPECT_EQ(Refusal(other, kTill), "STORE_MAY_NOT");
}

TEST(Shopper, TheRegionIsTheStores) {
  v1::Shopper message = SomeShopper();
  message.set_region("north");
  EXPECT_EQ(Refusal(message, kApp), "");
  message.set_store_id("sh-001");
  EXPECT_EQ(Refusal(message, kApp), "INVALID_FIELDS");
  message.set_region("east");
  EXPECT_EQ(Refusal(message, kApp), "");
  message.set_store_id("nowhere");
  EXPECT_EQ(Refusal(message, kApp), "STORE_UNKNOWN");
}

}  // namespace
}  // namespace fairpoint::api
