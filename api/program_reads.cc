#include <algorithm>
#include <optional>
#include <vector>

#include "api/answers.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/page_token.h"
#include "api/reads.h"
#include "ledger/errors.h"

namespace fairpoint::api {
namespace {

constexpr int32_t kVersionsMax = 100;
constexpr int32_t kVersionsUsual = 20;
// Clients accept messages of 4 MiB, and a version may have 1 MiB.
constexpr size_t kPageBytesMax = 2 << 20;

// All versions, latest first. There are few of them: a programme changes by hand.
absl::StatusOr<std::vector<ledger::ProgramVersion>> LoadAll(const Source& source,
                                                            const base::ProgramId& program_id) {
  std::vector<ledger::ProgramVersion> versions;
  absl::Status read = source.session.LoadProgramVersions(program_id, 0, versions);
  if (!read.ok()) return read;
  if (versions.empty()) return ledger::ProgramNotFound(program_id);
  std::ranges::sort(versions, std::ranges::greater(), &ledger::ProgramVersion::version);
  return versions;
}

}  // namespace

absl::Status ReadProgram(const Source& source, const v1::GetProgramRequest& request,
                         v1::ProgramVersion& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const int64_t wanted = fields.NotNegative("version", request.version());
  std::optional<base::Instant> at;
  if (request.has_at_time()) {
    at = fields.Instant("at_time", request.at_time());
    if (wanted != 0) fields.Wrong("at_time", "must be absent where a version is named");
  }
  if (!fields.ok()) return fields.status();
  const absl::StatusOr<std::vector<ledger::ProgramVersion>> versions = LoadAll(source, program_id);
  if (!versions.ok()) return versions.status();
  if (!at) {
    const absl::StatusOr<base::Instant> now = source.session.Now();
    if (!now.ok()) return now.status();
    at = *now;
  }
  for (const ledger::ProgramVersion& version : *versions) {
    if (wanted == 0 ? version.effective_from <= *at : version.version == wanted) {
      ToProto(version, out);
      return absl::OkStatus();
    }
  }
  if (wanted != 0) {
    return ledger::ProgramVersionNotFound(program_id, wanted, versions->front().version);
  }
  return ledger::ProgramNotBegun(
      program_id, std::ranges::min_element(*versions, {}, &ledger::ProgramVersion::effective_from)
                      ->effective_from);
}

absl::Status ReadProgramVersions(const Source& source,
                                 const v1::ListProgramVersionsRequest& request,
                                 v1::ListProgramVersionsResponse& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const int64_t page_size =
      fields.PageSize("page_size", request.page_size(), kVersionsMax, kVersionsUsual);
  if (!fields.ok()) return fields.status();
  const PageScope scope{"ListProgramVersions", program_id, ""};
  std::optional<int64_t> before;
  if (!request.page_token().empty()) {
    before = ReadPageToken(source.keyring, scope, request.page_token());
    if (!before) return PageTokenWrong();
  }
  const absl::StatusOr<std::vector<ledger::ProgramVersion>> versions = LoadAll(source, program_id);
  if (!versions.ok()) return versions.status();
  size_t bytes = 0;
  for (const ledger::ProgramVersion& version : *versions) {
    if (before && version.version >= *before) continue;
    const bool full = out.versions_size() == page_size ||
                      (out.versions_size() > 0 && bytes + version.text.size() > kPageBytesMax);
    if (full) {
      const int64_t last = out.versions(out.versions_size() - 1).version();
      out.set_next_page_token(MakePageToken(source.keyring, scope, last));
      break;
    }
    bytes += version.text.size();
    ToProto(version, *out.add_versions());
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::api
