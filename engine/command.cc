#include "engine/command.h"

namespace fairpoint::engine {

const ledger::EnrollMember* EnrolmentOf(const Command& command) {
  if (const auto* import = OperationAs<ledger::ImportMember>(command)) return &import->enroll;
  return OperationAs<ledger::EnrollMember>(command);
}

ledger::OperationKind KindOf(const Operation& operation) {
  using Kind = ledger::OperationKind;
  const auto after = [](Kind first, size_t index) {
    return static_cast<Kind>(static_cast<size_t>(first) + index);
  };
  if (const auto* order = std::get_if<checkout::Operation>(&operation))
    return after(Kind::kRecordPurchase, order->index());
  // TakeBackParts, between the two runs of numbers, is no caller's.
  constexpr size_t kTakeBackParts = 12;
  static_assert(std::is_same_v<std::variant_alternative_t<kTakeBackParts, ledger::Operation>,
                               ledger::TakeBackParts>);
  const size_t index = std::get<ledger::Operation>(operation).index();
  return index < kTakeBackParts ? after(Kind::kEarnPoints, index)
                                : after(Kind::kTransferPoints, index - kTakeBackParts - 1);
}

}  // namespace fairpoint::engine
