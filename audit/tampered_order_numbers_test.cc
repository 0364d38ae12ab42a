// Numbers in placements and returns that no server writes: nothing may be computed from them before
// they are found to be none, however large they are.
#include <cstdint>
#include <vector>

#include "audit/testing/order_story.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

using base::Points;

checkout::Placement& Placed(Tables& t, const char* number) {
  return t.placements.at(OrderAt(number));
}
checkout::OrderReturn& Returned(Tables& t, const char* number) {
  return t.order_returns.at(OrderAt(number));
}
checkout::ReturnPart& PartIn(Tables& t, const char* order, const char* number) {
  return t.return_parts.at({OrderAt(order), number});
}

template <class Row>
void Rehash(Row& row) {
  row.hash = HashOf(row);
}

std::vector<Tampering> Tamperings() {
  return {
      {"amounts_below_zero",
       [](Tables& t) {
         checkout::Placement& row = Placed(t, "O1");
         row.lines[0].amount = -1;
         row.lines[1].amount = 4;
         row.amount = 3;
         row.points = Points{1};
         Rehash(row);
       },
       "order", "O1", "amount of line 1", "at least 0", "-1"},
      {"quantity_below_zero",
       [](Tables& t) {
         Placed(t, "O1").lines[0].quantity = -3;
         Rehash(Placed(t, "O1"));
       },
       "order", "O1", "quantity of line 1", "at least 1", "-3"},
      {"points_below_zero",
       [](Tables& t) {
         Placed(t, "O1").points = Points{-1};
         Rehash(Placed(t, "O1"));
       },
       "order", "O1", "points", "at least 0", "-1"},
      {"points_of_nothing_paid",
       [](Tables& t) {
         checkout::Placement& row = Placed(t, "O1");
         row.amount = row.lines[0].amount = row.lines[1].amount = 0;
         row.lines[0].points = row.lines[1].points = {};
         Rehash(row);
       },
       "order", "O1", "points", "0, of nothing paid", "350"},
      {"entry_count_past_all_entries",
       [](Tables& t) {
         Returned(t, "R2").entry_count = int64_t{1} << 62;
         Rehash(Returned(t, "R2"));
       },
       "order return", "R2", "entries", "4611686018427387904 from 4", "2"},
      {"entry_count_below_zero",
       [](Tables& t) {
         Returned(t, "R2").entry_count = -1;
         Rehash(Returned(t, "R2"));
       },
       "order return", "R2", "entry_count", "at least 0", "-1"},
      {"first_seq_past_all_counting",
       [](Tables& t) {
         Returned(t, "R2").first_seq = INT64_MAX - 1;
         Returned(t, "R2").entry_count = 9;
         Rehash(Returned(t, "R2"));
       },
       "order return", "R2", "entries", "9 from 9223372036854775806", "0"},
      {"first_seq_below_one",
       [](Tables& t) {
         Returned(t, "R2").first_seq = INT64_MIN;
         Rehash(Returned(t, "R2"));
       },
       "order return", "R2", "first_seq", "at least 1", "-9223372036854775808"},
      {"taken_past_all_counting",
       [](Tables& t) {
         checkout::OrderReturn& row = Returned(t, "R2");
         for (checkout::OrderTaken& each : row.taken) {
           each.order_id = "O1";
           each.taken = base::kPointsMax;
         }
         Rehash(row);
       },
       "order", "O1", "return R2", "the part that its order_return row has", "numbers of no part"},
      {"units_returned_below_zero",
       [](Tables& t) {
         PartIn(t, "O1", "R1").matched[0].units = Returned(t, "R1").matched[0].units = -1;
         Rehash(Returned(t, "R1"));
       },
       "order", "O1", "return R1, units of line 1", "at least 0", "-1"},
      {"more_units_returned_than_bought",
       [](Tables& t) {
         PartIn(t, "O1", "R1").matched[0].units = Returned(t, "R1").matched[0].units = 3;
         Rehash(Returned(t, "R1"));
         t.order_lines.at({OrderAt("O1"), 1}).units_returned = 4;
       },
       "order", "O1", "units returned of line 1", "at most 3", "4"},
      {"points_returned_past_all_counting",
       [](Tables& t) {
         for (const char* number : {"R1", "R2"}) {
           checkout::ReturnPart& part = PartIn(t, "O1", number);
           part.matched[0].points = base::kPointsMax;
           for (checkout::MatchedReturn& each : Returned(t, number).matched) {
             if (each.order_id == "O1") each.points = base::kPointsMax;
           }
           Rehash(Returned(t, number));
         }
       },
       "order", "O1", "points returned of line 1", "at most 300", "18446744073709551614"},
      {"taken_by_all_returns_past_all_counting",
       [](Tables& t) {
         for (const char* number : {"R1", "R2"}) {
           PartIn(t, "O1", number).taken = Points{INT64_MAX - 1000};
           for (checkout::OrderTaken& each : Returned(t, number).taken) {
             if (each.order_id == "O1") each.taken = Points{INT64_MAX - 1000};
           }
           Rehash(Returned(t, number));
         }
         t.orders.at(OrderAt("O1")).taken = Points{-2002};
       },
       "order", "O1", "taken by all returns", "at most 9223372036854775807",
       "18446744073709549614"},
  };
}

class TamperedOrderNumbersTest : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedOrderNumbersTest, IsNamedFirst) { ExpectOrdersNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, TamperedOrderNumbersTest, testing::ValuesIn(Tamperings()),
                         NameOfTampering);

}  // namespace
}  // namespace fairpoint::audit
