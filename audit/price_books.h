// The books that evidence was priced by, made again from rows.
#ifndef FAIRPOINT_AUDIT_PRICE_BOOKS_H_
#define FAIRPOINT_AUDIT_PRICE_BOOKS_H_

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "audit/context.h"
#include "audit/row_place.h"
#include "engine/store.h"
#include "pricing/channel_book.h"
#include "pricing/evidence.h"
#include "pricing/sku_book.h"

namespace fairpoint::audit {

// Of a page of evidence.
class PriceBooks {
 public:
  // Whatever these rest on. Keeps the rows of one SKU, or a part of one channel's, at a time.
  absl::Status Load(Context& context, std::span<const pricing::Evidence> page);

  // Null: without rows, as of version 0. Of a version that was never reached it is the last one.
  const pricing::SkuBook* Of(const engine::SkuName& name, int64_t version) const;
  const pricing::ChannelBook* Of(const engine::ChannelName& name, int64_t version) const;
  // Of the row after that version; nothing: there is none.
  std::optional<RowPlace> NextAfter(const engine::SkuName& name, int64_t version) const;
  std::optional<RowPlace> NextAfter(const engine::ChannelName& name, int64_t version) const;
  // Everything that this evidence rests on could be made. What could not be has been told where its
  // rows are looked at.
  bool HasAllOf(const pricing::Evidence& evidence) const;

 private:
  template <class Book>
  struct Versions {
    bool is_sound = true;
    std::map<int64_t, Book> books;
    std::map<int64_t, RowPlace> next;  // of the row after a version, if there is one
  };
  using OfSku = Versions<pricing::SkuBook>;
  using OfChannel = Versions<pricing::ChannelBook>;

  absl::Status Load(Context& context, const engine::SkuName& name, OfSku& versions);
  absl::Status Load(Context& context, const engine::ChannelName& name, OfChannel& versions);

  std::map<engine::SkuName, OfSku> skus_;
  std::map<engine::ChannelName, OfChannel> channels_;
};

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_PRICE_BOOKS_H_
