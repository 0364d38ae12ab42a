// Dates and times of ISO 8601, as far as people use it.
#ifndef FAIRPOINT_SERVER_IMPORTS_ISO_TIME_H_
#define FAIRPOINT_SERVER_IMPORTS_ISO_TIME_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/time.h"
#include "server/imports/local_time.h"

namespace fairpoint::server::imports {

class IsoTimeReader {
 public:
  // zone: of what has no offset.
  explicit IsoTimeReader(absl::TimeZone zone);

  // "2026-07-31" (its 00:00), "2026-07-31T18:00", "2026-07-31 18:00:00.5", each time also with "Z",
  // "+08:00" or "+0800". Digits past the microsecond are dropped. INVALID_ARGUMENT says what is
  // wrong with the text, as LocalTimeReader does.
  absl::StatusOr<base::Instant> Read(std::string_view written) const;

 private:
  LocalTimeReader local_;
  LocalTimeReader with_offset_;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_ISO_TIME_H_
