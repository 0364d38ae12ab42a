#include "audit/price_numbers.h"

#include <algorithm>
#include <optional>

#include "pricing/basket.h"

namespace fairpoint::audit {
namespace {

using pricing::kAmountMax;

// Further from now than any instant is, and far enough from the ends that periods may be added.
constexpr int64_t kInstantMax = int64_t{1} << 60;

class PriceNumbers {
 public:
  explicit PriceNumbers(const Numbers::Say& say) : numbers_(say) {}

  void Within(int64_t least, int64_t most, int64_t number, const char* what) {
    numbers_.AtLeast(least, number, what);
    numbers_.AtMost(most, number, what);
  }
  void LineWithin(size_t line, int64_t least, int64_t most, int64_t number, const char* what) {
    numbers_.AtLeast(least, number, "lines[", line, "].", what);
    numbers_.AtMost(most, number, "lines[", line, "].", what);
  }
  void At(base::Instant instant, const char* what) {
    Within(-kInstantMax, kInstantMax, instant.micros, what);
  }
  void At(const std::optional<base::Instant>& instant, const char* what) {
    if (instant) At(*instant, what);
  }
  void Times(const pricing::Window& window) {
    At(window.from, "valid_from");
    At(window.until, "valid_until");
  }
  bool ok() const { return numbers_.ok(); }

 private:
  Numbers numbers_;
};

void CheckTerms(const pricing::PromotionTerms& terms, PriceNumbers& numbers) {
  using pricing::PromotionKind;
  for (const pricing::Step& step : terms.steps) {
    numbers.Within(1, kAmountMax, step.threshold, "threshold");
    numbers.Within(1, kAmountMax, step.reduction, "reduction");
  }
  for (const pricing::BundlePart& part : terms.bundle)
    numbers.Within(1, pricing::kQuantityMax, part.quantity, "quantity");
  numbers.Within(0, pricing::kBasisPoints, terms.off_bp, "off_bp");
  numbers.Within(0, kAmountMax, terms.reduction_max, "reduction_max");
  numbers.Within(terms.kind == PromotionKind::kNthItem ? 2 : 0, pricing::kQuantityMax, terms.nth,
                 "nth");
  const int64_t least = terms.kind == PromotionKind::kIdenticalGift ? 1 : 0;
  numbers.Within(least, pricing::kQuantityMax, terms.buy, "buy");
  numbers.Within(least, pricing::kQuantityMax, terms.get, "get");
  numbers.Within(0, kAmountMax, terms.bundle_amount, "bundle_amount");
  numbers.Within(0, pricing::kQuantityMax, terms.times_max, "times_max");
}

}  // namespace

bool CheckNumbers(const pricing::PriceFact& row, const Numbers::Say& say) {
  PriceNumbers numbers(say);
  const bool is_price = row.kind == pricing::FactKind::kPrice;
  numbers.Within(1, pricing::kPackMax, row.pack, "pack");
  numbers.Within(is_price ? 1 : 0, kAmountMax, row.amount, "amount");
  numbers.Within(0, is_price ? std::max<int64_t>(row.amount, 1) - 1 : 0, row.platform_subsidy,
                 "platform_subsidy");
  numbers.Within(0, kAmountMax, row.government_subsidy, "government_subsidy");
  numbers.Within(0, pricing::kTaxPpmMax, row.tax_ppm, "tax_ppm");
  numbers.Within(0, kAmountMax, row.shipping, "shipping");
  numbers.Times(row.window);
  numbers.At(row.held_until, "held_until");
  numbers.At(row.recorded_at, "recorded_at");
  return numbers.ok();
}

bool CheckNumbers(const pricing::Offer& row, const Numbers::Say& say) {
  PriceNumbers numbers(say);
  numbers.Within(0, kAmountMax, row.amount, "amount");
  numbers.Within(0, kAmountMax, row.asked_amount, "asked_amount");
  numbers.Within(1, pricing::kQuantityMax, row.per_units, "per_units");
  numbers.Within(0, pricing::kBasisPoints, row.off_bp, "off_bp");
  numbers.Within(0, kAmountMax, row.floor_amount, "floor_amount");
  numbers.Within(0, pricing::kLevelMax, row.audience.level, "audience_level");
  numbers.Within(0, INT64_MAX, row.stock, "stock");
  numbers.Times(row.window);
  numbers.At(row.recorded_at, "recorded_at");
  return numbers.ok();
}

bool CheckNumbers(const pricing::ChannelPromotion& row, const Numbers::Say& say) {
  PriceNumbers numbers(say);
  if (!row.withdrawn) CheckTerms(row.terms, numbers);
  numbers.Times(row.window);
  numbers.At(row.recorded_at, "recorded_at");
  return numbers.ok();
}

bool CheckNumbers(const pricing::FeedReport& row, const Numbers::Say& say) {
  PriceNumbers numbers(say);
  numbers.At(row.complete_as_of, "complete_as_of");
  numbers.At(row.recorded_at, "recorded_at");
  return numbers.ok();
}

bool CheckNumbers(const pricing::Evidence& row, const Numbers::Say& say) {
  PriceNumbers numbers(say);
  const auto& lines = row.body.lines;
  numbers.Within(1, pricing::kBasketLinesMax, static_cast<int64_t>(lines.size()), "lines");
  for (size_t i = 0; i < lines.size(); ++i) {
    numbers.LineWithin(i, 1, pricing::kQuantityMax, lines[i].quantity, "quantity");
    numbers.LineWithin(i, 0, pricing::kLineAmountMax, lines[i].amount, "amount");
    numbers.LineWithin(i, pricing::kAbsent, pricing::kLineAmountMax, lines[i].quoted, "quoted");
    numbers.LineWithin(i, 0, INT64_MAX, lines[i].head_version, "head_version");
  }
  numbers.Within(0, kAmountMax, row.body.shipping, "shipping");
  numbers.Within(pricing::kStranger, pricing::kLevelMax, row.body.shopper.level, "level");
  numbers.At(row.priced_at, "priced_at");
  numbers.At(row.expires_at, "expires_at");
  numbers.At(row.recorded_at, "recorded_at");
  return numbers.ok();
}

}  // namespace fairpoint::audit
