// What callers of a run of prices ask for.
#ifndef FAIRPOINT_TESTS_SIMULATION_PRICE_REQUEST_H_
#define FAIRPOINT_TESTS_SIMULATION_PRICE_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "checkout/program.h"
#include "engine/command.h"
#include "pricing/evidence.h"
#include "pricing/fact.h"
#include "pricing/offer.h"
#include "pricing/record.h"

namespace fairpoint::simulation {

struct PriceRequest {
  enum class Kind { kPublish, kFacts, kOffers, kQuote, kCommit };
  Kind kind = Kind::kFacts;
  std::string request_id;        // kPublish, kCommit
  int64_t tolerance_micros = 0;  // kPublish
  std::optional<int64_t> effective_from;
  std::vector<pricing::PriceFact> facts;
  std::optional<pricing::FeedReport> feed;  // with the facts
  std::vector<pricing::Offer> offers;
  pricing::OnAboveCap on_above_cap = pricing::OnAboveCap::kRefuse;
  pricing::Evidence quote;
  std::string quote_id;  // kCommit
  std::string order_id;
};

// The programme of such runs: channels "a" and "b", whose prices cap those of "mini".
inline constexpr char kPriceProgram[] = "prices";
// The engine's parser: the text is the clock tolerance in microseconds.
absl::StatusOr<checkout::Program> ParsePriceProgram(const ledger::ProgramVersion& version);

engine::Command ToCommand(const PriceRequest& request, absl::Time deadline);
std::string Describe(const PriceRequest& request);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_PRICE_REQUEST_H_
