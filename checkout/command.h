// What callers ask about orders, as values. Well-formed by construction of the door; whether the
// state allows it is the planners' to say.
#ifndef FAIRPOINT_CHECKOUT_COMMAND_H_
#define FAIRPOINT_CHECKOUT_COMMAND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/money.h"
#include "checkout/order.h"

namespace fairpoint::checkout {

inline constexpr size_t kLinesMax = 2000;

struct RecordPurchase {
  std::string order_id;
  std::string currency;
  std::vector<PlacedLine> lines;  // 1 to kLinesMax; their points are the planner's to set
  OrderSource source;
};

// Units, or an amount, of a line.
struct ReturnedLine {
  int64_t line_number = 0;
  std::optional<int64_t> units;   // > 0
  std::optional<int64_t> amount;  // > 0, minor units; one of the two is there
};
struct ReturnByOrder {
  std::string order_id;
  std::vector<ReturnedLine> lines;  // no line twice
};
enum class Match : uint8_t { kLowestPaid, kLatest };
struct ReturnWithoutReceipt {
  std::vector<ReturnedItem> items;
  Match match = Match::kLowestPaid;
};
struct RecordReturn {
  std::string return_id;
  std::variant<ReturnByOrder, ReturnWithoutReceipt> from;
  OrderSource source;
  std::optional<base::Money> refund;
};

struct ClaimReceipt {
  std::string order_id;
  base::Money amount;  // the receipt's total
};

// Orders what was quoted.
struct CommitBasket {
  std::string quote_id;
  std::string order_id;
};

using Operation = std::variant<RecordPurchase, RecordReturn, ClaimReceipt, CommitBasket>;

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_COMMAND_H_
