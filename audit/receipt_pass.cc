#include "audit/receipt_pass.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/paged_scan.h"

namespace fairpoint::audit {
namespace {

using engine::JournalTable;
using engine::Receipt;
using engine::RequestName;
using ledger::OperationKind;

bool IsKnown(OperationKind kind) {
  return kind >= OperationKind::kEarnPoints && kind <= OperationKind::kMarkPriceCredit;
}

void CheckReceipt(Context& context, const Receipt& receipt, const base::Hash& hash) {
  const std::string& program_id = receipt.program_id.value();
  const std::string& request_id = receipt.request_id.value();
  ++context.report.receipts;
  const auto find = [&](const char* what, const char* expected, int64_t found) {
    context.findings.Add({"receipt", program_id, request_id, what, expected, absl::StrCat(found)});
  };
  if (!IsKnown(receipt.kind)) find("kind", "a known kind", static_cast<int64_t>(receipt.kind));
  if (receipt.first_seq < 0) find("first_seq", "at least 0", receipt.first_seq);
  if (receipt.entry_count < 0) find("entry_count", "at least 0", receipt.entry_count);
  if (receipt.event_seq < 0) find("event_seq", "at least 0", receipt.event_seq);
  context.coverage.AddRow(
      {JournalTable::kReceipt, program_id, request_id, 0, hash, receipt.lane, receipt.lane_seq});
  for (const MadeRef& made : MadeBy(receipt)) context.coverage.AddReceipt(made);
}

}  // namespace

std::vector<MadeRef> MadeBy(const Receipt& receipt) {
  std::vector<MadeRef> made;
  MadeRef ref{.program_id = receipt.program_id.value(),
              .member_id = receipt.member_id.value(),
              .request_id = receipt.request_id.value(),
              .lane = receipt.lane,
              .lane_seq = receipt.lane_seq};
  const auto add = [&](JournalTable table, int64_t first_seq, int64_t count) {
    ref.table = table;
    ref.first_seq = first_seq;
    ref.count = count;
    made.push_back(ref);
  };
  if (receipt.kind == OperationKind::kPublishProgram) {
    add(JournalTable::kProgramVersion, receipt.first_seq, 1);
    return made;
  }
  // What settling books is the clock's: those entries name no request.
  if (receipt.entry_count != 0 && receipt.kind != OperationKind::kSettle) {
    add(JournalTable::kEntry, receipt.first_seq, receipt.entry_count);
  }
  if (receipt.event_seq != 0) add(JournalTable::kMemberEvent, receipt.event_seq, 1);
  // A receipt does not name its order; the order names its request.
  ref.member_id = {};
  if (receipt.kind == OperationKind::kRecordPurchase) add(JournalTable::kPlacement, 0, 1);
  if (receipt.kind == OperationKind::kRecordReturn) add(JournalTable::kOrderReturn, 0, 1);
  if (receipt.kind == OperationKind::kClaimReceipt) add(JournalTable::kOrderClaim, 0, 1);
  if (receipt.kind == OperationKind::kCommitBasket) {
    add(JournalTable::kPlacement, 0, 1);
    add(JournalTable::kPriceEvidence, 0, 1);
  }
  if (receipt.kind == OperationKind::kMarkPriceCredit) add(JournalTable::kCreditSettlement, 0, 1);
  return made;
}

absl::Status CheckReceipts(Context& context) {
  PagedScan<Receipt> scan(
      [&context](const std::optional<RequestName>& after, size_t limit,
                 std::vector<Receipt>& found) {
        if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
        return context.session.ScanReceipts(after, limit, found);
      },
      context.options.page_rows);
  while (const Receipt* receipt = scan.Peek()) {
    CheckReceipt(context, *receipt, scan.hash());
    scan.Pop();
  }
  if (!absl::IsDataLoss(scan.status())) return scan.status();
  context.report.complete = false;
  const std::optional<RequestName>& last = scan.last_read();
  context.findings.Add({"receipt", last ? last->program_id.value() : "",
                        last ? absl::StrCat("after ", last->request_id.value()) : "the first",
                        "row", "one that can be read", std::string(scan.status().message())});
  return absl::OkStatus();
}

}  // namespace fairpoint::audit
