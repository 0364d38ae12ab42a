#include "tests/simulation/compare.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/sha256.h"

namespace fairpoint::simulation {
namespace {

std::string Text(const std::string& value) { return value; }
std::string Text(int64_t value) { return absl::StrCat(value); }
std::string Text(std::optional<int64_t> value) { return value ? absl::StrCat(*value) : "none"; }

// Collects "field: is x, should be y".
class Differ {
 public:
  template <class T>
  Differ& Field(const char* name, const T& is, const T& should_be) {
    if (!(is == should_be))
      absl::StrAppend(&text_, " ", name, ": is ", Text(is), ", should be ", Text(should_be), ";");
    return *this;
  }
  std::string text() const { return text_; }

 private:
  std::string text_;
};

std::optional<int64_t> Micros(const std::optional<base::Instant>& instant) {
  return instant ? std::optional(instant->micros) : std::nullopt;
}

std::string LegalEntityOf(const std::string& store_id) {
  return store_id.empty() ? "" : absl::StrCat("le-", absl::StripPrefix(store_id, "s"));
}

}  // namespace

std::string Differences(const ledger::Entry& row, const ExpectedLine& expected) {
  const Line& line = expected.line;
  Differ differ;
  differ.Field("seq", row.seq, line.seq)
      .Field("txn_seq", row.txn_seq, line.transaction)
      .Field("kind", std::string(Name(row.kind)), std::string(Name(line.kind)))
      .Field("from", std::string(Name(row.from)), std::string(Name(line.from)))
      .Field("to", std::string(Name(row.to)), std::string(Name(line.to)))
      .Field("points", row.points.value, line.points)
      .Field("lot_seq", row.lot_seq, line.lot)
      .Field("hold_seq", row.hold_seq, line.hold)
      .Field("reverses_seq", row.reverses_seq, line.undoes)
      .Field("available_at", Micros(row.available_at), line.available_at)
      .Field("expires_at", Micros(row.expires_at), line.expires_at)
      .Field("effective_at", row.effective_at.micros, line.effective_at)
      .Field("recorded_at", row.recorded_at.micros, line.recorded_at)
      .Field("available_after", row.available_after.value, line.available)
      .Field("pending_after", row.pending_after.value, line.pending)
      .Field("held_after", row.held_after.value, line.held)
      .Field("debt_after", row.debt_after.value, line.debt);
  const Request none;
  const Request& request = line.by_clock || expected.request == nullptr ? none : *expected.request;
  differ.Field("order_id", row.order_id, request.order_id)
      .Field("order_line", row.order_line, request.order_line)
      .Field("store_id", row.store_id, request.store_id)
      .Field("legal_entity", row.legal_entity, LegalEntityOf(request.store_id))
      .Field("reason", row.reason, request.reason)
      .Field("actor", row.actor, line.by_clock ? std::string("system") : request.actor)
      .Field("request_id", row.request_id.value(), request.request_id);
  if (!line.by_clock) differ.Field("program_version", row.program_version, expected.version);
  return differ.text();
}

std::string Differences(const ledger::Member& row, const MemberView& expected) {
  Differ differ;
  differ.Field("state", std::string(Name(row.state)), expected.state)
      .Field("phone_only", int64_t{row.phone_only}, int64_t{expected.phone_only})
      .Field("entry_seq", row.entry_seq, expected.book.last_seq)
      .Field("event_seq", row.event_seq, expected.events)
      .Field("available", row.available.value, expected.book.Total(Account::kAvailable))
      .Field("pending", row.pending.value, expected.book.Total(Account::kPending))
      .Field("held", row.held.value, expected.book.Total(Account::kHeld))
      .Field("debt", row.debt.value, expected.book.debt)
      .Field("lifetime_earned", row.lifetime_earned.value, expected.book.lifetime)
      .Field("last_recorded_at", row.last_recorded_at.micros, expected.last_recorded_at);
  // It may say too early, never too late.
  const std::optional<int64_t> due = expected.book.NextDue();
  if (due && (!row.next_due_at || row.next_due_at->micros > *due))
    differ.Field("next_due_at", Micros(row.next_due_at), due);
  return differ.text();
}

std::string Differences(const ledger::Lot& row, const Purse& expected) {
  Differ differ;
  differ.Field("points", row.points.value, expected.size)
      .Field("pending", row.pending.value, expected.in(Account::kPending))
      .Field("available", row.available.value, expected.in(Account::kAvailable))
      .Field("held", row.held.value, expected.in(Account::kHeld))
      .Field("expired", row.expired.value, expected.in(Account::kExpired))
      .Field("repaid", row.repaid.value, expected.repaid_ever)
      .Field("taken_back", row.taken_back.value, expected.in(Account::kClawedBack))
      .Field("effective_at", row.effective_at.micros, expected.effective_at)
      .Field("available_at", Micros(row.available_at), expected.available_at)
      .Field("expires_at", Micros(row.expires_at), expected.expires_at)
      .Field("is_open", int64_t{row.is_open}, int64_t{!expected.empty()});
  return differ.text();
}

std::string Differences(const ledger::Hold& row, const Reservation& expected) {
  Differ differ;
  differ.Field("state", std::string(Name(row.state)), expected.state)
      .Field("points", row.points.value, expected.points)
      .Field("captured", row.captured.value, expected.captured)
      .Field("expires_at", row.expires_at.micros, expected.expires_at);
  std::vector<std::pair<int64_t, int64_t>> parts;
  for (const ledger::HoldSlice& slice : row.slices)
    parts.emplace_back(slice.lot_seq, slice.points.value);
  if (parts != expected.parts)
    differ.Field("slices", std::string("other"), std::string("those drawn"));
  return differ.text();
}

std::string Differences(const ledger::MemberEvent& row, const WrittenEvent& expected,
                        const Request& request) {
  Differ differ;
  differ.Field("kind", std::string(Name(row.kind)), std::string(Name(expected.kind)))
      .Field("event_seq", row.event_seq, expected.seq)
      .Field("phone_only", int64_t{row.phone_only}, int64_t{expected.phone_only})
      .Field("recorded_at", row.recorded_at.micros, expected.recorded_at)
      .Field("reason", row.reason, request.reason)
      .Field("actor", row.actor, request.actor)
      .Field("request_id", row.request_id.value(), request.request_id);
  return differ.text();
}

std::string Differences(const engine::Receipt& row, const Submission& submission,
                        const Judgement& expected, const std::string& secret) {
  const Request& request = *submission.request;
  int64_t first = expected.points.first;
  if (request.kind == Kind::kPublishProgram) first = expected.version->version;
  // As engine/receipt.h says: SHA-256 over number and digest of each field, ascending; a personal
  // field's is an HMAC.
  std::string hashed;
  std::string shorts;
  for (const auto& [number, value] : FieldsOf(request)) {
    const base::Hash hash =
        IsPersonal(request, number) ? base::HmacSha256(secret, value) : base::Sha256(value);
    hashed.push_back(static_cast<char>(number));
    hashed.append(base::AsBytes(hash));
    shorts.push_back(static_cast<char>(number));
    shorts.append(base::AsBytes(hash).substr(0, 4));
  }
  Differ differ;
  differ.Field("kind", static_cast<int64_t>(row.kind), static_cast<int64_t>(request.kind))
      .Field("member_id", row.member_id.value(), expected.member_id)
      .Field("first_seq", row.first_seq, first)
      .Field("entry_count", row.entry_count, expected.points.count)
      .Field("event_seq", row.event_seq, expected.event ? expected.event->seq : 0)
      .Field("outcome", row.outcome, expected.created ? 1 : expected.points.deduct_minor_units)
      .Field("request_hash", base::ToHex(base::AsBytes(row.request_hash)),
             base::ToHex(base::AsBytes(base::Sha256(hashed))))
      .Field("field_hashes", base::ToHex(row.field_hashes), base::ToHex(shorts));
  return differ.text();
}

ledger::Entry WithoutLane(ledger::Entry entry) {
  entry.lane = 0;
  entry.lane_seq = 0;
  return entry;
}

ledger::ProgramVersion WithoutLane(ledger::ProgramVersion version) {
  version.lane = 0;
  version.lane_seq = 0;
  return version;
}

std::string ToText(const ledger::Entry& e) {
  return absl::StrCat(ToString(NameOf(e)), " txn ", e.txn_seq, " ", std::string(Name(e.kind)), " ",
                      std::string(Name(e.from)), "->", std::string(Name(e.to)), " ", e.points.value,
                      " lot ", e.lot_seq, " hold ", e.hold_seq, " effective ",
                      e.effective_at.micros, " recorded ", e.recorded_at.micros, " expires ",
                      Text(Micros(e.expires_at)));
}

std::string ToText(const Line& l) {
  return absl::StrCat(l.seq, " txn ", l.transaction, " ", std::string(Name(l.kind)), " ",
                      std::string(Name(l.from)), "->", std::string(Name(l.to)), " ", l.points,
                      " lot ", l.lot, " hold ", l.hold, " effective ", l.effective_at, " recorded ",
                      l.recorded_at, " expires ", Text(l.expires_at));
}

}  // namespace fairpoint::simulation
