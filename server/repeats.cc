#include "server/repeats.h"

namespace fairpoint::server {

std::optional<int64_t> Repeats::Admit(const std::string& text, absl::Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = seen_.find(text);
  if (found == seen_.end()) {
    if (seen_.size() >= kTextsMax) {
      std::erase_if(seen_, [&](const auto& one) { return now - one.second.logged_at >= apart_; });
    }
    if (seen_.size() < kTextsMax) seen_[text].logged_at = now;
    return 0;
  }
  Seen& seen = found->second;
  if (now - seen.logged_at < apart_) {
    ++seen.left_out;
    return std::nullopt;
  }
  const int64_t left_out = seen.left_out;
  seen = {.logged_at = now, .left_out = 0};
  return left_out;
}

}  // namespace fairpoint::server
