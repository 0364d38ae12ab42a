// Orders, their lines and the parts of returns, as they stand. Each case changes one thing behind
// the ledger's back and says what must be named first.
#include <utility>
#include <vector>

#include "audit/testing/order_story.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

using base::Points;

checkout::Order& Head(Tables& t, const char* number) { return t.orders.at(OrderAt(number)); }
checkout::OrderLine& Line(Tables& t, int64_t number) {
  return t.order_lines.at({OrderAt("O1"), number});
}
checkout::ReturnPart& Part(Tables& t, const char* order_id, const char* return_id) {
  return t.return_parts.at({OrderAt(order_id), return_id});
}

std::vector<Tampering> Tamperings() {
  const base::MemberId somebody = TheOrderStory().neighbour.member_id;
  return {
      {"order_member", [=](Tables& t) { Head(t, "O1").member_id = somebody; }, "order", "O1",
       "member_id", "", somebody.value()},
      {"order_of_nobody", [](Tables& t) { Head(t, "O1").member_id = {}; }, "order", "O1",
       "member_id"},
      {"order_seq", [](Tables& t) { Head(t, "O1").order_seq = 0; }, "order", "O1", "order_seq",
       "at least 1", "0"},
      {"order_seq_of_nobodys", [](Tables& t) { Head(t, "O3").order_seq = 1; }, "order", "O3",
       "order_seq", "0, without a member", "1"},
      {"order_seq_past_its_members",
       [](Tables& t) {
         for (auto& [name, member] : t.members) member.order_seq = 0;
       },
       "order", "O1", "order_seq", "at most its member's, 0", "1"},
      {"order_earn_seq", [](Tables& t) { Head(t, "O1").earn_seq = 2; }, "order", "O1", "earn_seq",
       "1", "2"},
      {"order_taken", [](Tables& t) { Head(t, "O1").taken = Points{100}; }, "order", "O1", "taken",
       "200", "100"},
      {"order_restored", [](Tables& t) { Head(t, "O1").restored = Points{1}; }, "order", "O1",
       "restored", "0", "1"},
      {"order_deducted", [](Tables& t) { Head(t, "O1").deducted = Points{1}; }, "order", "O1",
       "deducted", "0", "1"},
      {"order_time", [](Tables& t) { Head(t, "O1").effective_at.micros += 1; }, "order", "O1",
       "effective_at"},
      {"order_claimed_at", [](Tables& t) { Head(t, "O2").claimed_at.reset(); }, "order", "O2",
       "claimed_at"},
      {"order_deleted", [](Tables& t) { t.orders.erase(OrderAt("O1")); }, "order", "O1", "row",
       "one in order_head", "none"},
      {"order_added",
       [](Tables& t) {
         checkout::Order more = Head(t, "O3");
         more.order_id = "O4";
         t.orders.emplace(OrderAt("O4"), more);
       },
       "order", "O4", "placement", "one", "none"},
      {"line_sku", [](Tables& t) { Line(t, 1).sku = "TEA"; }, "order line", "O1", "line 1, sku",
       "tea", "TEA"},
      {"line_quantity", [](Tables& t) { Line(t, 2).quantity = 2; }, "order line", "O1",
       "line 2, quantity", "1", "2"},
      {"line_amount", [](Tables& t) { Line(t, 1).amount = 1; }, "order line", "O1",
       "line 1, amount", "30000", "1"},
      {"line_points", [](Tables& t) { Line(t, 1).points = Points{1}; }, "order line", "O1",
       "line 1, points", "300", "1"},
      {"line_units_returned", [](Tables& t) { Line(t, 1).units_returned = 0; }, "order line", "O1",
       "line 1, units_returned", "2", "0"},
      {"line_amount_returned", [](Tables& t) { Line(t, 1).amount_returned = 0; }, "order line",
       "O1", "line 1, amount_returned", "20000", "0"},
      {"line_points_returned", [](Tables& t) { Line(t, 1).points_returned = Points{0}; },
       "order line", "O1", "line 1, points_returned", "200", "0"},
      {"line_closed", [](Tables& t) { Line(t, 1).is_open = false; }, "order line", "O1",
       "line 1, is_open", "true", "false"},
      {"line_member", [=](Tables& t) { Line(t, 1).member_id = somebody; }, "order line", "O1",
       "line 1, member_id"},
      {"line_order_seq", [](Tables& t) { Line(t, 1).order_seq = 2; }, "order line", "O1",
       "line 1, order_seq", "1", "2"},
      {"line_time", [](Tables& t) { Line(t, 1).effective_at.micros -= 1; }, "order line", "O1",
       "line 1, effective_at"},
      {"line_deleted",
       [](Tables& t) {
         t.order_lines.erase({OrderAt("O1"), 2});
       },
       "order line", "O1", "rows", "2", "1"},
      {"line_added",
       [](Tables& t) {
         checkout::OrderLine more = Line(t, 2);
         more.line_number = 3;
         t.order_lines.emplace(std::pair(OrderAt("O1"), 3), more);
       },
       "order line", "O1", "rows", "2", "3"},
      {"line_of_no_order",
       [](Tables& t) {
         checkout::OrderLine more = Line(t, 2);
         more.order_id = "O9";
         t.order_lines.emplace(std::pair(OrderAt("O9"), 2), more);
       },
       "order line", "O9", "placement", "one", "none"},
      {"part_taken", [](Tables& t) { Part(t, "O1", "R1").taken = Points{99}; }, "order", "O1",
       "return R1", "the part that its order_return row has", "another"},
      {"part_units", [](Tables& t) { Part(t, "O2", "R2").matched[0].units = 1; }, "order", "O2",
       "return R2", "the part that its order_return row has", "another"},
      {"part_of_no_line",
       [](Tables& t) {
         Part(t, "O1", "R1").matched[0].line_number = 3;
         t.order_returns.at(OrderAt("R1")).matched[0].line_number = 3;
       },
       "order", "O1", "return R1", "lines of the order", "line 3"},
      {"part_deleted",
       [](Tables& t) {
         t.return_parts.erase({OrderAt("O1"), "R1"});
       },
       "order", "O1", "taken", "100", "200"},
      {"part_deleted_and_projections_made_anew",
       [](Tables& t) {
         t.return_parts.erase({OrderAt("O1"), "R1"});
         Head(t, "O1").taken = Points{100};
         Line(t, 1).units_returned = 1;
         Line(t, 1).amount_returned = 10'000;
         Line(t, 1).points_returned = Points{100};
       },
       "order return", "R1", "part of order O1", "a row in order_return_part", "none"},
      {"part_of_no_return",
       [](Tables& t) {
         checkout::ReturnPart more = Part(t, "O1", "R1");
         more.return_id = "R9";
         t.return_parts.emplace(std::pair(OrderAt("O1"), "R9"), more);
       },
       "order", "O1", "return R9", "an order_return row", "none"},
      {"part_of_no_order",
       [](Tables& t) {
         checkout::ReturnPart more = Part(t, "O1", "R1");
         more.order_id = "O9";
         t.return_parts.emplace(std::pair(OrderAt("O9"), "R1"), more);
       },
       "order return", "O9", "placement", "one", "none"},
  };
}

class TamperedOrderProjectionsTest : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedOrderProjectionsTest, IsNamedFirst) { ExpectOrdersNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, TamperedOrderProjectionsTest, testing::ValuesIn(Tamperings()),
                         NameOfTampering);

}  // namespace
}  // namespace fairpoint::audit
