#include "tests/simulation/price_shelf.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>

namespace fairpoint::simulation {
namespace {

bool Contains(const pricing::Window& window, int64_t at) {
  return window.from.micros <= at && (!window.until || at < window.until->micros);
}

void Lower(std::optional<int64_t>& least, std::optional<int64_t> amount) {
  if (amount && (!least || *amount < *least)) least = amount;
}

}  // namespace

std::optional<int64_t> Shelf::CostAt(const std::string& channel_id, int64_t at) const {
  const pricing::PriceFact* counts = nullptr;
  int64_t withdrawn_up_to = 0;
  for (const pricing::PriceFact& fact : facts_) {
    if (fact.channel_id != channel_id || !Contains(fact.window, at)) continue;
    if (fact.kind == pricing::FactKind::kWithdrawal) {
      withdrawn_up_to = std::max(withdrawn_up_to, fact.source_seq);
    } else if (counts == nullptr || counts->source_seq < fact.source_seq) {
      counts = &fact;
    }
  }
  if (counts == nullptr || counts->source_seq <= withdrawn_up_to) return std::nullopt;
  return counts->amount;
}

std::optional<int64_t> Shelf::LeastElsewhere(int64_t first, int64_t last) const {
  std::set<std::string> channels;
  std::set<int64_t> instants{first};
  const auto see = [&](int64_t at) {
    if (first <= at && at <= last) instants.insert(at);
  };
  for (const pricing::PriceFact& fact : facts_) {
    channels.insert(fact.channel_id);
    see(fact.window.from.micros);
    if (fact.window.until) see(fact.window.until->micros);
  }
  std::optional<int64_t> least;
  for (const std::string& channel_id : channels)
    for (const int64_t at : instants) Lower(least, CostAt(channel_id, at));
  return least;
}

const pricing::Offer* Shelf::Find(int64_t head_seq) const {
  const auto found = std::ranges::find(offers_, head_seq, &pricing::Offer::head_seq);
  return found == offers_.end() ? nullptr : &*found;
}

// A higher revision takes over when it begins. What that had ended by the time of a later row is
// gone for good, though clocks were put back.
bool Shelf::IsReplaced(const pricing::Offer& offer, int64_t at) const {
  return std::ranges::any_of(offers_, [&](const pricing::Offer& higher) {
    if (higher.offer_id != offer.offer_id || higher.sold_out || higher.revision <= offer.revision)
      return false;
    int64_t seen = INT64_MIN;
    for (const pricing::Offer& row : offers_)
      if (row.offer_id == offer.offer_id && !row.sold_out &&
          row.head_seq >= std::max(offer.head_seq, higher.head_seq))
        seen = std::max(seen, row.recorded_at.micros);
    return higher.window.from.micros <= std::max(at, seen) ||
           (offer.window.until && offer.window.until->micros <= seen);
  });
}

const pricing::Offer* Shelf::Standing(const std::string& offer_id, int64_t at) const {
  const pricing::Offer* standing = nullptr;
  for (const pricing::Offer& offer : offers_) {
    if (offer.offer_id != offer_id || offer.sold_out || IsReplaced(offer, at)) continue;
    if (standing == nullptr || offer.window.from < standing->window.from) standing = &offer;
  }
  return standing;
}

bool Shelf::IsSoldOut(const pricing::Offer& offer) const {
  return std::ranges::any_of(offers_, [&](const pricing::Offer& each) {
    return each.sold_out && each.offer_id == offer.offer_id && each.revision == offer.revision;
  });
}

std::optional<int64_t> Shelf::Offered(int64_t at, int64_t quantity) const {
  std::set<std::string> ids;
  for (const pricing::Offer& offer : offers_) ids.insert(offer.offer_id);
  std::optional<int64_t> least;
  for (const std::string& id : ids) {
    const pricing::Offer* const offer = Standing(id, at);
    const bool is_enough = offer != nullptr && (offer->stock == 0 || quantity <= offer->stock);
    if (is_enough && Contains(offer->window, at) && !IsSoldOut(*offer)) Lower(least, offer->amount);
  }
  return least;
}

int64_t Shelf::StockOf(const std::string& offer_id, int64_t at) const {
  const pricing::Offer* const offer = Standing(offer_id, at);
  return offer == nullptr ? 0 : offer->stock;
}

}  // namespace fairpoint::simulation
