// The port's reads of prices over tables in memory.
#ifndef FAIRPOINT_ENGINE_TESTING_PRICE_READS_H_
#define FAIRPOINT_ENGINE_TESTING_PRICE_READS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/store.h"
#include "engine/testing/price_tables.h"

namespace fairpoint::engine {

// What both kinds of session have. `Derived` has
//   absl::Status ReadPrices(body)  calls body(tables, view), unless the session is of no use;
// view.Get(table, key) is a row or null; view.From(table, first, visit) visits rows with
// first <= key in order until `visit(key, row)` returns false.
template <class Derived, class Session>
class PriceLoadsInMemory : public Session {
 public:
  absl::Status LoadPriceHeads(std::span<const SkuName> names,
                              std::vector<pricing::PriceHead>& found) override {
    return ByKey(names, found);
  }
  absl::Status LoadFactsBySeq(std::span<const SkuSeq> names,
                              std::vector<pricing::PriceFact>& found) override {
    return ByKey(names, found);
  }
  absl::Status LoadFactsOf(std::span<const SkuName> names,
                           std::vector<pricing::PriceFact>& found) override {
    return Under(
        names,
        [](const SkuName& name) {
          return SkuSeq{name, INT64_MIN};
        },
        [](const SkuSeq& key) { return key.sku; }, found);
  }
  absl::Status LoadOffersOf(std::span<const SkuName> names,
                            std::vector<pricing::Offer>& found) override {
    const absl::Status status = Under(
        names,
        [](const SkuName& name) {
          return OfferSeq{name, {}, INT64_MIN};
        },
        [](const OfferSeq& key) { return key.sku; }, found);
    std::ranges::stable_sort(found, {}, &pricing::Offer::head_seq);
    return status;
  }
  absl::Status LoadChannelRows(std::span<const ChannelName> names, ChannelHistory& found) override {
    absl::Status status = OfChannels(names, found.promotions);
    if (status.ok()) status = OfChannels(names, found.reports);
    return status.ok() ? LoadWideOffersOf(names, found.offers) : status;
  }
  absl::Status LoadPromotionsOf(std::span<const ChannelName> names,
                                std::vector<pricing::ChannelPromotion>& found) override {
    return OfChannels(names, found);
  }
  absl::Status LoadWideOffersOf(std::span<const ChannelName> names,
                                std::vector<pricing::Offer>& found) override {
    return Under(
        names,
        [](const ChannelName& name) {
          return OfferSeq{{name.program_id, {}}, name.channel_id, INT64_MIN};
        },
        [](const OfferSeq& key) -> std::optional<ChannelName> {
          if (!key.sku.sku.empty()) return std::nullopt;
          return ChannelName{key.sku.program_id, key.channel_id};
        },
        found);
  }
  absl::Status LoadEvidence(std::span<const EvidenceName> names,
                            std::vector<pricing::Evidence>& found) override {
    return ByKey(names, found);
  }
  absl::Status FindEvidenceOfOrders(std::span<const OrderName> names,
                                    std::vector<pricing::Evidence>& found) override {
    return Matching(
        [names](const pricing::Evidence& row) {
          return !row.order_id.empty() &&
                 std::ranges::count(names, OrderName{row.program_id, row.order_id}) > 0;
        },
        found);
  }
  absl::Status LoadProtectedOrders(std::span<const OrderName> names,
                                   std::vector<pricing::ProtectedOrder>& found) override {
    return ByKey(names, found);
  }
  absl::Status LoadPriceCredits(std::span<const OrderName> names,
                                std::vector<pricing::PriceCredit>& found) override {
    return Under(
        names,
        [](const OrderName& name) {
          return CreditName{name, INT64_MIN};
        },
        [](const CreditName& key) { return key.order; }, found);
  }
  absl::Status LoadCreditSettlements(std::span<const OrderName> names,
                                     std::vector<pricing::CreditSettlement>& found) override {
    return Under(
        names,
        [](const OrderName& name) {
          return SettlementName{{name, INT64_MIN}, INT64_MIN};
        },
        [](const SettlementName& key) { return key.credit.order; }, found);
  }

 protected:
  template <class Row>
  absl::Status OfChannels(std::span<const ChannelName> names, std::vector<Row>& found) {
    return Under(
        names,
        [](const ChannelName& name) {
          return ChannelSeq{name, INT64_MIN};
        },
        [](const ChannelSeq& key) { return key.channel; }, found);
  }

  // Rows from `first` on for which visit(key, row) says to go on; it takes what it wants.
  template <class Row, class Key, class Visit>
  absl::Status From(const Key& first, std::vector<Row>& found, const Visit& visit) {
    found.clear();
    return self().ReadPrices([&](const auto& tables, const auto& view) {
      view.From(TableOf<Row>(tables), first, visit);
    });
  }
  template <class Row, class Key>
  absl::Status ByKey(std::span<const Key> names, std::vector<Row>& found) {
    found.clear();
    return self().ReadPrices([&](const auto& tables, const auto& view) {
      for (const Key& name : names) {
        if (const Row* const row = view.Get(TableOf<Row>(tables), name)) found.push_back(*row);
      }
    });
  }
  // All rows whose key belongs to a name.
  template <class Row, class Name, class First, class NameOf>
  absl::Status Under(std::span<const Name> names, const First& first, const NameOf& name_of,
                     std::vector<Row>& found) {
    found.clear();
    return self().ReadPrices([&](const auto& tables, const auto& view) {
      for (const Name& name : names) {
        view.From(TableOf<Row>(tables), first(name), [&](const auto& key, const Row& row) {
          if (name_of(key) != name) return false;
          found.push_back(row);
          return true;
        });
      }
    });
  }
  template <class Row, class Wanted>
  absl::Status Matching(const Wanted& wanted, std::vector<Row>& found) {
    const decltype(KeyOf(Row())) first{};
    return From(first, found, [&](const auto&, const Row& row) {
      if (wanted(row)) found.push_back(row);
      return true;
    });
  }

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
};

// All but the locks.
template <class Derived>
class PriceWritesInMemory : public PriceLoadsInMemory<Derived, WriteSession> {
 public:
  absl::Status FindFacts(std::span<const SourceKeyName> names,
                         std::vector<pricing::PriceFact>& found) override {
    return BySource(names, found);
  }
  absl::Status FindOffers(std::span<const SourceKeyName> names,
                          std::vector<pricing::Offer>& found) override {
    return BySource(names, found);
  }
  absl::Status FindPromotions(std::span<const SourceKeyName> names,
                              std::vector<pricing::ChannelPromotion>& found) override {
    return BySource(names, found);
  }

 private:
  template <class Row>
  absl::Status BySource(std::span<const SourceKeyName> names, std::vector<Row>& found) {
    return this->Matching(
        [names](const Row& row) {
          return std::ranges::count(names, SourceKeyName{row.program_id, row.source_key}) > 0;
        },
        found);
  }
};

template <class Derived>
class PriceReadsInMemory : public PriceLoadsInMemory<Derived, ReadSession> {
 public:
  absl::Status LoadChannelHeads(std::span<const ChannelName> names,
                                std::vector<pricing::ChannelHead>& found) override {
    return this->ByKey(names, found);
  }
  absl::Status LoadChannelHeadsOf(const base::ProgramId& program_id,
                                  std::vector<pricing::ChannelHead>& found) override {
    return this->Matching(
        [&](const pricing::ChannelHead& row) { return row.program_id == program_id; }, found);
  }
  absl::Status ReadOffers(const SkuPage& page, std::vector<pricing::Offer>& found) override {
    return Paged(page, this->LoadOffersOf(std::span(&page.sku, 1), found), found);
  }
  absl::Status ReadPriceCredits(const base::ProgramId& program_id,
                                const std::optional<CreditName>& after, size_t limit,
                                std::vector<pricing::PriceCredit>& found) override {
    const CreditName first = after.value_or(CreditName{{program_id, {}}, INT64_MIN});
    return this->From(first, found, [&](const CreditName& key, const auto& row) {
      if (key.order.program_id != program_id || found.size() == limit) return false;
      if (!after || key > *after) found.push_back(row);
      return true;
    });
  }
  absl::Status FindProtectedOrders(const PlacedPage& page, std::string_view sku,
                                   std::vector<pricing::ProtectedSku>& found) override {
    const SkuName name{page.program_id, std::string(sku)};
    return Placed(
        page, [&](const pricing::ProtectedSku& row) { return KeyOf(row).first == name; }, found);
  }
  absl::Status ScanProtectedOrders(const PlacedPage& page,
                                   std::vector<pricing::ProtectedOrder>& found) override {
    return Placed(
        page, [&](const pricing::ProtectedOrder& row) { return row.program_id == page.program_id; },
        found);
  }
  absl::Status ScanDueOrders(base::Instant now, size_t limit,
                             std::vector<pricing::ProtectedOrder>& found) override {
    const absl::Status status = this->Matching(
        [&](const pricing::ProtectedOrder& row) { return row.due_at && *row.due_at <= now; },
        found);
    if (found.size() > limit) found.resize(limit);
    return status;
  }
  absl::Status ScanListings(const ChannelName& channel, const std::optional<ListedSku>& after,
                            size_t limit, std::vector<pricing::ListingPlace>& found) override {
    const ListingKey first{channel, after.value_or(ListedSku())};
    return this->From(first, found, [&](const ListingKey& key, const auto& row) {
      if (key.first != channel || found.size() == limit) return false;
      if (!after || key.second > *after) found.push_back(row);
      return true;
    });
  }
  absl::Status LoadFeedCursors(std::string_view name, std::vector<FeedCursor>& found) override {
    return this->Matching([&](const FeedCursor& row) { return row.name == name; }, found);
  }

  absl::Status ScanPriceHeads(const std::optional<SkuName>& after, size_t limit,
                              std::vector<pricing::PriceHead>& found) override {
    return Scanned(after, limit, found);
  }
  absl::Status ScanChannelHeads(const std::optional<ChannelName>& after, size_t limit,
                                std::vector<pricing::ChannelHead>& found) override {
    return Scanned(after, limit, found);
  }
  absl::Status ScanOfferStocks(const std::optional<OfferStockName>& after, size_t limit,
                               std::vector<pricing::OfferStock>& found) override {
    return Scanned(after, limit, found);
  }
  absl::Status ScanFacts(const std::optional<SkuSeq>& after, size_t limit,
                         std::vector<pricing::PriceFact>& found) override {
    return Scanned(after, limit, found);
  }
  absl::Status ScanOffers(const std::optional<OfferSeq>& after, size_t limit,
                          std::vector<pricing::Offer>& found) override {
    return Scanned(after, limit, found);
  }
  absl::Status ScanPromotions(const std::optional<ChannelSeq>& after, size_t limit,
                              std::vector<pricing::ChannelPromotion>& found) override {
    return Scanned(after, limit, found);
  }
  absl::Status ScanFeedReports(const std::optional<ChannelSeq>& after, size_t limit,
                               std::vector<pricing::FeedReport>& found) override {
    return Scanned(after, limit, found);
  }
  absl::Status ScanEvidence(const std::optional<EvidenceName>& after, size_t limit,
                            std::vector<pricing::Evidence>& found) override {
    return Scanned(after, limit, found);
  }
  absl::Status ScanPriceCredits(const std::optional<CreditName>& after, size_t limit,
                                std::vector<pricing::PriceCredit>& found) override {
    return Scanned(after, limit, found);
  }
  absl::Status ScanCreditSettlements(const std::optional<SettlementName>& after, size_t limit,
                                     std::vector<pricing::CreditSettlement>& found) override {
    return Scanned(after, limit, found);
  }

 private:
  template <class Row>
  static absl::Status Paged(const SkuPage& page, absl::Status loaded, std::vector<Row>& found) {
    std::erase_if(found, [&](const Row& row) {
      return row.head_seq <= page.after_seq || row.head_seq >= page.before_seq;
    });
    if (page.newest_first) std::ranges::reverse(found);
    if (found.size() > page.limit) found.resize(page.limit);
    return loaded;
  }
  template <class Row, class Wanted>
  absl::Status Placed(const PlacedPage& page, const Wanted& wanted, std::vector<Row>& found) {
    const auto place = [](const Row& row) { return PlacedOrder{row.placed_at, row.order_id}; };
    const absl::Status status = this->Matching(
        [&](const Row& row) {
          return wanted(row) && row.placed_at >= page.from && row.placed_at < page.until &&
                 (!page.resume_after || place(row) > *page.resume_after);
        },
        found);
    std::ranges::sort(found, {}, place);
    if (found.size() > page.limit) found.resize(page.limit);
    return status;
  }
  template <class Key, class Row>
  absl::Status Scanned(const std::optional<Key>& after, size_t limit, std::vector<Row>& found) {
    return this->From(after.value_or(Key()), found, [&](const Key& key, const Row& row) {
      if (found.size() == limit) return false;
      if (!after || key > *after) found.push_back(row);
      return true;
    });
  }
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_TESTING_PRICE_READS_H_
