// The published vectors of docs/hashing_prices.md, against the program.
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <string>

#include "base/sha256.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "pricing/evidence.h"
#include "pricing/fact.h"
#include "pricing/offer.h"
#include "pricing/promotion.h"
#include "pricing/protection.h"

namespace fairpoint::engine {
namespace {

using Json = nlohmann::json;

std::vector<Json> ReadVectors() {
  std::ifstream file("docs/hashing_prices.md");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  static const std::regex kBlock("```json vector\n([^`]*)```");
  std::vector<Json> vectors;
  for (std::sregex_iterator block(page.begin(), page.end(), kBlock), end; block != end; ++block)
    vectors.push_back(Json::parse((*block)[1].str()));
  return vectors;
}

std::optional<base::Instant> MaybeInstant(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return base::Instant{value.get<int64_t>()};
}

// Sets fields of the row from those of the vector, by name.
class Filler {
 public:
  explicit Filler(const Json& fields) : fields_(fields) {}

  template <class Value>
  Filler& operator()(const char* name, Value& value) {
    const Json& given = fields_.at(name);
    if constexpr (std::is_enum_v<Value>) {
      value = static_cast<Value>(given.get<int>());
    } else if constexpr (std::is_same_v<Value, base::Instant>) {
      value.micros = given.get<int64_t>();
    } else if constexpr (std::is_same_v<Value, std::optional<base::Instant>>) {
      value = MaybeInstant(given);
    } else if constexpr (requires { Value(std::string()).value(); }) {
      value = Value(given.get<std::string>());
    } else {
      value = given.get<Value>();
    }
    return *this;
  }

 private:
  const Json& fields_;
};

template <class Row>
Filler Begin(const Json& fields, Row& row) {
  Filler fill(fields);
  fill("program_id", row.program_id)("actor", row.actor)("recorded_at", row.recorded_at);
  return fill;
}

void Fill(Filler& fill, pricing::Scope& scope) {
  fill("scope_kind", scope.kind)("scope_id", scope.id);
}
void Fill(Filler& fill, pricing::Audience& audience) {
  fill("audience_kind", audience.kind)("plan_id", audience.plan_id);
}
void Fill(Filler& fill, pricing::Window& window) {
  fill("valid_from", window.from)("valid_until", window.until);
}

struct Computed {
  std::string canonical;
  base::Hash hash{};
};
template <class Row>
Computed Compute(const Row& row) {
  return {.canonical = Canonical(row), .hash = HashOf(row)};
}

Computed Fact(const Json& fields) {
  pricing::PriceFact row;
  Filler fill = Begin(fields, row);
  fill("sku", row.sku)("head_seq", row.head_seq)("kind", row.kind)("channel_id", row.channel_id);
  fill("listing_id", row.listing_id)("source_seq", row.source_seq)("item_condition", row.condition);
  fill("third_party", row.third_party)("currency", row.currency)("pack", row.pack);
  fill("amount", row.amount)("platform_subsidy", row.platform_subsidy);
  fill("government_subsidy", row.government_subsidy)("tax_ppm", row.tax_ppm);
  fill("shipping", row.shipping)("source", row.source)("held_until", row.held_until);
  fill("confirms_seq", row.confirms_seq);
  Fill(fill, row.scope);
  Fill(fill, row.audience);
  Fill(fill, row.window);
  return Compute(row);
}

Computed OfferOf(const Json& fields) {
  pricing::Offer row;
  Filler fill = Begin(fields, row);
  fill("sku", row.sku)("head_seq", row.head_seq)("channel_id", row.channel_id);
  fill("offer_id", row.offer_id)("revision", row.revision)("withdrawn", row.withdrawn);
  fill("sold_out", row.sold_out)("kind", row.kind)("audience_kind", row.audience.kind);
  fill("audience_level", row.audience.level)("plan_id", row.audience.plan_id);
  fill("introductory", row.introductory)("amount", row.amount)("per_units", row.per_units);
  fill("off_bp", row.off_bp)("asked_amount", row.asked_amount)("floor_amount", row.floor_amount);
  fill("scene", row.scene)("session_id", row.session_id)("stock", row.stock);
  fill("currency", row.currency);
  Fill(fill, row.scope);
  Fill(fill, row.window);
  return Compute(row);
}

Computed Promotion(const Json& fields) {
  pricing::ChannelPromotion row;
  Filler fill = Begin(fields, row);
  fill("channel_id", row.channel_id)("head_seq", row.head_seq)("promotion_id", row.promotion_id);
  fill("source_seq", row.source_seq)("withdrawn", row.withdrawn)("sort_order", row.order);
  fill("exclusive_group", row.exclusive_group)("currency", row.currency)("source", row.source);
  Fill(fill, row.scope);
  Fill(fill, row.audience);
  Fill(fill, row.window);
  const Json& terms = fields.at("terms");
  Filler fill_terms(terms);
  fill_terms("kind", row.terms.kind)("skus", row.terms.skus)("repeats", row.terms.repeats);
  fill_terms("off_bp", row.terms.off_bp)("reduction_max", row.terms.reduction_max);
  fill_terms("nth", row.terms.nth)("mixed", row.terms.mixed)("buy", row.terms.buy);
  fill_terms("get", row.terms.get)("bundle_amount", row.terms.bundle_amount);
  fill_terms("times_max", row.terms.times_max);
  for (const Json& step : terms.at("steps"))
    row.terms.steps.push_back({step.at("threshold"), step.at("reduction")});
  for (const Json& part : terms.at("bundle"))
    row.terms.bundle.push_back({part.at("sku"), part.at("quantity")});
  return Compute(row);
}

Computed Report(const Json& fields) {
  pricing::FeedReport row;
  Filler fill = Begin(fields, row);
  fill("channel_id", row.channel_id)("head_seq", row.head_seq)("source", row.source);
  fill("complete_as_of", row.complete_as_of);
  return Compute(row);
}

pricing::EvidenceLine LineOf(const Json& fields) {
  pricing::EvidenceLine line;
  Filler fill(fields);
  fill("sku", line.sku)("quantity", line.quantity)("head_version", line.head_version);
  fill("quoted", line.quoted)("list_amount", line.list_amount)("offer_seq", line.offer_seq);
  fill("is_wide", line.is_wide)("introductory", line.introductory)("stocked", line.stocked);
  fill("offered", line.offered)("cap", line.cap)("cap_channel", line.cap_channel);
  fill("cap_fact_seq", line.cap_fact_seq)("amount", line.amount);
  return line;
}

pricing::EvidenceReference ReferenceOf(const Json& fields) {
  pricing::EvidenceReference reference;
  Filler fill(fields);
  fill("channel_id", reference.channel_id)("head_version", reference.head_version);
  fill("freshness", reference.freshness)("lists", reference.lists)("goods", reference.goods);
  fill("shipping", reference.shipping)("at", reference.at)("ours", reference.ours);
  fill("promotion_seqs", reference.promotion_seqs)("caps", reference.caps);
  fill("bounded", reference.bounded);
  return reference;
}

Computed EvidenceOf(const Json& fields) {
  pricing::Evidence row;
  Filler fill = Begin(fields, row);
  fill("evidence_id", row.evidence_id)("kind", row.kind)("quote_id", row.quote_id);
  fill("order_id", row.order_id)("member_id", row.member_id);
  fill("program_version", row.program_version)("priced_at", row.priced_at);
  fill("expires_at", row.expires_at)("total", row.total);
  const Json& body = fields.at("body");
  Filler fill_body(body);
  fill_body("shipping", row.body.shipping)("own_version", row.body.own_version);
  fill_body("level", row.body.level)("degraded", row.body.degraded);
  pricing::Shopper& shopper = row.body.shopper;
  Filler fill_shopper(body.at("shopper"));
  fill_shopper("channel_id", shopper.channel_id)("is_member", shopper.is_member);
  fill_shopper("level", shopper.level)("plan_ids", shopper.plan_ids)("newcomer", shopper.newcomer);
  fill_shopper("store_id", shopper.store_id)("region", shopper.region)("scene", shopper.scene);
  fill_shopper("session_id", shopper.session_id);
  for (const Json& line : body.at("lines")) row.body.lines.push_back(LineOf(line));
  for (const Json& one : body.at("references")) row.body.references.push_back(ReferenceOf(one));
  return Compute(row);
}

Computed Credit(const Json& fields) {
  pricing::PriceCredit row;
  Filler fill = Begin(fields, row);
  fill("order_id", row.order_id)("credit_seq", row.credit_seq)("line_number", row.line_number);
  fill("member_id", row.member_id)("units", row.units)("amount", row.amount);
  fill("currency", row.currency)("sku", row.sku)("channel_id", row.channel_id);
  fill("fact_seq", row.fact_seq)("fell_at", row.fell_at);
  return Compute(row);
}

Computed Settlement(const Json& fields) {
  pricing::CreditSettlement row;
  Filler fill = Begin(fields, row);
  fill("order_id", row.order_id)("credit_seq", row.credit_seq)("state", row.state);
  fill("settlement_seq", row.settlement_seq)("payment_reference", row.payment_reference);
  fill("reason", row.reason)("request_id", row.request_id);
  return Compute(row);
}

TEST(PriceVectors, ThePageAndTheProgramAgree) {
  const std::map<std::string, Computed (*)(const Json&)> records = {
      {"price_fact", &Fact},
      {"price_offer", &OfferOf},
      {"channel_promotion", &Promotion},
      {"feed_report", &Report},
      {"price_evidence", &EvidenceOf},
      {"price_credit", &Credit},
      {"credit_settlement", &Settlement}};
  std::map<std::string, int> counts;
  for (const Json& vector : ReadVectors()) {
    const std::string record = vector.at("record");
    SCOPED_TRACE(record);
    ASSERT_TRUE(records.contains(record));
    ++counts[record];
    const Computed computed = records.at(record)(vector.at("fields"));
    EXPECT_EQ(base::ToHex(computed.canonical), vector.at("canonical"));
    EXPECT_EQ(base::ToHex(base::AsBytes(computed.hash)), vector.at("hash"));
  }
  EXPECT_EQ(counts.size(), records.size()) << "the page has a vector of each";
}

}  // namespace
}  // namespace fairpoint::engine
