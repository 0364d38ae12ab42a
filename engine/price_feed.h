// Keeps a process's programmes and prices up with the database: loads them once, then follows the
// journal, which names every row that was made, by whichever server.
#ifndef FAIRPOINT_ENGINE_PRICE_FEED_H_
#define FAIRPOINT_ENGINE_PRICE_FEED_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/journal_stretch.h"
#include "engine/price_catalog.h"
#include "engine/price_clock.h"
#include "engine/program_cache.h"
#include "engine/store.h"

namespace fairpoint::engine {

// Not thread-safe: one thread loads, then steps. What it fills is.
class PriceFeed {
 public:
  // All must outlive the feed.
  PriceFeed(Store& store, ProgramCache& programs, PriceCatalog& catalog, PriceClock& clock)
      : store_(store), programs_(programs), catalog_(catalog), clock_(clock) {}

  // Everything as it stands. Errors: the store's. Programmes and books that cannot be read are no
  // errors.
  absl::Status Load();
  // What was written since the last step. After an error the next step does it again. Where rows of
  // the journal cannot be read nothing tells what was written: then all is loaded anew, and the
  // journal is followed from behind them on.
  absl::Status Step();
  // What the last call met that cannot be read. A SKU is not sold as long, or at what was known of
  // it before; a programme has no prices from when on what cannot be read may be in force.
  const std::vector<std::string>& broken() const { return broken_; }

 private:
  // What a stretch of the journal says was written.
  struct News {
    std::map<base::ProgramId, int64_t> programmes;  // the latest version
    std::map<SkuName, int64_t> skus;                // the latest head_seq
    std::map<ChannelName, int64_t> channels;
  };

  absl::Status Open();
  absl::Status Follow();
  absl::Status FollowLane(const JournalLane& lane);
  absl::Status LoadProgrammes();
  template <class Head>
  void Put(const std::vector<Head>& heads);
  absl::Status LoadProgramme(const base::ProgramId& program_id);
  absl::Status LoadBooks();
  static void Read(const JournalStretch::Row& row, News& news);
  absl::Status Take(const News& news);
  absl::Status TakeSkus(const std::map<SkuName, int64_t>& skus);

  Store& store_;
  ProgramCache& programs_;
  PriceCatalog& catalog_;
  PriceClock& clock_;
  std::unique_ptr<ReadSession> session_;
  std::map<int64_t, int64_t> positions_;  // lane_seq by lane
  bool has_gap_ = false;                  // rows were passed over, and not all is loaded since
  std::vector<std::string> broken_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_PRICE_FEED_H_
