#include "audit/leaf_of.h"

#include "absl/strings/str_cat.h"

namespace fairpoint::audit {

using engine::JournalLeaf;
using engine::JournalTable;

JournalLeaf LeafOf(const ledger::Entry& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kEntry, row.program_id, row.member_id.value(), row.seq, hash);
}
JournalLeaf LeafOf(const ledger::MemberEvent& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kMemberEvent, row.program_id, row.member_id.value(), row.event_seq,
                hash);
}
JournalLeaf LeafOf(const engine::Reversal& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kReversal, row.program_id, row.member_id.value(), row.txn_seq, hash);
}
JournalLeaf LeafOf(const engine::Receipt& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kReceipt, row.program_id, row.request_id.value(), 0, hash);
}
JournalLeaf LeafOf(const checkout::Placement& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kPlacement, row.program_id, row.order_id, 0, hash);
}
JournalLeaf LeafOf(const checkout::OrderReturn& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kOrderReturn, row.program_id, row.return_id, 0, hash);
}
JournalLeaf LeafOf(const checkout::OrderClaim& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kOrderClaim, row.program_id, row.order_id, 0, hash);
}
JournalLeaf LeafOf(const pricing::PriceFact& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kPriceFact, row.program_id, row.sku, row.head_seq, hash);
}
JournalLeaf LeafOf(const pricing::Offer& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kOffer, row.program_id,
                row.sku.empty() ? engine::KeyOfChannel(row.channel_id) : row.sku, row.head_seq,
                hash);
}
JournalLeaf LeafOf(const pricing::ChannelPromotion& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kChannelPromotion, row.program_id, row.channel_id, row.head_seq,
                hash);
}
JournalLeaf LeafOf(const pricing::FeedReport& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kFeedReport, row.program_id, row.channel_id, row.head_seq, hash);
}
JournalLeaf LeafOf(const pricing::Evidence& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kPriceEvidence, row.program_id, row.evidence_id, 0, hash);
}
JournalLeaf LeafOf(const pricing::PriceCredit& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kPriceCredit, row.program_id, row.order_id, row.credit_seq, hash);
}
JournalLeaf LeafOf(const pricing::CreditSettlement& row, const base::Hash& hash) {
  return LeafOf(JournalTable::kCreditSettlement, row.program_id,
                absl::StrCat(row.order_id, " ", row.credit_seq), row.settlement_seq, hash);
}

}  // namespace fairpoint::audit
