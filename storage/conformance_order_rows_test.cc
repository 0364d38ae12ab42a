// Orders: every row comes back as it was written, by whichever key it is asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using checkout::Order;
using checkout::OrderClaim;
using checkout::OrderLine;
using checkout::OrderReturn;
using checkout::Placement;
using checkout::ReturnPart;
using engine::MemberName;
using engine::MemberSku;
using engine::OrderName;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

template <class Row>
std::vector<Row> AllFlavours() {
  return {Filled<Row>(Flavour::kEmpty), Filled<Row>(Flavour::kLow), Filled<Row>(Flavour::kHigh),
          Filled<Row>(Flavour::kSample)};
}

template <class Row>
OrderName NameOf(const Row& row) {
  return {row.program_id, row.order_id};
}
OrderName NameOf(const OrderReturn& row) { return {row.program_id, row.return_id}; }

template <class Row>
std::vector<OrderName> NamesOf(const std::vector<Row>& rows) {
  std::vector<OrderName> names;
  for (const Row& row : rows) names.push_back(NameOf(row));
  return names;
}

class OrderRowsConformance : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    reader_ = Reader();
    writer_ = Writer();
  }

  // One by one and together; names without a row are left out.
  template <class Row, class Load>
  void ExpectFound(const std::vector<Row>& rows, const Load& load) {
    std::vector<OrderName> names = NamesOf(rows);
    for (size_t i = 0; i < rows.size(); ++i) {
      std::vector<Row> found(3);  // emptied by the call
      EXPECT_OK(load(One(names[i]), found));
      EXPECT_EQ(found, std::vector<Row>{rows[i]});
    }
    names.push_back({base::ProgramId("sample"), "absent"});
    names.push_back({base::ProgramId("absent"), names.front().order_id});
    std::vector<Row> found(3);
    EXPECT_OK(load(std::span<const OrderName>(names), found));
    EXPECT_THAT(found, UnorderedElementsAreArray(rows));
    EXPECT_OK(load(std::span<const OrderName>(), found));
    EXPECT_THAT(found, IsEmpty());
  }
  template <class Row>
  void ExpectFoundByBoth(const std::vector<Row>& rows,
                         absl::Status (engine::WriteSession::*write)(std::span<const OrderName>,
                                                                     std::vector<Row>&),
                         absl::Status (engine::ReadSession::*read)(std::span<const OrderName>,
                                                                   std::vector<Row>&)) {
    ExpectFound(rows, [&](auto names, auto& found) { return ((*reader_).*read)(names, found); });
    ASSERT_OK(writer_->Begin());
    ExpectFound(rows, [&](auto names, auto& found) { return ((*writer_).*write)(names, found); });
    writer_->Rollback();
  }

  static Order OrderOf(std::string order_id, std::string_view member_id = "M",
                       std::string_view program_id = "sample") {
    Order row = RowOf<Order>(program_id, member_id);
    row.order_id = std::move(order_id);
    return row;
  }
  static OrderLine LineOf(std::string order_id, int64_t number, std::string_view member_id,
                          std::string sku, bool is_open = true) {
    OrderLine row = RowOf<OrderLine>("sample", member_id);
    row.order_id = std::move(order_id);
    row.line_number = number;
    row.sku = std::move(sku);
    row.is_open = is_open;
    return row;
  }
  static MemberSku SkuOf(std::string_view member_id, std::string sku,
                         std::string_view program_id = "sample") {
    return {{base::ProgramId(program_id), base::MemberId(member_id)}, std::move(sku)};
  }
  std::vector<OrderLine> OpenLines(const std::vector<MemberSku>& names) {
    std::vector<OrderLine> found(3);
    EXPECT_OK(writer_->Begin());
    EXPECT_OK(writer_->LoadOpenOrderLines(names, found));
    writer_->Rollback();
    return found;
  }

  std::unique_ptr<engine::ReadSession> reader_;
  std::unique_ptr<engine::WriteSession> writer_;
};

TEST_F(OrderRowsConformance, Placements) {
  engine::WriteSet changes;
  changes.placements = AllFlavours<Placement>();
  // As many lines as an order has, each with its discounts.
  changes.placements.back().lines.assign(2'000, changes.placements.back().lines.back());
  ASSERT_OK(Commit(changes));
  ExpectFoundByBoth(changes.placements, &engine::WriteSession::LoadPlacements,
                    &engine::ReadSession::LoadPlacements);
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(OrderRowsConformance, OrderReturns) {
  engine::WriteSet changes;
  changes.order_returns = AllFlavours<OrderReturn>();
  ASSERT_OK(Commit(changes));
  ExpectFoundByBoth(changes.order_returns, &engine::WriteSession::LoadOrderReturns,
                    &engine::ReadSession::LoadOrderReturns);
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(OrderRowsConformance, OrderClaims) {
  engine::WriteSet changes;
  changes.order_claims = AllFlavours<OrderClaim>();
  ASSERT_OK(Commit(changes));
  std::vector<OrderClaim> found(3);
  EXPECT_OK(reader_->ScanOrderClaims({}, found));
  EXPECT_THAT(found, UnorderedElementsAreArray(changes.order_claims));
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(OrderRowsConformance, ReturnParts) {
  engine::WriteSet changes;
  changes.new_return_parts = AllFlavours<ReturnPart>();
  ASSERT_OK(Commit(changes));
  std::vector<ReturnPart> found(3);
  EXPECT_OK(reader_->ScanReturnParts({}, found));
  EXPECT_THAT(found, UnorderedElementsAreArray(changes.new_return_parts));
}

TEST_F(OrderRowsConformance, OrdersAndWhatReplacesThem) {
  engine::WriteSet changes;
  changes.new_orders = AllFlavours<Order>();
  ASSERT_OK(Commit(changes));
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
  engine::WriteSet later;
  for (size_t i = 0; i < changes.new_orders.size(); ++i) {
    Order row = changes.new_orders[(i + 1) % changes.new_orders.size()];
    row.program_id = changes.new_orders[i].program_id;
    row.order_id = changes.new_orders[i].order_id;
    later.orders.push_back(row);
  }
  ASSERT_OK(Commit(later));
  ExpectFoundByBoth(later.orders, &engine::WriteSession::LoadOrders,
                    &engine::ReadSession::LoadOrders);
  ASSERT_OK(writer_->Begin());
  ExpectFound(later.orders, [&](std::span<const OrderName> names, auto& found) {
    std::vector<OrderName> ascending(names.begin(), names.end());
    std::ranges::sort(ascending);
    return writer_->LockOrders(ascending, found);
  });
}

TEST_F(OrderRowsConformance, LinesAndWhatReplacesThem) {
  engine::WriteSet changes;
  changes.new_order_lines = AllFlavours<OrderLine>();
  ASSERT_OK(Commit(changes));
  EXPECT_EQ(Commit(changes).code(), absl::StatusCode::kAlreadyExists);
  ExpectFoundByBoth(changes.new_order_lines, &engine::WriteSession::LoadOrderLines,
                    &engine::ReadSession::LoadOrderLines);
  engine::WriteSet later;
  for (OrderLine line : changes.new_order_lines) {
    line.member_id = base::MemberId("claimed");
    line.units_returned ^= 1;
    line.is_open = !line.is_open;
    later.order_lines.push_back(line);
  }
  ASSERT_OK(Commit(later));
  ExpectFoundByBoth(later.order_lines, &engine::WriteSession::LoadOrderLines,
                    &engine::ReadSession::LoadOrderLines);
}

TEST_F(OrderRowsConformance, LinesOfAnOrderAscend) {
  engine::WriteSet changes;
  for (int64_t number = 2'000; number >= 1; --number)
    changes.new_order_lines.push_back(LineOf("O", number, "M", "sku"));
  changes.new_order_lines.push_back(LineOf("O2", 1, "M", "sku"));
  changes.new_order_lines.push_back(LineOf("o", 1, "M", "sku"));
  ASSERT_OK(Commit(changes));
  const OrderName name{base::ProgramId("sample"), "O"};
  std::vector<OrderLine> found;
  EXPECT_OK(reader_->LoadOrderLines(One(name), found));
  std::vector<OrderLine> expected(changes.new_order_lines.begin(),
                                  changes.new_order_lines.begin() + 2'000);
  std::ranges::reverse(expected);
  EXPECT_EQ(found, expected);
}

TEST_F(OrderRowsConformance, OpenLinesAreOfAMemberAndASkuByteForByte) {
  const std::string nul("sku\0", 4);
  engine::WriteSet changes;
  changes.new_order_lines = {
      LineOf("A", 1, "M", "sku"),  LineOf("A", 2, "M", "sku", false), LineOf("A", 3, "M", "SKU"),
      LineOf("A", 4, "M", "sku "), LineOf("A", 5, "M", nul),          LineOf("B", 1, "M", "sku"),
      LineOf("C", 1, "m", "sku"),  LineOf("D", 1, "", "sku"),         LineOf("E", 1, "N", "other")};
  const std::vector<OrderLine>& lines = changes.new_order_lines;
  ASSERT_OK(Commit(changes));
  EXPECT_THAT(OpenLines({SkuOf("M", "sku")}), ::testing::UnorderedElementsAre(lines[0], lines[5]));
  EXPECT_THAT(OpenLines({SkuOf("M", "SKU")}), ElementsAre(lines[2]));
  EXPECT_THAT(OpenLines({SkuOf("M", "sku ")}), ElementsAre(lines[3]));
  EXPECT_THAT(OpenLines({SkuOf("M", nul)}), ElementsAre(lines[4]));
  EXPECT_THAT(OpenLines({SkuOf("M", "sku", "another")}), IsEmpty());
  // No pair that was not asked for.
  EXPECT_THAT(OpenLines({SkuOf("m", "sku"), SkuOf("N", "other"), SkuOf("m", "other")}),
              ::testing::UnorderedElementsAre(lines[6], lines[8]));
  // A line is found again once it is open again, and not once it is not.
  engine::WriteSet later;
  later.order_lines = {lines[0], lines[1]};
  later.order_lines[0].is_open = false;
  later.order_lines[1].is_open = true;
  ASSERT_OK(Commit(later));
  EXPECT_THAT(OpenLines({SkuOf("M", "sku")}),
              ::testing::UnorderedElementsAre(later.order_lines[1], lines[5]));
}

// Around every chunk's width, so that a row at a seam would be missed.
TEST_F(OrderRowsConformance, AsManyAsAreAskedFor) {
  constexpr int kCount = 1'203;
  engine::WriteSet changes;
  for (int i = 0; i < kCount; ++i) {
    const std::string number = std::to_string(10'000 + i);
    changes.new_orders.push_back(OrderOf(number));
    changes.new_order_lines.push_back(LineOf(number, 1, "M" + std::to_string(i % 7), number));
  }
  ASSERT_OK(Commit(changes));
  const std::vector<OrderName> names = NamesOf(changes.new_orders);
  for (const size_t count : {1U, 4U, 5U, 63U, 64U, 65U, 128U, 129U, 500U, 501U, 1'203U}) {
    const auto asked = std::span(names).first(count);
    const auto orders = std::span(changes.new_orders).first(count);
    const auto lines = std::span(changes.new_order_lines).first(count);
    std::vector<Order> found;
    EXPECT_OK(reader_->LoadOrders(asked, found));
    EXPECT_THAT(found, UnorderedElementsAreArray(orders));
    std::vector<OrderLine> found_lines;
    EXPECT_OK(reader_->LoadOrderLines(asked, found_lines));
    EXPECT_THAT(found_lines, UnorderedElementsAreArray(lines));
    ASSERT_OK(writer_->Begin());
    EXPECT_OK(writer_->LockOrders(asked, found));
    EXPECT_THAT(found, ElementsAreArray(orders)) << "in ascending order";
    writer_->Rollback();
    std::vector<MemberSku> skus;
    for (const OrderLine& line : lines) skus.push_back(SkuOf(line.member_id.value(), line.sku));
    EXPECT_THAT(OpenLines(skus), UnorderedElementsAreArray(lines));
  }
}

}  // namespace
}  // namespace fairpoint::storage::testing
