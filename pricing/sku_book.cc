#include "pricing/sku_book.h"

#include <algorithm>

#include "pricing/heads.h"
#include "pricing/sku_book_builder.h"

namespace fairpoint::pricing {
namespace {

std::vector<base::Instant> InstantsOf(const SkuBook& book) {
  std::vector<base::Instant> instants;
  for (const LiveFact& fact : book.facts()) {
    instants.push_back(fact.from);
    instants.push_back(fact.until);
    if (fact.held_until > fact.from) instants.push_back(fact.held_until);
  }
  for (const Withdrawal& withdrawal : book.withdrawals()) instants.push_back(withdrawal.from);
  AppendInstants(book.offers(), instants);
  return instants;
}

}  // namespace

SkuBook SkuBook::With(std::span<const PriceFact> facts, std::span<const Offer> offers) const {
  if (facts.size() == 1 && offers.empty()) {
    if (std::optional<SkuBook> book = SkuBookBuilder::Inserted(*this, facts.front()))
      return *std::move(book);
  }
  SkuBookBuilder builder(*this);
  while (!facts.empty() || !offers.empty()) {
    if (offers.empty() || (!facts.empty() && facts.front().head_seq < offers.front().head_seq)) {
      builder.Take(facts.front());
      facts = facts.subspan(1);
    } else {
      builder.Take(offers.front());
      offers = offers.subspan(1);
    }
  }
  builder.LeaveOut();
  return builder.Build();
}

SkuBook SkuBook::OfHistory(std::span<const PriceFact> facts, std::span<const Offer> offers) {
  SkuBookBuilder builder;
  builder.TakeHistory(facts, offers);
  return builder.Build();
}

const Listing* SkuBook::FindListing(std::string_view channel_id,
                                    std::string_view listing_id) const {
  const auto channel = std::lower_bound(
      channels_.begin(), channels_.end(), channel_id,
      [&](const ListedChannel& each, std::string_view id) { return TextAt(each.channel_id) < id; });
  if (channel == channels_.end() || TextAt(channel->channel_id) != channel_id) return nullptr;
  const std::span<const Listing> listings = ListingsOf(*channel);
  const auto listing = std::lower_bound(
      listings.begin(), listings.end(), listing_id,
      [&](const Listing& each, std::string_view id) { return TextAt(each.listing_id) < id; });
  if (listing == listings.end() || TextAt(listing->listing_id) != listing_id) return nullptr;
  return &*listing;
}

const Series* SkuBook::FindSeries(const PriceFact& fact) const {
  const Listing* listing = FindListing(fact.channel_id, fact.listing_id);
  if (listing == nullptr) return nullptr;
  for (const Series& one : SeriesOf(*listing))
    if (one.scope == fact.scope.kind && one.audience == fact.audience.kind &&
        TextAt(one.scope_id) == fact.scope.id && TextAt(one.plan_id) == fact.audience.plan_id)
      return &one;
  return nullptr;
}

int64_t SkuBook::RevisionOf(std::string_view channel_id, std::string_view offer_id) const {
  return pricing::RevisionOf(channel_id, offer_id, offers_);
}

size_t SkuBook::BytesUsed() const {
  const auto heap_of = [](const std::string& text) {
    return text.capacity() > std::string().capacity() ? text.capacity() + 1 : 0;
  };
  size_t bytes =
      channels_.capacity() * sizeof(ListedChannel) + listings_.capacity() * sizeof(Listing) +
      series_.capacity() * sizeof(Series) + facts_.capacity() * sizeof(LiveFact) +
      withdrawals_.capacity() * sizeof(Withdrawal) + offers_.live.capacity() * sizeof(LiveOffer) +
      offers_.ended.BytesUsed() + turns_.capacity() * sizeof(Turn) + heap_of(text_);
  for (const LiveOffer& offer : offers_.live)
    for (const std::string* text : {&offer.channel_id, &offer.offer_id, &offer.audience.plan_id,
                                    &offer.scope.id, &offer.scene, &offer.session_id})
      bytes += heap_of(*text);
  return bytes;
}

bool IsFull(const SkuBook& book) {
  // What a text that is in memory once may take where it is stored.
  constexpr size_t kTextsMax = 256;
  const size_t named = book.channels().size() + book.listings().size() + book.series().size();
  if (book.BytesUsed() + kTextsMax * named < kBookBytesMax) return false;
  return book.Encode().size() >= kBookBytesMax;
}

std::vector<base::Instant> BreakpointsOf(const SkuBook& book, base::Instant after,
                                         base::Instant until) {
  return Within(InstantsOf(book), after, until);
}

base::Instant NextBreakpoint(const SkuBook& book, base::Instant after) {
  return FirstAfter(InstantsOf(book), after);
}

}  // namespace fairpoint::pricing
