// The published versions of every programme, as this process has read them. A version never
// changes, so the cache is only ever behind; whether it is behind is decided inside each
// transaction by comparing with the locked head.
#ifndef FAIRPOINT_ENGINE_PROGRAM_CACHE_H_
#define FAIRPOINT_ENGINE_PROGRAM_CACHE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/time.h"
#include "checkout/program.h"
#include "ledger/program.h"

namespace fairpoint::engine {

class ReadSession;

// Thread-safe.
class ProgramCache {
 public:
  using Version = std::shared_ptr<const checkout::Program>;

  explicit ProgramCache(checkout::ProgramParser parser) : parser_(std::move(parser)) {}

  // 0, null when none is known.
  int64_t LatestVersion(const base::ProgramId& program_id) const;
  Version Latest(const base::ProgramId& program_id) const;
  // That very version; null when it is not known.
  Version Numbered(const base::ProgramId& program_id, int64_t version) const;
  // Adds versions that follow the latest known one, ascending; others are ignored. DATA_LOSS if a
  // stored text cannot be read.
  absl::Status Add(const std::vector<ledger::ProgramVersion>& versions);
  // What follows the latest known version cannot be read, nor from when on it is in force.
  void SetUnreadable(const base::ProgramId& program_id);
  // The version in force at an instant: the highest whose effective_from is not after it. Null when
  // there is none, or when it may be one that is known not to be readable.
  Version InForce(const base::ProgramId& program_id, base::Instant at) const;
  // The first instant after `at` at which another version will be in force, readable or not, as far
  // as is known.
  std::optional<base::Instant> NextInForce(const base::ProgramId& program_id,
                                           base::Instant at) const;
  // For reads: before the first version begins nothing was posted and nothing falls due, so that
  // any version tells it; the latest does. Null for an unknown programme only.
  Version InForceOrLatest(const base::ProgramId& program_id, base::Instant at) const;

 private:
  void SetUnreadable(const base::ProgramId& program_id, base::Instant from);

  checkout::ProgramParser parser_;
  mutable std::shared_mutex mutex_;
  std::map<base::ProgramId, std::vector<Version>> versions_;  // ascending by version
  // From when on a version that cannot be read, or one behind it, is in force.
  std::map<base::ProgramId, base::Instant> unreadable_from_;
};

// Brings a programme up to date with what the session sees. DATA_LOSS if a version cannot be read.
absl::Status ReadNewVersions(ReadSession& session, const base::ProgramId& program_id,
                             ProgramCache& programs);

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_PROGRAM_CACHE_H_
