// What an import of prices did, for a person and for a program.
#ifndef FAIRPOINT_SERVER_IMPORTS_PRICE_SUMMARY_H_
#define FAIRPOINT_SERVER_IMPORTS_PRICE_SUMMARY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "server/imports/price_outcome.h"

namespace fairpoint::server::imports {

struct PriceSummary {
  int64_t rows = 0;
  int64_t rows_rejected = 0;  // any of their prices
  int64_t amounts_missing = 0;
  int64_t facts = 0;  // of the file
  int64_t offers = 0;
  // Absent: the server was not asked.
  std::optional<PriceOutcome> outcome;
  int64_t milliseconds = 0;
};

// An object of the keys of docs/imports.md; null where only a server could say.
std::string ToJson(const PriceSummary& summary);
// Lines for a person.
std::string ToText(const PriceSummary& summary);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_PRICE_SUMMARY_H_
