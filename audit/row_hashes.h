// The rows a verification walks over: their keys, and their hashes recomputed.
#ifndef FAIRPOINT_AUDIT_ROW_HASHES_H_
#define FAIRPOINT_AUDIT_ROW_HASHES_H_

#include <vector>

#include "base/sha256.h"
#include "engine/store.h"

namespace fairpoint::audit {

template <class Row>
engine::MemberName MemberOf(const Row& row) {
  return {row.program_id, row.member_id};
}

inline engine::MemberName KeyOf(const ledger::Member& row) { return MemberOf(row); }
inline engine::MemberSeq KeyOf(const ledger::Entry& row) { return {MemberOf(row), row.seq}; }
inline engine::MemberSeq KeyOf(const ledger::MemberEvent& row) {
  return {MemberOf(row), row.event_seq};
}
inline engine::MemberSeq KeyOf(const ledger::Lot& row) { return {MemberOf(row), row.lot_seq}; }
inline engine::MemberSeq KeyOf(const ledger::Hold& row) { return {MemberOf(row), row.hold_seq}; }
inline engine::MemberSeq KeyOf(const engine::Reversal& row) { return {MemberOf(row), row.txn_seq}; }
inline engine::RequestName KeyOf(const engine::Receipt& row) {
  return {row.program_id, row.request_id};
}
inline engine::OrderName KeyOf(const checkout::Placement& row) {
  return {row.program_id, row.order_id};
}
inline engine::OrderName KeyOf(const checkout::OrderReturn& row) {
  return {row.program_id, row.return_id};
}
inline engine::SkuName KeyOf(const pricing::PriceHead& row) { return {row.program_id, row.sku}; }
inline engine::SkuSeq KeyOf(const pricing::PriceFact& row) {
  return {{row.program_id, row.sku}, row.head_seq};
}
inline engine::OfferSeq KeyOf(const pricing::Offer& row) {
  return {{row.program_id, row.sku}, row.channel_id, row.head_seq};
}
inline engine::ChannelSeq KeyOf(const pricing::ChannelPromotion& row) {
  return {{row.program_id, row.channel_id}, row.head_seq};
}
inline engine::ChannelSeq KeyOf(const pricing::FeedReport& row) {
  return {{row.program_id, row.channel_id}, row.head_seq};
}
inline engine::EvidenceName KeyOf(const pricing::Evidence& row) {
  return {row.program_id, row.evidence_id};
}
inline engine::CreditName KeyOf(const pricing::PriceCredit& row) {
  return {{row.program_id, row.order_id}, row.credit_seq};
}
inline engine::SettlementName KeyOf(const pricing::CreditSettlement& row) {
  return {{{row.program_id, row.order_id}, row.credit_seq}, row.settlement_seq};
}
inline int64_t KeyOf(const engine::JournalRow& row) { return row.lane_seq; }

// hashes[i] = HashOf(rows[i]), by rows' canonical forms.
void RehashAll(const std::vector<ledger::Entry>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<ledger::MemberEvent>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<engine::Reversal>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<engine::Receipt>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<engine::JournalRow>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<checkout::Placement>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<checkout::OrderReturn>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<pricing::PriceFact>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<pricing::Offer>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<pricing::ChannelPromotion>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<pricing::FeedReport>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<pricing::Evidence>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<pricing::PriceCredit>& rows, std::vector<base::Hash>& hashes);
void RehashAll(const std::vector<pricing::CreditSettlement>& rows, std::vector<base::Hash>& hashes);
// Projections have no hash.
inline void RehashAll(const std::vector<pricing::PriceHead>&, std::vector<base::Hash>&) {}
inline void RehashAll(const std::vector<ledger::Member>&, std::vector<base::Hash>&) {}
inline void RehashAll(const std::vector<ledger::Lot>&, std::vector<base::Hash>&) {}
inline void RehashAll(const std::vector<ledger::Hold>&, std::vector<base::Hash>&) {}

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_ROW_HASHES_H_
