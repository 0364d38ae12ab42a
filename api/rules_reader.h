// Walks a programme's message beside its places in the text.
#ifndef FAIRPOINT_API_RULES_READER_H_
#define FAIRPOINT_API_RULES_READER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/program_file.h"
#include "api/program_text.h"
#include "base/ids.h"
#include "fairpoint/v1/program.pb.h"
#include "ledger/program.h"

namespace fairpoint::api {

// Of a period in a programme.
inline constexpr int32_t kMonthsMax = 1'200;
inline constexpr int32_t kDaysMax = 36'500;
inline constexpr int64_t kSecondsPerDay = 86'400;
inline constexpr int64_t kSecondsMax = kDaysMax * kSecondsPerDay;

// Every getter notes what is wrong. Not thread-safe.
class RulesReader {
 public:
  RulesReader(const ProgramText& text, std::vector<ProgramFault>& faults)
      : text_(text), faults_(faults) {}

  void Wrong(const Spot& spot, std::string_view what) { faults_.push_back(spot.Fault(what)); }
  // A required thing that is not there; unless a skipped line of the same message may have said it.
  void Missing(const Spot& spot, std::string_view what) {
    const ProgramFault fault = spot.Fault(what);
    if (text_.read_to_its_end && !text_.messages_with_gaps.contains(fault.line)) {
      faults_.push_back(fault);
    } else {
      kept_back_ = true;
    }
  }
  bool kept_back() const { return kept_back_; }

  void Text(const Spot& spot, const std::string& value) {
    if (value.size() > kTextBytesMax) Wrong(spot, "must be at most 256 bytes");
  }
  void Texts(const Spot& spot, const v1::LocalizedText& value) {
    Text(spot.Field("zh_hans"), value.zh_hans());
    Text(spot.Field("en"), value.en());
  }
  void Reference(const Spot& spot, const std::string& value, bool required) {
    if (value.empty()) {
      if (required) Missing(spot, "is required");
    } else if (!base::IsReference(value)) {
      Wrong(spot, "must be 1-64 printable ASCII characters without spaces");
    }
  }
  int64_t Within(const Spot& spot, int64_t value, int64_t least, int64_t most) {
    if (value < least || value > most) {
      Wrong(spot, absl::StrCat("must be ", least, " to ", most, ", not ", value));
    }
    return value;
  }
  ledger::Period Period(const Spot& spot, const v1::Period& value, bool positive) {
    const ledger::Period period{
        .months = Within(spot.Field("months"), value.months(), 0, kMonthsMax),
        .days = Within(spot.Field("days"), value.days(), 0, kDaysMax),
        .seconds = Within(spot.Field("seconds"), value.seconds(), 0, kSecondsMax),
    };
    if (positive && period.IsZero()) Wrong(spot, "must be longer than nothing");
    return period;
  }

 private:
  static constexpr size_t kTextBytesMax = 256;

  const ProgramText& text_;
  std::vector<ProgramFault>& faults_;
  bool kept_back_ = false;
};

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_RULES_READER_H_
