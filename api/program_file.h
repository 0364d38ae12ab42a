// The programme file (fairpoint.v1.Program in protobuf text format) to the ledger's programme.
// Checked as a whole: every fault is reported with its place.
#ifndef FAIRPOINT_API_PROGRAM_FILE_H_
#define FAIRPOINT_API_PROGRAM_FILE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "checkout/program.h"
#include "ledger/program.h"

namespace fairpoint::api {

inline constexpr size_t kProgramBytesMax = 1 << 20;

// What a file says. The version is the planner's to set; so is program.effective_from, which is
// left at zero.
struct ProgramFile {
  checkout::Program program;
  std::optional<base::Instant> effective_from;  // absent: when it is published
};

// Something wrong in a file. Lines and columns count from 1; 0: the file as a whole.
struct ProgramFault {
  int line = 0;
  int column = 0;
  std::string path;  // "points.expiry.after"; empty where the text itself is wrong
  std::string what;
  friend bool operator==(const ProgramFault&, const ProgramFault&) = default;
};

// "line 12:3: points.expiry.after", as a violation's field.
std::string PlaceOf(const ProgramFault& fault);

// All faults, by line; none: `file` is filled in.
std::vector<ProgramFault> ReadProgramFile(std::string_view text, ProgramFile& file);

// The same as a status: INVALID_ARGUMENT / PROGRAM_FAULTS with a violation for every fault.
absl::StatusOr<ProgramFile> ProgramFromText(std::string_view text);

// The programme of a published version, for engine::ProgramCache. Rules for files may grow stricter
// only together with a way to read what was published before. DATA_LOSS if the text cannot be read.
absl::StatusOr<checkout::Program> ProgramOfVersion(const ledger::ProgramVersion& version);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PROGRAM_FILE_H_
