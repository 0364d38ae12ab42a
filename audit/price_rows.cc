#include "audit/price_rows.h"

namespace fairpoint::audit {

void ReportUnreadable(Context& context, const char* record, const base::ProgramId& program_id,
                      const std::string& after, const absl::Status& why) {
  context.report.complete = false;
  context.findings.Add({record, program_id.value(),
                        after.empty() ? "the first" : absl::StrCat("after ", after), "row",
                        "one that can be read", std::string(why.message())});
}

}  // namespace fairpoint::audit
