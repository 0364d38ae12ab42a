// A book's prices to the server, and what it made of them.
#ifndef FAIRPOINT_SERVER_IMPORTS_SEND_PRICES_H_
#define FAIRPOINT_SERVER_IMPORTS_SEND_PRICES_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/time.h"
#include "server/client.h"
#include "server/imports/order_stream.h"
#include "server/imports/price_book.h"
#include "server/imports/price_mapping.h"
#include "server/imports/price_outcome.h"
#include "server/imports/progress.h"

namespace fairpoint::server::imports {

struct PriceSendOptions {
  std::string program_id;
  std::string source;
  // Facts are not held though they fall far.
  bool is_confirmed = false;
  // Up to when the file has all that its reference channels offered; absent: not said.
  std::optional<base::Instant> complete_as_of;
  // What the file does not name is not offered any more.
  bool is_snapshot = false;
  // Say how far feeds are complete though some of their prices were rejected.
  bool despite_rejects = false;
  v1::RecordOffersRequest::OnAboveCap on_above_cap = v1::RecordOffersRequest::REFUSE;
  StreamOptions stream;
};

// The facts of reference channels, then how far they are complete. What the server refuses is added
// to the book's rejects. After a failure (as of Client::Failure) the outcome is of what was
// answered.
absl::Status SendFacts(const Client& client, const PriceSendOptions& options,
                       const PriceMapping& mapping, PriceBook& book, Progress& progress,
                       PriceOutcome& outcome);

// The offers of private channels, in the same manner.
absl::Status SendOffers(const Client& client, const PriceSendOptions& options,
                        const PriceMapping& mapping, PriceBook& book, Progress& progress,
                        PriceOutcome& outcome);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_SEND_PRICES_H_
