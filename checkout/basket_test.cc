// Baskets: what they take of offers with stock, and when price protection looks at them first.
#include "checkout/basket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "checkout/offer_stock.h"
#include "ledger/testing/world.h"
#include "pricing/testing/shop.h"

namespace fairpoint::checkout {
namespace {

using pricing::Evidence;
using pricing::Offer;
using pricing::OfferStock;
using pricing::testing::Asked;
using pricing::testing::During;
using pricing::testing::kNow;
using pricing::testing::ListOf;
using pricing::testing::Seconds;
using pricing::testing::Shelf;
using pricing::testing::Shop;
using pricing::testing::Stranger;

Offer Stocked(const std::string& offer_id, int64_t revision, int64_t amount, int64_t stock,
              int64_t per_units = 1) {
  Offer offer = ListOf("tea", amount);
  offer.offer_id = offer_id;
  offer.kind = pricing::OfferKind::kMember;
  offer.revision = revision;
  offer.per_units = per_units;
  offer.stock = stock;
  return offer;
}

bool IsAmong(const std::vector<OfferStock>& stocks, const std::string& offer_id) {
  return std::ranges::find(stocks, offer_id, &OfferStock::offer_id) != stocks.end();
}

// A shop whose baskets are quoted now and committed a second later.
struct Till {
  Till() {
    rules.program_id = base::ProgramId("acme");
    posting.actor = "till";
  }

  int64_t SeqOfWide(const Offer& offer) {
    const pricing::Market market = shop.MarketAt(Stranger());
    return std::ranges::find(market.own->offers(), offer.offer_id, &pricing::LiveOffer::offer_id)
        ->head_seq;
  }

  void Add(Offer offer) {
    shop.Add(offer);
    offer.head_seq = offer.sku.empty() ? SeqOfWide(offer) : shop.BookOf(offer.sku).version();
    rows.push_back(std::move(offer));
  }

  Evidence Quote(const std::vector<Asked>& asked) {
    const std::vector<pricing::BasketLine> lines = shop.Lines(asked);
    const pricing::Market market = shop.MarketAt(Stranger());
    Evidence quote;
    quote.program_id = rules.program_id;
    quote.evidence_id = "Q" + std::to_string(++quotes);
    quote.priced_at = kNow;
    quote.expires_at = Seconds(600);
    quote.body = pricing::BodyOf(market, Stranger(), 0, lines,
                                 pricing::PriceBasket(market, Stranger(), lines, 0));
    return quote;
  }

  absl::StatusOr<BasketChanges> Commit(const Evidence& quote) {
    std::vector<Asked> asked;
    for (const pricing::EvidenceLine& line : quote.body.lines)
      asked.push_back({line.sku, line.quantity});
    std::vector<const pricing::SkuBook*> books;
    for (const pricing::BasketLine& line : shop.Lines(asked)) books.push_back(line.book);
    const pricing::Market market = shop.MarketAt(Stranger(), Seconds(1));
    const Circumstances circumstances{.posting = posting,
                                      .program = rules,
                                      .book = book,
                                      .now = Seconds(1),
                                      .returns_without_receipt = 0};
    absl::StatusOr<BasketChanges> changes = PlanBasket(
        {.quote_id = quote.evidence_id, .order_id = "O-" + quote.evidence_id}, circumstances,
        {.quote = quote,
         .market = market,
         .books = books,
         .stocks = stocks,
         .quoted_offers = rows});
    const std::vector<OfferStock> locked =
        StocksOf(quote, market.own, books, {rows.data(), rows.size()});
    for (const OfferStock& row : changes.ok() ? changes->stocks : std::vector<OfferStock>())
      EXPECT_TRUE(IsAmong(locked, row.offer_id)) << row.offer_id << " was taken without its lock";
    if (changes.ok()) stocks = changes->stocks;
    if (changes.ok()) sold_out = changes->sold_out;
    return changes;
  }

  Shop shop;
  std::vector<Offer> rows;
  std::vector<OfferStock> stocks;
  std::vector<Offer> sold_out;  // by the last basket
  OrderBook book;
  ledger::Program rules = ledger::testing::PlainProgram();
  ledger::Posting posting;
  int quotes = 0;
};

std::string WhyNot(const absl::StatusOr<BasketChanges>& changes) {
  if (changes.ok()) return {};
  const std::optional<base::ErrorDetail> detail = base::DetailOf(changes.status());
  if (!detail) return changes.status().ToString();
  return detail->reason + " " + detail->metadata.at("offerId") + " " +
         detail->metadata.at("unitsLeft");
}
int64_t TotalOf(const absl::StatusOr<BasketChanges>& changes) {
  return changes.ok() ? changes->evidence.total : -1;
}

TEST(PlanBasket, WhatWasQuotedWithoutStockTakesNone) {
  Till till;
  till.Add(ListOf("tea", 50));
  const Evidence quote = till.Quote({{"tea", 2}});
  Offer dearer = ListOf("tea", 100);
  dearer.revision = 2;
  till.Add(dearer);
  till.Add(Stocked("live", 1, 60, 1));
  const auto changes = till.Commit(quote);
  EXPECT_EQ(WhyNot(changes), "");
  EXPECT_EQ(TotalOf(changes), 100);
  EXPECT_TRUE(till.stocks.empty()) << "of the live offer's stock none is burnt";
}

TEST(PlanBasket, OfTodaysPriceAndAQuoteAlikeTodaysOfferIsTaken) {
  Till till;
  till.Add(ListOf("tea", 60));
  till.Add(Stocked("live", 1, 50, 1));
  till.shop.Add(Shelf("jd", "tea", 45));
  const Evidence first = till.Quote({{"tea", 1}});
  const Evidence second = till.Quote({{"tea", 1}});
  ASSERT_TRUE(first.body.lines[0].stocked);
  EXPECT_EQ(TotalOf(till.Commit(first)), 45);
  ASSERT_EQ(till.sold_out.size(), 1U);
  till.Add(till.sold_out[0]);
  const auto changes = till.Commit(second);
  EXPECT_EQ(WhyNot(changes), "") << "the list price is capped at as much, and is not sold out";
  EXPECT_EQ(TotalOf(changes), 45);
}

TEST(PlanBasket, AQuotesOfferIsFoundThoughItWasRevised) {
  Till till;
  till.Add(ListOf("tea", 60));
  till.Add(Stocked("live", 1, 50, 1));
  const Evidence first = till.Quote({{"tea", 1}});
  const Evidence second = till.Quote({{"tea", 2}});
  till.Add(Stocked("live", 2, 55, 2));
  EXPECT_EQ(TotalOf(till.Commit(first)), 50);
  ASSERT_EQ(till.stocks.size(), 1U);
  EXPECT_EQ(till.stocks[0].offer_id, "live");
  EXPECT_EQ(till.stocks[0].sold, 1);
  EXPECT_TRUE(till.sold_out.empty()) << "the second revision has one more";
  EXPECT_EQ(WhyNot(till.Commit(second)), "OFFER_SOLD_OUT live 1");
}

TEST(PlanBasket, AQuotesOfferThatWasWithdrawnHasTheStockThatItHad) {
  Till till;
  till.Add(ListOf("tea", 60));
  till.Add(Stocked("live", 1, 50, 2));
  const Evidence first = till.Quote({{"tea", 2}});
  const Evidence second = till.Quote({{"tea", 1}});
  Offer gone = Stocked("live", 2, 0, 0);
  gone.withdrawn = true;
  till.Add(gone);
  EXPECT_EQ(TotalOf(till.Commit(first)), 100);
  EXPECT_TRUE(till.sold_out.empty()) << "nobody can use it any more";
  EXPECT_EQ(WhyNot(till.Commit(second)), "OFFER_SOLD_OUT live 0");
}

TEST(PlanBasket, AnOfferForAllThatTheChannelHasIsFoundToo) {
  Till till;
  till.Add(ListOf("tea", 60));
  Offer wide = Stocked("wide", 1, 50, 3);
  wide.sku.clear();
  till.Add(wide);
  const Evidence quote = till.Quote({{"tea", 2}});
  ASSERT_TRUE(quote.body.lines[0].is_wide);
  wide.revision = 2;
  wide.amount = wide.asked_amount = 55;
  till.Add(wide);
  EXPECT_EQ(TotalOf(till.Commit(quote)), 100);
  ASSERT_EQ(till.stocks.size(), 1U);
  EXPECT_EQ(till.stocks[0].sku, "");
  EXPECT_EQ(till.stocks[0].sold, 2);
}

TEST(StocksOf, LeavesOutWhatIsNotMadeToTheShopper) {
  Till till;
  till.Add(ListOf("tea", 60));
  till.Add(Stocked("here", 1, 50, 3));
  Offer live = Stocked("live", 1, 40, 3);
  live.session_id = "another";
  till.Add(live);
  Offer scene = Stocked("scene", 1, 40, 3);
  scene.scene = "group";
  till.Add(scene);
  Offer store = Stocked("store", 1, 40, 3);
  store.scope = {pricing::ScopeKind::kStore, "S1"};
  till.Add(store);
  const Evidence quote = till.Quote({{"tea", 1}});
  const pricing::SkuBook book = till.shop.BookOf("tea");
  const pricing::SkuBook* const books[] = {&book};
  const std::vector<OfferStock> locked = StocksOf(quote, nullptr, books, {});
  ASSERT_EQ(locked.size(), 1U);
  EXPECT_EQ(locked[0].offer_id, "here");
}

TEST(PlanBasket, TwoOffersOfOneSkuMaySellOutAtOnce) {
  Till till;
  till.Add(Stocked("s1", 1, 100, 1, 3));
  till.Add(Stocked("s2", 1, 66, 3, 2));
  const int64_t version = till.shop.BookOf("tea").version();
  const auto changes = till.Commit(till.Quote({{"tea", 1}, {"tea", 3}}));
  EXPECT_EQ(TotalOf(changes), 33 + 99);
  ASSERT_EQ(till.sold_out.size(), 2U);
  EXPECT_EQ(till.sold_out[0].offer_id, "s1");
  EXPECT_EQ(till.sold_out[0].head_seq, version + 1);
  EXPECT_EQ(till.sold_out[1].offer_id, "s2");
  EXPECT_EQ(till.sold_out[1].head_seq, version + 2);
}

TEST(PlanBasket, ProtectionLooksWhenAHoldEndsThoughItIsOverThen) {
  Till till;
  till.shop.rules.protection_micros = 300 * base::kMicrosPerSecond;
  till.Add(ListOf("tea", 100));
  const auto due_at = [&till] { return till.Commit(till.Quote({{"tea", 1}}))->protection->due_at; };
  EXPECT_EQ(due_at(), std::nullopt);
  till.shop.Add(During(Seconds(900), std::nullopt, Shelf("jd", "tea", 90)));
  EXPECT_EQ(due_at(), std::nullopt) << "it begins after the protection";
  pricing::PriceFact held = Shelf("tm", "tea", 20);
  held.held_until = Seconds(600);
  till.shop.Add(held);
  EXPECT_EQ(due_at(), Seconds(600));
  till.shop.Add(During(Seconds(200), Seconds(250), Shelf("store", "tea", 95)));
  EXPECT_EQ(due_at(), Seconds(200));
}

}  // namespace
}  // namespace fairpoint::checkout
