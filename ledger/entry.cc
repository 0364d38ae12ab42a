#include "ledger/entry.h"

#include "base/canonical.h"

namespace fairpoint::ledger {
namespace {

// What says nothing of another member or an earlier time keeps the form it always had: no hash
// changes.
uint8_t CanonicalVersionOf(const Entry& entry) {
  return entry.peer_id.empty() && !entry.earned_at ? 1 : 2;
}

std::optional<int64_t> PresentIfPositive(int64_t seq) {
  return seq > 0 ? std::optional<int64_t>(seq) : std::nullopt;
}

std::optional<int64_t> Micros(const std::optional<base::Instant>& instant) {
  return instant ? std::optional<int64_t>(instant->micros) : std::nullopt;
}

}  // namespace

std::string_view Name(EntryKind kind) {
  switch (kind) {
    case EntryKind::kEarn:
      return "earn";
    case EntryKind::kReleasePending:
      return "release_pending";
    case EntryKind::kRedeem:
      return "redeem";
    case EntryKind::kHold:
      return "hold";
    case EntryKind::kCapture:
      return "capture";
    case EntryKind::kReleaseHold:
      return "release_hold";
    case EntryKind::kEndHold:
      return "end_hold";
    case EntryKind::kExpire:
      return "expire";
    case EntryKind::kRepayDebt:
      return "repay_debt";
    case EntryKind::kReturnSpent:
      return "return_spent";
    case EntryKind::kTakeBack:
      return "take_back";
    case EntryKind::kExtend:
      return "extend";
    case EntryKind::kTakeBackPart:
      return "take_back_part";
    case EntryKind::kAdjust:
      return "adjust";
    case EntryKind::kTransferOut:
      return "transfer_out";
    case EntryKind::kTransferIn:
      return "transfer_in";
    case EntryKind::kTransferFee:
      return "transfer_fee";
    case EntryKind::kMergeOut:
      return "merge_out";
    case EntryKind::kMergeIn:
      return "merge_in";
    case EntryKind::kOpen:
      return "open";
    case EntryKind::kForfeit:
      return "forfeit";
  }
  return "unknown";
}

bool IsKnown(EntryKind kind) { return Name(kind) != "unknown"; }

std::string Canonical(const Entry& entry) {
  base::CanonicalWriter out(384);
  const uint8_t version = CanonicalVersionOf(entry);
  out.U8(version);
  out.Bytes(entry.program_id.value()).Bytes(entry.member_id.value());
  out.I64(entry.seq).I64(entry.txn_seq);
  out.U8(static_cast<uint8_t>(entry.kind))
      .U8(static_cast<uint8_t>(entry.from))
      .U8(static_cast<uint8_t>(entry.to));
  out.I64(entry.points.value);
  out.OptionalI64(PresentIfPositive(entry.lot_seq));
  out.OptionalI64(PresentIfPositive(entry.hold_seq));
  out.OptionalI64(PresentIfPositive(entry.reverses_seq));
  out.OptionalI64(Micros(entry.available_at)).OptionalI64(Micros(entry.expires_at));
  out.I64(entry.effective_at.micros).I64(entry.recorded_at.micros);
  out.Bytes(entry.order_id).OptionalI64(entry.order_line);
  out.Bytes(entry.store_id).Bytes(entry.legal_entity).Bytes(entry.reason).Bytes(entry.actor);
  out.Bytes(entry.request_id.value());
  out.I64(entry.program_version);
  out.I64(entry.available_after.value)
      .I64(entry.pending_after.value)
      .I64(entry.held_after.value)
      .I64(entry.debt_after.value);
  if (version >= 2) {
    out.Bytes(entry.peer_id.value()).OptionalI64(PresentIfPositive(entry.peer_seq));
    out.OptionalI64(Micros(entry.earned_at));
  }
  out.Fixed(base::AsBytes(entry.prev_hash));
  return std::move(out).bytes();
}

base::Hash HashOf(const Entry& entry) { return base::LeafHash(Canonical(entry)); }

}  // namespace fairpoint::ledger
