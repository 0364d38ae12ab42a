#include "api/program_rules.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "api/fields.h"
#include "base/ids.h"

namespace fairpoint::api {
namespace {

constexpr int64_t kRateMax = 1'000'000'000;
constexpr int64_t kDebtMax = 1'000'000'000'000;
constexpr int32_t kMonthsMax = 1'200;
constexpr int32_t kDaysMax = 36'500;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kSecondsMax = kDaysMax * kSecondsPerDay;
constexpr int64_t kHoldDaysMax = 90;
constexpr int64_t kLongestMonthDays = 31;
constexpr size_t kTextBytesMax = 256;
constexpr int kStoresMax = 20'000;
constexpr int kChannelsMax = 1'000;

// Walks the message beside its places.
class Reader {
 public:
  Reader(const ProgramText& text, std::vector<ProgramFault>& faults)
      : text_(text), faults_(faults) {}

  void Wrong(const Spot& spot, std::string_view what) { faults_.push_back(spot.Fault(what)); }
  // A required thing that is not there; unless a skipped line of the same message may have said it.
  void Missing(const Spot& spot, std::string_view what) {
    const ProgramFault fault = spot.Fault(what);
    if (text_.read_to_its_end && !text_.messages_with_gaps.contains(fault.line)) {
      faults_.push_back(fault);
    } else {
      kept_back_ = true;
    }
  }
  bool kept_back() const { return kept_back_; }

  void Text(const Spot& spot, const std::string& value) {
    if (value.size() > kTextBytesMax) Wrong(spot, "must be at most 256 bytes");
  }
  void Texts(const Spot& spot, const v1::LocalizedText& value) {
    Text(spot.Field("zh_hans"), value.zh_hans());
    Text(spot.Field("en"), value.en());
  }
  void Reference(const Spot& spot, const std::string& value, bool required) {
    if (value.empty()) {
      if (required) Missing(spot, "is required");
    } else if (!base::IsReference(value)) {
      Wrong(spot, "must be 1-64 printable ASCII characters without spaces");
    }
  }
  int64_t Within(const Spot& spot, int64_t value, int64_t least, int64_t most) {
    if (value < least || value > most) {
      Wrong(spot, absl::StrCat("must be ", least, " to ", most, ", not ", value));
    }
    return value;
  }
  ledger::Period Period(const Spot& spot, const v1::Period& value, bool positive) {
    const ledger::Period period{
        .months = Within(spot.Field("months"), value.months(), 0, kMonthsMax),
        .days = Within(spot.Field("days"), value.days(), 0, kDaysMax),
        .seconds = Within(spot.Field("seconds"), value.seconds(), 0, kSecondsMax),
    };
    if (positive && period.IsZero()) Wrong(spot, "must be longer than nothing");
    return period;
  }

 private:
  const ProgramText& text_;
  std::vector<ProgramFault>& faults_;
  bool kept_back_ = false;
};

void ReadHead(Reader& reader, const Spot& root, const v1::Program& in, ProgramFile& file) {
  ledger::Program& out = file.program;
  if (in.program_id().empty()) {
    reader.Missing(root.Field("program_id"), "is required");
  } else if (!base::IsProgramId(in.program_id())) {
    reader.Wrong(root.Field("program_id"), "must be 1-32 of [a-z0-9-]");
  }
  out.program_id = base::ProgramId(in.program_id());

  out.currency = in.currency();
  if (out.currency.empty()) {
    reader.Missing(root.Field("currency"), "is required");
  } else if (!IsCurrency(out.currency)) {
    reader.Wrong(root.Field("currency"), kNoCurrency);
  }

  if (in.time_zone().empty()) {
    reader.Missing(root.Field("time_zone"), "is required");
  } else if (!absl::LoadTimeZone(in.time_zone(), &out.zone)) {
    reader.Wrong(root.Field("time_zone"), "is no IANA time zone that this machine knows");
  }

  if (!in.effective_from().empty()) {
    absl::Time time;
    std::string why;
    if (!absl::ParseTime(absl::RFC3339_full, in.effective_from(), &time, &why)) {
      reader.Wrong(root.Field("effective_from"),
                   "must be a time like 2026-01-01T00:00:00+08:00 (RFC 3339)");
    } else if (const base::Instant at = base::FromAbsl(time);
               at < base::kEarliestInstant || at >= base::kLatestInstant) {
      reader.Wrong(root.Field("effective_from"), "must be from 1970 on and before 2200");
    } else {
      file.effective_from = at;
    }
  }
  reader.Texts(root.Field("display_name"), in.display_name());
  reader.Texts(root.Field("point_name"), in.point_name());
}

void ReadPlaces(Reader& reader, const Spot& root, const v1::Program& in, ledger::Program& out) {
  if (in.stores_size() > kStoresMax) reader.Wrong(root.Field("stores", 0), "are more than 20,000");
  for (int i = 0; i < in.stores_size() && i < kStoresMax; ++i) {
    const v1::Store& store = in.stores(i);
    const Spot spot = root.Field("stores", i);
    reader.Reference(spot.Field("store_id"), store.store_id(), /*required=*/true);
    reader.Reference(spot.Field("legal_entity"), store.legal_entity(), /*required=*/true);
    reader.Text(spot.Field("display_name"), store.display_name());
    reader.Text(spot.Field("region"), store.region());
    const ledger::Store made{store.legal_entity(), store.region(), store.display_name()};
    if (!out.stores.emplace(store.store_id(), made).second && !store.store_id().empty()) {
      reader.Wrong(spot.Field("store_id"), "is the id of an earlier store too");
    }
  }
  std::set<std::string> channels;
  if (in.channels_size() > kChannelsMax) {
    reader.Wrong(root.Field("channels", 0), "are more than 1,000");
  }
  for (int i = 0; i < in.channels_size() && i < kChannelsMax; ++i) {
    const v1::Channel& channel = in.channels(i);
    const Spot spot = root.Field("channels", i);
    reader.Reference(spot.Field("channel_id"), channel.channel_id(), /*required=*/true);
    reader.Text(spot.Field("display_name"), channel.display_name());
    if (channel.role() == v1::Channel::ROLE_UNSPECIFIED) {
      reader.Missing(spot.Field("role"), "is required: PRIVATE or REFERENCE");
    } else if (!v1::Channel::Role_IsValid(channel.role())) {
      reader.Wrong(spot.Field("role"), "must be PRIVATE or REFERENCE");
    }
    if (!channel.channel_id().empty() && !channels.insert(channel.channel_id()).second) {
      reader.Wrong(spot.Field("channel_id"), "is the id of an earlier channel too");
    }
  }
}

void ReadExpiry(Reader& reader, const Spot& points, const v1::PointRules& in,
                ledger::ExpiryPolicy& out) {
  const Spot spot = points.Field("expiry");
  const v1::PointRules::Expiry& expiry = in.expiry();
  if (!in.has_expiry() || (!expiry.never() && !expiry.has_after())) {
    reader.Missing(spot, "is required: either `never: true` or `after { ... }`");
    return;
  }
  out.never = expiry.never();
  out.extended_by_activity = expiry.extended_by_activity();
  if (!v1::PointRules::Expiry::Rounding_IsValid(expiry.round_up_to())) {
    reader.Wrong(spot.Field("round_up_to"), "must be MONTH_END, QUARTER_END or YEAR_END");
  }
  out.rounding = static_cast<ledger::ExpiryRounding>(expiry.round_up_to());
  if (expiry.has_after()) {
    out.after = reader.Period(spot.Field("after"), expiry.after(), /*positive=*/true);
  }
  if (!expiry.never()) return;
  constexpr std::string_view kNothingElse = "says nothing where points never expire: take it out";
  if (expiry.has_after()) reader.Wrong(spot.Field("after"), kNothingElse);
  if (expiry.round_up_to() != 0) reader.Wrong(spot.Field("round_up_to"), kNothingElse);
  if (expiry.extended_by_activity()) {
    reader.Wrong(spot.Field("extended_by_activity"), kNothingElse);
  }
}

void ReadPending(Reader& reader, const Spot& points, const v1::PointRules& in,
                 ledger::PendingPolicy& out) {
  if (!in.has_pending()) return;
  const Spot spot = points.Field("pending");
  switch (in.pending().release()) {
    case v1::PointRules::Pending::AT_ONCE:
      out.mode = ledger::PendingMode::kAtOnce;
      break;
    case v1::PointRules::Pending::AFTER_PERIOD:
      out.mode = ledger::PendingMode::kAfterPeriod;
      if (!in.pending().has_after()) {
        reader.Missing(spot.Field("after"), "is required for AFTER_PERIOD");
      } else {
        out.after = reader.Period(spot.Field("after"), in.pending().after(), /*positive=*/true);
      }
      return;
    case v1::PointRules::Pending::ON_EVENT:
      out.mode = ledger::PendingMode::kOnEvent;
      break;
    case v1::PointRules::Pending::RELEASE_UNSPECIFIED:
      reader.Missing(spot.Field("release"), "is required: AT_ONCE, AFTER_PERIOD or ON_EVENT");
      return;
    default:
      reader.Wrong(spot.Field("release"), "must be AT_ONCE, AFTER_PERIOD or ON_EVENT");
      return;
  }
  if (in.pending().has_after()) {
    reader.Wrong(spot.Field("after"), "is for AFTER_PERIOD only: take it out");
  }
}

void ReadDebt(Reader& reader, const Spot& points, const v1::PointRules& in,
              ledger::DebtPolicy& out) {
  if (!in.has_debt()) return;
  const Spot spot = points.Field("debt");
  const v1::PointRules::Debt& debt = in.debt();
  out.late_spend_debt_max.value =
      reader.Within(spot.Field("late_spend_debt_max"), debt.late_spend_debt_max(), 0, kDebtMax);
  switch (debt.take_back()) {
    case v1::PointRules::Debt::ONLY_PENDING:
      out.take_back = ledger::TakeBackPolicy::kOnlyPending;
      break;
    case v1::PointRules::Debt::WITHIN_BALANCE:
      out.take_back = ledger::TakeBackPolicy::kWithinBalance;
      break;
    case v1::PointRules::Debt::UNLIMITED:
      out.take_back = ledger::TakeBackPolicy::kUnlimited;
      break;
    case v1::PointRules::Debt::DEDUCT_FROM_REFUND:
      out.take_back = ledger::TakeBackPolicy::kDeductFromRefund;
      out.deduct_minor_units =
          reader.Within(spot.Field("deduct_minor_units"), debt.deduct_minor_units(), 1, kRateMax);
      out.deduct_per_points =
          reader.Within(spot.Field("deduct_per_points"), debt.deduct_per_points(), 1, kRateMax);
      return;
    case v1::PointRules::Debt::TAKE_BACK_UNSPECIFIED:
      reader.Missing(spot.Field("take_back"),
                     "is required: ONLY_PENDING, WITHIN_BALANCE, UNLIMITED or DEDUCT_FROM_REFUND");
      return;
    default:
      reader.Wrong(spot.Field("take_back"),
                   "must be ONLY_PENDING, WITHIN_BALANCE, UNLIMITED or DEDUCT_FROM_REFUND");
      return;
  }
  constexpr std::string_view kOnlyDeduct = "is for DEDUCT_FROM_REFUND only: take it out";
  if (debt.deduct_minor_units() != 0) reader.Wrong(spot.Field("deduct_minor_units"), kOnlyDeduct);
  if (debt.deduct_per_points() != 0) reader.Wrong(spot.Field("deduct_per_points"), kOnlyDeduct);
}

void ReadPoints(Reader& reader, const Spot& root, const v1::Program& in, ledger::Program& out) {
  const Spot spot = root.Field("points");
  if (!in.has_points()) {
    reader.Missing(spot, "is required");
    return;
  }
  const v1::PointRules& points = in.points();
  if (!points.has_base_rate()) {
    reader.Missing(spot.Field("base_rate"), "is required");
  } else {
    const Spot rate = spot.Field("base_rate");
    out.base_rate.points =
        reader.Within(rate.Field("points"), points.base_rate().points(), 1, kRateMax);
    out.base_rate.per_minor_units = reader.Within(
        rate.Field("per_minor_units"), points.base_rate().per_minor_units(), 1, kRateMax);
  }
  ReadExpiry(reader, spot, points, out.expiry);
  ReadPending(reader, spot, points, out.pending);
  ReadDebt(reader, spot, points, out.debt);
  if (points.returns().has_grace()) {
    out.returns.grace = reader.Period(spot.Field("returns").Field("grace"),
                                      points.returns().grace(), /*positive=*/true);
  }
  if (points.has_hold_default()) {
    const Spot hold = spot.Field("hold_default");
    out.hold_default = reader.Period(hold, points.hold_default(), /*positive=*/true);
    const ledger::Period& period = out.hold_default;
    // In doubt the month is long: a default must be allowed in every month.
    if (period.months <= kMonthsMax && period.days <= kDaysMax && period.seconds <= kSecondsMax &&
        (period.months * kLongestMonthDays + period.days) * kSecondsPerDay + period.seconds >
            kHoldDaysMax * kSecondsPerDay) {
      reader.Wrong(hold, "must be at most 90 days");
    }
  }
}

}  // namespace

bool ReadRules(const ProgramText& text, ProgramFile& file, std::vector<ProgramFault>& faults) {
  Reader reader(text, faults);
  const Spot root(text);
  ReadHead(reader, root, text.message, file);
  ReadPlaces(reader, root, text.message, file.program);
  ReadPoints(reader, root, text.message, file.program);
  return !reader.kept_back();
}

}  // namespace fairpoint::api
