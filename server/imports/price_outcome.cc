#include "server/imports/price_outcome.h"

#include <string>

#include "server/imports/outcome.h"
#include "server/imports/patience.h"

namespace fairpoint::server::imports {

namespace {

// Of a number that is the price's date: what is to be done.
constexpr char kDateReused[] =
    " (rows are numbered by valid_from: a price of the same date is corrected with a later "
    "valid_from, or a file with a seq column)";

}  // namespace

bool TakeItem(const v1::RecordedItem& item, const FilePrice& price, const PriceMapping& mapping,
              PriceBook& book, PriceCounts& counts) {
  switch (item.state()) {
    case v1::RecordedItem::RECORDED:
      ++(item.clamped_amount() > 0 ? counts.clamped : counts.recorded);
      return true;
    case v1::RecordedItem::DUPLICATE:
      ++counts.duplicate;
      return true;
    case v1::RecordedItem::HELD:
      ++counts.held;
      return true;
    default:
      break;
  }
  if (item.has_error() && IsPassing(item.error().code())) return false;
  ++counts.refused;
  const auto& columns = mapping.channels[price.channel].columns;
  std::string reason = item.has_error() ? ReasonOf(item.error(), "") : kStrangeAnswer;
  if (columns.seq().empty() && reason.starts_with("SEQUENCE_REUSED")) reason += kDateReused;
  book.Reject(price.row, columns.channel_id(), reason);
  return true;
}

}  // namespace fairpoint::server::imports
