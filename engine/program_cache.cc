#include "engine/program_cache.h"

#include <algorithm>
#include <mutex>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/store.h"

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

ProgramCache::Version ProgramCache::Numbered(const base::ProgramId& program_id,
                                             int64_t version) const {
  const std::shared_lock lock(mutex_);
  const auto found = versions_.find(program_id);
  if (found == versions_.end() || version < 1) return nullptr;
  const auto index = static_cast<size_t>(version - 1);
  return index < found->second.size() ? found->second[index] : nullptr;
}

absl::Status ProgramCache::Add(const std::vector<ledger::ProgramVersion>& versions) {
  for (size_t i = 0; i < versions.size(); ++i) {
    const ledger::ProgramVersion& version = versions[i];
    // Parsed outside the lock: a version never changes, so that two threads parsing it do no harm.
    absl::StatusOr<checkout::Program> program = parser_(version);
    if (!program.ok()) {
      base::Instant from = version.effective_from;
      for (const ledger::ProgramVersion& behind : std::span(versions).subspan(i))
        from = std::min(from, behind.effective_from);
      SetUnreadable(version.program_id, from);
      return absl::DataLossError(absl::StrCat("programme ", version.program_id.value(), " version ",
                                              version.version,
                                              " cannot be read: ", program.status().message()));
    }
    const std::unique_lock lock(mutex_);
    std::vector<Version>& known = versions_[version.program_id];
    if (version.version == (known.empty() ? 0 : known.back()->version) + 1) {
      known.push_back(std::make_shared<const checkout::Program>(std::move(*program)));
      unreadable_from_.erase(version.program_id);
    }
  }
  return absl::OkStatus();
}

void ProgramCache::SetUnreadable(const base::ProgramId& program_id) {
  SetUnreadable(program_id, {INT64_MIN});
}

void ProgramCache::SetUnreadable(const base::ProgramId& program_id, base::Instant from) {
  const std::unique_lock lock(mutex_);
  base::Instant& known = unreadable_from_.try_emplace(program_id, from).first->second;
  known = std::min(known, from);
}

ProgramCache::Version ProgramCache::InForce(const base::ProgramId& program_id,
                                            base::Instant at) const {
  const std::shared_lock lock(mutex_);
  const auto found = versions_.find(program_id);
  if (found == versions_.end()) return nullptr;
  const auto unreadable = unreadable_from_.find(program_id);
  if (unreadable != unreadable_from_.end() && unreadable->second <= at) return nullptr;
  const std::vector<Version>& versions = found->second;
  const auto in_force =
      std::find_if(versions.rbegin(), versions.rend(),
                   [at](const Version& version) { return version->effective_from <= at; });
  return in_force == versions.rend() ? nullptr : *in_force;
}

std::optional<base::Instant> ProgramCache::NextInForce(const base::ProgramId& program_id,
                                                       base::Instant at) const {
  const std::shared_lock lock(mutex_);
  const auto found = versions_.find(program_id);
  std::optional<base::Instant> next;
  if (found == versions_.end()) return next;
  // What is lower than the version in force never will be.
  for (size_t i = found->second.size(); i > 0; --i) {
    const base::Instant from = found->second[i - 1]->effective_from;
    if (from <= at) break;
    if (!next || from < *next) next = from;
  }
  const auto unreadable = unreadable_from_.find(program_id);
  if (unreadable != unreadable_from_.end() && unreadable->second > at)
    next = std::min(next.value_or(unreadable->second), unreadable->second);
  return next;
}

ProgramCache::Version ProgramCache::InForceOrLatest(const base::ProgramId& program_id,
                                                    base::Instant at) const {
  Version version = InForce(program_id, at);
  return version == nullptr ? Latest(program_id) : version;
}

absl::Status ReadNewVersions(ReadSession& session, const base::ProgramId& program_id,
                             ProgramCache& programs) {
  std::vector<ledger::ProgramVersion> versions;
  const absl::Status status =
      session.LoadProgramVersions(program_id, programs.LatestVersion(program_id), versions);
  if (absl::IsDataLoss(status)) programs.SetUnreadable(program_id);
  return status.ok() ? programs.Add(versions) : status;
}

}  // namespace fairpoint::engine
