#include "api/answers.h"

#include "base/sha256.h"

namespace fairpoint::api {
namespace {

constexpr int32_t kNanosPerMicro = 1'000;

void SetBytes(std::string* out, const base::Hash& hash) { out->assign(base::AsBytes(hash)); }

std::string Named(const base::MemberId& member_id, int64_t seq) {
  return base::ToString(base::EntryName{member_id, seq});
}

void BalanceAfter(const ledger::Entry& entry, v1::Balance& out) {
  out.set_available(entry.available_after.value);
  out.set_pending(entry.pending_after.value);
  out.set_held(entry.held_after.value);
  out.set_debt(entry.debt_after.value);
}

}  // namespace

void ToProto(base::Instant instant, google::protobuf::Timestamp& out) {
  // Floored, so that nanos stay positive before 1970 too.
  int64_t seconds = instant.micros / base::kMicrosPerSecond;
  int64_t micros = instant.micros % base::kMicrosPerSecond;
  if (micros < 0) {
    --seconds;
    micros += base::kMicrosPerSecond;
  }
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(micros) * kNanosPerMicro);
}

void ToProto(const ledger::Entry& entry, v1::Entry& out) {
  const base::MemberId& member_id = entry.member_id;
  out.set_entry_id(Named(member_id, entry.seq));
  out.set_transaction_id(Named(member_id, entry.txn_seq));
  out.set_member_id(member_id.value());
  out.set_seq(entry.seq);
  // The proto's numbers are the ledger's; a test compares them.
  out.set_kind(static_cast<v1::Entry::Kind>(entry.kind));
  out.set_from_account(static_cast<v1::Account>(entry.from));
  out.set_to_account(static_cast<v1::Account>(entry.to));
  out.set_points(entry.points.value);
  if (entry.lot_seq != 0) out.set_lot_id(Named(member_id, entry.lot_seq));
  if (entry.hold_seq != 0) out.set_hold_id(Named(member_id, entry.hold_seq));
  if (entry.reverses_seq != 0) out.set_reverses_entry_id(Named(member_id, entry.reverses_seq));
  if (entry.available_at) ToProto(*entry.available_at, *out.mutable_available_time());
  if (entry.expires_at) ToProto(*entry.expires_at, *out.mutable_expire_time());
  ToProto(entry.effective_at, *out.mutable_effective_time());
  ToProto(entry.recorded_at, *out.mutable_record_time());
  out.set_order_id(entry.order_id);
  if (entry.order_line) out.set_order_line(*entry.order_line);
  out.set_store_id(entry.store_id);
  out.set_legal_entity(entry.legal_entity);
  out.set_reason(entry.reason);
  out.set_actor(entry.actor);
  out.set_request_id(entry.request_id.value());
  out.set_program_version(entry.program_version);
  BalanceAfter(entry, *out.mutable_balance_after());
  SetBytes(out.mutable_hash(), entry.hash);
  SetBytes(out.mutable_prev_hash(), entry.prev_hash);
  if (!entry.peer_id.empty()) out.set_peer_entry_id(Named(entry.peer_id, entry.peer_seq));
  if (entry.earned_at) ToProto(*entry.earned_at, *out.mutable_earn_time());
}

void ToProto(const engine::Answer& answer, bool with_entries, v1::Transaction& out) {
  out.set_member_id(answer.member_id.value());
  if (answer.entries.empty()) return;
  const ledger::Entry& last = answer.entries.back();
  out.set_transaction_id(Named(last.member_id, last.txn_seq));
  BalanceAfter(last, *out.mutable_balance());
  ToProto(last.recorded_at, *out.mutable_record_time());
  if (!with_entries) return;
  out.mutable_entries()->Reserve(static_cast<int>(answer.entries.size()));
  for (const ledger::Entry& entry : answer.entries) ToProto(entry, *out.add_entries());
  if (IsTooLarge(out.entries_size(), out)) OmitEntries(out);
}

bool IsTooLarge(int entries, const google::protobuf::Message& answer) {
  // Fewer entries fit whatever they hold.
  constexpr int kEntriesThatFit = 500;
  return entries > kEntriesThatFit && answer.ByteSizeLong() > kAnswerBytesMax;
}

void OmitEntries(v1::Transaction& transaction) {
  transaction.clear_entries();
  transaction.set_entries_omitted(true);
}

void ToProto(const engine::Answer& answer, bool with_entries, v1::PostingResponse& out) {
  out.set_replayed(answer.replayed);
  ToProto(answer, with_entries, *out.mutable_transaction());
}

void ToProto(const engine::Answer& answer, bool with_entries, const std::string& currency,
             v1::ReverseEntryResponse& out) {
  out.set_replayed(answer.replayed);
  ToProto(answer, with_entries, *out.mutable_transaction());
  if (answer.deduct_minor_units > 0) {
    out.mutable_deduct_from_refund()->set_currency(currency);
    out.mutable_deduct_from_refund()->set_minor_units(answer.deduct_minor_units);
  }
}

void ToProto(const ledger::ProgramVersion& version, v1::ProgramVersion& out) {
  out.set_program_id(version.program_id.value());
  out.set_version(version.version);
  ToProto(version.effective_from, *out.mutable_effective_time());
  ToProto(version.recorded_at, *out.mutable_publish_time());
  out.set_program_text(version.text);
  SetBytes(out.mutable_text_sha256(), version.text_sha256);
  out.set_actor(version.actor);
}

}  // namespace fairpoint::api
