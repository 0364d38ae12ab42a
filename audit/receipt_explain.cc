#include "audit/receipt_explain.h"

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/leaf_name.h"
#include "audit/lookup.h"
#include "audit/pairs.h"
#include "audit/receipt_pass.h"
#include "audit/stretch.h"

namespace fairpoint::audit {
namespace {

using engine::JournalLeaf;
using engine::JournalTable;
using engine::RequestName;

// What one request made: number of rows by where they begin.
using Made = std::map<std::tuple<JournalTable, std::string, int64_t>, int64_t>;

struct Accounts {
  Made by_rows;
  Made by_receipt;
};
using AccountsOf = std::map<RequestName, Accounts>;

std::string Shown(const Made& made) {
  std::vector<std::string> parts;
  for (const auto& [first, count] : made) {
    const auto& [table, member_id, seq] = first;
    // Rows that name their request are counted without a name.
    const bool is_named = !member_id.empty() || seq != 0;
    const JournalLeaf leaf{
        .table = table, .program_id = {}, .key = member_id, .seq = seq, .hash = {}};
    const std::string name = is_named ? RowNameOf(leaf) : std::string();
    parts.push_back(name.empty() ? absl::StrCat(count, " ", RecordOf(table))
                                 : absl::StrCat(count, " from ", RecordOf(table), " ", name));
  }
  return parts.empty() ? "nothing" : absl::StrJoin(parts, ", ");
}

absl::Status AddEntry(Context& context, const JournalLeaf& leaf, AccountsOf& accounts) {
  const base::ProgramId program_id(leaf.program_id);
  const auto entry = FindEntry(context.session, {{program_id, base::MemberId(leaf.key)}, leaf.seq});
  if (!entry.ok()) return entry.status();
  if (!*entry || (*entry)->request_id.empty()) return absl::OkStatus();
  const auto first =
      FindEntry(context.session, {{program_id, base::MemberId(leaf.key)}, (*entry)->txn_seq});
  if (!first.ok()) return first.status();
  if (!*first || !ComesIn((*first)->kind)) {
    ++accounts[{program_id, (*entry)->request_id}]
          .by_rows[{JournalTable::kEntry, leaf.key, (*entry)->txn_seq}];
  }
  return absl::OkStatus();
}

absl::Status AddEvent(Context& context, const JournalLeaf& leaf, AccountsOf& accounts) {
  const base::ProgramId program_id(leaf.program_id);
  const auto event = FindEvent(context.session, {{program_id, base::MemberId(leaf.key)}, leaf.seq});
  if (!event.ok()) return event.status();
  if (!*event || (*event)->request_id.empty()) return absl::OkStatus();
  // As EventChain counts them: the last one of a request, and none of who took another over.
  const engine::MemberName member{program_id, base::MemberId(leaf.key)};
  const auto before = FindEvent(context.session, {member, leaf.seq - 1});
  if (!before.ok()) return before.status();
  const auto after = FindEvent(context.session, {member, leaf.seq + 1});
  if (!after.ok()) return after.status();
  const auto is_same = [&](const std::optional<ledger::MemberEvent>& other) {
    return other && other->request_id == (*event)->request_id;
  };
  const ledger::MemberEvent& first = is_same(*before) ? **before : **event;
  if (first.kind != ledger::MemberEventKind::kTookOver && !is_same(*after)) {
    ++accounts[{program_id, (*event)->request_id}]
          .by_rows[{JournalTable::kMemberEvent, leaf.key, leaf.seq}];
  }
  return absl::OkStatus();
}

absl::Status AddVersion(Context& context, const JournalLeaf& leaf, AccountsOf& accounts) {
  if (leaf.seq < 1) return absl::OkStatus();
  const base::ProgramId program_id(leaf.program_id);
  std::vector<ledger::ProgramVersion> versions;
  if (const absl::Status read =
          context.session.LoadProgramVersions(program_id, leaf.seq - 1, versions);
      !read.ok())
    return read;
  if (!versions.empty())
    ++accounts[{program_id, versions.front().request_id}].by_rows[{leaf.table, "", leaf.seq}];
  return absl::OkStatus();
}

// A placement, a return, a claim, a basket's evidence or a settlement.
absl::Status AddOfOrder(Context& context, const JournalLeaf& leaf, AccountsOf& accounts) {
  const absl::StatusOr<std::optional<base::RequestId>> request = FindRequest(context.session, leaf);
  if (!request.ok()) return request.status();
  if (*request)
    ++accounts[{base::ProgramId(leaf.program_id), **request}].by_rows[{leaf.table, "", 0}];
  return absl::OkStatus();
}

absl::Status AddReceipt(Context& context, const JournalLeaf& leaf, AccountsOf& accounts) {
  const RequestName name{base::ProgramId(leaf.program_id), base::RequestId(leaf.key)};
  const auto receipt = FindReceipt(context.session, name);
  if (!receipt.ok()) return receipt.status();
  if (!*receipt) return absl::OkStatus();
  for (const MadeRef& made : MadeBy(**receipt)) {
    accounts[name].by_receipt[{made.table, std::string(made.member_id), made.first_seq}] +=
        made.count;
  }
  return absl::OkStatus();
}

absl::Status Add(Context& context, const JournalLeaf& leaf, AccountsOf& accounts) {
  switch (leaf.table) {
    case JournalTable::kEntry:
      return AddEntry(context, leaf, accounts);
    case JournalTable::kMemberEvent:
      return AddEvent(context, leaf, accounts);
    case JournalTable::kProgramVersion:
      return AddVersion(context, leaf, accounts);
    case JournalTable::kReceipt:
      return AddReceipt(context, leaf, accounts);
    case JournalTable::kPlacement:
    case JournalTable::kOrderReturn:
    case JournalTable::kOrderClaim:
    case JournalTable::kPriceEvidence:
    case JournalTable::kCreditSettlement:
      return AddOfOrder(context, leaf, accounts);
    case JournalTable::kReversal:
    case JournalTable::kPriceFact:
    case JournalTable::kOffer:
    case JournalTable::kChannelPromotion:
    case JournalTable::kFeedReport:
    case JournalTable::kPriceCredit:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ExplainReceipts(Context& context, size_t sum) {
  // A request's rows and its receipt stand in one row of the journal.
  return ForEachRowOf(
      context, sum, [&context](const engine::JournalRow&, const std::vector<JournalLeaf>& leaves) {
        AccountsOf accounts;
        for (const JournalLeaf& leaf : leaves) {
          if (const absl::Status added = Add(context, leaf, accounts); !added.ok()) return added;
        }
        for (const auto& [name, told] : accounts) {
          if (told.by_rows == told.by_receipt) continue;
          context.findings.Add({RecordOf(JournalTable::kReceipt), name.program_id.value(),
                                name.request_id.value(), "what its request made",
                                Shown(told.by_rows), Shown(told.by_receipt)});
        }
        return absl::OkStatus();
      });
}

}  // namespace fairpoint::audit
