// What the door hands to the engine, and what it gets back.
#ifndef FAIRPOINT_ENGINE_COMMAND_H_
#define FAIRPOINT_ENGINE_COMMAND_H_

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/time.h"
#include "engine/receipt.h"
#include "ledger/command.h"
#include "ledger/entry.h"
#include "ledger/program.h"

namespace fairpoint::engine {

// Which member a command is about. Nobody: programmes and enrolments.
struct Nobody {
  friend bool operator==(const Nobody&, const Nobody&) = default;
};
using MemberRef = std::variant<Nobody, base::MemberId, ledger::PlainIdentity>;

struct Command {
  base::ProgramId program_id;
  MemberRef member;
  ledger::Posting posting;  // request_id may be empty for Settle only
  ledger::Operation operation;
  RequestDigest digest;
  // Past it the command is dropped, unless it is being written already. On the clock of
  // base::SteadyNow.
  absl::Time deadline = absl::InfiniteFuture();
};

// What a write did: the same on every replay, since it is rebuilt from rows.
struct Answer {
  bool replayed = false;
  base::MemberId member_id;
  std::vector<ledger::Entry> entries;  // of the operation, not of what fell due before or after it
  bool created = false;                // EnrollMember: the member is new
  int64_t deduct_minor_units = 0;      // ReverseEntry: to keep back from the refund
  int64_t event_seq = 0;               // FreezeMember, UnfreezeMember
  ledger::ProgramVersion program_version;  // PublishProgram
  int64_t settled_entries = 0;             // Settle: how many entries were booked
};

// Called exactly once, from an engine thread; must not block.
using Completion = std::function<void(absl::StatusOr<Answer>)>;

struct Pending {
  Command command;
  Completion done;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_COMMAND_H_
