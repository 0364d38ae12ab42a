// Price protection: what the caps fell to after an order.
#include "pricing/protection.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "pricing/testing/shop.h"

namespace fairpoint::pricing {
namespace {

using testing::During;
using testing::kNow;
using testing::Numbered;
using testing::Off;
using testing::Seconds;
using testing::Shelf;
using testing::Shop;
using testing::Stranger;

struct Paid {
  std::string sku;
  int64_t units, amount;
};

std::vector<Fall> FallsOf(const Shop& shop, const std::vector<Paid>& paid, int64_t shipping = 0,
                          base::Instant from = kNow, base::Instant until = Seconds(1'000)) {
  std::vector<SkuBook> books;
  books.reserve(paid.size());
  std::vector<KeptLine> lines;
  for (const Paid& each : paid) {
    books.push_back(shop.HistoryOf(each.sku));
    lines.push_back({each.sku, each.units, each.amount, &books.back()});
  }
  return FallsWithin(shop.rules, shop.ChannelHistories(), Stranger(), lines, shipping, from, until);
}

TEST(FallsWithin, TheLowestCapOfThePeriod) {
  Shop shop;
  shop.Add(Shelf("jd", "tea", 100));
  shop.Add(During(Seconds(10), Seconds(20), Numbered(2, Shelf("jd", "tea", 90))));
  shop.Add(During(Seconds(30), Seconds(40), Shelf("tm", "tea", 85)));
  shop.Add(During(Seconds(50), Seconds(60), Numbered(3, Shelf("jd", "tea", 88))));
  const struct {
    const char* what;
    base::Instant from, until;
    int64_t fall, fact_seq;
    base::Instant at;
  } cases[] = {{"all", kNow, Seconds(100), 30, 3, Seconds(30)},
               {"before the falls", kNow, Seconds(9), 0, 0, {}},
               {"to the instant of the first", kNow, Seconds(10), 20, 2, Seconds(10)},
               {"in force at the beginning", Seconds(15), Seconds(16), 20, 2, Seconds(15)},
               {"no tolerance", Seconds(20), Seconds(29), 0, 0, {}},
               {"the last one", Seconds(40), Seconds(90), 24, 4, Seconds(50)}};
  for (const auto& each : cases) {
    const std::vector<Fall> falls = FallsOf(shop, {{"tea", 2, 200}}, 0, each.from, each.until);
    ASSERT_EQ(falls.size(), 1U);
    EXPECT_EQ(falls[0].amount, each.fall) << each.what;
    EXPECT_EQ(falls[0].fact_seq, each.fact_seq) << each.what;
    EXPECT_EQ(falls[0].at, each.at) << each.what;
  }
  EXPECT_EQ(FallsOf(shop, {{"tea", 2, 200}})[0].channel_id, "tm");
  EXPECT_EQ(FallsOf(shop, {{"tea", 2, 170}})[0].amount, 0) << "not above it";
}

TEST(FallsWithin, WhatWasHeldCountsFromItsOwnInstant) {
  Shop shop;
  PriceFact held = During(Seconds(10), Seconds(20), Shelf("jd", "tea", 40));
  held.held_until = Seconds(600);
  shop.Add(held);
  const Fall fall = FallsOf(shop, {{"tea", 1, 100}})[0];
  EXPECT_EQ(fall.amount, 60);
  EXPECT_EQ(fall.at, Seconds(10));
}

TEST(FallsWithin, TheBasketsCapOfUnitsKept) {
  Shop shop;
  shop.Add(Shelf("jd", "A", 10'000)).Add(Shelf("jd", "B", 20'000));
  ChannelPromotion off = Off("jd", 5'000, 30'000);
  off.window.from = Seconds(10);
  shop.Add(off);
  const std::vector<Fall> falls = FallsOf(shop, {{"A", 1, 10'000}, {"B", 1, 20'000}});
  EXPECT_EQ(falls[0].amount, 1'667);
  EXPECT_EQ(falls[1].amount, 3'333);
  EXPECT_EQ(falls[1].fact_seq, 0);
  EXPECT_EQ(falls[1].channel_id, "jd");
  EXPECT_EQ(falls[1].at, Seconds(10));
  EXPECT_EQ(FallsOf(shop, {{"A", 0, 0}, {"B", 1, 20'000}})[1].amount, 0) << "A came back";
  EXPECT_EQ(FallsOf(shop, {{"A", 1, 10'000}, {"B", 1, 15'000}}, 25)[1].amount, 15)
      << "shipping is part of it";
}

TEST(FallsWithin, FallsAddUp) {
  Shop shop;
  shop.Add(During(Seconds(10), Seconds(20), Shelf("jd", "A", 80)));
  shop.Add(During(Seconds(30), Seconds(40), Numbered(2, Shelf("jd", "A", 70))));
  const std::vector<Fall> falls = FallsOf(shop, {{"A", 1, 100}, {"none", 1, 50}});
  EXPECT_EQ(falls[0].amount, 30);
  EXPECT_EQ(falls[0].fact_seq, 2);
  EXPECT_EQ(falls[1].amount, 0);
  EXPECT_TRUE(FallsOf(shop, {}).empty());
}

template <class Row>
struct Change {
  const char* field;
  std::function<void(Row&)> change;
};
template <class Row>
void ExpectEachIsHashed(const Row& row, const std::vector<Change<Row>>& changes) {
  std::set<std::string> seen = {Canonical(row)};
  for (const Change<Row>& each : changes) {
    Row other = row;
    each.change(other);
    EXPECT_TRUE(seen.insert(Canonical(other)).second) << each.field << " is not hashed";
    EXPECT_NE(HashOf(other), HashOf(row)) << each.field;
  }
  Row elsewhere = row;
  elsewhere.hash = base::Sha256("other");
  elsewhere.lane = elsewhere.lane_seq = 9;
  EXPECT_EQ(Canonical(elsewhere), Canonical(row));
}

TEST(PriceCredit, HashesEveryField) {
  using C = PriceCredit;
  ExpectEachIsHashed<C>(C(), {{"program_id", [](C& c) { c.program_id = base::ProgramId("x"); }},
                              {"order_id", [](C& c) { c.order_id = "x"; }},
                              {"credit_seq", [](C& c) { c.credit_seq = 9; }},
                              {"line_number", [](C& c) { c.line_number = 9; }},
                              {"member_id", [](C& c) { c.member_id = base::MemberId("x"); }},
                              {"units", [](C& c) { c.units = 9; }},
                              {"amount", [](C& c) { c.amount = 9; }},
                              {"currency", [](C& c) { c.currency = "x"; }},
                              {"sku", [](C& c) { c.sku = "x"; }},
                              {"channel_id", [](C& c) { c.channel_id = "x"; }},
                              {"fact_seq", [](C& c) { c.fact_seq = 9; }},
                              {"fell_at", [](C& c) { c.fell_at.micros = 9; }},
                              {"actor", [](C& c) { c.actor = "x"; }},
                              {"recorded_at", [](C& c) { c.recorded_at.micros = 9; }}});
}

TEST(CreditSettlement, HashesEveryField) {
  using S = CreditSettlement;
  ExpectEachIsHashed<S>(S(), {{"program_id", [](S& s) { s.program_id = base::ProgramId("x"); }},
                              {"order_id", [](S& s) { s.order_id = "x"; }},
                              {"credit_seq", [](S& s) { s.credit_seq = 9; }},
                              {"settlement_seq", [](S& s) { s.settlement_seq = 9; }},
                              {"state", [](S& s) { s.state = CreditState::kPaid; }},
                              {"payment_reference", [](S& s) { s.payment_reference = "x"; }},
                              {"reason", [](S& s) { s.reason = "x"; }},
                              {"actor", [](S& s) { s.actor = "x"; }},
                              {"request_id", [](S& s) { s.request_id = base::RequestId("x"); }},
                              {"recorded_at", [](S& s) { s.recorded_at.micros = 9; }}});
}

}  // namespace
}  // namespace fairpoint::pricing
