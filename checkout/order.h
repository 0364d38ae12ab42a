// Orders as they are kept: what was bought (a placement), what came back (a return), who claimed a
// receipt later: all append-only; and projections of them that writes lock and reads show.
#ifndef FAIRPOINT_CHECKOUT_ORDER_H_
#define FAIRPOINT_CHECKOUT_ORDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/points.h"
#include "base/sha256.h"
#include "base/time.h"

namespace fairpoint::checkout {

// Who bore a part of a price.
struct Discount {
  std::string funder;
  int64_t minor_units = 0;  // > 0
  friend bool operator==(const Discount&, const Discount&) = default;
};

// Where and through whom an order came about; empty: not said.
struct OrderSource {
  std::string store_id;
  std::string associate_id;
  std::string channel_id;
  std::string scene;
  std::string session_id;
  std::string group_id;
  std::string campaign_id;
  friend bool operator==(const OrderSource&, const OrderSource&) = default;
};

// A line as it was placed. Lines are numbered from 1 in their order.
struct PlacedLine {
  std::string sku;       // compared byte for byte
  int64_t quantity = 0;  // in base units, > 0
  int64_t amount = 0;    // minor units paid for the line, >= 0
  base::Points points;   // its share of what the order earns
  std::vector<Discount> discounts;
  friend bool operator==(const PlacedLine&, const PlacedLine&) = default;
};

// Append-only: a purchase as it was recorded.
struct Placement {
  base::ProgramId program_id;
  std::string order_id;
  base::MemberId member_id;  // empty: a receipt without a member
  std::string currency;
  int64_t amount = 0;    // of all lines
  base::Points points;   // that the order earns; of all lines
  int64_t earn_seq = 0;  // the EARN entry; 0: nothing was earned, or nobody was there to earn it
  std::vector<PlacedLine> lines;
  OrderSource source;
  std::string legal_entity;
  std::string reason;
  std::string actor;
  base::RequestId request_id;
  int64_t program_version = 0;
  base::Instant effective_at;
  base::Instant recorded_at;
  base::Hash hash{};
  int64_t lane = 0;  // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const Placement&, const Placement&) = default;
};

// A part of a return and the line that it belongs to.
struct MatchedReturn {
  std::string order_id;
  int64_t line_number = 0;
  std::string sku;
  int64_t units = 0;     // 0: a refund by amount
  int64_t amount = 0;    // minor units that had been paid for it
  base::Points points;   // that it had earned
  int64_t credited = 0;  // of the amount, credited before by price protection: to be kept back
  friend bool operator==(const MatchedReturn&, const MatchedReturn&) = default;
};
struct ReturnedItem {
  std::string sku;
  int64_t units = 0;
  friend bool operator==(const ReturnedItem&, const ReturnedItem&) = default;
};
// What was booked for one order's points.
struct OrderTaken {
  std::string order_id;
  base::Points taken;     // booked, debt restored included
  base::Points restored;  // of these: debt that the earning had repaid, brought back
  base::Points deducted;  // besides: kept back from the refund in money
  friend bool operator==(const OrderTaken&, const OrderTaken&) = default;
};

// Append-only: what came back.
struct OrderReturn {
  base::ProgramId program_id;
  std::string return_id;
  base::MemberId member_id;  // whose points; empty: of a receipt without a member
  std::vector<MatchedReturn> matched;
  std::vector<ReturnedItem> unmatched;  // goodwill: moves no points
  bool without_receipt = false;
  std::vector<OrderTaken> taken;   // of each order of which points were due
  base::Points points;             // of all that matched
  int64_t deduct_minor_units = 0;  // to keep back from the refund
  int64_t first_seq = 0;           // of the entries made
  int64_t entry_count = 0;
  OrderSource source;
  std::string legal_entity;
  std::string reason;
  std::string actor;
  base::RequestId request_id;
  int64_t program_version = 0;
  base::Instant effective_at;
  base::Instant recorded_at;
  base::Hash hash{};
  int64_t lane = 0;  // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const OrderReturn&, const OrderReturn&) = default;
};

// Append-only: a receipt without a member that was claimed, once.
struct OrderClaim {
  base::ProgramId program_id;
  std::string order_id;
  base::MemberId member_id;
  base::Points points;   // earned: the order's less what was returned before
  int64_t earn_seq = 0;  // 0: nothing
  std::string reason;
  std::string actor;
  base::RequestId request_id;
  int64_t program_version = 0;
  base::Instant recorded_at;
  base::Hash hash{};
  int64_t lane = 0;  // not hashed
  int64_t lane_seq = 0;
  friend bool operator==(const OrderClaim&, const OrderClaim&) = default;
};

// Projection: an order as it stands. Its member is locked for every change; so is the order itself
// where nobody owns it.
struct Order {
  base::ProgramId program_id;
  std::string order_id;
  base::MemberId member_id;  // empty: nobody yet
  int64_t order_seq = 0;     // 1, 2, 3 ... of the member's, as they became its; 0: nobody's
  int64_t earn_seq = 0;      // the lot that it made; 0: none
  base::Points taken;        // of that lot, by returns
  base::Points restored;     // of these, debt brought back
  base::Points deducted;     // besides, kept back from refunds in money
  base::Instant effective_at;
  std::optional<base::Instant> claimed_at;
  friend bool operator==(const Order&, const Order&) = default;
};

// Projection: a line as it stands.
struct OrderLine {
  base::ProgramId program_id;
  std::string order_id;
  int64_t line_number = 0;
  base::MemberId member_id;  // as its order's
  std::string sku;
  int64_t quantity = 0;
  int64_t amount = 0;
  base::Points points;
  int64_t units_returned = 0;
  int64_t amount_returned = 0;
  int64_t credited = 0;          // by price protection, of the units that are left
  base::Points points_returned;  // due; what the policy reached is the order's `taken`
  base::Instant effective_at;    // as its order's
  int64_t order_seq = 0;         // as its order's
  bool is_open = true;           // units are left
  friend bool operator==(const OrderLine&, const OrderLine&) = default;
};

// Projection: what of an order a return is about. Returns by order; OrderReturn has the same by
// return.
struct ReturnPart {
  base::ProgramId program_id;
  std::string order_id;
  std::string return_id;
  std::vector<MatchedReturn> matched;
  base::Points taken;
  base::Points restored;
  base::Points deducted;
  friend bool operator==(const ReturnPart&, const ReturnPart&) = default;
};
// The parts of a return, one an order, as they matched. What it took of an order must add up.
std::vector<ReturnPart> PartsOf(const OrderReturn& order_return);

// The stored form of lines and of what a return found. Decode returns false for bytes that Encode
// does not write.
std::string Encode(const std::vector<PlacedLine>& lines);
std::string Encode(const std::vector<MatchedReturn>& matched);
std::string Encode(const std::vector<ReturnedItem>& items);
std::string Encode(const std::vector<OrderTaken>& taken);
bool Decode(std::string_view bytes, std::vector<PlacedLine>& lines);
bool Decode(std::string_view bytes, std::vector<MatchedReturn>& matched);
bool Decode(std::string_view bytes, std::vector<ReturnedItem>& items);
bool Decode(std::string_view bytes, std::vector<OrderTaken>& taken);

// What `hash` covers: every field but `hash`, `lane` and `lane_seq`. docs/hashing.md has the
// layout.
std::string Canonical(const Placement& placement);
std::string Canonical(const OrderReturn& order_return);
std::string Canonical(const OrderClaim& claim);
base::Hash HashOf(const Placement& placement);
base::Hash HashOf(const OrderReturn& order_return);
base::Hash HashOf(const OrderClaim& claim);

// The projections as a placement alone makes them.
Order OrderOf(const Placement& placement, int64_t order_seq);
std::vector<OrderLine> LinesOf(const Placement& placement, int64_t order_seq);

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_ORDER_H_
