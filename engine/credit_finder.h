// Finds the orders that price protection must look at: those whose goods got a new fact or a new
// promotion, and those for which something known falls due. It reads the journal on from where it
// kept its place, so that it can stop anywhere; looking twice does no harm.
#ifndef FAIRPOINT_ENGINE_CREDIT_FINDER_H_
#define FAIRPOINT_ENGINE_CREDIT_FINDER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/credit_news.h"
#include "engine/engine.h"
#include "engine/program_cache.h"
#include "engine/store.h"

namespace fairpoint::engine {

// Not thread-safe: one thread steps it. Several servers may each have one.
class CreditFinder {
 public:
  // All must outlive the finder. The programmes are brought up to date with what is found.
  CreditFinder(Store& store, Engine& engine, ProgramCache& programs)
      : store_(store), engine_(engine), programs_(programs) {}

  // Reads at most some hundred rows of each journal lane, or goes on with what these ask for, and
  // looks at about a thousand orders at most; `more`: there are others already. How far it came
  // with what rows ask for is remembered here alone, and the place in the journal kept when all of
  // it is done. After an error the next step does again what failed.
  absl::Status Step(bool& more);
  // What the last step met that cannot be read, told once. It is passed over; but rows about a
  // programme that this server cannot read are left to others: the place is not kept beyond them.
  const std::vector<std::string>& broken() const { return broken_; }

 private:
  using Places = CreditNews::Places;

  absl::Status Open();
  absl::Status StepIn(bool& more);
  // What the rows that follow ask for becomes searches.
  absl::Status ReadJournal(bool& more);
  absl::Status ReadPlaces();
  absl::Status ReadLanes(Places& places, CreditNews& news, bool& more);
  // Goes on with the searches until enough orders are found.
  absl::Status GoOn();
  template <class Row, class Read>
  absl::Status ReadPage(PlacedPage& page, bool& is_last, const Read& read);
  absl::Status FindDue(bool& more);
  // Has the orders found looked at, and waits for it.
  absl::Status Look();
  // Not for every row that says nothing: keeping a place makes a row itself.
  absl::Status Keep();
  std::vector<absl::Status> Do(std::vector<Command> commands);

  Store& store_;
  Engine& engine_;
  ProgramCache& programs_;
  std::unique_ptr<ReadSession> session_;
  Places kept_;             // in the store
  Places read_;             // the searches are of rows up to these
  Places held_;             // rows after these are for who can read their programmes
  bool found_any_ = false;  // since the places were kept
  std::deque<OrderSearch> searches_;
  std::set<OrderName> orders_;         // found, not looked at yet
  std::set<OrderName> broken_orders_;  // that could not be looked at
  std::set<base::ProgramId> unreadable_;
  std::vector<std::string> broken_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_CREDIT_FINDER_H_
