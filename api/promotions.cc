#include "api/promotions.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/answers.h"

namespace fairpoint::api {
namespace {

// True if a list of so many is to be read.
bool CountFits(const char* path, int count, size_t most, Fields& fields) {
  if (count >= 1 && static_cast<size_t>(count) <= most) return true;
  fields.Wrong(path, absl::StrCat("must be 1-", most));
  return false;
}

void ReadTerms(const v1::ChannelPromotion::Threshold& threshold, pricing::PromotionTerms& terms,
               Fields& fields) {
  terms.kind = pricing::PromotionKind::kThreshold;
  terms.repeats = threshold.repeats();
  if (!CountFits("threshold.steps", threshold.steps_size(), pricing::kStepsMax, fields)) return;
  if (threshold.repeats() && threshold.steps_size() > 1)
    fields.Wrong("threshold.repeats", "is for a promotion of one step");
  for (int i = 0; i < threshold.steps_size(); ++i) {
    const std::string path = absl::StrCat("threshold.steps[", i, "].");
    const pricing::Step step{PositiveFromProto(path + "threshold", threshold.steps(i).threshold(),
                                               pricing::kAmountMax, fields),
                             PositiveFromProto(path + "reduction", threshold.steps(i).reduction(),
                                               pricing::kAmountMax, fields)};
    if (step.reduction > 0 && step.reduction >= step.threshold)
      fields.Wrong(path + "reduction",
                   "must be less than its threshold: the goods would cost nothing or less");
    if (i > 0 && step.threshold <= terms.steps.back().threshold)
      fields.Wrong(path + "threshold", "must be more than the step's before");
    if (i > 0 && step.reduction <= terms.steps.back().reduction)
      fields.Wrong(path + "reduction", "must be more than the step's before");
    terms.steps.push_back(step);
  }
}

void ReadTerms(const v1::ChannelPromotion::Percent& percent, pricing::PromotionTerms& terms,
               Fields& fields) {
  terms.kind = pricing::PromotionKind::kPercent;
  terms.off_bp =
      PositiveFromProto("percent.off_bp", percent.off_bp(), pricing::kBasisPoints - 1, fields);
  terms.reduction_max = AtMostFromProto("percent.reduction_max", percent.reduction_max(),
                                        pricing::kAmountMax, fields);
}

void ReadTerms(const v1::ChannelPromotion::NthItem& nth_item, pricing::PromotionTerms& terms,
               Fields& fields) {
  terms.kind = pricing::PromotionKind::kNthItem;
  terms.nth = PositiveFromProto("nth_item.nth", nth_item.nth(), pricing::kPackMax, fields);
  if (nth_item.nth() == 1) fields.Wrong("nth_item.nth", "must be 2 or more");
  terms.off_bp =
      PositiveFromProto("nth_item.off_bp", nth_item.off_bp(), pricing::kBasisPoints, fields);
  terms.mixed = nth_item.mixed();
}

void ReadTerms(const v1::ChannelPromotion::IdenticalGift& gift, pricing::PromotionTerms& terms,
               Fields& fields) {
  terms.kind = pricing::PromotionKind::kIdenticalGift;
  terms.buy = PositiveFromProto("identical_gift.buy", gift.buy(), pricing::kPackMax, fields);
  terms.get = PositiveFromProto("identical_gift.get", gift.get(), pricing::kPackMax, fields);
}

void ReadTerms(const v1::ChannelPromotion::Bundle& bundle, pricing::PromotionTerms& terms,
               Fields& fields) {
  terms.kind = pricing::PromotionKind::kBundle;
  terms.bundle_amount =
      PositiveFromProto("bundle.amount", bundle.amount(), pricing::kAmountMax, fields);
  if (!CountFits("bundle.parts", bundle.parts_size(), pricing::kBundlePartsMax, fields)) return;
  for (int i = 0; i < bundle.parts_size(); ++i) {
    const std::string path = absl::StrCat("bundle.parts[", i, "].");
    const v1::ChannelPromotion::BundlePart& part = bundle.parts(i);
    if (std::ranges::find(terms.bundle, part.sku(), &pricing::BundlePart::sku) !=
        terms.bundle.end())
      fields.Wrong(path + "sku", "is there twice");
    terms.bundle.push_back(
        {fields.Label(path + "sku", part.sku()),
         PositiveFromProto(path + "quantity", part.quantity(), pricing::kPackMax, fields)});
  }
  std::ranges::sort(terms.bundle, {}, &pricing::BundlePart::sku);
}

// In scope, ascending.
std::vector<std::string> SkusFromProto(const v1::ChannelPromotion& promotion, Fields& fields) {
  std::vector<std::string> skus;
  if (promotion.skus_size() == 0) return skus;
  if (promotion.has_bundle()) fields.Wrong("skus", "must be empty: a bundle names its own");
  if (!CountFits("skus", promotion.skus_size(), pricing::kPromotionSkusMax, fields)) return skus;
  skus.reserve(static_cast<size_t>(promotion.skus_size()));
  for (int i = 0; i < promotion.skus_size(); ++i)
    skus.push_back(fields.Label(absl::StrCat("skus[", i, "]"), promotion.skus(i)));
  std::ranges::sort(skus);
  if (const auto twice = std::ranges::adjacent_find(skus); twice != skus.end())
    fields.Wrong("skus", absl::StrCat("has ", *twice, " twice"));
  return skus;
}

pricing::PromotionTerms TermsFromProto(const v1::ChannelPromotion& promotion, Fields& fields) {
  pricing::PromotionTerms terms;
  terms.skus = SkusFromProto(promotion, fields);
  switch (promotion.terms_case()) {
    case v1::ChannelPromotion::kThreshold:
      ReadTerms(promotion.threshold(), terms, fields);
      break;
    case v1::ChannelPromotion::kPercent:
      ReadTerms(promotion.percent(), terms, fields);
      break;
    case v1::ChannelPromotion::kNthItem:
      ReadTerms(promotion.nth_item(), terms, fields);
      break;
    case v1::ChannelPromotion::kIdenticalGift:
      ReadTerms(promotion.identical_gift(), terms, fields);
      break;
    case v1::ChannelPromotion::kBundle:
      ReadTerms(promotion.bundle(), terms, fields);
      break;
    case v1::ChannelPromotion::TERMS_NOT_SET:
      fields.Wrong("terms", "is required: threshold, percent, nth_item, identical_gift or bundle");
      break;
  }
  terms.times_max = AtMostFromProto("times_max", promotion.times_max(), pricing::kPackMax, fields);
  return terms;
}

void TermsToProto(const pricing::PromotionTerms& terms, v1::ChannelPromotion& out) {
  for (const std::string& sku : terms.skus) out.add_skus(sku);
  out.set_times_max(terms.times_max);
  switch (terms.kind) {
    case pricing::PromotionKind::kThreshold:
      for (const pricing::Step& step : terms.steps) {
        v1::ChannelPromotion::Step& one = *out.mutable_threshold()->add_steps();
        one.set_threshold(step.threshold);
        one.set_reduction(step.reduction);
      }
      out.mutable_threshold()->set_repeats(terms.repeats);
      break;
    case pricing::PromotionKind::kPercent:
      out.mutable_percent()->set_off_bp(terms.off_bp);
      out.mutable_percent()->set_reduction_max(terms.reduction_max);
      break;
    case pricing::PromotionKind::kNthItem:
      out.mutable_nth_item()->set_nth(terms.nth);
      out.mutable_nth_item()->set_off_bp(terms.off_bp);
      out.mutable_nth_item()->set_mixed(terms.mixed);
      break;
    case pricing::PromotionKind::kIdenticalGift:
      out.mutable_identical_gift()->set_buy(terms.buy);
      out.mutable_identical_gift()->set_get(terms.get);
      break;
    case pricing::PromotionKind::kBundle:
      out.mutable_bundle()->set_amount(terms.bundle_amount);
      for (const pricing::BundlePart& part : terms.bundle) {
        v1::ChannelPromotion::BundlePart& one = *out.mutable_bundle()->add_parts();
        one.set_sku(part.sku);
        one.set_quantity(part.quantity);
      }
      break;
  }
}

}  // namespace

engine::PromotionToRecord PromotionFromProto(const v1::ChannelPromotion& promotion,
                                             const Recorder& by) {
  Fields fields;
  engine::PromotionToRecord out;
  pricing::ChannelPromotion& read = out.promotion;
  read.program_id = by.program_id;
  read.source = by.source;
  read.actor = by.actor;
  read.channel_id = fields.RequiredReference("channel_id", promotion.channel_id());
  read.promotion_id = fields.RequiredReference("promotion_id", promotion.promotion_id());
  read.source_seq = PositiveFromProto("source_seq", promotion.source_seq(), INT64_MAX, fields);
  read.withdrawn = promotion.withdrawn();
  read.window.from = pricing::kFromRecording;
  if (!promotion.withdrawn()) {
    read.terms = TermsFromProto(promotion, fields);
    read.scope = ScopeFromProto(promotion.scope(), fields);
    read.audience = AudienceFromProto(promotion.plan_id(), promotion.newcomers(), fields);
    read.window = WindowFromProto(promotion.window(), fields);
    read.order = promotion.order();
    read.exclusive_group = fields.Reference("exclusive_group", promotion.exclusive_group());
    read.currency = CurrencyFromProto(promotion.currency(), fields);
  }
  read.source_key = pricing::SourceKey(read);
  out.refused = fields.status();
  return out;
}

void ToProto(const pricing::ChannelPromotion& promotion, v1::ChannelPromotion& out) {
  out.set_channel_id(promotion.channel_id);
  out.set_promotion_id(promotion.promotion_id);
  out.set_source_seq(promotion.source_seq);
  out.set_withdrawn(promotion.withdrawn);
  if (promotion.withdrawn) return;
  TermsToProto(promotion.terms, out);
  ScopeToProto(promotion.scope, out);
  AudienceToProto(promotion.audience, out);
  ToProto(promotion.window, *out.mutable_window());
  out.set_order(static_cast<int32_t>(promotion.order));
  out.set_exclusive_group(promotion.exclusive_group);
  out.set_currency(promotion.currency);
}

}  // namespace fairpoint::api
