// Orders for the engine's tests: commands in a line each, everything that was written of them, and
// a second group on the same store. Not for production.
#ifndef FAIRPOINT_ENGINE_TESTING_ORDERS_H_
#define FAIRPOINT_ENGINE_TESTING_ORDERS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "checkout/order.h"
#include "engine/command.h"
#include "engine/group.h"
#include "engine/testing/world.h"

namespace fairpoint::engine::testing {

// ---- commands; the digest follows from what is given: 1 and 2 the member, 4 the order or return,
// 5 what it is of, 6 its amounts ----

struct Bought {
  std::string sku;
  int64_t quantity = 0;
  int64_t amount = 0;
};
Command Buy(std::string_view request_id, const MemberRef& member, std::string_view order_id,
            const std::vector<Bought>& lines);
Command ReturnOf(std::string_view request_id, std::string_view return_id, std::string_view order_id,
                 int64_t line_number, int64_t units);
// The latest.
Command ReturnOfSkus(std::string_view request_id, const MemberRef& member,
                     std::string_view return_id, const std::vector<checkout::ReturnedItem>& items);
Command Claim(std::string_view request_id, const MemberRef& member, std::string_view order_id,
              int64_t amount);

// ---- what was written ----

// Every row there is, in key order.
struct Orders {
  std::vector<checkout::Placement> placements;
  std::vector<checkout::OrderReturn> returns;
  std::vector<checkout::OrderClaim> claims;
  std::vector<checkout::Order> orders;
  std::vector<checkout::OrderLine> lines;
};
Orders ReadOrders(FakeStore& store);
// Hashes are the rows' own, and orders and lines are what placements, claims and returns make of
// them. Anything else fails the test.
void ExpectOrdersHold(FakeStore& store);

// Another server's group on the world's store.
class Rival {
 public:
  explicit Rival(World& world);

  std::map<std::string, std::vector<absl::StatusOr<Answer>>> answers;  // by request id

  void Start(std::vector<Command> commands);
  // Until it waits for a lock of the other; fails the test when it never does.
  void StepUntilBlocked();
  void Run();

 private:
  World& world_;
  Group group_;
};

}  // namespace fairpoint::engine::testing

#endif  // FAIRPOINT_ENGINE_TESTING_ORDERS_H_
