// That offers with stock have sold what baskets took of them.
#ifndef FAIRPOINT_AUDIT_STOCK_CHECK_H_
#define FAIRPOINT_AUDIT_STOCK_CHECK_H_

#include <map>
#include <set>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/price_books.h"
#include "engine/store.h"

namespace fairpoint::audit {

// Baskets may be committed while they are read: what they took lies between what the rows said
// before and what they say after. Keeps a number an offer with stock.
class StockCheck {
 public:
  explicit StockCheck(Context& context) : context_(context) {}

  // Before any basket is read.
  absl::Status Begin();
  // Of a basket and its quote, whose books are at hand; the lines that were charged as quoted took
  // from the quote's offers.
  void Add(const pricing::Evidence& basket, const pricing::Evidence& quote,
           const std::vector<bool>& as_quoted, const PriceBooks& books);
  // A basket could not be made out: what it took is not known.
  void Forget() { is_known_ = false; }
  // After the last.
  absl::Status End();

 private:
  struct Sold {
    int64_t before = 0;  // by its row
    int64_t after = 0;
    bool is_there = false;  // its row
    absl::int128 taken = 0;
  };

  absl::Status Read(int64_t Sold::*sold);

  Context& context_;
  bool is_known_ = true;
  std::map<engine::OfferStockName, Sold> stocks_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_STOCK_CHECK_H_
