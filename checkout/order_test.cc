// The stored and the hashed forms of orders. That the vectors of docs/hashing.md are computed:
// engine/hash_vectors_test.cc.
#include "checkout/order.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace fairpoint::checkout {
namespace {

std::vector<PlacedLine> SomeLines() {
  return {{.sku = "tea",
           .quantity = 2,
           .amount = 300,
           .points = base::Points{3},
           .discounts = {{"ACME", 20}, {"platform", 1}}},
          {.sku = "", .quantity = INT64_MAX, .amount = 0, .points = {}, .discounts = {}}};
}
std::vector<MatchedReturn> SomeMatched() {
  return {{"O1", 1, "tea", 1, 150, base::Points{1}}, {"O2", 2000, "", 0, INT64_MAX, {}}};
}
std::vector<ReturnedItem> SomeItems() { return {{"tea", 1}, {std::string("\0x", 2), INT64_MAX}}; }
std::vector<OrderTaken> SomeTaken() {
  return {{"O1", base::Points{7}, base::Points{3}, base::Points{2}},
          {"O2", base::kPointsMax, {}, {}}};
}

template <class Items>
void ExpectRoundTrip(const Items& items) {
  const std::string bytes = Encode(items);
  Items decoded = items;  // what was there is gone
  ASSERT_TRUE(Decode(bytes, decoded));
  EXPECT_EQ(decoded, items);
  EXPECT_EQ(Encode(decoded), bytes);
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(Decode(bytes.substr(0, length), decoded)) << "cut to " << length;
  EXPECT_FALSE(Decode(bytes + '\0', decoded)) << "bytes after the last";
  // A count that promises one more, one less, and far too many.
  for (const int count : {bytes[3] + 1, bytes[3] - 1, 0x7f}) {
    std::string other = bytes;
    other[3] = static_cast<char>(count);
    EXPECT_FALSE(Decode(other, decoded));
  }
  EXPECT_FALSE(Decode("\xff\xff\xff\xff", decoded));
}

TEST(OrderCodec, RoundTripsAndRefusesAllElse) {
  ExpectRoundTrip(SomeLines());
  ExpectRoundTrip(SomeMatched());
  ExpectRoundTrip(SomeItems());
  ExpectRoundTrip(SomeTaken());
}

TEST(OrderCodec, OfNothingIsACountOfNone) {
  EXPECT_EQ(Encode(std::vector<PlacedLine>()), std::string(4, '\0'));
  std::vector<ReturnedItem> items = SomeItems();
  EXPECT_TRUE(Decode(std::string(4, '\0'), items));
  EXPECT_TRUE(items.empty());
  EXPECT_FALSE(Decode("", items));
}

TEST(OrderCodec, ALengthBeyondTheBytesIsRefused) {
  std::string bytes = Encode(SomeItems());
  bytes[4] = '\x7f';  // of the first SKU
  std::vector<ReturnedItem> items;
  EXPECT_FALSE(Decode(bytes, items));
  std::string lines = Encode(std::vector<PlacedLine>{SomeLines()[1]});
  lines.back() = '\x01';  // a discount that is not there
  std::vector<PlacedLine> decoded;
  EXPECT_FALSE(Decode(lines, decoded));
}

RC_GTEST_PROP(OrderCodecProperty, WhatIsDecodedEncodesToTheSameBytes, (std::string noise)) {
  std::string bytes = Encode(SomeLines());
  for (size_t i = 0; i + 1 < noise.size(); i += 2)
    bytes[static_cast<unsigned char>(noise[i]) % bytes.size()] = noise[i + 1];
  std::vector<PlacedLine> lines;
  if (Decode(bytes, lines)) RC_ASSERT(Encode(lines) == bytes);
}

// Every field, changed alone, must change the canonical form; what is not hashed must not.
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
    EXPECT_NE(other, row) << each.field;
    EXPECT_TRUE(seen.insert(Canonical(other)).second) << each.field << " is not hashed";
    EXPECT_NE(HashOf(other), HashOf(row)) << each.field;
  }
  Row elsewhere = row;
  elsewhere.hash = base::Sha256("other");
  elsewhere.lane = 9;
  elsewhere.lane_seq = 9;
  EXPECT_EQ(Canonical(elsewhere), Canonical(row));
}

// Two texts beside one another must not be able to trade bytes.
template <class Row>
std::vector<Change<Row>> SourceChanges() {
  return {{"store_id", [](Row& r) { r.source.store_id = "x"; }},
          {"associate_id", [](Row& r) { r.source.associate_id = "x"; }},
          {"channel_id", [](Row& r) { r.source.channel_id = "x"; }},
          {"scene", [](Row& r) { r.source.scene = "x"; }},
          {"session_id", [](Row& r) { r.source.session_id = "x"; }},
          {"group_id", [](Row& r) { r.source.group_id = "x"; }},
          {"campaign_id", [](Row& r) { r.source.campaign_id = "x"; }},
          {"legal_entity", [](Row& r) { r.legal_entity = "x"; }}};
}

// What all three rows have.
template <class Row>
std::vector<Change<Row>> CommonChanges() {
  return {{"program_id", [](Row& r) { r.program_id = base::ProgramId("x"); }},
          {"member_id", [](Row& r) { r.member_id = base::MemberId("x"); }},
          {"points", [](Row& r) { r.points.value = 99; }},
          {"reason", [](Row& r) { r.reason = "x"; }},
          {"actor", [](Row& r) { r.actor = "x"; }},
          {"request_id", [](Row& r) { r.request_id = base::RequestId("x"); }},
          {"program_version", [](Row& r) { r.program_version = 99; }},
          {"recorded_at", [](Row& r) { r.recorded_at.micros = 99; }}};
}

template <class Row>
std::vector<Change<Row>> Together(std::vector<Change<Row>> own,
                                  const std::vector<std::vector<Change<Row>>>& others) {
  for (const auto& other : others) own.insert(own.end(), other.begin(), other.end());
  return own;
}

TEST(OrderHash, CoversEveryFieldOfAPlacement) {
  using Row = Placement;
  Row row;
  row.lines = SomeLines();
  ExpectEachIsHashed<Row>(
      row,
      Together<Row>({{"order_id", [](Row& r) { r.order_id = "x"; }},
                     {"currency", [](Row& r) { r.currency = "x"; }},
                     {"amount", [](Row& r) { r.amount = 98; }},
                     {"earn_seq", [](Row& r) { r.earn_seq = 97; }},
                     {"effective_at", [](Row& r) { r.effective_at.micros = 96; }},
                     {"lines", [](Row& r) { r.lines.pop_back(); }},
                     {"lines' order", [](Row& r) { std::swap(r.lines[0], r.lines[1]); }},
                     {"sku", [](Row& r) { r.lines[0].sku = "x"; }},
                     {"quantity", [](Row& r) { r.lines[0].quantity = 95; }},
                     {"line's amount", [](Row& r) { r.lines[0].amount = 94; }},
                     {"line's points", [](Row& r) { r.lines[0].points.value = 93; }},
                     {"discounts", [](Row& r) { r.lines[0].discounts.pop_back(); }},
                     {"funder", [](Row& r) { r.lines[0].discounts[0].funder = "x"; }},
                     {"minor_units", [](Row& r) { r.lines[0].discounts[0].minor_units = 92; }}},
                    {CommonChanges<Row>(), SourceChanges<Row>()}));
}

TEST(OrderHash, CoversEveryFieldOfAReturn) {
  using Row = OrderReturn;
  Row row;
  row.matched = SomeMatched();
  row.unmatched = SomeItems();
  row.taken = SomeTaken();
  ExpectEachIsHashed<Row>(
      row, Together<Row>({{"return_id", [](Row& r) { r.return_id = "x"; }},
                          {"deduct", [](Row& r) { r.deduct_minor_units = 98; }},
                          {"first_seq", [](Row& r) { r.first_seq = 97; }},
                          {"entry_count", [](Row& r) { r.entry_count = 96; }},
                          {"effective_at", [](Row& r) { r.effective_at.micros = 95; }},
                          {"matched", [](Row& r) { r.matched.pop_back(); }},
                          {"its order", [](Row& r) { r.matched[0].order_id = "x"; }},
                          {"its line", [](Row& r) { r.matched[0].line_number = 94; }},
                          {"its sku", [](Row& r) { r.matched[0].sku = "x"; }},
                          {"its units", [](Row& r) { r.matched[0].units = 93; }},
                          {"its amount", [](Row& r) { r.matched[0].amount = 92; }},
                          {"its points", [](Row& r) { r.matched[0].points.value = 91; }},
                          {"unmatched", [](Row& r) { r.unmatched.pop_back(); }},
                          {"item's sku", [](Row& r) { r.unmatched[0].sku = "x"; }},
                          {"without_receipt", [](Row& r) { r.without_receipt = true; }},
                          {"item's units", [](Row& r) { r.unmatched[0].units = 90; }},
                          {"taken", [](Row& r) { r.taken.pop_back(); }},
                          {"taken of", [](Row& r) { r.taken[0].order_id = "x"; }},
                          {"how much", [](Row& r) { r.taken[0].taken.value = 89; }},
                          {"restored", [](Row& r) { r.taken[0].restored.value = 88; }},
                          {"deducted", [](Row& r) { r.taken[0].deducted.value = 87; }}},
                         {CommonChanges<Row>(), SourceChanges<Row>()}));
}

TEST(OrderHash, CoversEveryFieldOfAClaim) {
  using Row = OrderClaim;
  ExpectEachIsHashed<Row>(Row(), Together<Row>({{"order_id", [](Row& r) { r.order_id = "x"; }},
                                                {"earn_seq", [](Row& r) { r.earn_seq = 97; }}},
                                               {CommonChanges<Row>()}));
}

TEST(OrderProjection, IsWhatThePlacementMakes) {
  Placement placement;
  placement.program_id = base::ProgramId("brand");
  placement.order_id = "O1";
  placement.member_id = base::MemberId("alice");
  placement.earn_seq = 5;
  placement.effective_at.micros = 77;
  placement.lines = SomeLines();
  const Order order = OrderOf(placement, 3);
  EXPECT_EQ(order, (Order{.program_id = placement.program_id,
                          .order_id = "O1",
                          .member_id = placement.member_id,
                          .order_seq = 3,
                          .earn_seq = 5,
                          .taken = {},
                          .restored = {},
                          .deducted = {},
                          .effective_at = placement.effective_at,
                          .claimed_at = {}}));
  const std::vector<OrderLine> lines = LinesOf(placement, 3);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], (OrderLine{.program_id = placement.program_id,
                                 .order_id = "O1",
                                 .line_number = 1,
                                 .member_id = placement.member_id,
                                 .sku = "tea",
                                 .quantity = 2,
                                 .amount = 300,
                                 .points = base::Points{3},
                                 .units_returned = 0,
                                 .amount_returned = 0,
                                 .points_returned = {},
                                 .effective_at = placement.effective_at,
                                 .order_seq = 3,
                                 .is_open = true}));
  EXPECT_EQ(lines[1].line_number, 2);
}

}  // namespace
}  // namespace fairpoint::checkout
