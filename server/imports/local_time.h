// Times as a file writes them, on the clocks of one zone.
#ifndef FAIRPOINT_SERVER_IMPORTS_LOCAL_TIME_H_
#define FAIRPOINT_SERVER_IMPORTS_LOCAL_TIME_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/time.h"

namespace fairpoint::server::imports {

class LocalTimeReader {
 public:
  // format: of absl::ParseTime. With an offset in it the zone is not asked.
  LocalTimeReader(std::string format, absl::TimeZone zone);

  // INVALID_ARGUMENT says what is wrong with the text: no such time, one that the zone's clocks
  // skip, or one that no ledger takes. Of a time that the clocks show twice, the earlier.
  absl::StatusOr<base::Instant> Read(std::string_view written) const;

 private:
  std::string format_;
  absl::TimeZone zone_;
  bool has_offset_ = false;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_LOCAL_TIME_H_
