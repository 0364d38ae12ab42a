// A snapshot that ends with its scope.
#ifndef FAIRPOINT_AUDIT_SNAPSHOT_H_
#define FAIRPOINT_AUDIT_SNAPSHOT_H_

#include "absl/status/status.h"
#include "engine/store.h"

namespace fairpoint::audit {

class Snapshot {
 public:
  explicit Snapshot(engine::ReadSession& session)
      : session_(session), status_(session.BeginSnapshot()) {}
  ~Snapshot() { session_.EndSnapshot(); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const absl::Status& status() const { return status_; }

 private:
  engine::ReadSession& session_;
  const absl::Status status_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_SNAPSHOT_H_
