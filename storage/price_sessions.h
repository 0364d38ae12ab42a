// The sessions' part about prices.
#ifndef FAIRPOINT_STORAGE_PRICE_SESSIONS_H_
#define FAIRPOINT_STORAGE_PRICE_SESSIONS_H_

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/store.h"
#include "storage/driver.h"
#include "storage/price_scans.h"
#include "storage/prices.h"

namespace fairpoint::storage {

// What both have. `Session` is one of the port's.
template <class Session>
class SqlPriceLoads : public Session {
 public:
  explicit SqlPriceLoads(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  ~SqlPriceLoads() override { connection_->Rollback(); }

  absl::Status LoadPriceHeads(std::span<const engine::SkuName> names,
                              std::vector<pricing::PriceHead>& found) override {
    return storage::LoadPriceHeads(*connection_, names, found);
  }
  absl::Status LoadFactsBySeq(std::span<const engine::SkuSeq> names,
                              std::vector<pricing::PriceFact>& found) override {
    return storage::LoadFactsBySeq(*connection_, names, found);
  }
  absl::Status LoadFactsOf(std::span<const engine::SkuName> names,
                           std::vector<pricing::PriceFact>& found) override {
    return storage::LoadFactsOf(*connection_, names, found);
  }
  absl::Status LoadOffersOf(std::span<const engine::SkuName> names,
                            std::vector<pricing::Offer>& found) override {
    return storage::LoadOffersOf(*connection_, names, found);
  }
  absl::Status LoadChannelRows(std::span<const engine::ChannelName> names,
                               engine::ChannelHistory& found) override {
    absl::Status status = LoadOfChannels(*connection_, names, found.promotions);
    if (status.ok()) status = LoadOfChannels(*connection_, names, found.reports);
    if (status.ok()) status = LoadWideOffers(*connection_, names, found.offers);
    return status;
  }
  absl::Status LoadPromotionsOf(std::span<const engine::ChannelName> names,
                                std::vector<pricing::ChannelPromotion>& found) override {
    return LoadOfChannels(*connection_, names, found);
  }
  absl::Status LoadWideOffersOf(std::span<const engine::ChannelName> names,
                                std::vector<pricing::Offer>& found) override {
    return LoadWideOffers(*connection_, names, found);
  }
  absl::Status LoadEvidence(std::span<const engine::EvidenceName> names,
                            std::vector<pricing::Evidence>& found) override {
    return storage::LoadEvidence(*connection_, names, found);
  }
  absl::Status FindEvidenceOfOrders(std::span<const engine::OrderName> names,
                                    std::vector<pricing::Evidence>& found) override {
    return storage::FindEvidenceOfOrders(*connection_, names, found);
  }
  absl::Status LoadProtectedOrders(std::span<const engine::OrderName> names,
                                   std::vector<pricing::ProtectedOrder>& found) override {
    return storage::LoadProtectedOrders(*connection_, names, found);
  }
  absl::Status LoadPriceCredits(std::span<const engine::OrderName> names,
                                std::vector<pricing::PriceCredit>& found) override {
    return storage::LoadPriceCredits(*connection_, names, found);
  }
  absl::Status LoadCreditSettlements(std::span<const engine::OrderName> names,
                                     std::vector<pricing::CreditSettlement>& found) override {
    return storage::LoadCreditSettlements(*connection_, names, found);
  }

 protected:
  const std::unique_ptr<Connection> connection_;
};

class SqlPriceWrites : public SqlPriceLoads<engine::WriteSession> {
 public:
  using SqlPriceLoads::SqlPriceLoads;

  absl::Status LockPriceHeads(std::span<const engine::SkuName> ascending, bool exclusive,
                              std::vector<pricing::PriceHead>& found) override {
    return storage::LockPriceHeads(*connection_, ascending, LockOf(exclusive), found);
  }
  absl::Status LockChannelHeads(std::span<const engine::ChannelName> ascending, bool exclusive,
                                std::vector<pricing::ChannelHead>& found) override {
    return storage::LoadChannelHeads(*connection_, ascending, LockOf(exclusive), found);
  }
  absl::Status LockOfferStocks(std::span<const engine::OfferStockName> ascending,
                               std::vector<pricing::OfferStock>& found) override {
    return storage::LockOfferStocks(*connection_, ascending, found);
  }
  absl::Status FindFacts(std::span<const engine::SourceKeyName> names,
                         std::vector<pricing::PriceFact>& found) override {
    return FindBySource(*connection_, names, found);
  }
  absl::Status FindOffers(std::span<const engine::SourceKeyName> names,
                          std::vector<pricing::Offer>& found) override {
    return FindBySource(*connection_, names, found);
  }
  absl::Status FindPromotions(std::span<const engine::SourceKeyName> names,
                              std::vector<pricing::ChannelPromotion>& found) override {
    return FindBySource(*connection_, names, found);
  }

 private:
  static RowLock LockOf(bool exclusive) {
    return exclusive ? RowLock::kExclusive : RowLock::kShared;
  }
};

class SqlPriceReads : public SqlPriceLoads<engine::ReadSession> {
 public:
  using SqlPriceLoads::SqlPriceLoads;

  absl::Status LoadChannelHeads(std::span<const engine::ChannelName> names,
                                std::vector<pricing::ChannelHead>& found) override {
    return storage::LoadChannelHeads(*connection_, names, RowLock::kNone, found);
  }
  absl::Status LoadChannelHeadsOf(const base::ProgramId& program_id,
                                  std::vector<pricing::ChannelHead>& found) override {
    return storage::LoadChannelHeadsOf(*connection_, program_id, found);
  }
  absl::Status ReadOffers(const engine::SkuPage& page,
                          std::vector<pricing::Offer>& found) override {
    return storage::ReadOffers(*connection_, page, found);
  }
  absl::Status ReadPriceCredits(const base::ProgramId& program_id,
                                const std::optional<engine::CreditName>& after, size_t limit,
                                std::vector<pricing::PriceCredit>& found) override {
    return storage::ReadPriceCredits(*connection_, program_id, after, limit, found);
  }
  absl::Status FindProtectedOrders(const engine::PlacedPage& page, std::string_view sku,
                                   std::vector<pricing::ProtectedSku>& found) override {
    return storage::FindProtectedOrders(*connection_, page, sku, found);
  }
  absl::Status ScanProtectedOrders(const engine::PlacedPage& page,
                                   std::vector<pricing::ProtectedOrder>& found) override {
    return storage::ScanProtectedOrders(*connection_, page, found);
  }
  absl::Status ScanDueOrders(base::Instant now, size_t limit,
                             std::vector<pricing::ProtectedOrder>& found) override {
    return storage::ScanDueOrders(*connection_, now, limit, found);
  }
  absl::Status ScanListings(const engine::ChannelName& channel,
                            const std::optional<engine::ListedSku>& after, size_t limit,
                            std::vector<pricing::ListingPlace>& found) override {
    return storage::ScanListings(*connection_, channel, after, limit, found);
  }
  absl::Status LoadFeedCursors(std::string_view name,
                               std::vector<engine::FeedCursor>& found) override {
    return storage::LoadFeedCursors(*connection_, name, found);
  }

  absl::Status ScanPriceHeads(const std::optional<engine::SkuName>& after, size_t limit,
                              std::vector<pricing::PriceHead>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
  absl::Status ScanChannelHeads(const std::optional<engine::ChannelName>& after, size_t limit,
                                std::vector<pricing::ChannelHead>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
  absl::Status ScanOfferStocks(const std::optional<engine::OfferStockName>& after, size_t limit,
                               std::vector<pricing::OfferStock>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
  absl::Status ScanFacts(const std::optional<engine::SkuSeq>& after, size_t limit,
                         std::vector<pricing::PriceFact>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
  absl::Status ScanOffers(const std::optional<engine::OfferSeq>& after, size_t limit,
                          std::vector<pricing::Offer>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
  absl::Status ScanPromotions(const std::optional<engine::ChannelSeq>& after, size_t limit,
                              std::vector<pricing::ChannelPromotion>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
  absl::Status ScanFeedReports(const std::optional<engine::ChannelSeq>& after, size_t limit,
                               std::vector<pricing::FeedReport>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
  absl::Status ScanEvidence(const std::optional<engine::EvidenceName>& after, size_t limit,
                            std::vector<pricing::Evidence>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
  absl::Status ScanPriceCredits(const std::optional<engine::CreditName>& after, size_t limit,
                                std::vector<pricing::PriceCredit>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
  absl::Status ScanCreditSettlements(const std::optional<engine::SettlementName>& after,
                                     size_t limit,
                                     std::vector<pricing::CreditSettlement>& found) override {
    return ScanPriceRows(*connection_, after, limit, found);
  }
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_PRICE_SESSIONS_H_
