#include "audit/price_lookup.h"

#include <charconv>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "audit/row_hashes.h"

namespace fairpoint::audit {
namespace {

using engine::JournalLeaf;
using engine::JournalTable;
using engine::PriceReadSession;
using engine::ReadSession;

template <class Row>
absl::StatusOr<std::optional<Row>> FirstOf(const absl::Status& read, std::vector<Row>& found) {
  if (!read.ok()) return read;
  if (found.empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(found.front()));
}

// The row of the key, by a scan that begins right before it.
template <class Row, class Key>
absl::StatusOr<std::optional<Row>> FindByScan(
    ReadSession& session,
    absl::Status (PriceReadSession::*scan)(const std::optional<Key>&, size_t, std::vector<Row>&),
    const Key& before, const Key& key) {
  std::vector<Row> found;
  const absl::Status read = (session.*scan)(before, 1, found);
  if (read.ok() && !found.empty() && KeyOf(found.front()) != key) found.clear();
  return FirstOf(read, found);
}

template <class Row>
absl::StatusOr<std::optional<FoundRow>> Found(const absl::StatusOr<std::optional<Row>>& row) {
  if (!row.ok()) return row.status();
  if (!*row) return std::optional<FoundRow>();
  return std::optional<FoundRow>(FoundRow{HashOf(**row), (*row)->lane, (*row)->lane_seq});
}

absl::StatusOr<std::optional<pricing::PriceFact>> FindFact(ReadSession& session,
                                                           const engine::SkuSeq& key) {
  std::vector<pricing::PriceFact> found;
  const absl::Status read = session.LoadFactsBySeq({&key, 1}, found);
  return FirstOf(read, found);
}

// A SKU's offer is named without its channel.
absl::StatusOr<std::optional<pricing::Offer>> FindOffer(ReadSession& session,
                                                        const base::ProgramId& program_id,
                                                        const JournalLeaf& leaf) {
  if (const std::optional<std::string> channel_id = ChannelOf(leaf)) {
    const engine::OfferSeq key{{program_id, ""}, *channel_id, leaf.seq};
    return FindByScan(session, &PriceReadSession::ScanOffers,
                      engine::OfferSeq{key.sku, key.channel_id, leaf.seq - 1}, key);
  }
  std::vector<pricing::Offer> found;
  const engine::SkuPage page{.sku = {program_id, leaf.key}, .after_seq = leaf.seq - 1, .limit = 1};
  const absl::Status read = session.ReadOffers(page, found);
  if (read.ok() && !found.empty() && found.front().head_seq != leaf.seq) found.clear();
  return FirstOf(read, found);
}

absl::StatusOr<std::optional<pricing::Evidence>> FindEvidence(ReadSession& session,
                                                              const engine::EvidenceName& name) {
  std::vector<pricing::Evidence> found;
  const absl::Status read = session.LoadEvidence({&name, 1}, found);
  return FirstOf(read, found);
}

// The order and the credit's number, with a space between them.
absl::StatusOr<std::optional<pricing::CreditSettlement>> FindSettlement(
    ReadSession& session, const base::ProgramId& program_id, const JournalLeaf& leaf) {
  const size_t space = leaf.key.rfind(' ');
  engine::SettlementName key{{{program_id, leaf.key.substr(0, space)}, 0}, leaf.seq};
  if (space == std::string::npos) return std::optional<pricing::CreditSettlement>();
  std::from_chars(leaf.key.data() + space + 1, leaf.key.data() + leaf.key.size(),
                  key.credit.credit_seq);
  return FindByScan(session, &PriceReadSession::ScanCreditSettlements,
                    engine::SettlementName{key.credit, leaf.seq - 1}, key);
}

}  // namespace

absl::StatusOr<std::optional<FoundRow>> FindPriceRow(ReadSession& session,
                                                     const JournalLeaf& leaf) {
  if (leaf.seq < 0) return std::optional<FoundRow>();
  const base::ProgramId program_id(leaf.program_id);
  const engine::ChannelSeq of_channel{{program_id, leaf.key}, leaf.seq};
  const engine::ChannelSeq before{of_channel.channel, leaf.seq - 1};
  switch (leaf.table) {
    case JournalTable::kPriceFact:
      return Found(FindFact(session, {{program_id, leaf.key}, leaf.seq}));
    case JournalTable::kOffer:
      return Found(FindOffer(session, program_id, leaf));
    case JournalTable::kChannelPromotion:
      return Found(FindByScan(session, &PriceReadSession::ScanPromotions, before, of_channel));
    case JournalTable::kFeedReport:
      return Found(FindByScan(session, &PriceReadSession::ScanFeedReports, before, of_channel));
    case JournalTable::kPriceEvidence:
      return Found(FindEvidence(session, {program_id, leaf.key}));
    case JournalTable::kPriceCredit: {
      const engine::CreditName key{{program_id, leaf.key}, leaf.seq};
      return Found(FindByScan(session, &PriceReadSession::ScanPriceCredits,
                              engine::CreditName{key.order, leaf.seq - 1}, key));
    }
    case JournalTable::kCreditSettlement:
      return Found(FindSettlement(session, program_id, leaf));
    default:
      return std::optional<FoundRow>();
  }
}

absl::StatusOr<std::optional<base::RequestId>> FindPriceRequest(ReadSession& session,
                                                                const JournalLeaf& leaf) {
  const base::ProgramId program_id(leaf.program_id);
  if (leaf.table == JournalTable::kCreditSettlement) {
    const auto row = FindSettlement(session, program_id, leaf);
    if (!row.ok()) return row.status();
    return *row ? std::optional((*row)->request_id) : std::nullopt;
  }
  const auto row = FindEvidence(session, {program_id, leaf.key});
  if (!row.ok()) return row.status();
  if (!*row || (*row)->kind != pricing::EvidenceKind::kBasket)
    return std::optional<base::RequestId>();
  return FindRequest(session, {.table = JournalTable::kPlacement,
                               .program_id = leaf.program_id,
                               .key = (*row)->order_id,
                               .seq = 0,
                               .hash = {}});
}

}  // namespace fairpoint::audit
