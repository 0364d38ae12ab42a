#include "server/imports/progress.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/time.h"

namespace fairpoint::server::imports {
namespace {

constexpr absl::Duration kBetweenOnTerminal = absl::Milliseconds(200);
constexpr absl::Duration kBetweenLines = absl::Seconds(10);
constexpr size_t kGroup = 3;

std::string TimeLeft(int64_t left, double rate) {
  const auto seconds = static_cast<int64_t>(static_cast<double>(left) / rate + 1);
  constexpr int64_t kShort = 120;
  constexpr int64_t kMinute = 60;
  if (seconds < kShort) return absl::StrCat(seconds, " s left");
  return absl::StrCat(seconds / kMinute, " min left");
}

}  // namespace

std::string WithCommas(int64_t number) {
  const std::string digits = absl::StrCat(number < 0 ? -number : number);
  std::string text = number < 0 ? "-" : "";
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % kGroup == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string ProgressText(const std::string& what, int64_t done, int64_t total,
                         absl::Duration elapsed) {
  std::string text = absl::StrCat(what, ": ", WithCommas(done));
  if (total > 0) absl::StrAppend(&text, " of ", WithCommas(total));
  const double seconds = absl::ToDoubleSeconds(elapsed);
  if (done <= 0 || seconds <= 0) return text;
  const double rate = static_cast<double>(done) / seconds;
  absl::StrAppend(&text, ", ", WithCommas(static_cast<int64_t>(rate)), "/s");
  if (total > done) absl::StrAppend(&text, ", ", TimeLeft(total - done, rate));
  return text;
}

void Progress::Begin(std::string what, int64_t total) {
  what_ = std::move(what);
  total_ = total;
  began_at_ = base::SteadyNow();
  shown_at_ = began_at_;
}

void Progress::Update(int64_t done) {
  const absl::Time now = base::SteadyNow();
  if (now - shown_at_ < (is_terminal_ ? kBetweenOnTerminal : kBetweenLines)) return;
  shown_at_ = now;
  const std::string text = ProgressText(what_, done, total_, now - began_at_);
  if (is_terminal_) {
    out_ << "\r\x1b[K" << text << std::flush;
  } else {
    out_ << text << std::endl;
  }
}

void Progress::End() {
  if (is_terminal_ && shown_at_ != began_at_) out_ << "\r\x1b[K" << std::flush;
}

}  // namespace fairpoint::server::imports
