// Writes of prices in a group: the heads that are locked, and the stored rows that decide whether
// what is said is new.
#include <set>
#include <utility>
#include <vector>

#include "engine/group.h"

namespace fairpoint::engine {

void Group::AddWrittenPrices(const Task& task, std::set<SkuName>& skus,
                             std::set<ChannelName>& channels) const {
  const base::ProgramId& program_id = task.command.program_id;
  if (const auto* record = OperationAs<RecordPriceFacts>(task.command)) {
    for (const FactToRecord& one : record->facts) {
      if (!one.refused.ok()) continue;
      skus.insert({program_id, one.fact.sku});
      // The first that a channel says is told to its head.
      if (!catalog_.IsFed(program_id, one.fact.channel_id))
        channels.insert({program_id, one.fact.channel_id});
    }
    if (record->feed) channels.insert({program_id, record->feed->channel_id});
  } else if (const auto* offers = OperationAs<RecordOffers>(task.command)) {
    for (const OfferToRecord& one : offers->offers) {
      if (!one.refused.ok()) continue;
      if (one.offer.sku.empty()) {
        channels.insert({program_id, one.offer.channel_id});
      } else {
        skus.insert({program_id, one.offer.sku});
      }
    }
  } else if (const auto* promotions = OperationAs<RecordChannelPromotions>(task.command)) {
    for (const PromotionToRecord& one : promotions->promotions) {
      if (one.refused.ok()) channels.insert({program_id, one.promotion.channel_id});
    }
  } else if (const auto* confirm = OperationAs<ConfirmPriceFact>(task.command)) {
    skus.insert({program_id, confirm->sku});
  }
}

absl::Status Group::LockPrices() {
  if (!WritesPrices(running_.tasks.front().command)) return LockBaskets();
  std::set<SkuName> skus;
  std::set<ChannelName> channels;
  for (const Task& task : running_.tasks) AddWrittenPrices(task, skus, channels);
  if (const absl::Status status = LockBooks(Listed(skus), /*exclusive=*/true); !status.ok())
    return status;
  if (const absl::Status status = LockChannels(Listed(channels), /*exclusive=*/true); !status.ok())
    return status;
  return LockRevisedStocks();
}

absl::Status Group::LockRevisedStocks() {
  std::set<OfferStockName> names;
  for (const Task& task : running_.tasks) {
    const auto* const record = OperationAs<RecordOffers>(task.command);
    if (record == nullptr) continue;
    for (const OfferToRecord& one : record->offers) {
      const pricing::Offer& offer = one.offer;
      const base::ProgramId& program_id = task.command.program_id;
      if (!one.refused.ok() || offer.stock == 0) continue;
      const bool is_new = offer.sku.empty()
                              ? working_.prices.BookOf(ChannelName{program_id, offer.channel_id})
                                        .RevisionOf(offer.channel_id, offer.offer_id) == 0
                              : working_.prices.BookOf(SkuName{program_id, offer.sku})
                                        .RevisionOf(offer.channel_id, offer.offer_id) == 0;
      if (!is_new) names.insert({program_id, offer.channel_id, offer.offer_id, offer.sku});
    }
  }
  return LockStocks(names);
}

absl::Status Group::LockChannels(const std::vector<ChannelName>& ascending, bool exclusive) {
  if (ascending.empty()) return absl::OkStatus();
  std::vector<pricing::ChannelHead> heads;
  if (const absl::Status status = session_->LockChannelHeads(ascending, exclusive, heads);
      !status.ok())
    return status;
  for (const pricing::ChannelHead& head : heads) {
    if (const absl::Status status = working_.prices.Add(head); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Group::LoadStoredPrices() {
  std::set<SourceKeyName> facts, offers, promotions;
  std::set<SkuSeq> confirmed;
  for (const Task& task : running_.tasks) {
    const base::ProgramId& program_id = task.command.program_id;
    if (const auto* record = OperationAs<RecordPriceFacts>(task.command)) {
      for (const FactToRecord& one : record->facts) {
        const SkuName name{program_id, one.fact.sku};
        const pricing::SkuBook& book = working_.prices.BookOf(name);
        if (one.refused.ok() && !one.of_snapshot && !pricing::IsSurelyNew(one.fact, book))
          facts.insert({program_id, pricing::SourceKey(one.fact)});
      }
    } else if (const auto* confirm = OperationAs<ConfirmPriceFact>(task.command)) {
      confirmed.insert({{program_id, confirm->sku}, confirm->fact_seq});
    } else if (const auto* record_offers = OperationAs<RecordOffers>(task.command)) {
      for (const OfferToRecord& one : record_offers->offers) {
        const SkuName name{program_id, one.offer.sku};
        const ChannelName channel{program_id, one.offer.channel_id};
        if (one.refused.ok() && !pricing::IsSurelyNew(one.offer, working_.prices.BookOf(name),
                                                      working_.prices.BookOf(channel)))
          offers.insert({program_id, one.offer.source_key});
      }
    } else if (const auto* record_promotions = OperationAs<RecordChannelPromotions>(task.command)) {
      for (const PromotionToRecord& one : record_promotions->promotions) {
        if (one.refused.ok()) promotions.insert({program_id, one.promotion.source_key});
      }
    }
  }
  if (!confirmed.empty()) {
    std::vector<pricing::PriceFact> found;
    if (const absl::Status status = session_->LoadFactsBySeq(Listed(confirmed), found);
        !status.ok())
      return status;
    working_.prices.AddBySeq(std::move(found));
  }
  const auto load = [this](const std::set<SourceKeyName>& keys, auto find, auto rows) {
    if (keys.empty()) return absl::OkStatus();
    if (const absl::Status status = (session_.get()->*find)(Listed(keys), rows); !status.ok())
      return status;
    working_.prices.AddStored(std::move(rows));
    return absl::OkStatus();
  };
  if (const absl::Status status =
          load(facts, &WriteSession::FindFacts, std::vector<pricing::PriceFact>());
      !status.ok())
    return status;
  if (const absl::Status status =
          load(offers, &WriteSession::FindOffers, std::vector<pricing::Offer>());
      !status.ok())
    return status;
  return load(promotions, &WriteSession::FindPromotions, std::vector<pricing::ChannelPromotion>());
}

}  // namespace fairpoint::engine
