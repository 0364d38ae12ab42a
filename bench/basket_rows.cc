#include "bench/basket_rows.h"

#include <utility>

#include "base/sha256.h"
#include "bench/catalogue.h"
#include "bench/spread.h"

namespace fairpoint::bench {
namespace {

constexpr char kProgramId[] = "bench";
constexpr char kActor[] = "key-0000000000000000";
constexpr size_t kQuoteIdChars = 15;
constexpr size_t kFieldsOfCommitBasket = 3;  // program_id, quote_id, order_id

checkout::Placement PlacementOf(uint64_t salt, uint64_t n, base::Instant now,
                                const HandBasket& basket, const engine::JournalLane& lane) {
  checkout::Placement placement;
  placement.program_id = base::ProgramId(kProgramId);
  placement.order_id = OrderIdOf(FirstOrderOf(salt) + n);
  placement.currency = "CNY";
  placement.amount = basket.total;
  for (const HandLine& line : basket.lines)
    placement.lines.push_back({.sku = line.sku,
                               .quantity = line.quantity,
                               .amount = line.amount,
                               .points = {},
                               .discounts = {}});
  placement.source.channel_id = kOwnChannel;
  placement.actor = kActor;
  placement.request_id = base::RequestId(RequestIdOf(salt, n));
  placement.program_version = 1;
  placement.effective_at = placement.recorded_at = now;
  placement.hash = HashOf(placement);
  placement.lane = lane.lane;
  placement.lane_seq = lane.lane_seq;
  return placement;
}

pricing::EvidenceBody BodyOf(const HandBasket& basket) {
  pricing::EvidenceBody body;
  body.shopper.channel_id = kOwnChannel;
  body.shopper.is_member = true;
  body.shopper.level = body.level = 1;
  for (const HandLine& line : basket.lines) {
    pricing::EvidenceLine& kept = body.lines.emplace_back();
    kept.sku = line.sku;
    kept.quantity = line.quantity;
    kept.head_version = static_cast<int64_t>(kFactsASku + kOffersASku);
    kept.quoted = kept.amount = line.amount;
    kept.list_amount = line.list_amount;
    kept.offer_seq = line.offer_seq;
    kept.offered = line.offered;
    kept.cap = line.cap;
    kept.cap_channel = line.cap_channel;
    kept.cap_fact_seq = line.cap_fact_seq;
  }
  for (const auto& [channel_id, channel] : basket.channels) {
    pricing::EvidenceReference& kept = body.references.emplace_back();
    kept.channel_id = channel_id;
    kept.freshness = pricing::Freshness::kFresh;
    kept.lists = true;
    kept.goods = channel.goods;
    kept.ours = channel.ours;
    kept.promotion_seqs = channel.promotion_seqs;
  }
  return body;
}

pricing::Evidence EvidenceOf(const checkout::Placement& placement, const HandBasket& basket) {
  pricing::Evidence evidence;
  evidence.program_id = placement.program_id;
  evidence.quote_id = placement.request_id.value().substr(0, kQuoteIdChars);
  evidence.evidence_id = evidence.quote_id + ".1";
  evidence.kind = pricing::EvidenceKind::kBasket;
  evidence.order_id = placement.order_id;
  evidence.program_version = placement.program_version;
  evidence.priced_at = evidence.expires_at = evidence.recorded_at = placement.recorded_at;
  evidence.total = basket.total;
  evidence.body = BodyOf(basket);
  evidence.actor = kActor;
  evidence.hash = HashOf(evidence);
  evidence.lane = placement.lane;
  evidence.lane_seq = placement.lane_seq;
  return evidence;
}

engine::Receipt ReceiptOf(const checkout::Placement& placement) {
  engine::Receipt receipt;
  receipt.program_id = placement.program_id;
  receipt.request_id = placement.request_id;
  receipt.kind = ledger::OperationKind::kCommitBasket;
  receipt.request_hash = base::Sha256(placement.request_id.value() + placement.order_id);
  receipt.field_hashes.assign(
      base::AsBytes(receipt.request_hash).substr(0, kFieldsOfCommitBasket * 5));
  receipt.recorded_at = placement.recorded_at;
  receipt.lane = placement.lane;
  receipt.lane_seq = placement.lane_seq;
  return receipt;
}

engine::JournalRow JournalOf(const BasketRows& rows, engine::JournalLane& lane) {
  const auto leaf = [](engine::JournalTable table, const std::string& key, const base::Hash& hash) {
    return engine::JournalLeaf{
        .table = table, .program_id = kProgramId, .key = key, .seq = 0, .hash = hash};
  };
  engine::JournalRow row;
  row.lane = lane.lane;
  row.lane_seq = lane.lane_seq;
  row.recorded_at = rows.placement.recorded_at;
  row.body = engine::EncodeLeaves({
      leaf(engine::JournalTable::kReceipt, rows.receipt.request_id.value(), HashOf(rows.receipt)),
      leaf(engine::JournalTable::kPlacement, rows.placement.order_id, rows.placement.hash),
      leaf(engine::JournalTable::kPriceEvidence, rows.evidence.evidence_id, rows.evidence.hash),
  });
  row.prev_hash = lane.head_hash;
  row.hash = lane.head_hash = HashOf(row);
  return row;
}

}  // namespace

BasketRows CommitRows(uint64_t salt, uint64_t n, base::Instant now, const HandBasket& basket,
                      engine::JournalLane& lane) {
  ++lane.lane_seq;
  BasketRows rows;
  rows.placement = PlacementOf(salt, n, now, basket, lane);
  rows.order = checkout::OrderOf(rows.placement, 0);
  rows.lines = checkout::LinesOf(rows.placement, 0);
  rows.evidence = EvidenceOf(rows.placement, basket);
  rows.receipt = ReceiptOf(rows.placement);
  rows.journal = JournalOf(rows, lane);
  return rows;
}

}  // namespace fairpoint::bench
