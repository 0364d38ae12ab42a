// What a programme file must say: every rule that one file alone can break.
#ifndef FAIRPOINT_API_PROGRAM_RULES_H_
#define FAIRPOINT_API_PROGRAM_RULES_H_

#include <vector>

#include "api/program_file.h"
#include "api/program_text.h"

namespace fairpoint::api {

// Adds a fault for every rule broken, and reads the rest into `file`. A line of the text that was
// skipped as faulty is not reported again as missing: false if something was kept back for that.
bool ReadRules(const ProgramText& text, ProgramFile& file, std::vector<ProgramFault>& faults);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PROGRAM_RULES_H_
