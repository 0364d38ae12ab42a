#include "audit/channel_walk.h"

#include <algorithm>
#include <utility>

namespace fairpoint::audit {
namespace {

using engine::ChannelName;
using engine::ChannelSeq;
using engine::OfferSeq;
using pricing::Offer;

// Leaves out what follows the channel's rows.
template <class Row>
void KeepOf(const ChannelName& channel, std::vector<Row>& rows) {
  const auto is_other = [&channel](const Row& row) {
    if constexpr (requires { row.offer_id; }) {
      if (!row.sku.empty()) return true;
    }
    return row.channel_id != channel.channel_id || row.program_id != channel.program_id;
  };
  rows.erase(std::ranges::find_if(rows, is_other), rows.end());
}

template <class Row>
auto Reader(Context& context, const ChannelName& channel,
            absl::Status (engine::PriceReadSession::*scan)(const std::optional<ChannelSeq>&, size_t,
                                                           std::vector<Row>&)) {
  return [&context, &channel, scan](const std::optional<ChannelSeq>& after, size_t limit,
                                    std::vector<Row>& found) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    const absl::Status read =
        (context.session.*scan)(after ? after : ChannelSeq{channel, INT64_MIN}, limit, found);
    KeepOf(channel, found);
    return read;
  };
}

}  // namespace

ChannelWalk::ChannelWalk(Context& context, ChannelName channel)
    : channel_(std::move(channel)),
      promotions_(Reader<pricing::ChannelPromotion>(context, channel_,
                                                    &engine::PriceReadSession::ScanPromotions),
                  context.options.page_rows),
      reports_(Reader<pricing::FeedReport>(context, channel_,
                                           &engine::PriceReadSession::ScanFeedReports),
               context.options.page_rows),
      offers_(
          [this, &context](const std::optional<OfferSeq>& after, size_t limit,
                           std::vector<Offer>& found) {
            if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
            const OfferSeq first{{channel_.program_id, ""}, channel_.channel_id, INT64_MIN};
            const absl::Status read =
                context.session.ScanOffers(after ? after : first, limit, found);
            KeepOf(channel_, found);
            return read;
          },
          context.options.page_rows) {}

void ChannelWalk::Fold() {
  if (is_sound_ && !(new_promotions_.empty() && new_reports_.empty() && new_offers_.empty()))
    book_ =
        book_.With({.promotions = new_promotions_, .reports = new_reports_, .offers = new_offers_});
  new_promotions_.clear();
  new_reports_.clear();
  new_offers_.clear();
}

std::optional<RowPlace> ChannelWalk::next() {
  int64_t next_seq = INT64_MAX;
  std::optional<RowPlace> place;
  const auto look = [&](auto& scan) {
    const auto* const row = scan.Peek();
    if (row == nullptr || row->program_id != channel_.program_id ||
        row->channel_id != channel_.channel_id || row->head_seq >= next_seq)
      return;
    next_seq = row->head_seq;
    place = PlaceOf(*row);
  };
  look(promotions_);
  look(reports_);
  look(offers_);
  return place;
}

}  // namespace fairpoint::audit
