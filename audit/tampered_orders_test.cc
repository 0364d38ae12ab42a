// Placements, returns and claims. Each case changes one thing behind the ledger's back, covering
// tracks or not, and says what must be named first.
#include <string>
#include <utility>
#include <vector>

#include "audit/testing/order_story.h"
#include "audit/testing/tamper.h"
#include "audit/verify.h"
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
checkout::OrderClaim& Claimed(Tables& t) { return t.order_claims.at(OrderAt("O2")); }

// What nothing refers to: the purchase that nobody claimed, with all that follows from it.
void ForgetTheUnclaimed(Tables& t) {
  t.placements.erase(OrderAt("O3"));
  t.orders.erase(OrderAt("O3"));
  t.order_lines.erase({OrderAt("O3"), 1});
}

checkout::OrderClaim ClaimOf(const Tables& t, const char* order_id) {
  checkout::OrderClaim more = t.order_claims.at(OrderAt("O2"));
  more.order_id = order_id;
  more.points = {};
  more.earn_seq = 0;
  more.hash = HashOf(more);
  return more;
}

std::vector<Tampering> Tamperings() {
  const Tables& books = TheOrderStory().tables();
  const std::string bought = books.placements.at(OrderAt("O3")).request_id.value();
  const std::string returned = books.order_returns.at(OrderAt("R1")).request_id.value();
  return {
      {"placement_reason", [](Tables& t) { Placed(t, "O1").reason = "x"; }, "order", "O1", "hash"},
      {"placement_line", [](Tables& t) { Placed(t, "O1").lines[0].sku = "x"; }, "order", "O1",
       "hash"},
      {"placement_discount",
       [](Tables& t) {
         Placed(t, "O1").lines[1].discounts.push_back({"brand", 1});
       },
       "order", "O1", "hash"},
      {"placement_made_anew",
       [](Tables& t) {
         Placed(t, "O1").actor = "somebody";
         Placed(t, "O1").hash = HashOf(Placed(t, "O1"));
       },
       "order", "O1", "hash, by the journal's row 1/4"},
      {"placement_amount",
       [](Tables& t) {
         Placed(t, "O1").amount += 1;
         Placed(t, "O1").hash = HashOf(Placed(t, "O1"));
       },
       "order", "O1", "amount", "35000", "35001"},
      {"placement_points",
       [](Tables& t) {
         Placed(t, "O1").lines[0].points = Points{299};
         Placed(t, "O1").lines[1].points = Points{51};
         Placed(t, "O1").hash = HashOf(Placed(t, "O1"));
       },
       "order", "O1", "points of line 1", "300", "299"},
      {"placement_and_projections_made_anew",
       [](Tables& t) {
         checkout::Placement& row = Placed(t, "O3");
         row.lines[0].amount = row.amount = 70;
         row.hash = HashOf(row);
         t.order_lines.at({OrderAt("O3"), 1}).amount = 70;
       },
       "order", "O3", "hash, by the journal's row 1/9"},
      {"placement_deleted", [](Tables& t) { t.placements.erase(OrderAt("O1")); }, "order", "O1",
       "placement", "one", "none"},
      {"placement_and_projections_deleted", ForgetTheUnclaimed, "order", "O3", "row", "1/9",
       "none"},
      {"placement_and_journal_deleted",
       [](Tables& t) {
         ForgetTheUnclaimed(t);
         FixJournal(t, 1, 9);
       },
       "receipt", bought, "what its request made", "nothing", "1 order"},
      {"placement_added",
       [](Tables& t) {
         checkout::Placement more = Placed(t, "O3");
         more.order_id = "O4";
         more.hash = HashOf(more);
         t.placements.emplace(OrderAt("O4"), more);
         t.orders.emplace(OrderAt("O4"), OrderOf(more, 0));
         t.order_lines.emplace(std::pair(OrderAt("O4"), 1), LinesOf(more, 0)[0]);
       },
       "order", "O4", "leaf in the journal's row 1/9", "", "none"},
      {"placement_of_another_earning",
       [](Tables& t) {
         Placed(t, "O1").earn_seq = 2;
         Placed(t, "O1").hash = HashOf(Placed(t, "O1"));
         t.orders.at(OrderAt("O1")).earn_seq = 2;
       },
       "order", "O1", "earn_seq", "an earning of 350 points", "entry 2: another"},
      {"return_reason", [](Tables& t) { Returned(t, "R1").reason = "x"; }, "order return", "R1",
       "hash"},
      {"return_made_anew",
       [](Tables& t) {
         Returned(t, "R1").actor = "somebody";
         Returned(t, "R1").hash = HashOf(Returned(t, "R1"));
       },
       "order return", "R1", "hash, by the journal's row 1/7"},
      {"return_matched",
       [](Tables& t) {
         Returned(t, "R1").matched[0].units = 2;
         Returned(t, "R1").hash = HashOf(Returned(t, "R1"));
       },
       "order", "O1", "return R1", "the part that its order_return row has", "another"},
      {"return_entries",
       [](Tables& t) {
         Returned(t, "R2").entry_count = 1;
         Returned(t, "R2").hash = HashOf(Returned(t, "R2"));
       },
       "order return", "R2", "points taken back, by its entries", "200", "100"},
      {"return_deleted", [](Tables& t) { t.order_returns.erase(OrderAt("R1")); }, "order", "O1",
       "return R1", "an order_return row", "none"},
      {"return_and_journal_deleted",
       [](Tables& t) {
         t.order_returns.erase(OrderAt("R1"));
         t.return_parts.erase({OrderAt("O1"), "R1"});
         checkout::OrderLine& line = t.order_lines.at({OrderAt("O1"), 1});
         line.units_returned = 1;
         line.amount_returned = 10'000;
         line.points_returned = Points{100};
         t.orders.at(OrderAt("O1")).taken = Points{100};
         FixJournal(t, 1, 7);
       },
       "receipt", returned, "what its request made", "1 from entry", "1 order return"},
      {"return_added",
       [](Tables& t) {
         checkout::OrderReturn more = Returned(t, "R1");
         more.return_id = "R3";
         more.matched.clear();
         more.taken.clear();
         more.entry_count = 0;
         more.hash = HashOf(more);
         t.order_returns.emplace(OrderAt("R3"), more);
       },
       "order return", "R3", "leaf in the journal's row 1/7", "", "none"},
      {"claim_reason", [](Tables& t) { Claimed(t).reason = "x"; }, "order claim", "O2", "hash"},
      {"claim_points",
       [](Tables& t) {
         Claimed(t).points = Points{99};
         Claimed(t).hash = HashOf(Claimed(t));
       },
       "order claim", "O2", "points", "100", "99"},
      {"claim_made_anew",
       [](Tables& t) {
         Claimed(t).actor = "somebody";
         Claimed(t).hash = HashOf(Claimed(t));
       },
       "order claim", "O2", "hash, by the journal's row 1/6"},
      {"claim_of_another_member",
       [](Tables& t) {
         Claimed(t).member_id = TheOrderStory().neighbour.member_id;
         Claimed(t).hash = HashOf(Claimed(t));
       },
       "order", "O2", "member_id"},
      {"claim_deleted", [](Tables& t) { t.order_claims.erase(OrderAt("O2")); }, "order", "O2",
       "member_id"},
      {"claim_of_an_order_with_a_member",
       [](Tables& t) { t.order_claims.emplace(OrderAt("O1"), ClaimOf(t, "O1")); }, "order claim",
       "O1", "row", "none: the order has its member", "one"},
      {"claim_of_no_order",
       [](Tables& t) { t.order_claims.emplace(OrderAt("O9"), ClaimOf(t, "O9")); }, "order claim",
       "O9", "placement", "one", "none"},
      {"claim_added_with_projections",
       [](Tables& t) {
         const checkout::OrderClaim more = ClaimOf(t, "O3");
         t.order_claims.emplace(OrderAt("O3"), more);
         checkout::Order& order = t.orders.at(OrderAt("O3"));
         order.member_id = more.member_id;
         order.order_seq = 3;
         order.claimed_at = more.recorded_at;
         checkout::OrderLine& line = t.order_lines.at({OrderAt("O3"), 1});
         line.member_id = more.member_id;
         line.order_seq = 3;
         for (auto& [name, member] : t.members) {
           if (member.member_id == more.member_id) member.order_seq = 3;
         }
       },
       "order claim", "O3", "leaf in the journal's row 1/6", "", "none"},
  };
}

class TamperedOrdersTest : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedOrdersTest, IsNamedFirst) { ExpectOrdersNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, TamperedOrdersTest, testing::ValuesIn(Tamperings()), NameOfTampering);

TEST(OrderStoryTest, HoldsAsItWasTold) {
  MemoryStore store;
  store.tables = TheOrderStory().tables();
  VerifyOptions options;
  options.keyring = &TheOrderStory().keyring();
  const absl::StatusOr<Report> report = Verify(store, options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->ok) << ToText(*report);
  EXPECT_EQ(report->orders, 3);
  EXPECT_EQ(report->order_returns, 2);
}

}  // namespace
}  // namespace fairpoint::audit
