// What every service stands on, and who measures the calls.
#ifndef FAIRPOINT_API_DOOR_H_
#define FAIRPOINT_API_DOOR_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "api/key_book.h"
#include "api/roles.h"
#include "base/keyring.h"
#include "engine/engine.h"
#include "engine/price_catalog.h"
#include "engine/price_clock.h"
#include "engine/program_cache.h"
#include "engine/read_pool.h"

namespace fairpoint::api {

// Thread-safe and fast: called once a call.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  // `status` as the rooms gave it; what the caller was told is ToGrpc(status). `caller` is empty
  // when nobody was recognised.
  virtual void OnCall(const Method& method, const std::string& caller, const absl::Status& status,
                      absl::Duration took) = 0;
};

// All must outlive the gRPC server. The services are thread-safe and never block.
struct Door {
  engine::Engine& engine;
  engine::ReadPool& reads;
  engine::ProgramCache& programs;
  engine::PriceCatalog& prices;
  engine::PriceClock& clock;
  const base::Keyring& keyring;
  KeyBook& keys;
  CallObserver& observer;
};

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_DOOR_H_
