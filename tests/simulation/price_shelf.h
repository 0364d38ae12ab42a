// The auditor's idea of what a SKU costs: the rows as they were committed, and the rules of prices
// written again from docs/prices.md, plainly and apart from pricing/, as far as the simulation goes
// (a listing a channel, packs of one, no tax, shipping, scopes or promotions).
#ifndef FAIRPOINT_TESTS_SIMULATION_PRICE_SHELF_H_
#define FAIRPOINT_TESTS_SIMULATION_PRICE_SHELF_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pricing/fact.h"
#include "pricing/offer.h"

namespace fairpoint::simulation {

class Shelf {
 public:
  void Take(const pricing::PriceFact& fact) { facts_.push_back(fact); }
  void Take(const pricing::Offer& offer) { offers_.push_back(offer); }

  int64_t rows() const { return static_cast<int64_t>(facts_.size() + offers_.size()); }
  const std::vector<pricing::PriceFact>& facts() const { return facts_; }
  // Null: there is none of that number.
  const pricing::Offer* Find(int64_t head_seq) const;

  // The least that a unit costs in any channel at any instant from `first` to `last`, both
  // included.
  std::optional<int64_t> LeastElsewhere(int64_t first, int64_t last) const;
  // The least that a unit is offered for here to who wants so many.
  std::optional<int64_t> Offered(int64_t at, int64_t quantity) const;
  // How many units may be sold of an offer, as the revision says that stands then; 0: any number.
  int64_t StockOf(const std::string& offer_id, int64_t at) const;

 private:
  std::optional<int64_t> CostAt(const std::string& channel_id, int64_t at) const;
  // Of those that no higher one has replaced that which has begun, else the first to come.
  const pricing::Offer* Standing(const std::string& offer_id, int64_t at) const;
  bool IsReplaced(const pricing::Offer& offer, int64_t at) const;
  bool IsSoldOut(const pricing::Offer& offer) const;

  std::vector<pricing::PriceFact> facts_;
  std::vector<pricing::Offer> offers_;
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_PRICE_SHELF_H_
