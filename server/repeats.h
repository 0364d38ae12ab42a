// Which of many equal lines are worth logging.
#ifndef FAIRPOINT_SERVER_REPEATS_H_
#define FAIRPOINT_SERVER_REPEATS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/time/time.h"

namespace fairpoint::server {

// Thread-safe. Keeps a bounded number of texts: what does not fit is always logged.
class Repeats {
 public:
  explicit Repeats(absl::Duration apart) : apart_(apart) {}

  // How many like it were left out since it was last logged; nothing if it is to be left out
  // itself, as `apart` has not passed since.
  std::optional<int64_t> Admit(const std::string& text, absl::Time now);

 private:
  static constexpr size_t kTextsMax = 100;
  struct Seen {
    absl::Time logged_at;
    int64_t left_out = 0;
  };

  const absl::Duration apart_;
  std::mutex mutex_;
  std::map<std::string, Seen> seen_;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_REPEATS_H_
