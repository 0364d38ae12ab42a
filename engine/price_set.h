// The prices of a working set: the books of the heads that the transaction locked, changed by each
// plan in turn, and the rows that were made.
#ifndef FAIRPOINT_ENGINE_PRICE_SET_H_
#define FAIRPOINT_ENGINE_PRICE_SET_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "checkout/basket.h"
#include "engine/price_catalog.h"
#include "engine/store.h"

namespace fairpoint::engine {

class PriceSet {
 public:
  // The heads as they were locked. DATA_LOSS if a book cannot be read.
  absl::Status Add(const pricing::PriceHead& head);
  absl::Status Add(const pricing::ChannelHead& head);
  // A book of the version that the locked head has.
  void Add(const SkuName& name, PriceCatalog::SkuBookPtr book);
  // Stored rows of source keys that are asked for.
  void AddStored(std::vector<pricing::PriceFact> facts);
  void AddStored(std::vector<pricing::Offer> offers);
  void AddStored(std::vector<pricing::ChannelPromotion> promotions);
  // Stored rows that are asked for by their numbers.
  void AddBySeq(std::vector<pricing::PriceFact> facts);
  void AddStocks(const std::vector<pricing::OfferStock>& stocks);
  void AddEvidence(const std::vector<pricing::Evidence>& evidence);

  // Of what has no head: a book without rows.
  const pricing::SkuBook& BookOf(const SkuName& name) const;
  // Null: no head.
  const pricing::SkuBook* FindBook(const SkuName& name) const;
  const pricing::ChannelBook& BookOf(const ChannelName& name) const;
  const pricing::ChannelBook* FindBook(const ChannelName& name) const;
  // Of those that AddBySeq took; null: there is none.
  const pricing::PriceFact* FindFact(const SkuSeq& name) const;
  // Null where there is none, stored or made.
  const pricing::PriceFact* FindFact(const SourceKeyName& name) const;
  const pricing::Offer* FindOffer(const SourceKeyName& name) const;
  const pricing::ChannelPromotion* FindPromotion(const SourceKeyName& name) const;
  const pricing::Evidence* FindEvidence(const EvidenceName& name) const;
  const pricing::OfferStock* FindStock(const OfferStockName& name) const;
  std::vector<pricing::OfferStock> StocksOf(const base::ProgramId& program_id) const;

  // Take what a plan decided; the hashes are made here.
  void Take(pricing::PriceFact row);
  void Take(pricing::Offer row);
  void Take(pricing::ChannelPromotion row);
  void Take(pricing::FeedReport row);
  void Take(pricing::Evidence row);
  void Take(const std::vector<pricing::OfferStock>& stocks);

  void Take(PriceWriteSet rows);  // further rows, as they are

  bool HasChanges() const;
  // Moves what is to be written. The books stay.
  void MoveInto(PriceWriteSet& rows);
  // After the commit: what this transaction made known.
  void Tell(PriceCatalog& catalog) const;

 private:
  template <class Row>
  using BySourceKey = std::map<SourceKeyName, Row>;

  void Changed(const SkuName& name, pricing::SkuBook book);
  void Add(const ChannelName& name, const pricing::ChannelRows& rows);

  std::map<SkuName, PriceCatalog::SkuBookPtr> books_;
  // Nobody else's before Tell, and not changed after it.
  std::map<ChannelName, std::shared_ptr<pricing::ChannelBook>> channels_;
  BySourceKey<pricing::PriceFact> facts_;
  std::map<SkuSeq, pricing::PriceFact> facts_by_seq_;
  BySourceKey<pricing::Offer> offers_;
  BySourceKey<pricing::ChannelPromotion> promotions_;
  std::map<OfferStockName, pricing::OfferStock> stocks_;
  std::map<EvidenceName, pricing::Evidence> evidence_;

  // What is to be written.
  std::set<SkuName> new_heads_, changed_heads_;
  std::set<ChannelName> new_channels_, changed_channels_;
  std::set<OfferStockName> new_stocks_, changed_stocks_;
  PriceWriteSet appended_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_PRICE_SET_H_
