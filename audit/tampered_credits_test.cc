// What price protection owes, and what became of it. Each case changes one thing behind the
// ledger's back, covering tracks or not, and says what must be named first.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "audit/testing/price_story.h"
#include "audit/testing/tamper.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

using pricing::CreditSettlement;
using pricing::PriceCredit;

constexpr char kCredit[] = "price credit";
constexpr char kSettlement[] = "credit settlement";

PriceCredit& Credit(Tables& t, int64_t seq) { return t.prices.credits.at({{kProgram, "O1"}, seq}); }
CreditSettlement& Settled(Tables& t, int64_t seq) {
  return t.prices.settlements.at({{{kProgram, "O1"}, 1}, seq});
}

std::function<void(Tables&)> CreditAnew(std::function<void(PriceCredit&)> change) {
  return [change = std::move(change)](Tables& t) {
    change(Credit(t, 1));
    Credit(t, 1).hash = HashOf(Credit(t, 1));
  };
}
std::function<void(Tables&)> SettlementAnew(std::function<void(CreditSettlement&)> change) {
  return [change = std::move(change)](Tables& t) {
    change(Settled(t, 1));
    Settled(t, 1).hash = HashOf(Settled(t, 1));
  };
}

std::vector<Tampering> OfColumns() {
  const std::vector<std::pair<const char*, std::function<void(PriceCredit&)>>> credits = {
      {"credit_member_id", [](auto& row) { row.member_id = {}; }},
      {"credit_units", [](auto& row) { row.units = 1; }},
      {"credit_currency", [](auto& row) { row.currency = "USD"; }},
      {"credit_sku", [](auto& row) { row.sku = "x"; }},
      {"credit_channel_id", [](auto& row) { row.channel_id = "x"; }},
      {"credit_fact_seq", [](auto& row) { row.fact_seq += 1; }},
      {"credit_fell_at", [](auto& row) { row.fell_at.micros += 1; }},
      {"credit_actor", [](auto& row) { row.actor = "x"; }}};
  const std::vector<std::pair<const char*, std::function<void(CreditSettlement&)>>> settlements = {
      {"state", [](auto& row) { row.state = pricing::CreditState::kPaid; }},
      {"payment_reference", [](auto& row) { row.payment_reference = "x"; }},
      {"reason", [](auto& row) { row.reason = "x"; }},
      {"actor", [](auto& row) { row.actor = "x"; }},
      {"request_id", [](auto& row) { row.request_id = {}; }},
      {"recorded_at", [](auto& row) { row.recorded_at.micros += 1; }}};
  std::vector<Tampering> cases;
  for (const auto& [name, change] : credits)
    cases.push_back({name, [change](Tables& t) { change(Credit(t, 1)); }, kCredit, "O1.1", "hash"});
  for (const auto& [name, change] : settlements)
    cases.push_back(
        {name, [change](Tables& t) { change(Settled(t, 1)); }, kSettlement, "O1.1.1", "hash"});
  return cases;
}

std::vector<Tampering> MadeAnew() {
  const Tables& books = ThePriceStory().tables();
  const std::string failed =
      books.prices.settlements.at({{{kProgram, "O1"}, 1}, 1}).request_id.value();
  return {
      {"credit_actor", CreditAnew([](PriceCredit& row) { row.actor = "x"; }), kCredit, "O1.1",
       "hash, by the journal's row 1/10"},
      {"credit_amount", CreditAnew([](PriceCredit& row) { row.amount += 1; }), "order line", "O1",
       "line 1, credited"},
      {"credit_line", CreditAnew([](PriceCredit& row) { row.line_number = 2; }), "order", "O1",
       "credited, returned of line 1"},
      {"credit_of_more_than_was_paid",
       [](Tables& t) {
         t.order_lines.at({{kProgram, "O1"}, 1}).credited += 20'000;
         Credit(t, 1).amount += 20'000;
         Credit(t, 1).hash = HashOf(Credit(t, 1));
       },
       kCredit, "O1.1", "credits of the line", "at most what was paid, 18000"},
      {"credit_units", CreditAnew([](PriceCredit& row) { row.units = 3; }), kCredit, "O1.1",
       "units", "from 1 to 2", "3"},
      {"credit_currency", CreditAnew([](PriceCredit& row) { row.currency = "USD"; }), kCredit,
       "O1.1", "currency"},
      {"credit_sku", CreditAnew([](PriceCredit& row) { row.sku = "jar"; }), kCredit, "O1.1", "sku",
       "tea", "jar"},
      {"credit_member", CreditAnew([](PriceCredit& row) { row.member_id = {}; }), kCredit, "O1.1",
       "member_id"},
      {"credit_before_its_order",
       CreditAnew([](PriceCredit& row) { row.fell_at.micros -= 60'000'000; }), kCredit, "O1.1",
       "fell_at"},
      {"credit_deleted",
       [](Tables& t) {
         t.prices.credits.erase({{kProgram, "O1"}, 2});
       },
       "order line", "O1", "line 2, credited"},
      {"credit_of_no_order",
       [](Tables& t) {
         PriceCredit more = Credit(t, 1);
         more.order_id = "O9";
         more.hash = HashOf(more);
         t.prices.credits.emplace(engine::CreditName{{kProgram, "O9"}, 1}, more);
       },
       kCredit, "O9.1", "order", "one", "none"},
      {"line_credited",
       [](Tables& t) {
         t.order_lines.at({{kProgram, "O1"}, 1}).credited += 1;
       },
       "order line", "O1", "line 1, credited"},
      {"settlement_actor", SettlementAnew([](CreditSettlement& row) { row.actor = "x"; }),
       kSettlement, "O1.1.1", "hash, by the journal's row 1/11"},
      {"settlement_paid_twice",
       SettlementAnew([](CreditSettlement& row) { row.state = pricing::CreditState::kPaid; }),
       kSettlement, "O1.1.2", "row", "none: the credit was paid before", "one"},
      {"settlement_due",
       SettlementAnew([](CreditSettlement& row) { row.state = pricing::CreditState::kDue; }),
       kSettlement, "O1.1.1", "state", "PAID or FAILED"},
      {"settlement_deleted",
       [](Tables& t) {
         t.prices.settlements.erase({{{kProgram, "O1"}, 1}, 1});
       },
       kSettlement, "O1.1.2", "settlement_seq", "1", "2"},
      {"settlement_of_no_credit",
       [](Tables& t) {
         CreditSettlement more = Settled(t, 1);
         more.credit_seq = 9;
         more.hash = HashOf(more);
         t.prices.settlements.emplace(engine::SettlementName{{{kProgram, "O1"}, 9}, 1}, more);
       },
       kSettlement, "O1.9.1", "credit", "one", "none"},
      {"settlement_and_journal_deleted",
       [](Tables& t) {
         t.prices.settlements.erase({{{kProgram, "O1"}, 1}, 2});
         FixJournal(t, 1, 12);
       },
       "receipt", books.prices.settlements.at({{{kProgram, "O1"}, 1}, 2}).request_id.value(),
       "what its request made", "nothing", "1 credit settlement"},
      {"settlement_of_another_request",
       [failed](Tables& t) {
         Settled(t, 2).request_id = base::RequestId(failed);
         Settled(t, 2).hash = HashOf(Settled(t, 2));
         FixJournal(t, 1, 12);
       },
       "receipt", failed, "what its request made", "1 credit settlement", "nothing"},
  };
}

class TamperedCreditsTest : public testing::TestWithParam<Tampering> {};
TEST_P(TamperedCreditsTest, IsNamedFirst) { ExpectPricesNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Columns, TamperedCreditsTest, testing::ValuesIn(OfColumns()),
                         NameOfTampering);
INSTANTIATE_TEST_SUITE_P(MadeAnew, TamperedCreditsTest, testing::ValuesIn(MadeAnew()),
                         NameOfTampering);

}  // namespace
}  // namespace fairpoint::audit
