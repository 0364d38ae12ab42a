// What a server that runs is made of.
#ifndef FAIRPOINT_SERVER_PARTS_H_
#define FAIRPOINT_SERVER_PARTS_H_

#include <memory>

#include "api/key_book.h"
#include "api/program_file.h"
#include "base/keyring.h"
#include "engine/engine.h"
#include "engine/price_catalog.h"
#include "engine/price_clock.h"
#include "engine/program_cache.h"
#include "engine/read_pool.h"
#include "engine/store.h"
#include "server/metrics.h"
#include "storage/open.h"

namespace fairpoint::server {

// What outlives single calls, in the order in which it leans on one another.
struct Parts {
  Parts() = default;
  // A reading of the metrics asks the engine.
  ~Parts() { metrics.StopServing(); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  std::unique_ptr<storage::ServingHold> hold;
  std::unique_ptr<engine::Store> store;
  std::unique_ptr<base::Keyring> keyring;
  Metrics metrics;
  engine::ProgramCache programs{&api::ProgramOfVersion};
  engine::PriceCatalog prices;
  engine::PriceClock clock;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<engine::ReadPool> reads;
  api::KeyBook keys;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_PARTS_H_
