// Sentences about prices, in Chinese and English, for people. What they say is what the messages
// beside them say: nothing is claimed of channels that were not compared or are not fresh.
#ifndef FAIRPOINT_API_PRICE_TEXT_H_
#define FAIRPOINT_API_PRICE_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "checkout/program.h"
#include "fairpoint/v1/prices.pb.h"
#include "fairpoint/v1/pricing_service.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "pricing/alerts.h"

namespace fairpoint::api {

// Amounts in the programme's currency, times in its zone, channels by their names for people.
// Thread-compatible; the programme must outlive it.
class PriceText {
 public:
  explicit PriceText(const checkout::Program& program) : program_(program) {}

  // "¥95.00", "USD 95.00"; "95.00 CNY". With as many digits as the currency has.
  std::string AmountZh(int64_t minor_units) const;
  std::string AmountEn(int64_t minor_units) const;
  // "95.00"
  std::string Number(int64_t minor_units) const;
  // "2026-11-22 10:00"
  std::string Time(base::Instant at) const;
  std::string Time(const google::protobuf::Timestamp& at) const;
  std::string Channel(std::string_view channel_id) const;
  // Nothing of what a channel lists is sold while its feed is stale.
  bool StopsWhenStale(std::string_view channel_id) const;

 private:
  const checkout::Program& program_;
};

// What a tag does not say itself.
struct TagContext {
  bool is_for_members = false;  // the offer is
  // Of the channel that is dearer: its price, and since when it holds, if that is known.
  int64_t dearer_amount = 0;
  std::optional<base::Instant> dearer_since;
};
void Explain(const PriceText& text, const v1::PriceTag& tag, const TagContext& context,
             v1::LocalizedText& out);

void Explain(const PriceText& text, const v1::QuoteBasketResponse& quote, int64_t our_shipping,
             v1::LocalizedText& out);
// `never_fed`: channels.
void Explain(const PriceText& text, const v1::ExamineExternalOrderResponse& examined,
             const std::vector<std::string>& never_fed, v1::LocalizedText& out);
void Explain(const PriceText& text, const v1::PriceEvidence& evidence, v1::LocalizedText& out);
// `found`: what the message is of.
void Explain(const PriceText& text, const v1::ParityAlert& alert, const pricing::Alert& found,
             v1::LocalizedText& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_TEXT_H_
