#include "audit/testing/price_story.h"

#include <map>
#include <utility>

#include "checkout/command.h"
#include "pricing/market.h"

namespace fairpoint::audit {
namespace {

pricing::PriceFact Fact(const char* sku, const char* listing_id, int64_t source_seq, int64_t amount,
                        base::Instant from) {
  pricing::PriceFact fact;
  fact.program_id = kProgram;
  fact.sku = sku;
  fact.channel_id = "jd";
  fact.listing_id = listing_id;
  fact.source_seq = source_seq;
  fact.currency = "CNY";
  fact.amount = amount;
  fact.window.from = from;
  fact.source = "feed";
  fact.actor = "feed-0001";
  return fact;
}

pricing::Offer OfferOf(const char* sku, const char* offer_id, int64_t amount, base::Instant from) {
  pricing::Offer offer;
  offer.program_id = kProgram;
  offer.sku = sku;
  offer.channel_id = "app";
  offer.offer_id = offer_id;
  offer.revision = 1;
  offer.amount = offer.asked_amount = amount;
  offer.window.from = from;
  offer.currency = "CNY";
  offer.actor = "office-01";
  return offer;
}

pricing::Offer ForMembers(pricing::Offer offer) {
  offer.kind = pricing::OfferKind::kMember;
  offer.audience.kind = pricing::OfferAudienceKind::kMembers;
  return offer;
}

engine::OfferToRecord Asked(pricing::Offer offer) {
  offer.source_key = SourceKey(offer);
  return {.offer = std::move(offer), .refused = {}};
}

}  // namespace

PriceStory::PriceStory() : workload_(store_, 7) {
  // At once, unlimited, never expires.
  workload_.Publish(kProgram, 1 + 3 * 4 * 2 * 2);
  member = {kProgram, workload_.Enroll(kProgram)};
  RecordFacts();
  RecordPromotion();
  RecordOffers();
  Quote(kQuote, {{.sku = "tea", .quantity = 2}, {.sku = "cup", .quantity = 1}});
  Quote(kOtherQuote, {{.sku = "cup", .quantity = 1}});
  Do(engine::QuoteOwner{kQuote},
     checkout::Operation(checkout::CommitBasket{.quote_id = kQuote, .order_id = "O1"}));
  engine::RecordPriceFacts lower;
  lower.facts.push_back({.fact = Fact("tea", "L1", 2, 8'000, store_.now), .refused = {}});
  Do(engine::Nobody{}, engine::PriceOperation(lower));
  Do(engine::OrderOwner{"O1"}, engine::PriceOperation(engine::CreditOrder{.order_id = "O1"}));
  engine::MarkPriceCredit mark{.order_id = "O1",
                               .credit_seq = 1,
                               .state = pricing::CreditState::kFailed,
                               .payment_reference = "",
                               .reason = "no account"};
  Do(engine::Nobody{}, engine::PriceOperation(mark));
  mark.state = pricing::CreditState::kPaid;
  mark.payment_reference = "pay-1";
  mark.reason = "";
  Do(engine::Nobody{}, engine::PriceOperation(mark));
  checkout::ReturnByOrder by_order{.order_id = "O1", .lines = {}};
  by_order.lines.push_back({.line_number = 1, .units = 1, .amount = {}});
  Do(engine::OrderOwner{"O1"},
     checkout::Operation(
         checkout::RecordReturn{.return_id = "R1", .from = by_order, .source = {}, .refund = {}}));
}

void PriceStory::RecordFacts() {
  engine::RecordPriceFacts record;
  record.facts.push_back({.fact = Fact("tea", "L1", 1, 10'000, store_.now), .refused = {}});
  record.facts.push_back({.fact = Fact("cup", "L2", 1, 6'000, store_.now), .refused = {}});
  pricing::FeedReport& report = record.feed.emplace();
  report.program_id = kProgram;
  report.channel_id = "jd";
  report.complete_as_of = store_.now;
  report.source = "feed";
  report.actor = "feed-0001";
  Do(engine::Nobody{}, engine::PriceOperation(record));
}

void PriceStory::RecordPromotion() {
  pricing::ChannelPromotion promotion;
  promotion.program_id = kProgram;
  promotion.channel_id = "jd";
  promotion.promotion_id = "P1";
  promotion.source_seq = 1;
  promotion.terms.steps = {{20'000, 1'000}};
  promotion.window.from = store_.now;
  promotion.currency = "CNY";
  promotion.source = "feed";
  promotion.actor = "feed-0001";
  promotion.source_key = SourceKey(promotion);
  engine::RecordChannelPromotions record;
  record.promotions.push_back({.promotion = promotion, .refused = {}});
  Do(engine::Nobody{}, engine::PriceOperation(record));
}

void PriceStory::RecordOffers() {
  const base::Instant from = store_.now;
  pricing::Offer few = ForMembers(OfferOf("tea", "few", 9'000, from));
  few.stock = 5;
  pricing::Offer all = ForMembers(OfferOf("", "all", 0, from));
  all.off_bp = 500;
  engine::RecordOffers record;
  record.offers = {Asked(OfferOf("tea", "list", 10'000, from)), Asked(few),
                   Asked(OfferOf("cup", "list", 6'000, from)), Asked(all)};
  Do(engine::Nobody{}, engine::PriceOperation(record));
}

void PriceStory::Quote(const char* quote_id, const std::vector<pricing::BasketLine>& lines) {
  std::map<std::string, pricing::ChannelBook, std::less<>> channels;
  for (const auto& [name, head] : store_.tables.prices.channel_heads)
    EXPECT_TRUE(pricing::ChannelBook::Decode(head.book, channels[name.channel_id]));
  std::vector<pricing::BasketLine> with_books = lines;
  std::vector<pricing::SkuBook> books(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string sku(lines[i].sku);
    EXPECT_TRUE(
        pricing::SkuBook::Decode(store_.tables.prices.heads.at({kProgram, sku}).book, books[i]));
    with_books[i].book = &books[i];
  }
  const checkout::Program program = *ParseProgram(store_.tables.program_versions.at({kProgram, 1}));
  const pricing::Market market = pricing::MakeMarket(
      program.prices, "app", store_.now + absl::Seconds(1), [&](std::string_view channel_id) {
        const auto book = channels.find(channel_id);
        return book == channels.end() ? nullptr : &book->second;
      });
  pricing::Shopper shopper;
  shopper.channel_id = "app";
  shopper.is_member = true;
  const pricing::BasketPrice price = pricing::PriceBasket(market, shopper, with_books, 0);
  engine::KeepQuote keep;
  keep.evidence.program_id = kProgram;
  keep.evidence.evidence_id = quote_id;
  keep.evidence.member_id = member.member_id;
  keep.evidence.program_version = 1;
  keep.evidence.priced_at = market.now;
  keep.evidence.expires_at = {market.now.micros + program.prices.quote_for_micros};
  keep.evidence.total = price.total;
  keep.evidence.body = pricing::BodyOf(market, shopper, 0, with_books, price);
  keep.evidence.actor = "app-0001";
  Do(engine::Nobody{}, engine::PriceOperation(keep));
}

engine::Answer PriceStory::Do(const engine::MemberRef& member_ref, engine::Operation operation) {
  store_.now = store_.now + absl::Seconds(1);
  engine::Command command = workload_.CommandFor(kProgram, {}, ledger::Settle{});
  command.member = member_ref;
  command.operation = std::move(operation);
  std::vector<engine::Command> commands;
  commands.push_back(std::move(command));
  auto answers = workload_.Run(std::move(commands));
  EXPECT_TRUE(answers.front().ok()) << answers.front().status();
  engine::Answer answer = answers.front().ok() ? *std::move(answers.front()) : engine::Answer();
  if (answer.prices != nullptr) {
    for (const engine::RecordedItem& item : answer.prices->items)
      EXPECT_TRUE(item.refused.ok()) << item.refused;
    EXPECT_TRUE(answer.prices->feed.ok()) << answer.prices->feed;
  }
  return answer;
}

const PriceStory& ThePriceStory() {
  static const PriceStory& story = *new PriceStory;
  return story;
}

void FixHeads(Tables& t) {
  for (auto& [name, head] : t.prices.heads) {
    std::vector<pricing::PriceFact> facts;
    std::vector<pricing::Offer> offers;
    for (const auto& [key, row] : t.prices.facts) {
      if (key.sku == name) facts.push_back(row);
    }
    for (const auto& [key, row] : t.prices.offers) {
      if (key.sku == name) offers.push_back(row);
    }
    const pricing::SkuBook book = pricing::SkuBook().With(facts, offers);
    head.version = book.version();
    head.book = book.Encode();
  }
}

void ExpectPricesNamedFirst(const Tampering& tampering) {
  ExpectNamedFirst(tampering, ThePriceStory().tables(), ThePriceStory().keyring());
}

}  // namespace fairpoint::audit
