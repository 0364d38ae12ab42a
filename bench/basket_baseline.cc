#include "bench/basket_baseline.h"

#include <cppconn/resultset.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "bench/basket_rows.h"
#include "bench/catalogue.h"
#include "bench/connections.h"
#include "bench/hand_price.h"
#include "bench/row_inserts.h"
#include "bench/spread.h"

namespace fairpoint::bench {
namespace {

constexpr size_t kLines = 3;
constexpr int64_t kQuantity = 2;
constexpr char kProgramId[] = "bench";

std::string Text(sql::ResultSet& row, uint32_t column) {
  const sql::SQLString text = row.getString(column);
  return {text.c_str(), text.length()};
}

class BasketConnection : public Connection {
 public:
  BasketConnection(const BaselineOptions& options, int number)
      : options_(options), session_(options.server) {
    // A lane of its own, which no other run has.
    lane_.lane = static_cast<int64_t>((options.salt >> 16) << 8) + number;
    if (lane_.lane < 0) lane_.lane = -lane_.lane;
  }

  int64_t Transact(uint64_t n) override {
    const base::Instant now = base::SystemClock().Now();
    HandBasket basket;
    for (size_t i = 0; i < kLines; ++i) {
      HandLine& line = basket.lines.emplace_back();
      line.sku = SkuOf(Pick(options_.salt, n * kLines + i, options_.skus));
      line.quantity = kQuantity;
    }
    if (WasDone(RequestIdOf(options_.salt, n))) return 0;
    PricesRead read;
    ReadFacts(basket, now, read);
    ReadOffers(basket, now, read);
    ReadPromotions(now, read);
    if (read.facts.empty() || read.offers.empty() || read.promotions.empty())
      throw std::runtime_error("the catalogue is not there: fill it first");
    PriceByHand(read, basket);
    const engine::JournalLane before = lane_;
    try {
      Write(CommitRows(options_.salt, n, now, basket, lane_));
    } catch (...) {
      lane_ = before;
      throw;
    }
    return 1;
  }
  void Rollback() override { session_.Rollback(); }

 private:
  bool WasDone(const std::string& request_id) {
    sql::PreparedStatement& find = session_.Prepared(
        "SELECT member_id, request_hash, first_seq, entry_count FROM receipt WHERE program_id = ? "
        "AND request_id = ?");
    SqlBinder(find).Bytes(kProgramId).Bytes(request_id);
    const std::unique_ptr<sql::ResultSet> found(find.executeQuery());
    return found->next();
  }

  void ReadFacts(const HandBasket& basket, base::Instant now, PricesRead& read) {
    sql::PreparedStatement& select = session_.Prepared(
        "SELECT sku, channel_id, listing_id, head_seq, source_seq, amount, platform_subsidy, "
        "tax_ppm, pack FROM price_fact WHERE program_id = ? AND sku IN (?, ?, ?) AND kind = 1 AND "
        "item_condition = 1 AND third_party = 0 AND scope_kind = 1 AND audience_kind = 1 AND "
        "valid_from <= ? AND (valid_until IS NULL OR valid_until > ?)");
    SqlBinder binder(select);
    binder.Bytes(kProgramId);
    for (const HandLine& line : basket.lines) binder.Bytes(line.sku);
    binder.Number(now.micros).Number(now.micros);
    const std::unique_ptr<sql::ResultSet> row(select.executeQuery());
    while (row->next()) {
      FactRead& fact = read.facts.emplace_back();
      fact.sku = Text(*row, 1);
      fact.channel_id = Text(*row, 2);
      fact.listing_id = Text(*row, 3);
      fact.head_seq = row->getInt64(4);
      fact.source_seq = row->getInt64(5);
      fact.amount = row->getInt64(6);
      fact.platform_subsidy = row->getInt64(7);
      fact.tax_ppm = row->getInt64(8);
      fact.pack = row->getInt64(9);
    }
  }

  void ReadOffers(const HandBasket& basket, base::Instant now, PricesRead& read) {
    sql::PreparedStatement& select = session_.Prepared(
        "SELECT sku, head_seq, kind, amount, per_units FROM price_offer WHERE program_id = ? AND "
        "sku IN (?, ?, ?) AND channel_id = ? AND withdrawn = 0 AND valid_from <= ? AND "
        "(valid_until IS NULL OR valid_until > ?)");
    SqlBinder binder(select);
    binder.Bytes(kProgramId);
    for (const HandLine& line : basket.lines) binder.Bytes(line.sku);
    binder.Bytes(kOwnChannel).Number(now.micros).Number(now.micros);
    const std::unique_ptr<sql::ResultSet> row(select.executeQuery());
    while (row->next()) {
      OfferRead& offer = read.offers.emplace_back();
      offer.sku = Text(*row, 1);
      offer.head_seq = row->getInt64(2);
      offer.kind = static_cast<pricing::OfferKind>(row->getInt64(3));
      offer.amount = row->getInt64(4);
      offer.per_units = row->getInt64(5);
    }
  }

  void ReadPromotions(base::Instant now, PricesRead& read) {
    sql::PreparedStatement& select = session_.Prepared(
        "SELECT channel_id, head_seq, terms FROM channel_promotion WHERE program_id = ? AND "
        "withdrawn = 0 AND valid_from <= ? AND (valid_until IS NULL OR valid_until > ?) ORDER BY "
        "channel_id, sort_order, promotion_id");
    SqlBinder binder(select);
    binder.Bytes(kProgramId).Number(now.micros).Number(now.micros);
    const std::unique_ptr<sql::ResultSet> row(select.executeQuery());
    while (row->next()) {
      PromotionRead& promotion = read.promotions.emplace_back();
      promotion.channel_id = Text(*row, 1);
      promotion.head_seq = row->getInt64(2);
      if (!pricing::Decode(Text(*row, 3), promotion.terms))
        throw std::runtime_error("a promotion cannot be read");
    }
  }

  void Write(const BasketRows& rows) {
    Insert(session_, std::vector{rows.receipt});
    Insert(session_, std::vector{rows.placement});
    Insert(session_, std::vector{rows.order});
    Insert(session_, rows.lines);
    Insert(session_, std::vector{rows.evidence});
    Insert(session_, std::vector{rows.journal});
    session_.Commit();
  }

  const BaselineOptions& options_;
  SqlSession session_;
  engine::JournalLane lane_;
};

}  // namespace

Measured RunBaskets(const BaselineOptions& options) {
  return RunConnections(
      options, 1, [&](int number) { return std::make_unique<BasketConnection>(options, number); });
}

}  // namespace fairpoint::bench
