#include "ledger/account.h"

namespace fairpoint::ledger {

std::string_view Name(Account account) {
  switch (account) {
    case Account::kAvailable:
      return "available";
    case Account::kPending:
      return "pending";
    case Account::kHeld:
      return "held";
    case Account::kDebt:
      return "debt";
    case Account::kIssued:
      return "issued";
    case Account::kRedeemed:
      return "redeemed";
    case Account::kExpired:
      return "expired";
    case Account::kClawedBack:
      return "clawed_back";
    case Account::kAdjusted:
      return "adjusted";
    case Account::kTransferred:
      return "transferred";
  }
  return "unknown";
}

}  // namespace fairpoint::ledger
