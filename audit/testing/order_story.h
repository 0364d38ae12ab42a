// Books of orders that have everything, for tests that tamper with them.
#ifndef FAIRPOINT_AUDIT_TESTING_ORDER_STORY_H_
#define FAIRPOINT_AUDIT_TESTING_ORDER_STORY_H_

#include <string>

#include "audit/testing/memory_store.h"
#include "audit/testing/story.h"
#include "audit/testing/workload.h"

namespace fairpoint::audit {

// One transaction a row of the journal's lane 1, which begins with the programme and two members:
//   4 the member buys O1: 3 tea for 300.00 and a cup for 50.00, entry 1 earns 350;
//   5 somebody buys O2: 2 tea for 100.00; 6 which the member claims, entry 2 earns 100;
//   7 R1 of O1: a tea, entry 3 takes 100 back;
//   8 R2 without a receipt: 3 tea, 2 of O2 and one of O1: entries 4 and 5 take 100 and 100;
//   9 somebody buys O3: a cup for 0.50, which earns nothing. Nobody claims it.
class OrderStory {
 public:
  OrderStory();

  const Tables& tables() const { return store_.tables; }
  const base::Keyring& keyring() const { return workload_.keyring(); }

  engine::MemberName member;
  engine::MemberName neighbour;

 private:
  void Do(const engine::MemberRef& member_ref, const char* number, checkout::Operation operation);

  MemoryStore store_;
  Workload workload_;
};

// Told once.
const OrderStory& TheOrderStory();
// Of an order or a return.
inline engine::OrderName OrderAt(const char* number) { return {kProgram, number}; }
// ExpectNamedFirst of these books.
void ExpectOrdersNamedFirst(const Tampering& tampering);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_TESTING_ORDER_STORY_H_
