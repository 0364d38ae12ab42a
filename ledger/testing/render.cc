#include "ledger/testing/render.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace fairpoint::ledger::testing {
namespace {

void AddPoints(std::string& out, const char* name, base::Points points) {
  if (points.value != 0) absl::StrAppend(&out, " ", name, " ", points.value);
}

void AddInstant(std::string& out, const char* name, const std::optional<base::Instant>& instant,
                absl::TimeZone zone) {
  if (instant) absl::StrAppend(&out, " ", name, " ", ToLocal(*instant, zone));
}

}  // namespace

std::string Render(const Entry& entry, base::Instant step_at, absl::TimeZone zone) {
  std::string out = absl::StrCat(entry.request_id.empty() ? "~ " : "+ ",
                                 std::string(Name(entry.kind)), " ", entry.points.value);
  const EntryKind kind = entry.kind;
  const bool leaves_pending =
      kind == EntryKind::kTakeBack || kind == EntryKind::kMergeOut || kind == EntryKind::kForfeit;
  const bool from_odd = entry.from == Account::kDebt ||
                        (kind == EntryKind::kAdjust && entry.from == Account::kAvailable) ||
                        (leaves_pending && entry.from == Account::kPending);
  const bool enters_pending = kind == EntryKind::kEarn || kind == EntryKind::kMergeIn;
  const bool pays_debt = kind == EntryKind::kReturnSpent || kind == EntryKind::kMergeOut;
  const bool to_odd = (enters_pending && entry.to == Account::kPending) ||
                      (pays_debt && entry.to == Account::kDebt);
  if (from_odd) absl::StrAppend(&out, " from ", std::string(Name(entry.from)));
  if (to_odd) absl::StrAppend(&out, " to ", std::string(Name(entry.to)));
  AddPoints(out, "lot", base::Points{entry.lot_seq});
  AddPoints(out, "hold", base::Points{entry.hold_seq});
  AddPoints(out, "undoes", base::Points{entry.reverses_seq});
  if (!entry.peer_id.empty())
    absl::StrAppend(&out, " peer ", ToString(base::EntryName{entry.peer_id, entry.peer_seq}));
  AddInstant(out, "earned", entry.earned_at, zone);
  AddInstant(out, "due", entry.available_at, zone);
  AddInstant(out, "until", entry.expires_at, zone);
  if (entry.effective_at != step_at) AddInstant(out, "@", entry.effective_at, zone);
  return out;
}

std::string Render(const Lot& lot, absl::TimeZone zone) {
  std::string out = absl::StrCat(lot.points.value);
  AddPoints(out, "pending", lot.pending);
  AddPoints(out, "available", lot.available);
  AddPoints(out, "held", lot.held);
  AddPoints(out, "expired", lot.expired);
  AddPoints(out, "repaid", lot.repaid);
  AddPoints(out, "taken_back", lot.taken_back);
  AddInstant(out, "until", lot.expires_at, zone);
  return out;
}

std::string Render(const Hold& hold, absl::TimeZone zone) {
  std::string out = absl::StrCat(std::string(Name(hold.state)), " ", hold.points.value);
  AddPoints(out, "captured", hold.captured);
  AddInstant(out, "until", hold.expires_at, zone);
  for (const HoldSlice& slice : hold.slices)
    absl::StrAppend(&out, " ", slice.lot_seq, ":", slice.points.value);
  return out;
}

std::string RenderBalances(const Member& member, int64_t deduct_minor_units) {
  std::string out = absl::StrCat(member.available.value);
  AddPoints(out, "pending", member.pending);
  AddPoints(out, "held", member.held);
  AddPoints(out, "debt", member.debt);
  AddPoints(out, "deduct", base::Points{deduct_minor_units});
  return out;
}

std::string RenderExpiries(const Ledger& ledger, absl::TimeZone zone) {
  std::string out;
  for (const Expiry& expiry : ComingExpiries(ledger)) {
    absl::StrAppend(&out, out.empty() ? "" : " ", expiry.points.value, " ",
                    expiry.expires_at ? ToLocal(*expiry.expires_at, zone) : "never");
  }
  return out;
}

std::string RenderRefusal(const absl::Status& status) {
  const std::optional<base::ErrorDetail> detail = base::DetailOf(status);
  if (!detail) return status.ToString();
  std::string out = detail->reason;
  for (const auto& [key, value] : detail->metadata) absl::StrAppend(&out, " ", key, "=", value);
  return out;
}

}  // namespace fairpoint::ledger::testing
