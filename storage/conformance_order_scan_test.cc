// Pages of orders: history in key order, and a member's latest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
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
using engine::OrderName;
using engine::OrderRange;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

OrderName Name(std::string_view program_id, std::string order_id) {
  return {base::ProgramId(program_id), std::move(order_id)};
}
template <class Row>
OrderName NameOf(const Row& row) {
  return {row.program_id, row.order_id};
}
OrderName NameOf(const OrderReturn& row) { return {row.program_id, row.return_id}; }

class OrderScanConformance : public Conformance {
 protected:
  // Numbers that are prefixes of one another, or differ in case or in spaces; in byte order.
  const std::vector<OrderName> names_ = {Name("a", "1"), Name("a", "1 "), Name("a", "11"),
                                         Name("a", "C"), Name("a", "c"),  Name("ab", "1"),
                                         Name("b", "0"), Name("b", "1")};

  template <class Row>
  static void SetName(Row& row, const OrderName& name) {
    row.program_id = name.program_id;
    row.order_id = name.order_id;
  }
  static void SetName(OrderReturn& row, const OrderName& name) {
    row.program_id = name.program_id;
    row.return_id = name.order_id;
  }
  template <class Row>
  std::vector<Row> OneOfEach() {
    std::vector<Row> rows;
    for (const OrderName& name : names_) {
      rows.push_back(Filled<Row>(Flavour::kSample));
      SetName(rows.back(), name);
    }
    return rows;
  }

  // Pages joined are all rows.
  template <class Row, class Scan>
  void ExpectPages(const std::vector<Row>& rows, const Scan& scan) {
    for (const size_t limit : {1U, 2U, 3U, 8U, 9U}) {
      std::vector<Row> joined, page;
      std::optional<OrderName> after;
      do {
        ASSERT_OK(scan(after, limit, page));
        ASSERT_LE(page.size(), limit);
        joined.insert(joined.end(), page.begin(), page.end());
        if (!page.empty()) after = NameOf(page.back());
      } while (page.size() == limit);
      EXPECT_EQ(joined, rows) << limit;
    }
    std::vector<Row> page;
    EXPECT_OK(scan(Name("a", "1!"), 1, page));
    EXPECT_EQ(page, std::vector<Row>{rows[2]}) << "after a number that there is not";
  }

  // Every range has exactly its rows, in key order.
  template <class Row, class Scan>
  void ExpectRanges(const std::vector<Row>& rows, const Scan& scan) {
    std::vector<std::optional<OrderName>> bounds = {std::nullopt, Name("", ""), Name("a", ""),
                                                    Name("a", "B"), Name("zz", "")};
    bounds.insert(bounds.end(), names_.begin(), names_.end());
    for (const auto& after : bounds) {
      for (const auto& until : bounds) {
        std::vector<Row> expected;
        for (const Row& row : rows) {
          const bool is_in = (!after || NameOf(row) > *after) && (!until || NameOf(row) <= *until);
          if (is_in) expected.push_back(row);
        }
        std::vector<Row> found(3);  // emptied by the call
        ASSERT_OK(scan(OrderRange{after, until}, found));
        ASSERT_EQ(found, expected);
      }
    }
  }
};

TEST_F(OrderScanConformance, Placements) {
  engine::WriteSet changes;
  changes.placements = OneOfEach<Placement>();
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  ExpectPages(changes.placements, [&](const auto& after, size_t limit, auto& found) {
    return reader->ScanPlacements(after, limit, found);
  });
}

TEST_F(OrderScanConformance, OrderReturns) {
  engine::WriteSet changes;
  changes.order_returns = OneOfEach<OrderReturn>();
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  ExpectPages(changes.order_returns, [&](const auto& after, size_t limit, auto& found) {
    return reader->ScanOrderReturns(after, limit, found);
  });
}

TEST_F(OrderScanConformance, OrdersAndClaims) {
  engine::WriteSet changes;
  changes.new_orders = OneOfEach<Order>();
  changes.order_claims = OneOfEach<OrderClaim>();
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  ExpectRanges(changes.new_orders, [&](const OrderRange& range, auto& found) {
    return reader->ScanOrders(range, found);
  });
  ExpectRanges(changes.order_claims, [&](const OrderRange& range, auto& found) {
    return reader->ScanOrderClaims(range, found);
  });
}

TEST_F(OrderScanConformance, LinesAndParts) {
  engine::WriteSet changes;
  for (const OrderName& name : names_) {
    for (const int64_t number : {int64_t{1}, int64_t{2}, int64_t{10}}) {
      changes.new_order_lines.push_back(Filled<OrderLine>(Flavour::kSample));
      SetName(changes.new_order_lines.back(), name);
      changes.new_order_lines.back().line_number = number;
    }
    for (const char* return_id : {"R", "R ", "r"}) {
      changes.new_return_parts.push_back(Filled<ReturnPart>(Flavour::kSample));
      SetName(changes.new_return_parts.back(), name);
      changes.new_return_parts.back().return_id = return_id;
    }
  }
  ASSERT_OK(Commit(changes));
  auto reader = Reader();
  ExpectRanges(changes.new_order_lines, [&](const OrderRange& range, auto& found) {
    return reader->ScanOrderLines(range, found);
  });
  ExpectRanges(changes.new_return_parts, [&](const OrderRange& range, auto& found) {
    return reader->ScanReturnParts(range, found);
  });
}

TEST_F(OrderScanConformance, AMembersOrdersTheLatestFirst) {
  const auto order = [](const char* program_id, const char* member_id, const char* order_id,
                        int64_t order_seq) {
    Order row = RowOf<Order>(program_id, member_id);
    row.order_id = order_id;
    row.order_seq = order_seq;
    return row;
  };
  engine::WriteSet changes;
  changes.new_orders = {order("a", "m", "z", 1), order("a", "m", "y", 2), order("a", "m", "x", 3),
                        order("a", "M", "w", 4), order("b", "m", "z", 9), order("a", "", "v", 0),
                        order("a", "", "u", 0)};
  ASSERT_OK(Commit(changes));
  const std::vector<Order>& rows = changes.new_orders;
  auto reader = Reader();
  const auto page = [&](int64_t before, size_t limit) {
    std::vector<Order> found(3);  // emptied by the call
    const MemberName member{base::ProgramId("a"), base::MemberId("m")};
    EXPECT_OK(reader->ReadOrders(member, before, limit, found));
    return found;
  };
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(page(kMax, 100), ElementsAre(rows[2], rows[1], rows[0]));
  EXPECT_THAT(page(kMax, 2), ElementsAre(rows[2], rows[1]));
  EXPECT_THAT(page(2, 2), ElementsAre(rows[0]));
  EXPECT_THAT(page(1, 2), IsEmpty());
}

}  // namespace
}  // namespace fairpoint::storage::testing
