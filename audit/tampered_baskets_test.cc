// Quotes, baskets, and what follows from them. Each case changes one thing behind the ledger's
// back, covering tracks or not, and says what must be named first.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "audit/testing/price_story.h"
#include "audit/testing/tamper.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

using pricing::Evidence;

constexpr char kEvidence[] = "price evidence";

Evidence& OtherQuote(Tables& t) { return EvidenceAt(t, kOtherQuote); }
pricing::ProtectedOrder& Protected(Tables& t) {
  return t.prices.protected_orders.at({kProgram, "O1"});
}

// The row's hash made anew.
std::function<void(Tables&)> Anew(const char* evidence_id, std::function<void(Evidence&)> change) {
  return [evidence_id, change = std::move(change)](Tables& t) {
    change(EvidenceAt(t, evidence_id));
    EvidenceAt(t, evidence_id).hash = HashOf(EvidenceAt(t, evidence_id));
  };
}

std::vector<Tampering> OfColumns() {
  const std::vector<std::pair<const char*, std::function<void(Evidence&)>>> columns = {
      {"kind", [](Evidence& row) { row.kind = pricing::EvidenceKind::kBasket; }},
      {"quote_id", [](Evidence& row) { row.quote_id = "x"; }},
      {"order_id", [](Evidence& row) { row.order_id = "x"; }},
      {"member_id", [](Evidence& row) { row.member_id = {}; }},
      {"program_version", [](Evidence& row) { row.program_version = 2; }},
      {"priced_at", [](Evidence& row) { row.priced_at.micros += 1; }},
      {"expires_at", [](Evidence& row) { row.expires_at.micros += 1; }},
      {"total", [](Evidence& row) { row.total += 1; }},
      {"shopper", [](Evidence& row) { row.body.shopper.level = 1; }},
      {"shipping", [](Evidence& row) { row.body.shipping = 1; }},
      {"line", [](Evidence& row) { row.body.lines[0].cap -= 1; }},
      {"reference", [](Evidence& row) { row.body.references[0].goods -= 1; }},
      {"actor", [](Evidence& row) { row.actor = "x"; }},
      {"recorded_at", [](Evidence& row) { row.recorded_at.micros += 1; }}};
  std::vector<Tampering> cases;
  for (const auto& [name, change] : columns)
    cases.push_back(
        {name, [change](Tables& t) { change(OtherQuote(t)); }, kEvidence, kOtherQuote, "hash"});
  return cases;
}

std::vector<Tampering> MadeAnew() {
  return {
      {"actor", Anew(kOtherQuote, [](Evidence& row) { row.actor = "x"; }), kEvidence, kOtherQuote,
       "hash, by the journal's row 1/7"},
      {"amount", Anew(kOtherQuote, [](Evidence& row) { row.body.lines[0].amount -= 1; }), kEvidence,
       kOtherQuote, "prices", "", "lines[0].amount is 5699"},
      {"amount_above_the_cap",
       Anew(kOtherQuote, [](Evidence& row) { row.body.lines[0].amount = 6'001; }), kEvidence,
       kOtherQuote, "prices", "", "above 6000"},
      {"total", Anew(kOtherQuote, [](Evidence& row) { row.total = 1; }), kEvidence, kOtherQuote,
       "prices", "", "total is 1"},
      {"version", Anew(kOtherQuote, [](Evidence& row) { row.body.lines[0].head_version = 9; }),
       kEvidence, kOtherQuote, "prices", "", "head_version is 9"},
      {"channel_version",
       Anew(kOtherQuote, [](Evidence& row) { row.body.references[0].head_version = 1; }), kEvidence,
       kOtherQuote, "prices"},
      {"program_version", Anew(kOtherQuote, [](Evidence& row) { row.program_version = 9; }),
       kEvidence, kOtherQuote, "program_version", "a version of the programme", "9"},
      {"quantity_of_nothing",
       Anew(kOtherQuote, [](Evidence& row) { row.body.lines[0].quantity = 0; }), kEvidence,
       kOtherQuote, "lines[0].quantity", "at least 1", "0"},
      {"quoted_by_a_quote", Anew(kOtherQuote, [](Evidence& row) { row.body.lines[0].quoted = 1; }),
       kEvidence, kOtherQuote, "lines[0].quoted", "none", "1"},
      {"basket_amount", Anew(kBasket, [](Evidence& row) { row.body.lines[0].amount += 1; }),
       kEvidence, kBasket, "lines[0].amount", "at most what was quoted, 18000", "18001"},
      {"basket_amount_by_its_order",
       Anew(kBasket, [](Evidence& row) { row.body.lines[0].amount -= 1; }), kEvidence, kBasket,
       "lines[0].amount, by its order", "18000", "17999"},
      {"basket_quantity", Anew(kBasket, [](Evidence& row) { row.body.lines[0].quantity = 1; }),
       kEvidence, kBasket, "lines[0].quantity, by its quote", "2", "1"},
      {"basket_quoted",
       Anew(kBasket, [](Evidence& row) { row.body.lines[0].quoted = pricing::kAbsent; }), kEvidence,
       kBasket, "lines[0].quoted", "18000", "-1"},
      {"basket_member", Anew(kBasket, [](Evidence& row) { row.member_id = {}; }), kEvidence,
       kBasket, "member_id, by its quote"},
      {"basket_expires_at", Anew(kBasket, [](Evidence& row) { row.expires_at.micros += 1; }),
       kEvidence, kBasket, "expires_at, by its quote"},
      {"basket_shopper", Anew(kBasket, [](Evidence& row) { row.body.shopper.newcomer = true; }),
       kEvidence, kBasket, "shopper"},
      {"basket_shipping", Anew(kBasket, [](Evidence& row) { row.body.shipping = 1; }), kEvidence,
       kBasket, "shipping, by its quote"},
      {"basket_total", Anew(kBasket, [](Evidence& row) { row.total += 1; }), kEvidence, kBasket,
       "total, by its order"},
      {"basket_blind_to_an_offer",
       Anew(kBasket, [](Evidence& row) { row.body.lines[0].head_version = 2; }), kEvidence, kBasket,
       "lines[0].head_version", "that of all rows recorded before it", "2"},
      {"basket_blind_to_a_promotion",
       Anew(kBasket, [](Evidence& row) { row.body.references[0].head_version = 2; }), kEvidence,
       kBasket, "references[jd].head_version", "that of all rows recorded before it", "2"},
      {"basket_blind_to_an_offer_for_all",
       Anew(kBasket, [](Evidence& row) { row.body.own_version = 0; }), kEvidence, kBasket,
       "own_version", "that of all rows recorded before it", "0"},
      {"basket_of_another_quote", Anew(kBasket, [](Evidence& row) { row.quote_id = kOtherQuote; }),
       kEvidence, kBasket, "evidence_id"},
      {"basket_of_another_order", Anew(kBasket, [](Evidence& row) { row.order_id = "O9"; }),
       "protected line", "O1.cup", "basket"},
      {"quote_deleted",
       [](Tables& t) {
         t.prices.evidence.erase({kProgram, kQuote});
       },
       kEvidence, kBasket, "quote_id", "a quote", "none"},
      {"other_quote_deleted",
       [](Tables& t) {
         t.prices.evidence.erase({kProgram, kOtherQuote});
       },
       kEvidence, kOtherQuote, "row", "1/7", "none"},
      {"quote_added",
       [](Tables& t) {
         Evidence more = OtherQuote(t);
         more.evidence_id = "SSSSSSSSSSSSSSS";
         more.hash = HashOf(more);
         t.prices.evidence.emplace(engine::EvidenceName{kProgram, more.evidence_id}, more);
       },
       kEvidence, "SSSSSSSSSSSSSSS", "leaf in the journal's row 1/7", "", "none"},
      {"order_of_another_store",
       [](Tables& t) {
         checkout::Placement& row = t.placements.at({kProgram, "O1"});
         row.source.store_id = "S1";
         row.hash = HashOf(row);
       },
       kEvidence, kBasket, "store_id, by its order"},
  };
}

std::vector<Tampering> OfProjections() {
  const Tables& books = ThePriceStory().tables();
  const std::string committed =
      books.placements.at(engine::OrderName{kProgram, "O1"}).request_id.value();
  const engine::OfferStockName few{kProgram, "app", "few", "tea"};
  const base::Instant placed = books.prices.protected_orders.at({kProgram, "O1"}).placed_at;
  const auto sku_key = [placed](const char* sku, const char* order_id) {
    return engine::ProtectedSkuKey{SkuAt(sku), {placed, order_id}};
  };
  return {
      {"sold", [=](Tables& t) { t.prices.offer_stocks.at(few).sold = 3; }, "offer stock",
       "app.few.tea", "sold", "2", "3"},
      {"stock_deleted", [=](Tables& t) { t.prices.offer_stocks.erase(few); }, "offer stock",
       "app.few.tea", "row", "one", "none"},
      {"stock_added",
       [](Tables& t) {
         t.prices.offer_stocks[{kProgram, "app", "all", ""}] = {kProgram, "app", "all", "", 1};
       },
       "offer stock", "app.all", "sold", "0", "1"},
      {"protected_evidence", [](Tables& t) { Protected(t).evidence_id = kQuote; },
       "protected order", "O1", "evidence_id"},
      {"protected_member", [](Tables& t) { Protected(t).member_id = {}; }, "protected order", "O1",
       "member_id"},
      {"protected_from", [](Tables& t) { Protected(t).placed_at.micros += 1; }, "protected order",
       "O1", "placed_at"},
      {"protected_until", [](Tables& t) { Protected(t).protected_until.micros += 1; },
       "protected order", "O1", "protected_until"},
      {"credit_count", [](Tables& t) { Protected(t).credit_count = 1; }, "protected order", "O1",
       "credit_count", "2", "1"},
      {"checked_at", [](Tables& t) { Protected(t).checked_at.reset(); }, "protected order", "O1",
       "checked_at"},
      {"protected_deleted", [](Tables& t) { t.prices.protected_orders.clear(); }, "protected order",
       "O1", "row", "one", "none"},
      {"protected_added",
       [](Tables& t) {
         pricing::ProtectedOrder more = Protected(t);
         more.order_id = "O9";
         t.prices.protected_orders.emplace(engine::OrderName{kProgram, "O9"}, more);
       },
       "protected order", "O9", "evidence_id"},
      {"protected_line_deleted",
       [=](Tables& t) { t.prices.protected_skus.erase(sku_key("tea", "O1")); }, "protected line",
       "O1.tea", "row", "one", "none"},
      {"protected_line_added",
       [=](Tables& t) {
         t.prices.protected_skus[sku_key("tea", "O9")] = {kProgram, "tea", placed, "O9"};
       },
       "protected line", "O9.tea", "basket", "one", "none"},
      {"receipt_of_a_purchase",
       [=](Tables& t) {
         t.receipts.at({kProgram, base::RequestId(committed)}).kind =
             ledger::OperationKind::kRecordPurchase;
         FixJournal(t, 1, 8);
       },
       "receipt", committed, "what its request made", "1 order, 1 price evidence", "1 order"},
  };
}

class TamperedBasketsTest : public testing::TestWithParam<Tampering> {};
TEST_P(TamperedBasketsTest, IsNamedFirst) { ExpectPricesNamedFirst(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Columns, TamperedBasketsTest, testing::ValuesIn(OfColumns()),
                         NameOfTampering);
INSTANTIATE_TEST_SUITE_P(MadeAnew, TamperedBasketsTest, testing::ValuesIn(MadeAnew()),
                         NameOfTampering);
INSTANTIATE_TEST_SUITE_P(Projections, TamperedBasketsTest, testing::ValuesIn(OfProjections()),
                         NameOfTampering);

}  // namespace
}  // namespace fairpoint::audit
