// The published versions of every programme, as this process has read them. A version never
// changes, so the cache is only ever behind; whether it is behind is decided inside each
// transaction by comparing with the locked head.
#ifndef FAIRPOINT_ENGINE_PROGRAM_CACHE_H_
#define FAIRPOINT_ENGINE_PROGRAM_CACHE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/time.h"
#include "ledger/program.h"

namespace fairpoint::engine {

// Reads a programme from the text of a published version (the door's: it alone knows the file's
// form). Must set version and effective_from from the row.
using ProgramParser = std::function<absl::StatusOr<ledger::Program>(const ledger::ProgramVersion&)>;

// Thread-safe.
class ProgramCache {
 public:
  using Version = std::shared_ptr<const ledger::Program>;

  explicit ProgramCache(ProgramParser parser) : parser_(std::move(parser)) {}

  // 0, null when none is known.
  int64_t LatestVersion(const base::ProgramId& program_id) const;
  Version Latest(const base::ProgramId& program_id) const;
  // Adds versions that follow the latest known one, ascending; others are ignored. DATA_LOSS if a
  // stored text cannot be read.
  absl::Status Add(const std::vector<ledger::ProgramVersion>& versions);
  // The version in force at an instant: the highest whose effective_from is not after it. Null when
  // there is none.
  Version InForce(const base::ProgramId& program_id, base::Instant at) const;
  // For reads: before the first version begins nothing was posted and nothing falls due, so that
  // any version tells it; the latest does. Null for an unknown programme only.
  Version InForceOrLatest(const base::ProgramId& program_id, base::Instant at) const;

 private:
  ProgramParser parser_;
  mutable std::shared_mutex mutex_;
  std::map<base::ProgramId, std::vector<Version>> versions_;  // ascending by version
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_PROGRAM_CACHE_H_
