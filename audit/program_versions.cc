#include "audit/program_versions.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/program.h"

namespace fairpoint::audit {

absl::StatusOr<const checkout::Program*> ProgramVersions::Find(engine::ReadSession& session,
                                                               const base::ProgramId& program_id,
                                                               int64_t version) {
  std::deque<checkout::Program>& known = versions_[program_id];
  const auto known_versions = static_cast<int64_t>(known.size());
  if (version > known_versions) {
    std::vector<ledger::ProgramVersion> later;
    if (absl::Status read = session.LoadProgramVersions(program_id, known_versions, later);
        !read.ok())
      return read;
    for (const ledger::ProgramVersion& row : later) {
      absl::StatusOr<checkout::Program> program = parser_(row);
      if (!program.ok()) {
        return absl::DataLossError(
            absl::StrCat("version ", row.version, " cannot be read: ", program.status().message()));
      }
      known.push_back(*std::move(program));
    }
  }
  if (version < 1 || version > static_cast<int64_t>(known.size())) return nullptr;
  return &known[static_cast<size_t>(version - 1)];
}

}  // namespace fairpoint::audit
