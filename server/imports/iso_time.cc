#include "server/imports/iso_time.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {
namespace {

constexpr size_t kFractionDigitsMax = 9;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Takes what has the form: '9' is any digit, ' ' a T or a space, the rest itself.
bool TakeForm(std::string_view& text, std::string_view form) {
  if (text.size() < form.size()) return false;
  for (size_t i = 0; i < form.size(); ++i) {
    const bool fits = form[i] == '9'   ? IsDigit(text[i])
                      : form[i] == ' ' ? text[i] == 'T' || text[i] == ' '
                                       : text[i] == form[i];
    if (!fits) return false;
  }
  text.remove_prefix(form.size());
  return true;
}

int Number(std::string_view digits) {
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

// Takes "+08:00" and the like.
bool TakeOffset(std::string_view& text, std::string& offset) {
  if (text == "Z") {
    text.remove_prefix(1);
    offset = "+00:00";
    return true;
  }
  if (!text.starts_with('+') && !text.starts_with('-')) return false;
  const char sign = text.front();
  text.remove_prefix(1);
  const std::string_view digits = text;
  const bool has_colon = TakeForm(text, "99:99");
  if (!has_colon && !TakeForm(text, "9999")) return false;
  constexpr int kHoursMax = 14;
  constexpr int kMinutesMax = 59;
  const std::string_view minutes = digits.substr(has_colon ? 3 : 2, 2);
  if (Number(digits.substr(0, 2)) > kHoursMax || Number(minutes) > kMinutesMax) return false;
  offset = {sign, digits[0], digits[1], ':', minutes[0], minutes[1]};
  return true;
}

absl::Status NoIsoTime() {
  return absl::InvalidArgumentError(
      "is no ISO 8601 date or time, as 2026-07-31, 2026-07-31T18:00:00 or "
      "2026-07-31T18:00:00+08:00");
}

}  // namespace

IsoTimeReader::IsoTimeReader(absl::TimeZone zone)
    : local_("%Y-%m-%d %H:%M:%E*S", zone), with_offset_("%Y-%m-%d %H:%M:%E*S%Ez", zone) {}

absl::StatusOr<base::Instant> IsoTimeReader::Read(std::string_view written) const {
  std::string_view text = Trimmed(written);
  const std::string_view date = text.substr(0, 10);
  if (!TakeForm(text, "9999-99-99")) return NoIsoTime();
  const int year = Number(date.substr(0, 4));
  const int month = Number(date.substr(5, 2));
  const int day = Number(date.substr(8, 2));
  const absl::CivilDay civil(year, month, day);
  if (civil.year() != year || civil.month() != month || civil.day() != day) {
    return absl::InvalidArgumentError("is a day that no calendar has");
  }
  std::string time = absl::StrCat(absl::string_view(date.data(), date.size()), " 00:00:00");
  std::string offset;
  if (!text.empty()) {
    const std::string_view clock = text.substr(0, 6);
    if (!TakeForm(text, " 99:99")) return NoIsoTime();
    time.replace(11, 5, clock.substr(1));
    if (text.starts_with(':')) {
      const std::string_view seconds = text.substr(0, 3);
      if (!TakeForm(text, ":99")) return NoIsoTime();
      time.replace(16, 3, seconds);
      if (text.starts_with('.')) {
        const auto end = std::find_if_not(text.begin() + 1, text.end(), IsDigit);
        const std::string_view fraction(text.begin(), end);
        if (fraction.size() < 2 || fraction.size() > kFractionDigitsMax + 1) return NoIsoTime();
        time += fraction;
        text.remove_prefix(fraction.size());
      }
    }
    if (!text.empty() && (!TakeOffset(text, offset) || !text.empty())) return NoIsoTime();
    constexpr int kHours = 24;
    constexpr int kSixty = 60;
    const std::string_view shown(time);
    if (Number(shown.substr(11, 2)) >= kHours || Number(shown.substr(14, 2)) >= kSixty ||
        Number(shown.substr(17, 2)) >= kSixty) {
      return absl::InvalidArgumentError("is a time that no clock shows");
    }
  }
  return offset.empty() ? local_.Read(time) : with_offset_.Read(time + offset);
}

}  // namespace fairpoint::server::imports
