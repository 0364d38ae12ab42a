// Whether evidence is what its facts and offers give.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pricing/evidence.h"

namespace fairpoint::pricing {
namespace {

// Keeps the first thing that differs.
class Comparison {
 public:
  void Same(std::string_view what, int64_t recorded, int64_t again) {
    if (!difference && recorded != again)
      difference = absl::StrCat(Named(what), " is ", recorded, ", and was priced again ", again);
  }
  void Same(std::string_view what, const std::string& recorded, const std::string& again) {
    if (!difference && recorded != again)
      difference =
          absl::StrCat(Named(what), " is \"", recorded, "\", and was priced again \"", again, "\"");
  }
  void Same(std::string_view what, const std::vector<int64_t>& recorded,
            const std::vector<int64_t>& again) {
    if (!difference && recorded != again) difference = absl::StrCat(Named(what), " differ");
  }

  std::string prefix;  // of what is named
  std::optional<std::string> difference;

 private:
  std::string Named(std::string_view what) const { return prefix + std::string(what); }
};

void Compare(const EvidenceLine& recorded, const EvidenceLine& again, Comparison& comparison) {
  comparison.Same("head_version", recorded.head_version, again.head_version);
  comparison.Same("list_amount", recorded.list_amount, again.list_amount);
  comparison.Same("offer_seq", recorded.offer_seq, again.offer_seq);
  comparison.Same("is_wide", recorded.is_wide, again.is_wide);
  comparison.Same("introductory", recorded.introductory, again.introductory);
  comparison.Same("stocked", recorded.stocked, again.stocked);
  comparison.Same("offered", recorded.offered, again.offered);
  comparison.Same("cap", recorded.cap, again.cap);
  comparison.Same("cap_channel", recorded.cap_channel, again.cap_channel);
  comparison.Same("cap_fact_seq", recorded.cap_fact_seq, again.cap_fact_seq);
  comparison.Same("amount", recorded.amount, again.amount);
}

void Compare(const EvidenceReference& recorded, const EvidenceReference& again,
             Comparison& comparison) {
  comparison.Same("channel_id", recorded.channel_id, again.channel_id);
  comparison.Same("head_version", recorded.head_version, again.head_version);
  comparison.Same("freshness", static_cast<int64_t>(recorded.freshness),
                  static_cast<int64_t>(again.freshness));
  comparison.Same("lists", recorded.lists, again.lists);
  comparison.Same("goods", recorded.goods, again.goods);
  comparison.Same("shipping", recorded.shipping, again.shipping);
  comparison.Same("at", recorded.at.micros, again.at.micros);
  comparison.Same("promotion_seqs", recorded.promotion_seqs, again.promotion_seqs);
  comparison.Same("ours", recorded.ours, again.ours);
  comparison.Same("caps", recorded.caps, again.caps);
  comparison.Same("bounded", recorded.bounded, again.bounded);
}

void Compare(const EvidenceBody& recorded, const EvidenceBody& again, Comparison& comparison) {
  comparison.Same("own_version", recorded.own_version, again.own_version);
  comparison.Same("level", recorded.level, again.level);
  comparison.Same("degraded", recorded.degraded, again.degraded);
  for (size_t i = 0; i < recorded.lines.size(); ++i) {
    comparison.prefix = absl::StrCat("lines[", i, "].");
    Compare(recorded.lines[i], again.lines[i], comparison);
  }
  comparison.prefix.clear();
  comparison.Same("the number of references", static_cast<int64_t>(recorded.references.size()),
                  static_cast<int64_t>(again.references.size()));
  if (comparison.difference) return;
  for (size_t i = 0; i < recorded.references.size(); ++i) {
    comparison.prefix = absl::StrCat("references[", i, "].");
    Compare(recorded.references[i], again.references[i], comparison);
  }
}

// A charge above a cap.
std::optional<std::string> Breach(const Evidence& evidence, const Market& market,
                                  std::span<const BasketLine> lines) {
  std::vector<int64_t> amounts;
  for (const EvidenceLine& line : evidence.body.lines) amounts.push_back(line.amount);
  const Clamped clamped =
      ClampToCaps(market, evidence.body.shopper, lines, amounts, evidence.body.shipping);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (amounts[i] == clamped.amounts[i]) continue;
    const bool by_line = clamped.lowered_by[i] == kAbsent;
    const auto channel =
        by_line ? clamped.lines[i].capped_by.channel : static_cast<uint32_t>(clamped.lowered_by[i]);
    return absl::StrCat("lines[", i, "].amount is ", amounts[i], ", above ", clamped.amounts[i],
                        by_line ? ", the cap" : ", what the cap of the basket leaves",
                        " on account of ", market.references[channel].channel->channel_id);
  }
  return std::nullopt;
}

std::vector<BasketLine> LinesOf(const EvidenceBody& body, std::span<const SkuBook* const> books) {
  std::vector<BasketLine> lines;
  for (size_t i = 0; i < books.size(); ++i)
    lines.push_back({body.lines[i].sku, body.lines[i].quantity, books[i], body.lines[i].quoted});
  return lines;
}

}  // namespace

std::optional<std::string> Differs(const Evidence& evidence, const Market& market,
                                   std::span<const SkuBook* const> books) {
  const EvidenceBody& body = evidence.body;
  if (body.lines.empty() || books.size() != body.lines.size())
    return "there is not one book for each line";
  const std::vector<BasketLine> lines = LinesOf(body, books);
  if (auto breach = Breach(evidence, market, lines)) return breach;
  const BasketPrice price = PriceBasket(market, body.shopper, lines, body.shipping);
  if (price.total == kAbsent) return "priced again, the basket is not saleable";
  Comparison comparison;
  comparison.Same("priced_at", evidence.priced_at.micros, market.now.micros);
  Compare(body, BodyOf(market, body.shopper, body.shipping, lines, price), comparison);
  comparison.prefix.clear();
  comparison.Same("total", evidence.total, price.total);
  return comparison.difference;
}

std::vector<bool> ChargedAsQuoted(const Evidence& evidence, const Market& market,
                                  std::span<const SkuBook* const> books) {
  const EvidenceBody& body = evidence.body;
  const BasketPrice price = PriceBasket(market, body.shopper, LinesOf(body, books), body.shipping);
  std::vector<bool> as_quoted;
  for (const PricedLine& line : price.lines) as_quoted.push_back(line.by_quote);
  return as_quoted;
}

}  // namespace fairpoint::pricing
