// The prices that this process knows: an immutable book a SKU, swapped singly, and the books of a
// programme's channels. It may be behind the database: whoever commits compares versions with the
// locked heads.
#ifndef FAIRPOINT_ENGINE_PRICE_CATALOG_H_
#define FAIRPOINT_ENGINE_PRICE_CATALOG_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/ids.h"
#include "base/time.h"
#include "pricing/channel_book.h"
#include "pricing/heads.h"
#include "pricing/sku_book.h"

namespace fairpoint::engine {

// Thread-safe.
class PriceCatalog {
 public:
  using SkuBookPtr = std::shared_ptr<const pricing::SkuBook>;
  using ChannelBookPtr = std::shared_ptr<const pricing::ChannelBook>;  // never null
  struct ChannelBooks {
    std::map<std::string, ChannelBookPtr, std::less<>> books;  // by channel
    // Another whenever any channel's promotions change, and never one that was before.
    int64_t promotions_serial = 1;

    // Null: no rows.
    const pricing::ChannelBook* Find(std::string_view channel_id) const {
      const auto book = books.find(channel_id);
      return book == books.end() ? nullptr : book->second.get();
    }
  };
  using ChannelBooksPtr = std::shared_ptr<const ChannelBooks>;

  // Parallel to `skus`; null: unknown.
  std::vector<SkuBookPtr> Find(const base::ProgramId& program_id,
                               std::span<const std::string_view> skus) const;
  SkuBookPtr Find(const base::ProgramId& program_id, std::string_view sku) const;
  // Never null; a channel that is not in it has no rows.
  ChannelBooksPtr Channels(const base::ProgramId& program_id) const;

  bool IsFed(const base::ProgramId& program_id, std::string_view channel_id) const;

  // Takes a book unless a later version is known.
  void Put(const base::ProgramId& program_id, const std::string& sku, SkuBookPtr book);
  void Put(const base::ProgramId& program_id, const std::string& channel_id, ChannelBookPtr book);
  // DATA_LOSS if a book cannot be read.
  absl::Status Put(const pricing::PriceHead& head);
  absl::Status Put(const pricing::ChannelHead& head);

  // A transaction of the database's instant `at` is in the books. Prices of an earlier one would
  // hide what it wrote from who wrote it: an estimate of the database's clock may be a little
  // behind.
  void TellTime(base::Instant at);
  // The latest such instant; at first the beginning of time.
  base::Instant told_at() const { return {told_at_micros_.load(std::memory_order_acquire)}; }

  struct Size {
    size_t skus = 0;
    size_t live_facts = 0;
    size_t bytes = 0;  // of the books; not of the table that they are in
  };
  Size size() const;

 private:
  struct Programme {
    absl::flat_hash_map<std::string, SkuBookPtr> books;
    ChannelBooksPtr channels = std::make_shared<const ChannelBooks>();
  };

  std::mutex channels_mutex_;  // of who changes channels; taken before mutex_
  mutable std::shared_mutex mutex_;
  std::map<base::ProgramId, Programme> programmes_;
  Size size_;
  std::atomic<int64_t> told_at_micros_{INT64_MIN};
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_PRICE_CATALOG_H_
