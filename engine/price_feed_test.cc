#include "engine/price_feed.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/testing/world.h"
#include "pricing/testing/rows.h"

namespace fairpoint::engine {
namespace {

using testing::Brand;
using testing::kStart;
using testing::World;

Command FactCommand(const std::string& sku) {
  pricing::PriceFact fact = pricing::testing::Price(1, 900, kStart);
  fact.program_id = Brand();
  fact.sku = sku;
  fact.source_key = pricing::SourceKey(fact);
  Command command = testing::Ask("", Nobody(), {});
  command.operation =
      PriceOperation(RecordPriceFacts{.facts = {{.fact = fact, .refused = {}}}, .feed = {}});
  return command;
}

// A row of the journal that nobody can read, in a lane of its own.
void WriteUnreadableRow(FakeStore& store) {
  const absl::StatusOr<int64_t> lane = store.LeaseLane("gone", 30);
  ASSERT_TRUE(lane.ok());
  auto session = store.OpenWriteSession();
  ASSERT_TRUE(session.ok());
  ASSERT_TRUE((*session)->Begin().ok());
  LaneLock lock;
  ASSERT_TRUE((*session)->LockLane(*lane, lock).ok());
  WriteSet rows;
  rows.journal = JournalRow{.lane = *lane,
                            .lane_seq = lock.lane.lane_seq + 1,
                            .recorded_at = lock.now,
                            .body = "?",
                            .prev_hash = {},
                            .hash = {}};
  rows.lane = lock.lane;
  ++rows.lane->lane_seq;
  ASSERT_TRUE((*session)->Write(rows).ok());
  ASSERT_TRUE((*session)->Commit().ok());
}

TEST(PriceFeed, GoesOnBehindARowThatCannotBeRead) {
  World world("CNY shop");
  ProgramCache programs(testing::ParseProgram);
  PriceCatalog catalog;
  PriceClock clock;
  PriceFeed feed(world.store, programs, catalog, clock);
  ASSERT_TRUE(feed.Load().ok());
  world.store.OnViolation([](const std::string&) {});
  WriteUnreadableRow(world.store);
  ASSERT_TRUE(testing::Elsewhere(world, FactCommand("tea")).ok());
  EXPECT_TRUE(feed.Step().ok());
  ASSERT_EQ(feed.broken().size(), 1U);
  EXPECT_NE(feed.broken()[0].find("cannot be read"), std::string::npos);
  EXPECT_NE(catalog.Find(Brand(), "tea"), nullptr);
  ASSERT_TRUE(testing::Elsewhere(world, FactCommand("cup")).ok());
  EXPECT_TRUE(feed.Step().ok());
  EXPECT_TRUE(feed.broken().empty()) << "told once";
  EXPECT_NE(catalog.Find(Brand(), "cup"), nullptr);
}

TEST(PriceFeed, WhatAnUnreadableRowToldIsKnownAllTheSame) {
  World world("CNY shop");
  ProgramCache programs(testing::ParseProgram);
  PriceCatalog catalog;
  PriceClock clock;
  PriceFeed feed(world.store, programs, catalog, clock);
  ASSERT_TRUE(feed.Load().ok());
  ASSERT_TRUE(testing::Elsewhere(world, FactCommand("tea")).ok());
  // The lane that told of it is passed over, and its head is loaded.
  world.store.OnViolation([](const std::string&) {});
  WriteUnreadableRow(world.store);
  EXPECT_TRUE(feed.Step().ok());
  EXPECT_NE(catalog.Find(Brand(), "tea"), nullptr);
}

// Versions that only a newer server can read, of one brand among others.
TEST(PriceFeed, AProgrammeThatCannotBeReadHidesNoOther) {
  World world("CNY shop");
  ProgramCache programs(testing::ParseProgram);
  PriceCatalog catalog;
  PriceClock clock;
  PriceFeed feed(world.store, programs, catalog, clock);
  ASSERT_TRUE(feed.Load().ok());
  ASSERT_NE(programs.InForce(Brand(), kStart), nullptr);
  ASSERT_TRUE(testing::Elsewhere(world, FactCommand("tea")).ok());
  Command other = testing::Publish("other", "CNY shop");
  other.program_id = base::ProgramId("other");
  ledger::PublishProgram publish = *OperationAs<ledger::PublishProgram>(other);
  publish.program.program_id = other.program_id;
  other.operation = publish;
  ASSERT_EQ(testing::ReasonOf(testing::Elsewhere(world, testing::Publish("2", "CNY broken"))), "");
  ASSERT_EQ(testing::ReasonOf(testing::Elsewhere(world, other)), "");
  for (const bool follows : {true, false}) {
    ProgramCache fresh(testing::ParseProgram);
    PriceCatalog fresh_catalog;
    PriceFeed begins(world.store, fresh, fresh_catalog, clock);
    PriceFeed& either = follows ? feed : begins;
    const absl::Status status = follows ? either.Step() : either.Load();
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_EQ(either.broken().size(), 1U);
    EXPECT_NE(either.broken()[0].find("brand version 2"), std::string::npos);
    const ProgramCache& known = follows ? programs : fresh;
    EXPECT_NE(known.InForce(base::ProgramId("other"), kStart), nullptr);
    EXPECT_EQ(known.InForce(Brand(), kStart), nullptr) << "nothing is priced by what held before";
    EXPECT_NE((follows ? catalog : fresh_catalog).Find(Brand(), "tea"), nullptr);
  }
  EXPECT_TRUE(feed.Step().ok());
  EXPECT_TRUE(feed.broken().empty()) << "told once";
}

TEST(PriceCatalog, KeepsTheLaterBookOfAChannel) {
  PriceCatalog catalog;
  const auto book_of = [](int64_t version) {
    pricing::FeedReport report;
    report.head_seq = version;
    return std::make_shared<const pricing::ChannelBook>(
        pricing::ChannelBook().With({{}, {&report, 1}, {}}));
  };
  catalog.Put(Brand(), "jd", book_of(2));
  const PriceCatalog::ChannelBooksPtr before = catalog.Channels(Brand());
  catalog.Put(Brand(), "jd", book_of(1));
  EXPECT_EQ(catalog.Channels(Brand()), before);
  catalog.Put(Brand(), "tmall", book_of(1));
  EXPECT_EQ(before->books.size(), 1U) << "who has it keeps it";
  EXPECT_EQ(catalog.Channels(Brand())->books.at("jd"), before->books.at("jd"))
      << "and no book is copied";
}

}  // namespace
}  // namespace fairpoint::engine
