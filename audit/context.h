// What the passes of one verification share.
#ifndef FAIRPOINT_AUDIT_CONTEXT_H_
#define FAIRPOINT_AUDIT_CONTEXT_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "audit/coverage.h"
#include "audit/findings.h"
#include "audit/report.h"
#include "audit/verify.h"
#include "engine/store.h"

namespace fairpoint::audit {

// Sums of one programme: what its entries moved, and what its members' rows say.
struct Sums {
  int64_t versions = 0;        // the latest published, as the programmes were read
  int64_t versions_since = 0;  // the latest that the head was seen to have since; 0: not looked at
  int64_t members = 0;
  int64_t entries = 0;
  std::array<absl::int128, 256> moved{};  // by account: in less out, over the entries
  // Into transferred less out of it, by entries that the journal had when the run began: of later
  // ones perhaps only one member's was seen.
  absl::int128 transferred = 0;
  absl::int128 lifetime_earned = 0;  // over the entries
  absl::int128 available = 0;        // over the members' rows, as all that follow
  absl::int128 pending = 0;
  absl::int128 held = 0;
  absl::int128 debt = 0;
  absl::int128 lifetime_stored = 0;
};

struct Context {
  engine::ReadSession& session;
  const VerifyOptions& options;
  Report& report;
  Findings& findings;
  Coverage& coverage;
  std::map<base::ProgramId, Sums>& sums;
  const char* pass = "";
  absl::Time started{};
  absl::Time pass_started{};
  absl::Time next_progress{};
  absl::Time members_started{};

  // A new pass: its findings have room of their own.
  void Begin(const char* name);
  // Called between pages. Says how far it is, now and then; CANCELLED if that is asked for.
  absl::Status Tick();
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_CONTEXT_H_
