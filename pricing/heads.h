// Heads: the rows that whoever writes about a SKU or channel locks exclusively and bumps, and
// whoever commits a basket locks shared and compares with what it knows. They carry their books.
#ifndef FAIRPOINT_PRICING_HEADS_H_
#define FAIRPOINT_PRICING_HEADS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/ids.h"

namespace fairpoint::pricing {

// A book of as many stored bytes takes nothing more but what ends something. One row adds less than
// 256 KiB; the column holds 16 MiB.
inline constexpr size_t kBookBytesMax = 8 << 20;

// Projections, rebuilt from facts, offers, promotions and reports.
struct PriceHead {
  base::ProgramId program_id;
  std::string sku;
  int64_t version = 0;  // of its last row: the head_seq
  std::string book;     // SkuBook::Encode
  friend bool operator==(const PriceHead&, const PriceHead&) = default;
};
struct ChannelHead {
  base::ProgramId program_id;
  std::string channel_id;
  int64_t version = 0;
  std::string book;  // ChannelBook::Encode
  friend bool operator==(const ChannelHead&, const ChannelHead&) = default;
};
// Where a listing is, for snapshots and for withdrawing it whole: one row a listing and SKU.
struct ListingPlace {
  base::ProgramId program_id;
  std::string channel_id;
  std::string listing_id;
  std::string sku;
  friend bool operator==(const ListingPlace&, const ListingPlace&) = default;
};
// Units sold at an offer with stock, for ever.
struct OfferStock {
  base::ProgramId program_id;
  std::string channel_id;
  std::string offer_id;
  std::string sku;  // empty: an offer for all
  int64_t sold = 0;
  friend bool operator==(const OfferStock&, const OfferStock&) = default;
};

}  // namespace fairpoint::pricing

#endif  // FAIRPOINT_PRICING_HEADS_H_
