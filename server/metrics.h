// What Prometheus reads: calls by method and code, errors by reason, the engine's stages, groups,
// retries and queue, health, memory. docs/operations.md lists the names.
#ifndef FAIRPOINT_SERVER_METRICS_H_
#define FAIRPOINT_SERVER_METRICS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "api/door.h"
#include "engine/observer.h"

namespace fairpoint::server {

// Thread-safe. Also logs what an operator should see: troubles, internal errors.
class Metrics final : public engine::Observer, public api::CallObserver {
 public:
  Metrics();
  ~Metrics() override;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void OnStage(std::string_view stage, absl::Duration took) override;
  void OnGroup(size_t commands) override;
  void OnRetry(const absl::Status& why) override;
  void OnRefusal(const absl::Status& why) override;
  void OnTrouble(const absl::Status& what) override;
  void OnCall(const api::Method& method, const std::string& caller, const absl::Status& status,
              absl::Duration took) override;

  void SetHealthy(bool healthy);
  void OnSweep(int64_t members, int64_t entries);

  // Serves GET /metrics on HOST:PORT until this object goes. `queue_depth` is asked at every
  // reading; it must stay valid until StopServing.
  absl::Status Serve(const std::string& address, std::function<size_t()> queue_depth);
  void StopServing();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_METRICS_H_
