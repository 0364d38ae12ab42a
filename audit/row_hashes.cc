#include "audit/row_hashes.h"

namespace fairpoint::audit {
namespace {

template <class Row>
void Rehash(const std::vector<Row>& rows, std::vector<base::Hash>& hashes) {
  hashes.clear();
  hashes.reserve(rows.size());
  for (const Row& row : rows) hashes.push_back(HashOf(row));
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
void RehashAll(const std::vector<engine::JournalRow>& rows, std::vector<base::Hash>& hashes) {
  Rehash(rows, hashes);
}

}  // namespace fairpoint::audit
