#include "server/imports/price_requests.h"

#include "server/imports/timestamps.h"

namespace fairpoint::server::imports {
namespace {

// What facts and offers have in common.
template <class Message>
void Fill(const PriceMapping& mapping, const PriceBook& book, const FilePrice& price,
          Message& out) {
  out.set_channel_id(mapping.channels[price.channel].columns.channel_id());
  out.set_sku(book.texts[price.sku]);
  out.set_currency(book.texts[price.currency]);
  out.set_amount(price.amount);
  if (price.region != 0) out.mutable_scope()->set_region(book.texts[price.region]);
  if (price.store != 0) out.mutable_scope()->set_store_id(book.texts[price.store]);
  if (price.valid_from) *out.mutable_window()->mutable_valid_from() = ToProto(*price.valid_from);
  if (price.valid_until) *out.mutable_window()->mutable_valid_until() = ToProto(*price.valid_until);
}

}  // namespace

v1::PriceFact FactOf(const PriceMapping& mapping, const PriceBook& book, const FilePrice& price) {
  v1::PriceFact fact;
  Fill(mapping, book, price, fact);
  fact.set_listing_id(book.texts[price.listing]);
  fact.set_source_seq(price.seq);
  fact.set_pack(price.pack);
  if (price.plan != 0) fact.set_plan_id(book.texts[price.plan]);
  fact.set_newcomers(price.newcomers);
  fact.set_condition(price.condition);
  fact.set_third_party(price.third_party);
  fact.set_platform_subsidy(price.platform_subsidy);
  fact.set_government_subsidy(price.government_subsidy);
  fact.set_tax_ppm(price.tax_ppm);
  fact.set_shipping(price.shipping);
  fact.set_confirmed(price.confirmed);
  return fact;
}

v1::Offer OfferOf(const PriceMapping& mapping, const PriceBook& book, const FilePrice& price) {
  v1::Offer offer;
  Fill(mapping, book, price, offer);
  offer.set_offer_id(mapping.channels[price.channel].columns.offer_id());
  offer.set_revision(price.seq);
  offer.set_kind(v1::Offer::LIST);
  offer.set_per_units(price.pack);
  return offer;
}

}  // namespace fairpoint::server::imports
