// A programme's rules as the simulation writes them: a line of text that is published, read back by
// the engine as a checkout::Program and by the auditor as what stands here.
#ifndef FAIRPOINT_TESTS_SIMULATION_RULES_H_
#define FAIRPOINT_TESTS_SIMULATION_RULES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "checkout/program.h"
#include "ledger/program.h"
#include "tests/simulation/random.h"

namespace fairpoint::simulation {

struct Span {
  int64_t months = 0;
  int64_t days = 0;
  int64_t seconds = 0;
};

struct Rules {
  char currency = 'C';  // "CNY", or 'E' for "EUR"
  // Expiry: 'n' never, 'x' exactly after the span, or rounded up to the end of 'm'onth, 'q'uarter,
  // 'y'ear.
  char expiry = 'n';
  Span expires_after;
  bool extends = false;
  // Pending: 'a'vailable at once, after a 'p'eriod, on an 'e'vent.
  char pending = 'a';
  Span pending_for;
  // Taking back: only 'p'ending, within the 'b'alance, 'u'nlimited, 'd'educted from the refund.
  char take_back = 'b';
  int64_t deduct_minor_units = 0;
  int64_t deduct_per_points = 1;
  int64_t late_debt_max = 0;
  bool has_grace = false;
  Span grace;
  int64_t rate_points = 1;
  int64_t rate_per_minor_units = 100;
  Span hold_default{.months = 0, .days = 0, .seconds = 900};
  int64_t stores = 2;  // "s1" to "s<stores>", legal entity "le-<n>"

  std::string CurrencyCode() const { return currency == 'C' ? "CNY" : "EUR"; }
};

std::string ToText(const Rules& rules);
Rules RulesFromText(std::string_view text);

Rules RandomRules(Random& random);

// The engine's parser: checkout::ProgramParser.
absl::StatusOr<checkout::Program> ParseProgram(const ledger::ProgramVersion& version);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_RULES_H_
