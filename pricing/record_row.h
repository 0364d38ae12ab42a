// What recording has in common, whatever the row.
#ifndef FAIRPOINT_PRICING_RECORD_ROW_H_
#define FAIRPOINT_PRICING_RECORD_ROW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/error.h"
#include "base/time.h"
#include "pricing/errors.h"
#include "pricing/record.h"
#include "pricing/rules.h"

namespace fairpoint::pricing {

// That facts and promotions may come from the channel.
inline absl::Status CheckReference(const std::string& channel_id, const Rules& rules,
                                   const char* field = "channel_id") {
  const Channel* channel = FindChannel(rules, channel_id);
  if (channel == nullptr) return ChannelUnknown(field, channel_id);
  if (channel->role != ChannelRole::kReference)
    return ChannelRoleWrong(field, channel_id, "REFERENCE");
  return absl::OkStatus();
}

// The row as it is recorded now.
template <class Row>
Row RowAt(const Row& asked, int64_t head_seq, base::Instant now) {
  Row row = asked;
  row.head_seq = head_seq;
  row.recorded_at = now;
  if (row.window.from == kFromRecording) row.window.from = now;
  return row;
}

// Of a row with a price: its currency, and that its window is one.
template <class Row>
absl::Status CheckTerms(const Row& row, const Rules& rules) {
  if (row.currency != rules.currency)
    return PriceCurrencyMismatch("currency", rules.currency, row.currency);
  if (row.window.until && *row.window.until <= row.window.from)
    return base::InvalidFields({{"window.valid_until", "is not after the window's beginning"}});
  return absl::OkStatus();
}

// A number that was recorded before: a duplicate, or refused.
template <class Row>
absl::StatusOr<Recorded<Row>> Repeated(const Row& asked, const Row& same, const char* field,
                                       int64_t number) {
  std::vector<std::string> differing = DifferencesOf(asked, same);
  if (asked.window.from == kFromRecording && same.window.from == same.recorded_at)
    std::erase(differing, "window.valid_from");
  if (!differing.empty()) return SequenceReused(field, number, differing);
  return Recorded<Row>{std::nullopt, same.head_seq};
}

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_RECORD_ROW_H_
