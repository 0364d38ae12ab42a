// The versions of programmes that evidence names, read as far as they are asked for.
#ifndef FAIRPOINT_AUDIT_PROGRAM_VERSIONS_H_
#define FAIRPOINT_AUDIT_PROGRAM_VERSIONS_H_

#include <cstdint>
#include <deque>
#include <map>
#include <utility>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "checkout/program.h"
#include "engine/store.h"

namespace fairpoint::audit {

// Not thread-safe. Keeps every version that it gave.
class ProgramVersions {
 public:
  explicit ProgramVersions(checkout::ProgramParser parser) : parser_(std::move(parser)) {}

  // Null: there is no such version. DATA_LOSS: its text cannot be read. Errors: the session's.
  absl::StatusOr<const checkout::Program*> Find(engine::ReadSession& session,
                                                const base::ProgramId& program_id, int64_t version);

 private:
  checkout::ProgramParser parser_;
  std::map<base::ProgramId, std::deque<checkout::Program>> versions_;  // from 1 on
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PROGRAM_VERSIONS_H_
