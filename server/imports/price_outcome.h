// What became of the prices that were sent.
#ifndef FAIRPOINT_SERVER_IMPORTS_PRICE_OUTCOME_H_
#define FAIRPOINT_SERVER_IMPORTS_PRICE_OUTCOME_H_

#include <cstdint>
#include <string>
#include <vector>

#include "fairpoint/v1/price_facts.pb.h"
#include "server/imports/price_book.h"
#include "server/imports/price_mapping.h"

namespace fairpoint::server::imports {

// By what was answered first; they add up to what was sent and answered.
struct PriceCounts {
  int64_t recorded = 0;
  int64_t duplicate = 0;
  int64_t held = 0;     // facts
  int64_t clamped = 0;  // offers, recorded at the cap
  int64_t refused = 0;
};

struct PriceOutcome {
  PriceCounts facts;
  PriceCounts offers;
  int64_t feeds_stated = 0;
  int64_t feeds_known = 0;  // of these: known to be complete as of then already, nothing was done
  int64_t listings_withdrawn = 0;  // by snapshots
  // "CHANNEL: why it was not said how far its feed is complete".
  std::vector<std::string> feeds_withheld;
};

// Counts an answer; a refusal becomes a reject of the book. False: it is not the last word.
bool TakeItem(const v1::RecordedItem& item, const FilePrice& price, const PriceMapping& mapping,
              PriceBook& book, PriceCounts& counts);

// Where the server answers something else than was asked.
inline constexpr char kStrangeAnswer[] = "the server's answer is of another kind";

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_PRICE_OUTCOME_H_
