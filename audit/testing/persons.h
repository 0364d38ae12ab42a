// One ledger in which points move between members, and members become one or are forgotten, for
// tests that tamper with it.
#ifndef FAIRPOINT_AUDIT_TESTING_PERSONS_H_
#define FAIRPOINT_AUDIT_TESTING_PERSONS_H_

#include "audit/testing/memory_store.h"
#include "audit/testing/workload.h"

namespace fairpoint::audit {

// In ascending order of their ids:
//   source: earns 50, then 60 by order SO-1; has tags; merged into middle
//   middle: merged into last, and the source with it
//   last: then goods of SO-1 come back
//   erased: has tags, earns 5, is erased
//   giver: earns 100, gives 40
//   taker: takes 40
class Persons {
 public:
  Persons();

  const Tables& tables() const { return store_.tables; }
  const base::Keyring& keyring() const { return workload_.keyring(); }

  engine::MemberName source;
  engine::MemberName middle;
  engine::MemberName last;
  engine::MemberName erased;
  engine::MemberName giver;
  engine::MemberName taker;
  Tables before_erasure;

 private:
  void Do(const engine::MemberName& member, ledger::Operation operation);
  void Do(engine::MemberRef member, const std::string& order_id, checkout::Operation operation);

  MemoryStore store_;
  Workload workload_;
};

// Told once.
const Persons& ThePersons();

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_TESTING_PERSONS_H_
