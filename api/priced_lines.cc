#include "api/priced_lines.h"

#include <algorithm>
#include <string>

#include "api/answers.h"

namespace fairpoint::api {
namespace {

// Parts that both forms have.
template <class Reference>
void Compare(const Reference& reference, int64_t our_shipping, v1::ChannelComparison& out) {
  out.set_goods(reference.goods);
  out.set_shipping(reference.shipping);
  for (const int64_t seq : reference.promotion_seqs) out.add_promotion_seqs(seq);
  out.set_ours(reference.ours + our_shipping);
  if (out.freshness() == v1::ChannelComparison::FRESH)
    out.set_saved(std::max<int64_t>(0, out.goods() + out.shipping() - out.ours()));
  out.set_caps(reference.caps);
  ToProto(reference.at, *out.mutable_at());
}

}  // namespace

void ToProto(const pricing::EvidenceLine& line, v1::PricedLine& out) {
  out.set_sku(line.sku);
  out.set_quantity(line.quantity);
  out.set_amount(line.amount);
  out.set_list_amount(std::max<int64_t>(line.list_amount, 0));
  out.set_offered_amount(std::max<int64_t>(line.offered, 0));
  out.set_offer_seq(line.offer_seq);
  out.set_offer_for_all(line.is_wide);
  out.set_introductory(line.introductory);
  if (line.cap < 0) return;
  out.set_cap(line.cap);
  out.set_cap_channel_id(line.cap_channel);
  out.set_cap_fact_seq(line.cap_fact_seq);
}

void ToProto(const pricing::Market& market, const pricing::BasketReference& reference,
             int64_t our_shipping, v1::ChannelComparison& out) {
  const pricing::ChannelState& state = market.references[reference.channel];
  out.set_channel_id(state.channel->channel_id);
  // The proto's numbers are pricing's; a test compares them.
  out.set_freshness(static_cast<v1::ChannelComparison::Freshness>(state.freshness));
  Compare(reference, our_shipping, out);
}

void ToProto(const pricing::EvidenceReference& reference, int64_t our_shipping,
             v1::ChannelComparison& out) {
  out.set_channel_id(reference.channel_id);
  out.set_freshness(static_cast<v1::ChannelComparison::Freshness>(reference.freshness));
  if (reference.lists) Compare(reference, our_shipping, out);
}

}  // namespace fairpoint::api
