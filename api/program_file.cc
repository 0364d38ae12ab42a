#include "api/program_file.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "api/errors.h"
#include "api/program_rules.h"
#include "api/program_text.h"
#include "base/error.h"

namespace fairpoint::api {

std::string PlaceOf(const ProgramFault& fault) {
  std::string place;
  if (fault.line > 0) absl::StrAppend(&place, "line ", fault.line, ":", fault.column);
  if (!fault.path.empty()) absl::StrAppend(&place, place.empty() ? "" : ": ", fault.path);
  return place.empty() ? "file" : place;
}

std::vector<ProgramFault> ReadProgramFile(std::string_view text, ProgramFile& file) {
  if (text.size() > kProgramBytesMax) return {{0, 0, "", "is larger than 1 MiB"}};
  if (text.find('\0') != std::string_view::npos) return {{0, 0, "", "has a zero byte in it"}};
  ProgramText parsed;
  ParseProgramText(text, parsed);
  std::vector<ProgramFault> faults = parsed.faults;
  const bool are_all = ReadRules(parsed, file, faults);
  std::ranges::stable_sort(
      faults, {}, [](const ProgramFault& fault) { return std::tuple(fault.line, fault.column); });
  if (!are_all && !faults.empty()) {
    std::string& last = faults.back().what;
    if (last.ends_with('.')) last.pop_back();
    absl::StrAppend(&last, "; and maybe more: mend these and check again");
  }
  return faults;
}

absl::StatusOr<ProgramFile> ProgramFromText(std::string_view text) {
  ProgramFile file;
  const std::vector<ProgramFault> faults = ReadProgramFile(text, file);
  if (faults.empty()) return file;
  std::vector<base::FieldViolation> violations;
  violations.reserve(faults.size());
  for (const ProgramFault& fault : faults) violations.push_back({PlaceOf(fault), fault.what});
  return ProgramFaults(std::move(violations));
}

absl::StatusOr<checkout::Program> ProgramOfVersion(const ledger::ProgramVersion& version) {
  ProgramFile file;
  const std::vector<ProgramFault> faults = ReadProgramFile(version.text, file);
  if (!faults.empty()) {
    return absl::DataLossError(absl::StrCat(
        "the text of programme ", version.program_id.value(), ", version ", version.version,
        ", cannot be read: ", PlaceOf(faults.front()), ": ", faults.front().what));
  }
  if (file.program.program_id != version.program_id) {
    return absl::DataLossError(absl::StrCat("the text of programme ", version.program_id.value(),
                                            ", version ", version.version, ", is of programme ",
                                            file.program.program_id.value()));
  }
  file.program.version = file.program.prices.version = version.version;
  file.program.effective_from = version.effective_from;
  return std::move(file.program);
}

}  // namespace fairpoint::api
