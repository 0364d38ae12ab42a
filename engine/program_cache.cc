#include "engine/program_cache.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::engine {

int64_t ProgramCache::LatestVersion(const base::ProgramId& program_id) const {
  const Version latest = Latest(program_id);
  return latest == nullptr ? 0 : latest->version;
}

ProgramCache::Version ProgramCache::Latest(const base::ProgramId& program_id) const {
  const std::shared_lock lock(mutex_);
  const auto found = versions_.find(program_id);
  return found == versions_.end() || found->second.empty() ? nullptr : found->second.back();
}

absl::Status ProgramCache::Add(const std::vector<ledger::ProgramVersion>& versions) {
  for (const ledger::ProgramVersion& version : versions) {
    // Parsed outside the lock: a version never changes, so that two threads parsing it do no harm.
    absl::StatusOr<ledger::Program> program = parser_(version);
    if (!program.ok()) {
      return absl::DataLossError(absl::StrCat("programme ", version.program_id.value(), " version ",
                                              version.version,
                                              " cannot be read: ", program.status().message()));
    }
    const std::unique_lock lock(mutex_);
    std::vector<Version>& known = versions_[version.program_id];
    if (version.version == (known.empty() ? 0 : known.back()->version) + 1) {
      known.push_back(std::make_shared<const ledger::Program>(std::move(*program)));
    }
  }
  return absl::OkStatus();
}

ProgramCache::Version ProgramCache::InForce(const base::ProgramId& program_id,
                                            base::Instant at) const {
  const std::shared_lock lock(mutex_);
  const auto found = versions_.find(program_id);
  if (found == versions_.end()) return nullptr;
  const std::vector<Version>& versions = found->second;
  const auto in_force =
      std::find_if(versions.rbegin(), versions.rend(),
                   [at](const Version& version) { return version->effective_from <= at; });
  return in_force == versions.rend() ? nullptr : *in_force;
}

ProgramCache::Version ProgramCache::InForceOrLatest(const base::ProgramId& program_id,
                                                    base::Instant at) const {
  Version version = InForce(program_id, at);
  return version == nullptr ? Latest(program_id) : version;
}

}  // namespace fairpoint::engine
