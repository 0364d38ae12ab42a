#include "tests/simulation/verdict.h"

#include <map>

#include "absl/strings/str_cat.h"

namespace fairpoint::simulation {
namespace {

std::map<std::string, audit::ProgramTotals> TotalsOf(const World& world) {
  std::map<std::string, audit::ProgramTotals> totals;
  for (const auto& [program, versions] : world.programs())
    totals[program].versions = static_cast<int64_t>(versions.size());
  for (const auto& [key, member] : world.members()) {
    audit::ProgramTotals& sum = totals[key.first];
    ++sum.members;
    sum.entries += member->book.last_seq;
    sum.available += member->book.Total(Account::kAvailable);
    sum.pending += member->book.Total(Account::kPending);
    sum.held += member->book.Total(Account::kHeld);
    sum.debt += member->book.debt;
    sum.lifetime_earned += member->book.lifetime;
  }
  return totals;
}

bool Agree(const audit::ProgramTotals& a, const audit::ProgramTotals& b) {
  return a.versions == b.versions && a.members == b.members && a.entries == b.entries &&
         a.available == b.available && a.pending == b.pending && a.held == b.held &&
         a.debt == b.debt && a.lifetime_earned == b.lifetime_earned;
}

}  // namespace

std::string CheckVerdict(engine::Store& store, const audit::VerifyOptions& options,
                         const World& world, size_t receipt_count) {
  const absl::StatusOr<audit::Report> report = audit::Verify(store, options);
  if (!report.ok()) return report.status().ToString();
  if (!report->ok) return ToText(*report);
  if (report->receipts != static_cast<int64_t>(receipt_count))
    return absl::StrCat("counts ", report->receipts, " receipts, the auditor ", receipt_count);
  const std::map<std::string, audit::ProgramTotals> expected = TotalsOf(world);
  if (report->totals.size() != expected.size()) return "counts other programmes than the auditor";
  for (const audit::ProgramTotals& totals : report->totals) {
    const auto of_program = expected.find(totals.program_id.value());
    if (of_program == expected.end() || !Agree(totals, of_program->second))
      return absl::StrCat("sums up ", totals.program_id.value(), " otherwise than the auditor");
  }
  return "";
}

}  // namespace fairpoint::simulation
