// Accounts that points move between. A member has four; the rest are the programme's and are sums
// over entries, never rows.
#ifndef FAIRPOINT_LEDGER_ACCOUNT_H_
#define FAIRPOINT_LEDGER_ACCOUNT_H_

#include <cstdint>
#include <string_view>

namespace fairpoint::ledger {

// The numbers are stored and hashed: never renumber.
enum class Account : uint8_t {
  kAvailable = 1,  // a member may spend these
  kPending = 2,    // earned, not yet spendable
  kHeld = 3,       // set aside for an unpaid order
  kDebt = 4,       // owed by the member; moving points *from* it makes the debt larger
  kIssued = 16,
  kRedeemed = 17,
  kExpired = 18,
  kClawedBack = 19,
  kAdjusted = 20,
  kTransferred = 21,  // between members: nets to zero
};

std::string_view Name(Account account);  // "available"; "unknown" for a number that is none

}  // namespace fairpoint::ledger

#endif  // FAIRPOINT_LEDGER_ACCOUNT_H_
