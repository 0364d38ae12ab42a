#include "ledger/program.h"

#include "base/canonical.h"

namespace fairpoint::ledger {

std::string LegalEntityOf(const Program& program, const std::string& store_id) {
  const auto store = program.stores.find(store_id);
  return store == program.stores.end() ? std::string() : store->second.legal_entity;
}

std::string Canonical(const ProgramVersion& version) {
  constexpr uint8_t kCanonicalVersion = 1;
  base::CanonicalWriter out(256);
  out.U8(kCanonicalVersion);
  out.Bytes(version.program_id.value()).I64(version.version).I64(version.effective_from.micros);
  // The text enters by its hash, so that a leaf can be checked without reading a large file twice.
  out.Fixed(base::AsBytes(base::Sha256(version.text)));
  out.Bytes(version.actor).Bytes(version.request_id.value()).I64(version.recorded_at.micros);
  out.Fixed(base::AsBytes(version.prev_hash));
  return std::move(out).bytes();
}

base::Hash HashOf(const ProgramVersion& version) { return base::LeafHash(Canonical(version)); }

}  // namespace fairpoint::ledger
