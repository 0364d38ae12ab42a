// Books of prices that have everything, for tests that tamper with them.
#ifndef FAIRPOINT_AUDIT_TESTING_PRICE_STORY_H_
#define FAIRPOINT_AUDIT_TESTING_PRICE_STORY_H_

#include <string>
#include <vector>

#include "audit/testing/memory_store.h"
#include "audit/testing/story.h"
#include "audit/testing/workload.h"
#include "pricing/basket.h"

namespace fairpoint::audit {

inline constexpr char kQuote[] = "QQQQQQQQQQQQQQQ";
inline constexpr char kBasket[] = "QQQQQQQQQQQQQQQ.1";
inline constexpr char kOtherQuote[] = "RRRRRRRRRRRRRRR";

// One transaction a row of the journal's lane 1, which begins with the programme and a member:
//   3 channel jd: tea (fact 1, listing L1) for 100.00, a cup (fact 1, L2) for 60.00; with feed
//     reports 1 and 2;
//   4 its promotion 3: 10.00 off from 200.00 on;
//   5 channel app: offers of tea for 100.00 (2) and, of a stock of 5, for 90.00 (3); of a cup for
//     60.00 (2); 5 % off everything for members (1 of the channel);
//   6 the member's quote for 2 tea and a cup; 7 another for a cup; 8 the first is committed as O1;
//   9 tea for 80.00 (fact 4); 10 what O1 is owed for that: credits 1 and 2;
//   11 the first could not be paid; 12 then it could; 13 a tea of O1 comes back as R1.
class PriceStory {
 public:
  PriceStory();

  const Tables& tables() const { return store_.tables; }
  const base::Keyring& keyring() const { return workload_.keyring(); }

  engine::MemberName member;

 private:
  void RecordFacts();
  void RecordPromotion();
  void RecordOffers();
  void Quote(const char* quote_id, const std::vector<pricing::BasketLine>& lines);
  engine::Answer Do(const engine::MemberRef& member_ref, engine::Operation operation);

  MemoryStore store_;
  Workload workload_;
};

// Told once.
const PriceStory& ThePriceStory();

inline engine::SkuName SkuAt(const char* sku) { return {kProgram, sku}; }
inline engine::ChannelName ChannelAt(const char* channel_id) { return {kProgram, channel_id}; }
inline pricing::PriceFact& FactAt(Tables& t, const char* sku, int64_t head_seq) {
  return t.prices.facts.at({SkuAt(sku), head_seq});
}
inline pricing::Offer& OfferAt(Tables& t, const char* sku, int64_t head_seq) {
  return t.prices.offers.at({SkuAt(sku), "app", head_seq});
}
inline pricing::Evidence& EvidenceAt(Tables& t, const char* evidence_id) {
  return t.prices.evidence.at({kProgram, evidence_id});
}
// Makes all heads what the rows give.
void FixHeads(Tables& tables);
// ExpectNamedFirst of these books.
void ExpectPricesNamedFirst(const Tampering& tampering);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_TESTING_PRICE_STORY_H_
