// Evidence: its stored and hashed forms, and that it is found out when it is not what was priced.
#include "pricing/evidence.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "pricing/testing/shop.h"

namespace fairpoint::pricing {
namespace {

using testing::ListOf;
using testing::Member;
using testing::Off;
using testing::Shelf;
using testing::Shipped;
using testing::Shop;

EvidenceBody SomeBody() {
  EvidenceBody body;
  body.shopper = Member(2, {"a", "b"});
  body.shopper.store_id = "S1";
  body.shipping = 7;
  body.own_version = 3;
  body.level = 1;
  EvidenceLine line;
  line.sku = "tea";
  line.quantity = 2;
  line.cap_channel = "jd";
  line.amount = 90;
  body.lines = {line, EvidenceLine()};
  EvidenceReference reference;
  reference.channel_id = "jd";
  reference.promotion_seqs = {4, 5};
  body.references = {reference, EvidenceReference()};
  return body;
}

TEST(EvidenceCodec, RoundTripsAndRefusesAllElse) {
  for (const EvidenceBody& body : {SomeBody(), EvidenceBody()}) {
    const std::string bytes = Encode(body);
    EvidenceBody decoded = SomeBody();
    ASSERT_TRUE(Decode(bytes, decoded));
    EXPECT_EQ(decoded, body);
    for (size_t length = 0; length < bytes.size(); ++length)
      EXPECT_FALSE(Decode(bytes.substr(0, length), decoded)) << "cut to " << length;
    EXPECT_FALSE(Decode(bytes + '\0', decoded)) << "bytes after the last";
    EXPECT_FALSE(Decode("\2" + bytes.substr(1), decoded)) << "another version";
  }
}

RC_GTEST_PROP(EvidenceCodecProperty, WhatIsDecodedEncodesToTheSameBytes, (std::string noise)) {
  std::string bytes = Encode(SomeBody());
  for (size_t i = 0; i + 1 < noise.size(); i += 2)
    bytes[static_cast<unsigned char>(noise[i]) % bytes.size()] = noise[i + 1];
  EvidenceBody body;
  if (Decode(bytes, body)) RC_ASSERT(Encode(body) == bytes);
}

struct Change {
  const char* field;
  std::function<void(Evidence&)> change;
};

std::vector<Change> AllChanges() {
  return {
      {"program_id", [](Evidence& e) { e.program_id = base::ProgramId("x"); }},
      {"evidence_id", [](Evidence& e) { e.evidence_id = "x"; }},
      {"kind", [](Evidence& e) { e.kind = EvidenceKind::kBasket; }},
      {"quote_id", [](Evidence& e) { e.quote_id = "x"; }},
      {"order_id", [](Evidence& e) { e.order_id = "x"; }},
      {"member_id", [](Evidence& e) { e.member_id = base::MemberId("x"); }},
      {"program_version", [](Evidence& e) { e.program_version = 99; }},
      {"priced_at", [](Evidence& e) { e.priced_at.micros = 99; }},
      {"expires_at", [](Evidence& e) { e.expires_at.micros = 99; }},
      {"total", [](Evidence& e) { e.total = 99; }},
      {"actor", [](Evidence& e) { e.actor = "x"; }},
      {"recorded_at", [](Evidence& e) { e.recorded_at.micros = 99; }},
      {"channel_id", [](Evidence& e) { e.body.shopper.channel_id = "x"; }},
      {"is_member", [](Evidence& e) { e.body.shopper.is_member = false; }},
      {"shopper.level", [](Evidence& e) { e.body.shopper.level = 99; }},
      {"plan_ids", [](Evidence& e) { e.body.shopper.plan_ids = {"ab"}; }},
      {"newcomer", [](Evidence& e) { e.body.shopper.newcomer = true; }},
      {"store_id", [](Evidence& e) { e.body.shopper.store_id = "x"; }},
      {"region", [](Evidence& e) { e.body.shopper.region = "x"; }},
      {"scene", [](Evidence& e) { e.body.shopper.scene = "x"; }},
      {"session_id", [](Evidence& e) { e.body.shopper.session_id = "x"; }},
      {"shipping", [](Evidence& e) { e.body.shipping = 99; }},
      {"own_version", [](Evidence& e) { e.body.own_version = 99; }},
      {"level", [](Evidence& e) { e.body.level = 99; }},
      {"degraded", [](Evidence& e) { e.body.degraded = true; }},
      {"lines", [](Evidence& e) { e.body.lines.pop_back(); }},
      {"sku", [](Evidence& e) { e.body.lines[0].sku = "x"; }},
      {"quantity", [](Evidence& e) { e.body.lines[0].quantity = 99; }},
      {"line.head_version", [](Evidence& e) { e.body.lines[0].head_version = 99; }},
      {"quoted", [](Evidence& e) { e.body.lines[0].quoted = 99; }},
      {"list_amount", [](Evidence& e) { e.body.lines[0].list_amount = 99; }},
      {"offer_seq", [](Evidence& e) { e.body.lines[0].offer_seq = 99; }},
      {"is_wide", [](Evidence& e) { e.body.lines[0].is_wide = true; }},
      {"introductory", [](Evidence& e) { e.body.lines[0].introductory = true; }},
      {"stocked", [](Evidence& e) { e.body.lines[0].stocked = true; }},
      {"offered", [](Evidence& e) { e.body.lines[0].offered = 99; }},
      {"cap", [](Evidence& e) { e.body.lines[0].cap = 99; }},
      {"cap_channel", [](Evidence& e) { e.body.lines[0].cap_channel = "x"; }},
      {"cap_fact_seq", [](Evidence& e) { e.body.lines[0].cap_fact_seq = 99; }},
      {"amount", [](Evidence& e) { e.body.lines[0].amount = 99; }},
      {"references", [](Evidence& e) { e.body.references.pop_back(); }},
      {"reference.channel_id", [](Evidence& e) { e.body.references[0].channel_id = "x"; }},
      {"head_version", [](Evidence& e) { e.body.references[0].head_version = 99; }},
      {"freshness", [](Evidence& e) { e.body.references[0].freshness = Freshness::kStale; }},
      {"lists", [](Evidence& e) { e.body.references[0].lists ^= true; }},
      {"goods", [](Evidence& e) { e.body.references[0].goods = 99; }},
      {"reference.shipping", [](Evidence& e) { e.body.references[0].shipping = 99; }},
      {"at", [](Evidence& e) { e.body.references[0].at.micros = 99; }},
      {"promotion_seqs", [](Evidence& e) { e.body.references[0].promotion_seqs = {9}; }},
      {"ours", [](Evidence& e) { e.body.references[0].ours = 99; }},
      {"caps", [](Evidence& e) { e.body.references[0].caps ^= true; }},
      {"bounded", [](Evidence& e) { e.body.references[0].bounded = true; }},
  };
}

TEST(EvidenceHash, CoversEveryField) {
  Evidence evidence;
  evidence.body = SomeBody();
  std::set<std::string> seen = {Canonical(evidence)};
  EXPECT_EQ(Canonical(evidence)[0], '\1');
  for (const Change& each : AllChanges()) {
    Evidence other = evidence;
    each.change(other);
    EXPECT_TRUE(seen.insert(Canonical(other)).second) << each.field << " is not hashed";
    EXPECT_NE(HashOf(other), HashOf(evidence)) << each.field;
  }
  Evidence elsewhere = evidence;
  elsewhere.hash = base::Sha256("other");
  elsewhere.lane = elsewhere.lane_seq = 9;
  EXPECT_EQ(Canonical(elsewhere), Canonical(evidence));
}

// A basket of two lines, capped by jd, and its evidence.
class EvidenceOfABasket : public ::testing::Test {
 protected:
  EvidenceOfABasket() {
    shop_.Add(ListOf("A", 10'000)).Add(ListOf("B", 20'000));
    shop_.Add(Shelf("jd", "A", 10'500)).Add(Shipped(500, Shelf("jd", "B", 20'500)));
    shop_.Add(Off("jd", 5'000, 30'000)).Add(Shipped(400, Shelf("tm", "A", 9'000)));
    market_ = shop_.MarketAt(shopper_);
    lines_ = shop_.Lines({{"A"}, {"B", 1, 19'000}});
    price_ = PriceBasket(market_, shopper_, lines_, 400);
    evidence_.priced_at = market_.now;
    evidence_.total = price_.total;
    evidence_.body = BodyOf(market_, shopper_, 400, lines_, price_);
  }

  std::optional<std::string> Difference(const Evidence& evidence) const {
    std::vector<const SkuBook*> books;
    books.reserve(lines_.size());
    for (const BasketLine& line : lines_) books.push_back(line.book);
    return Differs(evidence, market_, books);
  }

  Shopper shopper_ = Member(1);
  Shop shop_;
  Market market_;
  std::vector<BasketLine> lines_;
  BasketPrice price_;
  Evidence evidence_;
};

TEST_F(EvidenceOfABasket, TellsWhatWasCompared) {
  const EvidenceBody& body = evidence_.body;
  EXPECT_EQ(evidence_.total, 26'100);
  ASSERT_EQ(body.lines.size(), 2U);
  EXPECT_EQ(body.lines[0].head_version, 3);
  EXPECT_EQ(body.lines[0].cap, 9'000);
  EXPECT_EQ(body.lines[0].cap_channel, "tm");
  EXPECT_EQ(body.lines[0].cap_fact_seq, 3);
  EXPECT_EQ(body.lines[1].quoted, 19'000);
  EXPECT_EQ(body.lines[1].offered, 20'000) << "today's, before its caps";
  ASSERT_EQ(body.references.size(), 3U);
  EXPECT_EQ(body.references[0].goods, 26'000);
  EXPECT_EQ(body.references[0].shipping, 500);
  EXPECT_EQ(body.references[0].head_version, 2);
  EXPECT_TRUE(body.references[0].caps);
  EXPECT_FALSE(body.references[1].lists);
  EXPECT_EQ(body.references[1].freshness, Freshness::kFresh);
  EXPECT_TRUE(body.references[2].lists);
  EXPECT_FALSE(body.references[2].caps);
}

TEST_F(EvidenceOfABasket, IsWhatPricingItAgainGives) {
  EXPECT_EQ(Difference(evidence_), std::nullopt);
  EvidenceBody decoded;
  ASSERT_TRUE(Decode(Encode(evidence_.body), decoded));
  evidence_.body = decoded;
  EXPECT_EQ(Difference(evidence_), std::nullopt);
}

TEST_F(EvidenceOfABasket, NamesWhatDiffers) {
  // What pricing does not look at, or would only make the same price.
  const std::set<std::string> harmless = {
      "sku",         "program_id",    "evidence_id",     "kind",       "quote_id",
      "order_id",    "member_id",     "program_version", "expires_at", "actor",
      "recorded_at", "shopper.level", "is_member",       "plan_ids",   "newcomer",
      "store_id",    "region",        "scene",           "session_id"};
  for (const Change& each : AllChanges()) {
    Evidence other = evidence_;
    each.change(other);
    EXPECT_EQ(Difference(other).has_value(), harmless.count(each.field) == 0 ||
                                                 other.body.shopper.level == 99 ||
                                                 !other.body.shopper.is_member)
        << each.field << ": " << Difference(other).value_or("");
  }
  Evidence other = evidence_;
  other.body.references[0].goods = 1;
  EXPECT_EQ(Difference(other), "references[0].goods is 1, and was priced again 26000");
  other = evidence_;
  other.total = 1;
  EXPECT_EQ(Difference(other), "total is 1, and was priced again 26100");
  other = evidence_;
  other.body.lines[0].cap_channel = "jd";
  EXPECT_EQ(Difference(other), "lines[0].cap_channel is \"jd\", and was priced again \"tm\"");
}

TEST_F(EvidenceOfABasket, TellsOfAChargeAboveACap) {
  Evidence other = evidence_;
  other.body.lines[0].amount = 9'001;
  other.body.lines[1].amount = 10'000;
  EXPECT_EQ(Difference(other), "lines[0].amount is 9001, above 9000, the cap on account of tm");
  other = evidence_;
  ++other.body.lines[1].amount;
  EXPECT_EQ(Difference(other),
            "lines[1].amount is 18001, above 18000, what the cap of the basket leaves on account "
            "of jd");
}

}  // namespace
}  // namespace fairpoint::pricing
