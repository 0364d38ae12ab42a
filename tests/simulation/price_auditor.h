// Watches a run of prices and judges it: every commit as the fake store tells it, every answer as a
// caller gets it.
//
// Checked at each commit: a fact, offer or basket is recorded once; a basket rests on everything
// that was committed before it, under the version in force; every line is charged what the
// auditor's own rules say (price_shelf.h) of what it was quoted, never more than a cap; no offer is
// sold beyond its stock. At each answer: what is said to be recorded is there, as it was sent.
#ifndef FAIRPOINT_TESTS_SIMULATION_PRICE_AUDITOR_H_
#define FAIRPOINT_TESTS_SIMULATION_PRICE_AUDITOR_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "absl/status/statusor.h"
#include "engine/command.h"
#include "engine/testing/fake_store.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/price_request.h"
#include "tests/simulation/price_shelf.h"

namespace fairpoint::simulation {

class PriceAuditor {
 public:
  explicit PriceAuditor(Coverage& coverage) : coverage_(coverage) {}

  void OnCommit(const engine::FakeCommit& commit);
  bool IsCommitted(const std::string& quote_id) const { return baskets_.contains(quote_id); }
  // `was_committed`: whether the request's quote was when it was asked, which is the latest that
  // the answer must know of.
  void OnAnswer(const PriceRequest& request, bool was_committed,
                const absl::StatusOr<engine::Answer>& answer);

  // The first thing that was wrong.
  const std::optional<std::string>& fault() const { return fault_; }
  void Fault(const std::string& what) {
    if (!fault_) fault_ = what;
  }
  int64_t rows_of(const std::string& sku) const;

 private:
  struct Version {
    int64_t number = 0;
    int64_t effective_from = 0;
    int64_t tolerance_micros = 0;
  };
  using FactKey = std::tuple<std::string, std::string, pricing::FactKind, int64_t>;
  using OfferKey = std::tuple<std::string, std::string, int64_t, bool>;  // sold out

  void TakeSoldOut(const engine::PriceWriteSet& rows, const pricing::Evidence& basket);
  void OnRows(const engine::PriceWriteSet& rows);
  void OnFact(const pricing::PriceFact& fact);
  void OnOffer(const pricing::Offer& offer);
  void JudgeBasket(const pricing::Evidence& basket);
  void JudgeLine(const pricing::Evidence& basket, const pricing::Evidence& quote, size_t index,
                 int64_t tolerance_micros);
  void TakeStock(const pricing::EvidenceLine& line);
  void CheckStocks(const std::vector<pricing::OfferStock>& stocks, int64_t at);
  const Version* InForce(int64_t at) const;
  void OnFacts(const PriceRequest& request, const engine::PriceAnswer& told);
  void OnOffers(const PriceRequest& request, const engine::PriceAnswer& told);
  void OnBasket(const PriceRequest& request, const engine::Answer& answer);
  void OnRefusal(const PriceRequest& request, bool was_committed, const absl::Status& why);
  void CountRefusal(const absl::Status& why);

  Coverage& coverage_;
  std::optional<std::string> fault_;
  std::map<std::string, Shelf> shelves_;    // by SKU
  std::map<std::string, int64_t> reports_;  // by channel
  std::vector<Version> versions_;           // ascending
  std::map<FactKey, pricing::PriceFact> facts_;
  std::map<OfferKey, pricing::Offer> offers_;
  std::map<std::string, pricing::Evidence> quotes_;              // by id
  std::map<std::string, pricing::Evidence> baskets_;             // by their quotes
  std::map<std::pair<std::string, std::string>, int64_t> sold_;  // by SKU and offer
  std::set<std::string> orders_;
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_PRICE_AUDITOR_H_
