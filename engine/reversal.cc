#include "engine/reversal.h"

#include "base/canonical.h"

namespace fairpoint::engine {

std::string Canonical(const Reversal& reversal) {
  constexpr uint8_t kCanonicalVersion = 1;
  base::CanonicalWriter out(64);
  out.U8(kCanonicalVersion);
  out.Bytes(reversal.program_id.value())
      .Bytes(reversal.member_id.value())
      .I64(reversal.txn_seq)
      .I64(reversal.by_txn_seq);
  return std::move(out).bytes();
}

base::Hash HashOf(const Reversal& reversal) { return base::LeafHash(Canonical(reversal)); }

}  // namespace fairpoint::engine
