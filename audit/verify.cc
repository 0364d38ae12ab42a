#include "audit/verify.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "audit/context.h"
#include "audit/coverage.h"
#include "audit/explain.h"
#include "audit/findings.h"
#include "audit/identity_pass.h"
#include "audit/journal_pass.h"
#include "audit/member_pass.h"
#include "audit/order_pass.h"
#include "audit/price_pass.h"
#include "audit/program_pass.h"
#include "audit/receipt_pass.h"
#include "audit/snapshot.h"

namespace fairpoint::audit {
namespace {

absl::StatusOr<LaneHeads> LanesNow(engine::ReadSession& session) {
  const Snapshot snapshot(session);
  if (!snapshot.status().ok()) return snapshot.status();
  LaneHeads heads;
  if (const absl::Status read = session.LoadLanes(heads.lanes, heads.unreadable); !read.ok())
    return read;
  return heads;
}

absl::Status RunPasses(Context& context, JournalPass& journal) {
  context.Begin("programmes");
  if (const absl::Status checked = CheckPrograms(context); !checked.ok()) return checked;
  context.Begin("members");
  context.members_started = context.pass_started;
  if (const absl::Status checked = CheckMembers(context); !checked.ok()) return checked;
  CheckSums(context);
  context.report.took_members = absl::Now() - context.members_started;
  context.Begin("identities");
  if (const absl::Status checked = CheckIdentities(context); !checked.ok()) return checked;
  context.Begin("orders");
  if (const absl::Status checked = CheckOrders(context); !checked.ok()) return checked;
  context.Begin("prices");
  if (const absl::Status checked = CheckPrices(context); !checked.ok()) return checked;
  context.Begin("receipts");
  if (const absl::Status checked = CheckReceipts(context); !checked.ok()) return checked;
  context.Begin("journal");
  if (const absl::Status checked = journal.CheckLanes(); !checked.ok()) return checked;
  if (const absl::Status checked = journal.CheckNewest(); !checked.ok()) return checked;
  context.Begin("explaining");
  return ExplainDifferences(context);
}

}  // namespace

void Context::Begin(const char* name) {
  pass = name;
  pass_started = absl::Now();
  findings.BeginPass();
}

absl::Status Context::Tick() {
  if (options.cancelled != nullptr && options.cancelled->load(std::memory_order_relaxed)) {
    return absl::CancelledError("the verification was cancelled");
  }
  if (!options.on_progress) return absl::OkStatus();
  const absl::Time now = absl::Now();
  if (now < next_progress) return absl::OkStatus();
  next_progress = now + options.progress_every;
  Progress progress{.pass = pass,
                    .members = report.members,
                    .entries = report.entries,
                    .receipts = report.receipts,
                    .journal_rows = report.journal_rows,
                    .elapsed = now - started};
  const absl::Duration folding =
      report.took_members > absl::ZeroDuration() ? report.took_members : now - members_started;
  if (report.entries > 0 && folding > absl::ZeroDuration()) {
    progress.entries_per_second =
        static_cast<double>(report.entries) / absl::ToDoubleSeconds(folding);
  }
  options.on_progress(progress);
  return absl::OkStatus();
}

absl::StatusOr<Report> Verify(engine::Store& store, const VerifyOptions& options) {
  const absl::Time started = absl::Now();
  absl::StatusOr<std::unique_ptr<engine::ReadSession>> session = store.OpenReadSession();
  if (!session.ok()) return session.status();
  // Before anything else: whatever the journal lists up to these heads is in the store by now, and
  // stays.
  absl::StatusOr<LaneHeads> lanes = LanesNow(**session);
  if (!lanes.ok()) return lanes.status();

  Report report;
  Findings findings(options.findings_per_pass_max);
  Coverage coverage(lanes->lanes, options.sums_max, RandomSipKey());
  std::map<base::ProgramId, Sums> sums;
  Context context{.session = **session,
                  .options = options,
                  .report = report,
                  .findings = findings,
                  .coverage = coverage,
                  .sums = sums};
  context.started = started;
  context.next_progress = started + options.progress_every;
  JournalPass journal(context, *std::move(lanes));
  if (const absl::Status checked = RunPasses(context, journal); !checked.ok()) return checked;

  report.identities_opened = options.keyring != nullptr;
  report.priced_again = static_cast<bool>(options.programs);
  report.took = absl::Now() - started;
  report.findings_total = findings.total();
  report.findings = std::move(findings).kept();
  report.ok = report.findings_total == 0 && report.complete;
  return report;
}

}  // namespace fairpoint::audit
