#include "audit/row_hashes.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/leaf_hashes.h"

namespace fairpoint::audit {
namespace {

// Few enough canonical forms at a time to stay in the processor's cache.
constexpr size_t kRowsAtOnce = 64;

template <class Row>
void Rehash(const std::vector<Row>& rows, std::vector<base::Hash>& hashes) {
  hashes.resize(rows.size());
  std::array<std::string, kRowsAtOnce> canonical;
  for (size_t first = 0; first < rows.size(); first += kRowsAtOnce) {
    const size_t count = std::min(kRowsAtOnce, rows.size() - first);
    for (size_t i = 0; i < count; ++i) canonical[i] = Canonical(rows[first + i]);
    base::LeafHashes({canonical.data(), count}, {hashes.data() + first, count});
  }
}

}  // namespace

void RehashAll(const std::vector<ledger::Entry>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<ledger::MemberEvent>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<engine::Reversal>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<engine::Receipt>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<checkout::Placement>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<checkout::OrderReturn>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<pricing::PriceFact>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<pricing::Offer>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<pricing::ChannelPromotion>& rows,
               std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<pricing::FeedReport>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<pricing::Evidence>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<pricing::PriceCredit>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<pricing::CreditSettlement>& rows,
               std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}
void RehashAll(const std::vector<engine::JournalRow>& rows, std::vector<base::Hash>& hashes) {
  // A row of the journal is long by itself.
  hashes.clear();
  for (const engine::JournalRow& row : rows) hashes.push_back(HashOf(row));
}

}  // namespace fairpoint::audit
