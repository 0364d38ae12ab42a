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
// A part of a return, and no caller's.
Kind KindOfOne(const ledger::TakeBackParts&) { std::abort(); }

}  // namespace

const ledger::EnrollMember* EnrolmentOf(const Command& command) {
  if (const auto* import = OperationAs<ledger::ImportMember>(command)) return &import->enroll;
  return OperationAs<ledger::EnrollMember>(command);
}

ledger::OperationKind KindOf(const Operation& operation) {
  return std::visit(
      [](const auto& of_room) {
        return std::visit([](const auto& one) { return KindOfOne(one); }, of_room);
      },
      operation);
}

}  // namespace fairpoint::engine
