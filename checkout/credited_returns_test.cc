// Returns of what price protection credited a part of: nobody gets back more than was paid.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/error.h"
#include "checkout/testing/script.h"

namespace fairpoint::checkout {
namespace {

using testing::World;

// One line that was paid and credited; returned part by part.
class Line {
 public:
  Line(int64_t quantity, int64_t amount) {
    const Placement placement = [&] {
      Placement made;
      made.order_id = "O1";
      made.lines.push_back(
          {.sku = "tea", .quantity = quantity, .amount = amount, .points = {}, .discounts = {}});
      return made;
    }();
    book_.Put(OrderOf(placement, 0));
    for (const OrderLine& line : LinesOf(placement, 0)) book_.Put(line);
  }

  void Credit(int64_t amount) {
    OrderLine line = now();
    line.credited += amount;
    book_.Put(line);
  }
  const OrderLine& now() const { return *book_.FindLine("O1", 1); }
  int64_t AmountLeft() const { return now().amount - now().amount_returned - now().credited; }

  absl::StatusOr<MatchedReturn> Units(int64_t units) {
    return Return({.line_number = 1, .units = units, .amount = {}});
  }
  absl::StatusOr<MatchedReturn> Amount(int64_t amount) {
    return Return({.line_number = 1, .units = {}, .amount = amount});
  }

 private:
  absl::StatusOr<MatchedReturn> Return(const ReturnedLine& part) {
    const ledger::Posting posting;
    const ledger::Program program = ledger::testing::PlainProgram();
    const Circumstances circumstances{.posting = posting,
                                      .program = program,
                                      .book = book_,
                                      .now = {1},
                                      .returns_without_receipt = 0};
    const absl::StatusOr<Changes> changes =
        PlanReturn({.return_id = "R" + std::to_string(++returns_),
                    .from = ReturnByOrder{.order_id = "O1", .lines = {part}},
                    .source = {},
                    .refund = {}},
                   circumstances);
    if (!changes.ok()) return changes.status();
    for (const OrderLine& line : changes->lines) book_.Put(line);
    return changes->order_return->matched.at(0);
  }

  OrderBook book_;
  int returns_ = 0;
};

std::string AmountLeftIn(const absl::Status& status) {
  const std::optional<base::ErrorDetail> detail = base::DetailOf(status);
  return detail && detail->reason == "RETURN_EXCEEDS_PURCHASE" ? detail->metadata.at("amountLeft")
                                                               : status.ToString();
}

TEST(CreditedReturn, ByAmountLeavesOutWhatWasCredited) {
  Line line(2, 100);
  line.Credit(20);
  EXPECT_EQ(AmountLeftIn(line.Amount(100).status()), "80");
  EXPECT_EQ(AmountLeftIn(line.Amount(81).status()), "80");
  const auto refunded = line.Amount(80);
  ASSERT_TRUE(refunded.ok());
  EXPECT_EQ(refunded->amount, 80);
  EXPECT_EQ(refunded->credited, 0);
  EXPECT_EQ(AmountLeftIn(line.Amount(1).status()), "0");
  // The goods may still come back: there is nothing more to refund for them.
  for (int unit = 0; unit < 2; ++unit) {
    const auto returned = line.Units(1);
    ASSERT_TRUE(returned.ok());
    EXPECT_EQ(returned->amount, 10);
    EXPECT_EQ(returned->credited, 10);
  }
}

TEST(CreditedReturn, OfUnitsTellsTheirPartOfTheCredit) {
  Line line(3, 100);
  line.Credit(20);
  const auto first = line.Units(1);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->amount, 33);
  EXPECT_EQ(first->credited, 6);
  EXPECT_EQ(AmountLeftIn(line.Amount(54).status()), "53");
  EXPECT_TRUE(line.Amount(50).ok());
  const auto rest = line.Units(2);
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->amount, 17);
  EXPECT_EQ(rest->credited, 14);
}

RC_GTEST_PROP(CreditedReturn, GivesBackWhatWasPaidAndNeverMore, ()) {
  const int64_t amount = *rc::gen::inRange<int64_t>(0, 1'000);
  Line line(*rc::gen::inRange<int64_t>(1, 9), amount);
  int64_t credited = 0, paid_back = 0;
  for (int step = 0; line.now().is_open; ++step) {
    const int64_t left = line.AmountLeft();
    absl::StatusOr<MatchedReturn> matched = MatchedReturn();
    switch (step < 12 ? *rc::gen::inRange(0, 3) : 2) {
      case 0: {
        const auto credit = *rc::gen::inRange<int64_t>(0, left + 1);
        line.Credit(credit);
        credited += credit;
        continue;
      }
      case 1:
        RC_ASSERT(!line.Amount(left + 1).ok());
        if (left == 0) continue;
        matched = line.Amount(*rc::gen::inRange<int64_t>(1, left + 1));
        break;
      default:
        matched = line.Units(
            *rc::gen::inRange<int64_t>(1, line.now().quantity - line.now().units_returned + 1));
    }
    RC_ASSERT(matched.ok());
    const int64_t refund = matched->amount - matched->credited;
    RC_ASSERT(refund >= 0 && refund <= left);
    paid_back += refund;
    RC_ASSERT(line.AmountLeft() >= 0);
    RC_ASSERT(line.now().credited >= 0);
  }
  RC_ASSERT(paid_back + credited == amount);
  RC_ASSERT(line.now().credited == 0);
}

}  // namespace
}  // namespace fairpoint::checkout
