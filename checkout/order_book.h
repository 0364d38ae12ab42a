// The orders that a planner may look at: as loaded, and as those before it left them.
#ifndef FAIRPOINT_CHECKOUT_ORDER_BOOK_H_
#define FAIRPOINT_CHECKOUT_ORDER_BOOK_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "checkout/order.h"
#include "ledger/command.h"

namespace fairpoint::checkout {

// What there is of an earning whose member was merged into another one.
struct MovedLot {
  int64_t lot_seq = 0;  // of the member it was merged into; 0: nothing of it came over
  ledger::MergedEarning earning;
};

// Of one programme. Not thread-safe.
class OrderBook {
 public:
  // Rows put in replace those of the same name.
  void Put(const Order& order);
  void Put(const OrderLine& line);
  void Put(const MovedLot& lot);
  // `source` was merged into `target`: its orders are the target's too.
  void PutMerged(const base::MemberId& source, const base::MemberId& target);

  // Null when not there.
  const Order* FindOrder(const std::string& order_id) const;
  const OrderLine* FindLine(const std::string& order_id, int64_t line_number) const;
  // Ascending.
  std::vector<const OrderLine*> LinesOf(const std::string& order_id) const;
  // Of the order of a member merged into another one; null when not there.
  const MovedLot* FindMoved(const Order& order) const;
  // Those with units left, also of members who were merged into this one, in no particular order.
  std::vector<const OrderLine*> OpenLinesOf(const base::MemberId& member_id,
                                            const std::string& sku) const;

 private:
  using LineName = std::pair<std::string, int64_t>;
  using Owner = std::pair<base::MemberId, std::string>;

  std::map<std::string, Order> orders_;
  std::map<LineName, OrderLine> lines_;
  std::map<Owner, std::set<LineName>> by_owner_;
  std::map<std::pair<base::MemberId, int64_t>, MovedLot> moved_;  // by who earned it, and its entry
  std::map<base::MemberId, std::set<base::MemberId>> merged_;     // by target
};

}  // namespace fairpoint::checkout

#endif  // FAIRPOINT_CHECKOUT_ORDER_BOOK_H_
