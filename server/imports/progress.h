// How far a long command is, with rate and time left: on a terminal a line that is rewritten, else
// a line every ten seconds. Not thread-safe.
#ifndef FAIRPOINT_SERVER_IMPORTS_PROGRESS_H_
#define FAIRPOINT_SERVER_IMPORTS_PROGRESS_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/time/time.h"

namespace fairpoint::server::imports {

// "orders: 12,345 of 22,190, 1,850/s, 5 s left". total 0: not known.
std::string ProgressText(const std::string& what, int64_t done, int64_t total,
                         absl::Duration elapsed);
// "12,345".
std::string WithCommas(int64_t number);

class Progress {
 public:
  Progress(std::ostream& out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {}

  // A phase of the command.
  void Begin(std::string what, int64_t total);
  void Update(int64_t done);
  // Wipes a terminal's line.
  void End();

 private:
  std::ostream& out_;
  bool is_terminal_;
  std::string what_;
  int64_t total_ = 0;
  absl::Time began_at_;
  absl::Time shown_at_;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_PROGRESS_H_
