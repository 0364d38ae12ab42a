#include "engine/command.h"

#include <cstdlib>

namespace fairpoint::engine {
namespace {

using Kind = ledger::OperationKind;

Kind KindOfOne(const ledger::EarnPoints&) { return Kind::kEarnPoints; }
Kind KindOfOne(const ledger::RedeemPoints&) { return Kind::kRedeemPoints; }
Kind KindOfOne(const ledger::HoldPoints&) { return Kind::kHoldPoints; }
Kind KindOfOne(const ledger::CaptureHold&) { return Kind::kCaptureHold; }
Kind KindOfOne(const ledger::ReleaseHold&) { return Kind::kReleaseHold; }
Kind KindOfOne(const ledger::ReleasePending&) { return Kind::kReleasePending; }
Kind KindOfOne(const ledger::ReverseEntry&) { return Kind::kReverseEntry; }
Kind KindOfOne(const ledger::Settle&) { return Kind::kSettle; }
Kind KindOfOne(const ledger::EnrollMember&) { return Kind::kEnrollMember; }
Kind KindOfOne(const ledger::FreezeMember&) { return Kind::kFreezeMember; }
Kind KindOfOne(const ledger::UnfreezeMember&) { return Kind::kUnfreezeMember; }
Kind KindOfOne(const ledger::PublishProgram&) { return Kind::kPublishProgram; }
Kind KindOfOne(const ledger::TransferPoints&) { return Kind::kTransferPoints; }
Kind KindOfOne(const ledger::AdjustPoints&) { return Kind::kAdjustPoints; }
Kind KindOfOne(const ledger::LinkIdentity&) { return Kind::kLinkIdentity; }
Kind KindOfOne(const ledger::UnlinkIdentity&) { return Kind::kUnlinkIdentity; }
Kind KindOfOne(const ledger::SetTags&) { return Kind::kSetTags; }
Kind KindOfOne(const ledger::MergeMembers&) { return Kind::kMergeMembers; }
Kind KindOfOne(const ledger::EraseMember&) { return Kind::kEraseMember; }
Kind KindOfOne(const ledger::ImportMember&) { return Kind::kImportMember; }
Kind KindOfOne(const checkout::RecordPurchase&) { return Kind::kRecordPurchase; }
Kind KindOfOne(const checkout::RecordReturn&) { return Kind::kRecordReturn; }
Kind KindOfOne(const checkout::ClaimReceipt&) { return Kind::kClaimReceipt; }
Kind KindOfOne(const checkout::CommitBasket&) { return Kind::kCommitBasket; }
Kind KindOfOne(const MarkPriceCredit&) { return Kind::kMarkPriceCredit; }
// Named by their sources' numbers, or nobody's requests: they leave no receipts.
Kind KindOfOne(const RecordPriceFacts&) { std::abort(); }
Kind KindOfOne(const RecordOffers&) { std::abort(); }
Kind KindOfOne(const RecordChannelPromotions&) { std::abort(); }
Kind KindOfOne(const ConfirmPriceFact&) { std::abort(); }
Kind KindOfOne(const KeepQuote&) { std::abort(); }
Kind KindOfOne(const CreditOrder&) { std::abort(); }
Kind KindOfOne(const KeepCursors&) { std::abort(); }
// A part of a return, and no caller's.
Kind KindOfOne(const ledger::TakeBackParts&) { std::abort(); }

}  // namespace

const ledger::EnrollMember* EnrolmentOf(const Command& command) {
  if (const auto* import = OperationAs<ledger::ImportMember>(command)) return &import->enroll;
  return OperationAs<ledger::EnrollMember>(command);
}

bool WritesPrices(const Command& command) {
  const auto* const operation = std::get_if<PriceOperation>(&command.operation);
  return operation != nullptr && (std::holds_alternative<RecordPriceFacts>(*operation) ||
                                  std::holds_alternative<RecordOffers>(*operation) ||
                                  std::holds_alternative<RecordChannelPromotions>(*operation) ||
                                  std::holds_alternative<ConfirmPriceFact>(*operation));
}

ledger::OperationKind KindOf(const Operation& operation) {
  return std::visit(
      [](const auto& of_room) {
        return std::visit([](const auto& one) { return KindOfOne(one); }, of_room);
      },
      operation);
}

}  // namespace fairpoint::engine
