// What came back of an order, by the parts that returns have of it.
#ifndef FAIRPOINT_AUDIT_RETURNED_CHECK_H_
#define FAIRPOINT_AUDIT_RETURNED_CHECK_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "audit/context.h"
#include "audit/numbers.h"
#include "checkout/order.h"
#include "engine/store.h"

namespace fairpoint::audit {

// Whether PartsOf may be asked for them; says what is in the way.
bool CheckNumbers(const checkout::OrderReturn& row, const Numbers::Say& say);

class ReturnedCheck {
 public:
  // Returns by their number, which must outlive this.
  using Returns = std::map<engine::OrderName, checkout::OrderReturn>;

  ReturnedCheck(Context& context, const Returns& returns) : context_(context), returns_(returns) {}

  // Books the order's parts into it and its lines as they should be, and says which part is not
  // what its return has, and what cannot be. Requires lines numbered from 1, with
  // all that was credited for them. Returns the points
  // that came back while the order had no member, or nothing if a return is gone.
  std::optional<absl::int128> Book(const std::vector<checkout::ReturnPart>& parts,
                                   checkout::Order& order, std::vector<checkout::OrderLine>& lines);

 private:
  struct OfLine {
    absl::int128 units = 0;
    absl::int128 amount = 0;
    absl::int128 points = 0;
    absl::int128 credited = 0;  // that was kept back
  };
  // What a return has of each order; nothing if its numbers are out of range.
  using PartsByOrder = std::optional<std::map<std::string, checkout::ReturnPart>>;

  void Find(const engine::OrderName& name, std::string what, std::string expected,
            std::string found);
  void CheckPart(const checkout::ReturnPart& part, const checkout::OrderReturn& row);
  void Add(const checkout::ReturnPart& part, std::vector<OfLine>& of_lines);
  const PartsByOrder& PartsIn(const checkout::OrderReturn& row);

  Context& context_;
  const Returns& returns_;
  std::map<engine::OrderName, PartsByOrder> parts_;  // by return, made once
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_RETURNED_CHECK_H_
