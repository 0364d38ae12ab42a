// What the door hands to the engine, and what it gets back.
#ifndef FAIRPOINT_ENGINE_COMMAND_H_
#define FAIRPOINT_ENGINE_COMMAND_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/time.h"
#include "checkout/command.h"
#include "checkout/order.h"
#include "engine/price_command.h"
#include "engine/receipt.h"
#include "ledger/command.h"
#include "ledger/entry.h"
#include "ledger/program.h"

namespace fairpoint::engine {

// Which member a command is about. Nobody: programmes, enrolments, purchases without a member.
struct Nobody {
  friend bool operator==(const Nobody&, const Nobody&) = default;
};
// Whoever the order belongs to, if anybody.
struct OrderOwner {
  std::string order_id;
  friend bool operator==(const OrderOwner&, const OrderOwner&) = default;
};
// Whose the quote is, if anybody's.
struct QuoteOwner {
  std::string quote_id;
  friend bool operator==(const QuoteOwner&, const QuoteOwner&) = default;
};
using MemberRef =
    std::variant<Nobody, base::MemberId, ledger::PlainIdentity, OrderOwner, QuoteOwner>;

using Operation = std::variant<ledger::Operation, checkout::Operation, PriceOperation>;

struct Command {
  base::ProgramId program_id;
  MemberRef member;
  ledger::Posting posting;  // request_id may be empty for Settle and most of PriceOperation
  Operation operation;
  RequestDigest digest;
  // Past it the command is dropped, unless it is being written already. On the clock of
  // base::SteadyNow.
  absl::Time deadline = absl::InfiniteFuture();
};

// The operation, if it is of this kind.
template <class T>
const T* OperationAs(const Command& command) {
  if constexpr (requires(checkout::Operation& of) { of.emplace<T>(); }) {
    const auto* const order = std::get_if<checkout::Operation>(&command.operation);
    return order == nullptr ? nullptr : std::get_if<T>(order);
  } else if constexpr (requires(PriceOperation& of) { of.emplace<T>(); }) {
    const auto* const price = std::get_if<PriceOperation>(&command.operation);
    return price == nullptr ? nullptr : std::get_if<T>(price);
  } else {
    const auto* const points = std::get_if<ledger::Operation>(&command.operation);
    return points == nullptr ? nullptr : std::get_if<T>(points);
  }
}

// What the command enrols, if it does.
const ledger::EnrollMember* EnrolmentOf(const Command& command);

// Which operation a receipt answers.
ledger::OperationKind KindOf(const Operation& operation);

// What a write did: the same on every replay, since it is rebuilt from rows.
struct Answer {
  bool replayed = false;
  base::MemberId member_id;
  std::vector<ledger::Entry> entries;  // of the operation, not of what fell due before or after it
  bool created = false;                // EnrollMember, ImportMember: the member is new
  int64_t deduct_minor_units = 0;      // ReverseEntry: to keep back from the refund
  int64_t event_seq = 0;               // of what changes a member beside points; 0: nothing did
  ledger::ProgramVersion program_version;     // PublishProgram
  int64_t settled_entries = 0;                // Settle: how many entries were booked
  base::Points points;                        // RecordPurchase, ClaimReceipt: what the order earns
  checkout::OrderReturn order_return;         // RecordReturn
  std::shared_ptr<const PriceAnswer> prices;  // PriceOperation, CommitBasket
};

// It changes price facts, offers or promotions: such commands have transactions of their own, so
// that nobody waits for prices who only reads them.
bool WritesPrices(const Command& command);

// Called exactly once, from an engine thread; must not block.
using Completion = std::function<void(absl::StatusOr<Answer>)>;

struct Pending {
  Command command;
  Completion done;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_COMMAND_H_
