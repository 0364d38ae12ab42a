#include "server/imports/local_time.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {
namespace {

// %z, %Ez, %E*z and %s name an instant, not what a clock shows.
bool HasOffset(std::string_view format) {
  for (size_t i = 0; i + 1 < format.size(); ++i) {
    if (format[i] != '%') continue;
    std::string_view rest = format.substr(++i);
    if (rest.starts_with("E*")) {
      rest.remove_prefix(2);
    } else if (rest.starts_with("E") || rest.starts_with(":")) {
      rest.remove_prefix(1);
    }
    if (rest.starts_with("z") || format[i] == 's') return true;
  }
  return false;
}

}  // namespace

LocalTimeReader::LocalTimeReader(std::string format, absl::TimeZone zone)
    : format_(std::move(format)), zone_(zone), has_offset_(HasOffset(format_)) {}

absl::StatusOr<base::Instant> LocalTimeReader::Read(std::string_view written) const {
  const std::string text(Trimmed(written));
  if (text.empty())
    return absl::InvalidArgumentError(
        absl::StrCat("is no time of the form ", format_, ", but empty"));
  // ParseTime takes "infinite-future" whatever the format, and a 60th second for the next minute's.
  absl::Time parsed;
  std::string error;
  if (text.starts_with("infinite") || absl::StrContains(text, ":60") ||
      !absl::ParseTime(format_, text, absl::UTCTimeZone(), &parsed, &error)) {
    return absl::InvalidArgumentError(absl::StrCat("is no time of the form ", format_));
  }
  if (!has_offset_) {
    const absl::CivilSecond shown = absl::ToCivilSecond(parsed, absl::UTCTimeZone());
    const absl::Duration fraction = parsed - absl::FromCivil(shown, absl::UTCTimeZone());
    const absl::TimeZone::TimeInfo times = zone_.At(shown);
    if (times.kind == absl::TimeZone::TimeInfo::SKIPPED) {
      return absl::InvalidArgumentError(
          absl::StrCat("is a time that the clocks of ", zone_.name(), " skip"));
    }
    parsed = times.pre + fraction;
  }
  if (parsed < base::ToAbsl(base::kEarliestInstant) ||
      parsed >= base::ToAbsl(base::kLatestInstant)) {
    return absl::InvalidArgumentError("is not within 1970 to 2199");
  }
  return base::FromAbsl(parsed);
}

}  // namespace fairpoint::server::imports
