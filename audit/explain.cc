#include "audit/explain.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/leaf_name.h"
#include "audit/leaf_of.h"
#include "audit/lookup.h"
#include "audit/paged_scan.h"
#include "audit/pairs.h"
#include "audit/receipt_explain.h"
#include "audit/stretch.h"

namespace fairpoint::audit {
namespace {

using engine::JournalLeaf;
using engine::JournalRow;
using engine::JournalTable;
using engine::MemberSeq;
using engine::ReadSession;

class Explainer {
 public:
  explicit Explainer(Context& context) : context_(context) {}

  // Every leaf of the stretches that this sum covers: is its row there, and is it that row?
  absl::Status ExplainByLeaves(size_t sum) {
    return ForEachRowOf(context_, sum,
                        [this](const JournalRow& row, const std::vector<JournalLeaf>& leaves) {
                          return ExplainRow(row, leaves);
                        });
  }

  // Rows that claim to stand in these sums and of which the journal does not know.
  absl::Status ExplainByRows(const std::set<size_t>& sums) {
    absl::Status scanned = ScanOfMembers<ledger::Entry>(&ReadSession::ScanEntries, sums);
    if (scanned.ok()) scanned = ScanOfMembers<ledger::MemberEvent>(&ReadSession::ScanEvents, sums);
    if (scanned.ok()) scanned = ScanOfMembers<engine::Reversal>(&ReadSession::ScanReversals, sums);
    if (scanned.ok()) scanned = ScanAll(&ReadSession::ScanReceipts, sums);
    if (scanned.ok()) scanned = ScanAll(&ReadSession::ScanPlacements, sums);
    if (scanned.ok()) scanned = ScanAll(&ReadSession::ScanOrderReturns, sums);
    if (scanned.ok()) scanned = ScanClaims(sums);
    if (scanned.ok()) scanned = ScanAll(&ReadSession::ScanFacts, sums);
    if (scanned.ok()) scanned = ScanAll(&ReadSession::ScanOffers, sums);
    if (scanned.ok()) scanned = ScanAll(&ReadSession::ScanPromotions, sums);
    if (scanned.ok()) scanned = ScanAll(&ReadSession::ScanFeedReports, sums);
    if (scanned.ok()) scanned = ScanAll(&ReadSession::ScanEvidence, sums);
    if (scanned.ok()) scanned = ScanAll(&ReadSession::ScanPriceCredits, sums);
    return scanned.ok() ? ScanAll(&ReadSession::ScanCreditSettlements, sums) : scanned;
  }

 private:
  absl::Status ExplainRow(const JournalRow& row, const std::vector<JournalLeaf>& leaves) {
    std::set<std::tuple<JournalTable, std::string, std::string, int64_t>> listed;
    for (const JournalLeaf& leaf : leaves) {
      if (context_.findings.IsPassFull()) break;
      if (listed.emplace(leaf.table, leaf.program_id, leaf.key, leaf.seq).second) {
        if (const absl::Status explained = Explain(leaf, row); !explained.ok()) return explained;
        continue;
      }
      context_.findings.Add({"journal row", "", PositionOf(row.lane, row.lane_seq), "leaves",
                             "each row once",
                             absl::StrCat(RecordOf(leaf.table), " ", RowNameOf(leaf), " twice")});
      context_.coverage.ForgetLeaf(RefOf(leaf, row));
    }
    return absl::OkStatus();
  }

  absl::Status Explain(const JournalLeaf& leaf, const JournalRow& row) {
    const absl::StatusOr<std::optional<FoundRow>> found = FindRow(context_.session, leaf);
    if (!found.ok()) return found.status();
    const std::string position = PositionOf(row.lane, row.lane_seq);
    const LeafRef ref = RefOf(leaf, row);
    if (!*found) {
      Find(leaf, "row",
           absl::StrCat("one of hash ", Shown(leaf.hash), ", by the journal's row ", position),
           "none");
      context_.coverage.ForgetLeaf(ref);
      return absl::OkStatus();
    }
    LeafRef stored = ref;
    stored.hash = (*found)->hash;
    stored.lane = (*found)->lane;
    stored.lane_seq = (*found)->lane_seq;
    const bool elsewhere =
        std::tie(stored.lane, stored.lane_seq) != std::tie(ref.lane, ref.lane_seq);
    if (!elsewhere && stored.hash == ref.hash) return absl::OkStatus();
    context_.coverage.ForgetLeaf(ref);
    if (elsewhere) {
      const absl::StatusOr<std::optional<base::Hash>> there =
          JournalHashOf(context_.session, stored);
      if (!there.ok()) return there.status();
      if (*there && **there == stored.hash) {
        Find(leaf, "journal row", PositionOf(stored.lane, stored.lane_seq),
             absl::StrCat(position, " too"));
        return absl::OkStatus();
      }
      Find(leaf, "lane, lane_seq", position, PositionOf(stored.lane, stored.lane_seq));
    }
    if (stored.hash != ref.hash)
      Find(leaf, absl::StrCat("hash, by the journal's row ", position), Shown(ref.hash),
           Shown(stored.hash));
    context_.coverage.ForgetRow(stored);
    return absl::OkStatus();
  }

  template <class Row>
  absl::Status ScanOfMembers(absl::Status (ReadSession::*call)(const engine::MemberRange&,
                                                               const std::optional<MemberSeq>&,
                                                               size_t, std::vector<Row>&),
                             const std::set<size_t>& sums) {
    PagedScan<Row> scan(
        [this, call](const std::optional<MemberSeq>& after, size_t limit, std::vector<Row>& found) {
          if (const absl::Status ticked = context_.Tick(); !ticked.ok()) return ticked;
          return (context_.session.*call)({}, after, limit, found);
        },
        context_.options.page_rows);
    return Scan(scan, sums);
  }

  template <class Session, class Key, class Row>
  absl::Status ScanAll(absl::Status (Session::*call)(const std::optional<Key>&, size_t,
                                                     std::vector<Row>&),
                       const std::set<size_t>& sums) {
    PagedScan<Row> scan(
        [this, call](const std::optional<Key>& after, size_t limit, std::vector<Row>& found) {
          if (const absl::Status ticked = context_.Tick(); !ticked.ok()) return ticked;
          return (context_.session.*call)(after, limit, found);
        },
        context_.options.page_rows);
    return Scan(scan, sums);
  }

  template <class Row>
  absl::Status Scan(PagedScan<Row>& scan, const std::set<size_t>& sums) {
    for (const Row* row = scan.Peek(); row != nullptr && !context_.findings.IsPassFull();
         row = scan.Peek()) {
      if (const absl::Status told = TellUnknown(*row, scan.hash(), sums); !told.ok()) return told;
      scan.Pop();
    }
    return scan.status();
  }

  // Claims are read by the orders that they may be of, a page of these at a time.
  absl::Status ScanClaims(const std::set<size_t>& sums) {
    engine::OrderRange range;
    do {
      if (const absl::Status ticked = context_.Tick(); !ticked.ok()) return ticked;
      std::vector<checkout::Placement> orders;
      absl::Status read =
          context_.session.ScanPlacements(range.after, context_.options.page_rows, orders);
      if (!read.ok()) return read;
      range.until = std::nullopt;
      if (orders.size() == context_.options.page_rows) range.until = KeyOf(orders.back());
      std::vector<checkout::OrderClaim> claims;
      read = context_.session.ScanOrderClaims(range, claims);
      for (size_t i = 0; read.ok() && i < claims.size(); ++i)
        read = TellUnknown(claims[i], HashOf(claims[i]), sums);
      if (!read.ok()) return read;
      range.after = range.until;
    } while (range.until && !context_.findings.IsPassFull());
    return absl::OkStatus();
  }

  // A row that claims to stand in one of these sums, if the journal does not know it.
  template <class Row>
  absl::Status TellUnknown(const Row& row, const base::Hash& hash, const std::set<size_t>& sums) {
    const std::optional<size_t> sum = context_.coverage.SumOf(row.lane, row.lane_seq);
    if (!sum || !sums.contains(*sum)) return absl::OkStatus();
    const JournalLeaf leaf = LeafOf(row, hash);
    const LeafRef ref{leaf.table, leaf.program_id, leaf.key,    leaf.seq,
                      leaf.hash,  row.lane,        row.lane_seq};
    const absl::StatusOr<std::optional<base::Hash>> known = JournalHashOf(context_.session, ref);
    if (!known.ok()) return known.status();
    if (*known && **known == leaf.hash) return absl::OkStatus();
    Find(leaf, absl::StrCat("leaf in the journal's row ", PositionOf(row.lane, row.lane_seq)),
         Shown(leaf.hash), Shown(*known));
    context_.coverage.ForgetRow(ref);
    return absl::OkStatus();
  }

  void Find(const JournalLeaf& leaf, std::string what, std::string expected, std::string found) {
    context_.findings.Add({RecordOf(leaf.table), leaf.program_id, RowNameOf(leaf), std::move(what),
                           std::move(expected), std::move(found)});
  }

  Context& context_;
};

}  // namespace

absl::Status ExplainDifferences(Context& context) {
  // Unreadable rows were left out of the sums, and would be told here as what is missing.
  if (!context.report.complete) return absl::OkStatus();
  Explainer explainer(context);
  Coverage& coverage = context.coverage;
  const std::vector<size_t> differing = coverage.SumsThatDiffer();
  for (const size_t sum : differing) {
    if (context.findings.IsPassFull()) break;
    if (const absl::Status explained = explainer.ExplainByLeaves(sum); !explained.ok())
      return explained;
  }
  if (const std::vector<size_t> left = coverage.SumsThatDiffer();
      !left.empty() && !context.findings.IsPassFull()) {
    const absl::Status explained = explainer.ExplainByRows({left.begin(), left.end()});
    if (!explained.ok()) return explained;
  }
  for (const size_t sum : coverage.SumsThatDiffer()) {
    const Coverage::Stretch stretch = coverage.StretchesOf(sum).front();
    context.findings.Add({"journal", "",
                          absl::StrCat("from ", PositionOf(stretch.lane, stretch.first)), "leaves",
                          "every row once, and no other", "something else"});
  }
  for (const size_t sum : coverage.SumsWhoseReceiptsDiffer()) {
    // Where rows are missing or changed, that their receipts do not agree is only what follows.
    if (std::ranges::binary_search(differing, sum)) continue;
    if (context.findings.IsPassFull()) {
      context.findings.Count();
      continue;
    }
    if (const absl::Status explained = ExplainReceipts(context, sum); !explained.ok())
      return explained;
  }
  for (const size_t sum : coverage.SumsWhosePairsDiffer()) {
    if (std::ranges::binary_search(differing, sum)) continue;  // likewise
    if (context.findings.IsPassFull()) {
      context.findings.Count();
      continue;
    }
    if (const absl::Status explained = ExplainPairs(context, sum); !explained.ok())
      return explained;
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::audit
