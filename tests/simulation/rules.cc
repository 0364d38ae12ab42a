#include "tests/simulation/rules.h"

#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace fairpoint::simulation {
namespace {

std::ostream& operator<<(std::ostream& out, const Span& span) {
  return out << span.months << ' ' << span.days << ' ' << span.seconds;
}
std::istream& operator>>(std::istream& in, Span& span) {
  return in >> span.months >> span.days >> span.seconds;
}

ledger::Period PeriodOf(const Span& span) {
  return {.months = span.months, .days = span.days, .seconds = span.seconds};
}

ledger::ExpiryRounding RoundingOf(char expiry) {
  switch (expiry) {
    case 'm':
      return ledger::ExpiryRounding::kMonthEnd;
    case 'q':
      return ledger::ExpiryRounding::kQuarterEnd;
    case 'y':
      return ledger::ExpiryRounding::kYearEnd;
    default:
      return ledger::ExpiryRounding::kNone;
  }
}

ledger::TakeBackPolicy TakeBackOf(char take_back) {
  switch (take_back) {
    case 'p':
      return ledger::TakeBackPolicy::kOnlyPending;
    case 'u':
      return ledger::TakeBackPolicy::kUnlimited;
    case 'd':
      return ledger::TakeBackPolicy::kDeductFromRefund;
    default:
      return ledger::TakeBackPolicy::kWithinBalance;
  }
}

Span RandomSpan(Random& random) {
  Span span;
  switch (random.Below(4)) {
    case 0:
      span.seconds = random.Between(1, 7200);
      break;
    case 1:
      span.days = random.Between(1, 40);
      break;
    case 2:
      span.months = random.Between(1, 14);
      break;
    default:
      span.months = random.Between(0, 2);
      span.days = random.Between(0, 3);
      span.seconds = random.Between(1, 100'000);
      break;
  }
  return span;
}

}  // namespace

std::string ToText(const Rules& r) {
  std::ostringstream out;
  out << r.currency << ' ' << r.expiry << ' ' << r.expires_after << ' ' << r.extends << ' '
      << r.pending << ' ' << r.pending_for << ' ' << r.take_back << ' ' << r.deduct_minor_units
      << ' ' << r.deduct_per_points << ' ' << r.late_debt_max << ' ' << r.has_grace << ' '
      << r.grace << ' ' << r.rate_points << ' ' << r.rate_per_minor_units << ' ' << r.hold_default
      << ' ' << r.stores;
  return out.str();
}

Rules RulesFromText(std::string_view text) {
  Rules r;
  std::istringstream in{std::string(text)};
  in >> r.currency >> r.expiry >> r.expires_after >> r.extends >> r.pending >> r.pending_for >>
      r.take_back >> r.deduct_minor_units >> r.deduct_per_points >> r.late_debt_max >>
      r.has_grace >> r.grace >> r.rate_points >> r.rate_per_minor_units >> r.hold_default >>
      r.stores;
  return r;
}

Rules RandomRules(Random& random) {
  Rules r;
  r.expiry = "nxxmqy"[random.Below(6)];
  if (r.expiry != 'n') {
    r.expires_after = RandomSpan(random);
    r.extends = random.Percent(35);
  }
  r.pending = "aape"[random.Below(4)];
  if (r.pending == 'p') r.pending_for = RandomSpan(random);
  r.take_back = "pbud"[random.Below(4)];
  if (r.take_back == 'd') {
    r.deduct_minor_units = random.Between(1, 50);
    r.deduct_per_points = random.Between(1, 7);
  }
  r.late_debt_max = random.Percent(50) ? 0 : random.Between(1, 200);
  r.has_grace = random.Percent(40);
  if (r.has_grace) r.grace = RandomSpan(random);
  r.rate_points = random.Between(1, 3);
  r.rate_per_minor_units = random.Between(1, 200);
  if (random.Percent(50)) r.hold_default = RandomSpan(random);
  if (r.hold_default.months > 1) r.hold_default.months = 1;  // within 90 days
  r.stores = random.Between(1, 3);
  return r;
}

absl::StatusOr<checkout::Program> ParseProgram(const ledger::ProgramVersion& version) {
  const Rules rules = RulesFromText(version.text);
  checkout::Program program;
  program.program_id = version.program_id;
  program.version = version.version;
  program.effective_from = version.effective_from;
  program.currency = rules.CurrencyCode();
  program.zone = absl::FixedTimeZone(8 * 3600);
  program.expiry = {.never = rules.expiry == 'n',
                    .after = PeriodOf(rules.expires_after),
                    .rounding = RoundingOf(rules.expiry),
                    .extended_by_activity = rules.extends};
  program.pending.mode = rules.pending == 'a'   ? ledger::PendingMode::kAtOnce
                         : rules.pending == 'p' ? ledger::PendingMode::kAfterPeriod
                                                : ledger::PendingMode::kOnEvent;
  program.pending.after = PeriodOf(rules.pending_for);
  program.debt = {.take_back = TakeBackOf(rules.take_back),
                  .deduct_minor_units = rules.deduct_minor_units,
                  .deduct_per_points = rules.deduct_per_points,
                  .late_spend_debt_max = base::Points{rules.late_debt_max}};
  if (rules.has_grace) program.returns.grace = PeriodOf(rules.grace);
  program.base_rate = {.points = rules.rate_points, .per_minor_units = rules.rate_per_minor_units};
  program.hold_default = PeriodOf(rules.hold_default);
  for (int64_t i = 1; i <= rules.stores; ++i) {
    program.stores[absl::StrCat("s", i)] = {
        .legal_entity = absl::StrCat("le-", i), .region = "", .display_name = ""};
  }
  return program;
}

}  // namespace fairpoint::simulation
