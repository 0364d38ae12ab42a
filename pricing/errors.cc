#include "pricing/errors.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/error.h"

namespace fairpoint::pricing {
namespace {

using Metadata = std::map<std::string, std::string>;

absl::Status Error(absl::StatusCode code, const char* reason, const std::string& message,
                   const std::string& message_zh, Metadata metadata,
                   std::vector<base::FieldViolation> violations = {}) {
  base::ErrorDetail detail;
  detail.reason = reason;
  detail.message_zh = message_zh;
  detail.metadata = std::move(metadata);
  detail.violations = std::move(violations);
  return base::MakeError(code, message, detail);
}

absl::Status Wrong(const char* reason, const std::string& field, const std::string& message,
                   const char* message_zh, Metadata metadata) {
  metadata.emplace("field", field);
  return Error(absl::StatusCode::kInvalidArgument, reason, message, message_zh, std::move(metadata),
               {{field, message}});
}

// Where the metadata names a field, it is what is wrong.
absl::Status Missing(const char* reason, const std::string& message, const char* message_zh,
                     Metadata metadata) {
  std::vector<base::FieldViolation> violations;
  if (const auto field = metadata.find("field"); field != metadata.end())
    violations.push_back({field->second, message});
  return Error(absl::StatusCode::kNotFound, reason, message, message_zh, std::move(metadata),
               std::move(violations));
}

absl::Status Refused(const char* reason, const std::string& message, const std::string& message_zh,
                     Metadata metadata, std::vector<base::FieldViolation> violations = {}) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message, message_zh,
               std::move(metadata), std::move(violations));
}

// What an obstacle is called, and what it means.
struct ObstacleText {
  const char* name;
  const char* meaning;
};
ObstacleText TextOf(Obstacle obstacle) {
  switch (obstacle) {
    case Obstacle::kNone:
      return {"NONE", "it is sold"};
    case Obstacle::kSkuUnknown:
      return {"SKU_UNKNOWN", "nothing is known of the SKU"};
    case Obstacle::kNoOffer:
      return {"NO_OFFER", "no offer holds now"};
    case Obstacle::kMembersOnly:
      return {"MEMBERS_ONLY", "its offers are for others: members, a higher tier or a plan"};
    case Obstacle::kChannelNeverFed:
      return {"CHANNEL_NEVER_FED",
              "a reference channel never had a feed: state one with RecordPriceFacts"};
    case Obstacle::kChannelStale:
      return {"CHANNEL_STALE", "the feed of a reference channel that lists it is stale"};
    case Obstacle::kBelowMarginFloor:
      return {"BELOW_MARGIN_FLOOR", "its price would be below its floor"};
    case Obstacle::kShippingAboveCap:
      return {"SHIPPING_ABOVE_CAP", "shipping alone is above what a reference channel charges"};
    case Obstacle::kOfferSoldOut:
      return {"OFFER_SOLD_OUT", "the offer is sold out: ask for another quote"};
  }
  return {"UNKNOWN", "it is not sold"};
}

}  // namespace

std::string_view NameOf(Obstacle obstacle) { return TextOf(obstacle).name; }

absl::Status ChannelUnknown(const std::string& field, const std::string& channel_id) {
  return Wrong("CHANNEL_UNKNOWN", field, absl::StrCat("the programme has no channel ", channel_id),
               "渠道不存在", {{"channelId", channel_id}});
}

absl::Status MembersAlone(const std::string& field, const std::string& channel_id) {
  return Wrong("CHANNEL_ROLE_WRONG", field,
               absl::StrCat("channel ", channel_id, " has prices of its own for members alone"),
               "该渠道仅有会员价", {{"channelId", channel_id}, {"neededRole", "PRIVATE"}});
}

absl::Status ChannelRoleWrong(const std::string& field, const std::string& channel_id,
                              const std::string& needed) {
  return Wrong("CHANNEL_ROLE_WRONG", field,
               absl::StrCat("channel ", channel_id, " is not ", needed, " for this"),
               "渠道角色不符", {{"channelId", channel_id}, {"neededRole", needed}});
}

absl::Status ScopeUnknown(const std::string& within, const Scope& scope) {
  const bool is_store = scope.kind == ScopeKind::kStore;
  return Wrong(
      is_store ? "STORE_UNKNOWN" : "REGION_UNKNOWN",
      absl::StrCat(within, is_store ? ".store_id" : ".region"),
      absl::StrCat(is_store ? "the programme has no store " : "no store is in region ", scope.id),
      is_store ? "门店不存在" : "区域不存在", {{is_store ? "storeId" : "region", scope.id}});
}

absl::Status LinesTooLarge(const std::vector<size_t>& lines) {
  std::vector<base::FieldViolation> violations;
  for (const size_t line : lines)
    violations.push_back({absl::StrCat("lines[", line, "].quantity"),
                          absl::StrCat("must come to less than ", kLineAmountMax, " minor units")});
  Metadata metadata{{"field", violations.front().field}};
  return Error(absl::StatusCode::kInvalidArgument, "LINE_TOO_LARGE",
               absl::StrCat("a line must come to less than ", kLineAmountMax, " minor units"),
               "单行金额过大", std::move(metadata), std::move(violations));
}

absl::Status PriceCurrencyMismatch(const std::string& field, const std::string& expected,
                                   const std::string& found) {
  return Wrong("CURRENCY_MISMATCH", field,
               absl::StrCat("the programme's currency is ", expected, ", not ", found), "币种不符",
               {{"expectedCurrency", expected}});
}

absl::Status WindowsOverlap(const std::string& field, int64_t source_seq, int64_t other_seq) {
  return Wrong("WINDOWS_OVERLAP", field,
               absl::StrCat("the windows of ", source_seq, " and ", other_seq,
                            " of one series overlap, and neither lies within the other"),
               "价格有效期交叉",
               {{"sourceSeq", absl::StrCat(source_seq)}, {"otherSeq", absl::StrCat(other_seq)}});
}

absl::Status ClockSkew(const std::string& field, base::Instant at, base::Instant now) {
  return Wrong("CLOCK_SKEW", field,
               absl::StrCat(field, " ", base::ToString(at), " is more than ",
                            absl::FormatDuration(base::kClockTolerance), " ahead of the clock, ",
                            base::ToString(now)),
               "时间超前，请检查时钟", {{"at", base::ToString(at)}, {"now", base::ToString(now)}});
}

absl::Status SnapshotEmpty(const std::string& field, const std::string& channel_id) {
  return Wrong("SNAPSHOT_EMPTY", field,
               absl::StrCat("the snapshot has no fact of channel ", channel_id,
                            ": set feed.may_be_empty if nothing is offered there any more"),
               "快照中没有该渠道的任何价格", {{"channelId", channel_id}});
}

absl::Status SequenceReused(const std::string& field, int64_t sequence,
                            const std::vector<std::string>& differing) {
  const std::string names = absl::StrJoin(differing, ",");
  const std::string message =
      absl::StrCat(field, " ", sequence, " was recorded before with other content: ", names);
  return Error(absl::StatusCode::kAlreadyExists, "SEQUENCE_REUSED", message, "序号已用于其他内容",
               {{"field", field}, {"sequence", absl::StrCat(sequence)}, {"differingFields", names}},
               {{field, message}});
}

absl::Status SkuUnknown(const std::string& field, const std::string& sku) {
  return Missing("SKU_UNKNOWN", absl::StrCat("nothing is known of SKU ", sku), "未找到该商品",
                 {{"field", field}, {"sku", sku}});
}

absl::Status FactNotFound(const std::string& sku, int64_t fact_seq) {
  return Missing(
      "FACT_NOT_FOUND",
      absl::StrCat("SKU ", sku, " has no price fact ", fact_seq, " that may still count"),
      "未找到该价格记录",
      {{"field", "fact_seq"}, {"sku", sku}, {"factSeq", absl::StrCat(fact_seq)}});
}

absl::Status ListingNotFound(const std::string& channel_id, const std::string& listing_id,
                             const std::string& sku) {
  std::string message = absl::StrCat("channel ", channel_id, " has no listing ", listing_id);
  if (!sku.empty()) {
    message = absl::StrCat("listing ", listing_id, " of channel ", channel_id,
                           " does not have SKU ", sku);
  }
  return Missing("LISTING_NOT_FOUND", message, "未找到该链接商品",
                 {{"field", sku.empty() ? "listing_id" : "sku"},
                  {"channelId", channel_id},
                  {"listingId", listing_id}});
}

absl::Status EvidenceNotFound(const std::string& evidence_id) {
  return Missing("EVIDENCE_NOT_FOUND", absl::StrCat("there is no evidence ", evidence_id),
                 "未找到该价格证据", {{"evidenceId", evidence_id}});
}

absl::Status QuoteNotFound(const std::string& quote_id) {
  return Missing("QUOTE_NOT_FOUND", absl::StrCat("there is no quote ", quote_id), "未找到该报价",
                 {{"quoteId", quote_id}});
}

absl::Status CreditNotFound(const std::string& order_id, int64_t credit_seq) {
  return Missing(
      "CREDIT_NOT_FOUND", absl::StrCat("order ", order_id, " has no price credit ", credit_seq),
      "未找到该价保记录", {{"orderId", order_id}, {"creditSeq", absl::StrCat(credit_seq)}});
}

absl::Status PriceAboveCap(int64_t amount, int64_t cap, int64_t per_units,
                           const std::string& channel_id, const std::string& listing_id,
                           base::Instant at) {
  const std::string message =
      absl::StrCat(amount, " is ", amount - cap, " above ", cap, ", for which ", per_units,
                   " can be had in channel ", channel_id, " (listing ", listing_id, ") at ",
                   base::ToString(at), "; amounts are in minor units");
  return Refused("PRICE_ABOVE_CAP", message,
                 absl::StrCat("价格 ", amount, " 比渠道 ", channel_id, "（链接 ", listing_id,
                              "）的 ", cap, " 高 ", amount - cap, "（最小货币单位）"),
                 {{"amount", absl::StrCat(amount)},
                  {"capAmount", absl::StrCat(cap)},
                  {"aboveBy", absl::StrCat(amount - cap)},
                  {"perUnits", absl::StrCat(per_units)},
                  {"channelId", channel_id},
                  {"listingId", listing_id},
                  {"at", base::ToString(at)}},
                 {{"amount", message}});
}

absl::Status BasketNotSaleable(const std::vector<NotSold>& lines) {
  std::vector<base::FieldViolation> violations;
  for (const NotSold& each : lines) {
    const ObstacleText text = TextOf(each.obstacle);
    std::string description = absl::StrCat(text.name, ": ", text.meaning);
    if (!each.channel_id.empty()) absl::StrAppend(&description, " (", each.channel_id, ")");
    violations.push_back({each.field, std::move(description)});
  }
  const NotSold& first = lines.front();
  Metadata metadata{{"obstacle", std::string(NameOf(first.obstacle))}};
  if (!first.field.empty()) metadata.emplace("field", first.field);
  if (!first.sku.empty()) metadata.emplace("sku", first.sku);
  if (!first.channel_id.empty()) metadata.emplace("channelId", first.channel_id);
  return Refused(
      "BASKET_NOT_SALEABLE",
      absl::StrCat("the basket cannot be sold: ", TextOf(first.obstacle).meaning),
      first.obstacle == Obstacle::kShippingAboveCap ? "运费高于其他渠道" : "商品暂不可售",
      std::move(metadata), std::move(violations));
}

absl::Status StockSold(int64_t stock, int64_t sold) {
  return Refused(
      "STOCK_SOLD",
      absl::StrCat("the offer's revisions sold ", sold,
                   " units already: more than that must be its stock, not ", stock),
      "优惠库存不多于已售数量",
      {{"field", "stock"}, {"stock", absl::StrCat(stock)}, {"sold", absl::StrCat(sold)}});
}

absl::Status OfferSoldOut(const std::string& offer_id, const std::string& sku, int64_t left) {
  return Refused("OFFER_SOLD_OUT",
                 absl::StrCat("of offer ", offer_id, " for ", sku, " ", left,
                              " units are left: ask for another quote"),
                 "优惠库存不足",
                 {{"offerId", offer_id}, {"sku", sku}, {"unitsLeft", absl::StrCat(left)}});
}

absl::Status QuoteOfAnother() {
  const std::string message = "the quote was made for another store";
  return Refused("QUOTE_OF_ANOTHER", message, "报价属于其他门店", {{"field", "quote_id"}},
                 {{"quote_id", message}});
}

absl::Status QuoteCommitted(const std::string& order_id) {
  return Refused("QUOTE_COMMITTED",
                 absl::StrCat("order ", order_id, " was committed with this quote"),
                 "报价已用于订单", {{"orderId", order_id}});
}

absl::Status FeedIncomplete() {
  return Refused("FEED_INCOMPLETE",
                 "facts of this feed were refused: how far it is complete is not recorded, and "
                 "nothing is withdrawn; send those again, mended, and state the feed with them",
                 "部分价格未被接受，渠道价格不完整", {});
}

absl::Status SnapshotSuperseded(const std::string& field, base::Instant at,
                                base::Instant complete_as_of) {
  const std::string message = absl::StrCat(
      "the snapshot is as of ", base::ToString(at), ", and the channel is complete as of ",
      base::ToString(complete_as_of), ": nothing is withdrawn");
  return Refused("SNAPSHOT_SUPERSEDED", message, "快照早于该渠道已确认的完整时间",
                 {{"field", field},
                  {"at", base::ToString(at)},
                  {"completeAsOf", base::ToString(complete_as_of)}},
                 {{field, message}});
}

absl::Status ListingWithdrawn(const std::string& field, const std::string& channel_id,
                              const std::string& listing_id, int64_t source_seq,
                              base::Instant withdrawn_from) {
  const std::string message =
      absl::StrCat("listing ", listing_id, " of channel ", channel_id, " was withdrawn from ",
                   base::ToString(withdrawn_from), " on, number ", source_seq,
                   " with it: if it is offered again, send it with a higher number");
  return Refused("LISTING_WITHDRAWN", message, "该链接商品已下架，如重新上架请使用更大的序号",
                 {{"field", field},
                  {"channelId", channel_id},
                  {"listingId", listing_id},
                  {"sourceSeq", absl::StrCat(source_seq)},
                  {"withdrawnFrom", base::ToString(withdrawn_from)}},
                 {{field, message}});
}

absl::Status BookFull(const std::string& field, const std::string& name) {
  const std::string message =
      absl::StrCat(name,
                   " has as much that may still matter as is kept: withdraw, or let end, "
                   "what is not offered");
  return Refused("BOOK_FULL", message, "价格记录已达上限", {{"field", field}, {"name", name}},
                 {{field, message}});
}

absl::Status CreditPaid(const std::string& payment_reference) {
  return Refused("CREDIT_PAID", absl::StrCat("the credit was paid before: ", payment_reference),
                 "价保已支付", {{"paymentReference", payment_reference}});
}

}  // namespace fairpoint::pricing
