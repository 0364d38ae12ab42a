// A programme as orders see it: points and prices.
#ifndef FAIRPOINT_CHECKOUT_PROGRAM_H_
#define FAIRPOINT_CHECKOUT_PROGRAM_H_

#include <algorithm>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "ledger/program.h"
#include "pricing/rules.h"

namespace fairpoint::checkout {

// Both parts come from one published version. Where only points matter it is a ledger::Program.
struct Program : ledger::Program {
  pricing::Rules prices;
};

// Whether a store lies in it.
inline bool HasRegion(const Program& program, std::string_view region) {
  return std::ranges::any_of(program.stores,
                             [region](const auto& store) { return store.second.region == region; });
}

// Reads a programme from the text of a published version (the door's: it alone knows the file's
// form). Must set version and effective_from from the row.
using ProgramParser = std::function<absl::StatusOr<Program>(const ledger::ProgramVersion&)>;

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_PROGRAM_H_
