#include "audit/listing_check.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/price_rows.h"
#include "audit/snapshot.h"
#include "pricing/sku_book.h"

namespace fairpoint::audit {
namespace {

using engine::ChannelName;
using engine::ListedSku;
using engine::SkuName;
using pricing::ListingPlace;
using pricing::PriceHead;

constexpr char kListingRecord[] = "price listing";

// Visits all of a channel's rows, in a snapshot a page.
template <class Visit>
absl::Status ForEachPage(Context& context, const ChannelName& channel, const Visit& visit) {
  const size_t limit = context.options.page_rows;
  std::optional<ListedSku> after;
  for (bool more = true; more;) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    const Snapshot snapshot(context.session);
    if (!snapshot.status().ok()) return snapshot.status();
    std::vector<ListingPlace> page;
    if (absl::Status read = context.session.ScanListings(channel, after, limit, page); !read.ok())
      return read;
    if (absl::Status visited = visit(page); !visited.ok()) return visited;
    more = page.size() == limit;
    if (more) after = ListedSku{page.back().listing_id, page.back().sku};
  }
  return absl::OkStatus();
}

// The greatest key below: keys are 64 bytes at most.
ListedSku JustBefore(std::string_view listing_id, std::string_view sku) {
  ListedSku before{std::string(listing_id), std::string(sku)};
  if (before.sku.empty()) return before;
  --before.sku.back();
  before.sku.append(64, '\xff');
  return before;
}

}  // namespace

absl::uint128 ListingCheck::HashOf(std::string_view listing_id, std::string_view sku) const {
  return SipHash128(
      key_, absl::StrCat(listing_id.size(), " ", std::string(listing_id), std::string(sku)));
}

void ListingCheck::AddFacts(const SkuName& name, const std::vector<pricing::PriceFact>& facts) {
  std::set<std::pair<std::string_view, std::string_view>> named;
  for (const pricing::PriceFact& fact : facts) {
    if (fact.kind == pricing::FactKind::kConfirmation) continue;
    if (!named.emplace(fact.channel_id, fact.listing_id).second) continue;
    sums_[{name.program_id, fact.channel_id}] += HashOf(fact.listing_id, name.sku);
  }
}

absl::Status ListingCheck::Check(const std::set<ChannelName>& channels) {
  for (const ChannelName& channel : channels) sums_.try_emplace(channel);
  for (auto& [channel, sum] : sums_) {
    if (absl::Status added = AddRows(channel, sum); !added.ok()) return added;
    if (sum == 0) continue;
    if (absl::Status found = FindSurplus(channel); !found.ok()) return found;
    if (absl::Status found = FindMissing(channel); !found.ok()) return found;
  }
  return absl::OkStatus();
}

absl::Status ListingCheck::AddRows(const ChannelName& channel, absl::uint128& sum) {
  return ForEachPage(context_, channel, [&](const std::vector<ListingPlace>& page) {
    for (const ListingPlace& row : page) sum -= HashOf(row.listing_id, row.sku);
    return absl::OkStatus();
  });
}

absl::Status ListingCheck::FindSurplus(const ChannelName& channel) {
  return ForEachPage(context_, channel, [&](const std::vector<ListingPlace>& page) {
    for (const ListingPlace& row : page) {
      const SkuName name{row.program_id, row.sku};
      std::vector<PriceHead> heads;
      if (absl::Status read = context_.session.LoadPriceHeads({&name, 1}, heads); !read.ok())
        return read;
      pricing::SkuBook book;
      if (!heads.empty() && !pricing::SkuBook::Decode(heads.front().book, book)) continue;
      if (book.FindListing(row.channel_id, row.listing_id) == nullptr)
        Find(channel, row.listing_id, row.sku, "none: no fact names it", "one");
    }
    return absl::OkStatus();
  });
}

absl::Status ListingCheck::FindMissing(const ChannelName& channel) {
  const size_t limit = context_.options.page_rows;
  std::optional<SkuName> after = SkuName{channel.program_id, ""};
  for (bool more = true; more;) {
    if (const absl::Status ticked = context_.Tick(); !ticked.ok()) return ticked;
    const Snapshot snapshot(context_.session);
    if (!snapshot.status().ok()) return snapshot.status();
    std::vector<PriceHead> page;
    if (absl::Status read = context_.session.ScanPriceHeads(after, limit, page); !read.ok())
      return read;
    more = page.size() == limit;
    for (const PriceHead& head : page) {
      if (head.program_id != channel.program_id) return absl::OkStatus();
      if (absl::Status found = FindMissingOf(channel, head); !found.ok()) return found;
      after = SkuName{head.program_id, head.sku};
    }
  }
  return absl::OkStatus();
}

absl::Status ListingCheck::FindMissingOf(const ChannelName& channel, const PriceHead& head) {
  pricing::SkuBook book;
  if (!pricing::SkuBook::Decode(head.book, book)) return absl::OkStatus();
  for (const pricing::ListedChannel& listed : book.channels()) {
    if (book.TextAt(listed.channel_id) != channel.channel_id) continue;
    for (const pricing::Listing& listing : book.ListingsOf(listed)) {
      const std::string_view listing_id = book.TextAt(listing.listing_id);
      std::vector<ListingPlace> found;
      if (absl::Status read =
              context_.session.ScanListings(channel, JustBefore(listing_id, head.sku), 1, found);
          !read.ok())
        return read;
      const bool is_there =
          !found.empty() && found.front().listing_id == listing_id && found.front().sku == head.sku;
      if (!is_there) Find(channel, listing_id, head.sku, "one, since facts name it", "none");
    }
  }
  return absl::OkStatus();
}

void ListingCheck::Find(const ChannelName& channel, std::string_view listing_id,
                        std::string_view sku, const char* expected, const char* found) {
  context_.findings.Add(
      {kListingRecord, channel.program_id.value(),
       absl::StrCat(channel.channel_id, ".", std::string(listing_id), ".", std::string(sku)), "row",
       expected, found});
}

}  // namespace fairpoint::audit
