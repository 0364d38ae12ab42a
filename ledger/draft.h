// A planner's working copy: the ledger it started from, and over it only the rows it touched.
// Entries booked here are numbered, chained and applied at once, so that the next decision sees
// them; thrown away, they never were.
#ifndef FAIRPOINT_LEDGER_DRAFT_H_
#define FAIRPOINT_LEDGER_DRAFT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/points.h"
#include "base/time.h"
#include "ledger/command.h"
#include "ledger/plan.h"
#include "ledger/program.h"
#include "ledger/state.h"

namespace fairpoint::ledger {

class Draft {
 public:
  // All must outlive the draft.
  Draft(const Ledger& start, const Posting& posting, const Program& program, base::Instant now);

  // What follows is one transaction of the caller's operation / of the clock.
  void BeginOperation();
  void BeginClock();

  struct Movement {
    EntryKind kind{};
    Account from{};
    Account to{};
    base::Points points{};
    base::Instant effective_at{};
    int64_t lot_seq = 0;  // kNewLot: the entry's own
    int64_t hold_seq = 0;
    int64_t reverses_seq = 0;
    std::optional<base::Instant> available_at = std::nullopt;
    std::optional<base::Instant> expires_at = std::nullopt;
    base::MemberId peer_id = {};
    int64_t peer_seq = 0;
    std::optional<base::Instant> earned_at = std::nullopt;
  };
  static constexpr int64_t kNewLot = -1;
  static constexpr int64_t kNewHold = -1;  // the transaction's own

  // Returns the entry's seq. Planners check before they book, so a movement that does not follow
  // means that stored rows contradict one another: it breaks the draft, and from then on nothing is
  // booked.
  int64_t Book(const Movement& movement);
  // DATA_LOSS once the draft is broken, by what it was begun from or by what was met since.
  const absl::Status& status() const { return status_; }

  base::Instant now() const { return now_; }
  const Program& program() const { return program_; }
  const Posting& posting() const { return posting_; }
  const Member& member() const { return touched_.member; }
  int64_t next_seq() const { return touched_.member.entry_seq + 1; }

  // As they stand in the draft, ascending; null when not there.
  const Lot* FindLot(int64_t lot_seq) const;
  const Hold* FindHold(int64_t hold_seq) const;
  // A lot that another row names. That it is not there breaks the draft, and gives one without
  // points.
  const Lot& LotOf(int64_t lot_seq);
  void ForEachLot(const std::function<void(const Lot&)>& visit) const;
  void ForEachHold(const std::function<void(const Hold&)>& visit) const;

  // The changes so far, with the operation's entries marked; status() if the draft is broken.
  absl::StatusOr<Changes> Finish() &&;

 private:
  Entry EntryOf(const Movement& movement) const;
  std::optional<base::Instant> NextDue() const;

  const Ledger& start_;
  const Posting& posting_;
  const Program& program_;
  const base::Instant now_;
  const std::string legal_entity_;
  Ledger touched_;  // the member, and the lots and holds that differ from start_
  bool by_clock_ = false;
  int64_t txn_seq_ = 0;
  Changes changes_;
  absl::Status status_;
};

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_DRAFT_H_
