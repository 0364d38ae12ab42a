#include "api/price_evidence.h"

#include <algorithm>
#include <limits>

#include "api/answers.h"
#include "api/fields.h"
#include "api/member_lookup.h"
#include "api/offers.h"
#include "api/price_facts.h"
#include "api/price_reads.h"
#include "api/price_text.h"
#include "api/priced_lines.h"
#include "api/promotions.h"
#include "api/shopper.h"
#include "base/sha256.h"
#include "pricing/errors.h"

namespace fairpoint::api {
namespace {

using v1::ComparedFact;

// Null: the channel is not compared.
const pricing::ChannelState* StateOf(const pricing::Market& market, std::string_view channel_id) {
  for (const pricing::ChannelState& each : market.references) {
    if (each.channel->channel_id == channel_id) return &each;
  }
  return nullptr;
}

// Of a fact that could be compared, why it did not count at any instant that was looked at.
ComparedFact::Exclusion WhyNotCounting(const pricing::Market& market,
                                       const pricing::ChannelState& state,
                                       std::span<const pricing::LiveFact> facts, size_t index,
                                       std::span<const pricing::Withdrawal> withdrawals) {
  const pricing::LiveFact& fact = facts[index];
  if (pricing::FirstCounting(facts, index, withdrawals, state.first, state.last,
                             market.holds_as_of) != pricing::kNever)
    return ComparedFact::EXCLUSION_UNSPECIFIED;
  if (pricing::WithdrawnFrom(withdrawals, fact.source_seq) <= state.first)
    return ComparedFact::WITHDRAWN;
  if (fact.from > state.last) return ComparedFact::NOT_YET;
  if (fact.until <= state.first) return ComparedFact::ENDED;
  if (pricing::IsHeld(fact, market.holds_as_of)) return ComparedFact::HELD;
  return ComparedFact::SUPERSEDED;
}

const pricing::PriceFact* RowOf(const Rebuilt::Sku& sku, int64_t head_seq) {
  const auto row = std::ranges::lower_bound(sku.facts, head_seq, {}, &pricing::PriceFact::head_seq);
  return row == sku.facts.end() || row->head_seq != head_seq ? nullptr : &*row;
}

// What the line's quantity costs by the fact, as the channel's rule has it.
int64_t CostOf(const pricing::ChannelState* state, const pricing::LiveFact& fact,
               int64_t quantity) {
  const bool ignores = state != nullptr && state->channel->ignores_platform_subsidy;
  return pricing::CapOf(pricing::PaidOf(fact.amount, fact.tax_ppm, fact.platform_subsidy, ignores),
                        fact.pack, quantity);
}

// The facts of a line, in the order of the book.
class Comparison {
 public:
  Comparison(const Rebuilt& rebuilt, const pricing::EvidenceLine& line, bool is_brief,
             v1::EvidenceLine& out)
      : rebuilt_(rebuilt),
        sku_(rebuilt.skus.find(line.sku)->second),
        line_(line),
        is_brief_(is_brief),
        out_(out) {}

  void Tell() {
    const pricing::SkuBook& book = sku_.book;
    for (const pricing::ListedChannel& channel : book.channels()) {
      const pricing::ChannelState* const state =
          StateOf(rebuilt_.market, book.TextAt(channel.channel_id));
      for (const pricing::Listing& listing : book.ListingsOf(channel)) {
        for (const pricing::Series& series : book.SeriesOf(listing)) {
          for (size_t i = 0; i < series.fact_count; ++i) TellFact(state, listing, series, i);
        }
      }
    }
  }

 private:
  void TellFact(const pricing::ChannelState* state, const pricing::Listing& listing,
                const pricing::Series& series, size_t index) {
    const pricing::LiveFact& fact = sku_.book.FactsOf(series)[index];
    const bool capped = line_.cap >= 0 && fact.head_seq == line_.cap_fact_seq;
    if (is_brief_ && !capped) return;
    const pricing::PriceFact* const row = RowOf(sku_, fact.head_seq);
    if (row == nullptr) return;
    ComparedFact& one = *out_.add_facts();
    ToProto(*row, *one.mutable_fact());
    one.set_seq(fact.head_seq);
    ToProto(row->recorded_at, *one.mutable_record_time());
    one.set_exclusion(ExclusionOf(rebuilt_.market, rebuilt_.evidence.body.shopper, sku_.book,
                                  listing, series, index));
    one.set_cap(CostOf(state, fact, line_.quantity));
    one.set_capped(capped);
  }

  const Rebuilt& rebuilt_;
  const Rebuilt::Sku& sku_;
  const pricing::EvidenceLine& line_;
  const bool is_brief_;
  v1::EvidenceLine& out_;
};

// Null: none was taken.
const pricing::Offer* OfferOf(const Rebuilt& rebuilt, const pricing::EvidenceLine& line) {
  const std::vector<pricing::Offer>& offers =
      line.is_wide ? rebuilt.channels.find(rebuilt.evidence.body.shopper.channel_id)->second.offers
                   : rebuilt.skus.find(line.sku)->second.offers;
  const auto taken = std::ranges::find(offers, line.offer_seq, &pricing::Offer::head_seq);
  return taken == offers.end() ? nullptr : &*taken;
}

void LinesToProto(const Rebuilt& rebuilt, v1::PriceEvidence& out) {
  int told = 0;
  for (const pricing::EvidenceLine& line : rebuilt.evidence.body.lines) {
    v1::EvidenceLine& one = *out.add_lines();
    ToProto(line, *one.mutable_line());
    one.set_head_version(line.head_version);
    if (line.quoted >= 0) one.set_quoted_amount(line.quoted);
    if (const pricing::Offer* const offer = OfferOf(rebuilt, line))
      ToProto(*offer, *one.mutable_offer());
    Comparison(rebuilt, line, /*is_brief=*/told >= kComparedFactsMax, one).Tell();
    told += one.facts_size();
  }
}

void ChannelsToProto(const Rebuilt& rebuilt, v1::PriceEvidence& out) {
  const pricing::EvidenceBody& body = rebuilt.evidence.body;
  for (const pricing::EvidenceReference& reference : body.references) {
    v1::EvidenceChannel& one = *out.add_channels();
    ToProto(reference, body.shipping, *one.mutable_comparison());
    one.set_head_version(reference.head_version);
    const Rebuilt::Channel& channel = rebuilt.channels.find(reference.channel_id)->second;
    if (const auto complete = channel.book.complete_as_of())
      ToProto(*complete, *one.mutable_complete_as_of());
    for (const int64_t seq : reference.promotion_seqs) {
      const auto row =
          std::ranges::find(channel.promotions, seq, &pricing::ChannelPromotion::head_seq);
      if (row != channel.promotions.end()) ToProto(*row, *one.add_promotions());
    }
  }
}

absl::Status FindOfOrder(const Source& source, const engine::OrderName& order,
                         std::string& evidence_id) {
  if (absl::Status known = KnowProgram(source, order.program_id); !known.ok()) return known;
  std::vector<pricing::Evidence> found;
  if (absl::Status read = source.session.FindEvidenceOfOrders({&order, 1}, found); !read.ok())
    return read;
  if (found.empty()) return pricing::EvidenceNotFound(order.order_id);
  evidence_id = found.front().evidence_id;
  return absl::OkStatus();
}

}  // namespace

v1::ComparedFact::Exclusion ExclusionOf(const pricing::Market& market,
                                        const pricing::Shopper& shopper,
                                        const pricing::SkuBook& book,
                                        const pricing::Listing& listing,
                                        const pricing::Series& series, size_t index) {
  const std::span<const pricing::LiveFact> facts = book.FactsOf(series);
  const pricing::ChannelState* const state =
      StateOf(market, book.TextAt(book.channels()[listing.channel].channel_id));
  if (state == nullptr) return ComparedFact::OTHER_CHANNEL;
  if (facts[index].condition != pricing::Condition::kNew) return ComparedFact::OTHER_CONDITION;
  if (facts[index].third_party) return ComparedFact::THIRD_PARTY;
  if (!pricing::ScopeIncludes(series.scope, book.TextAt(series.scope_id), shopper))
    return ComparedFact::OTHER_SCOPE;
  if (!pricing::AudienceIncludes(series.audience, book.TextAt(series.plan_id), shopper))
    return ComparedFact::OTHER_AUDIENCE;
  return WhyNotCounting(market, *state, facts, index, book.WithdrawalsOf(listing));
}

void ToProto(const Rebuilt& rebuilt, v1::PriceEvidence& out) {
  const pricing::Evidence& evidence = rebuilt.evidence;
  out.set_program_id(evidence.program_id.value());
  out.set_evidence_id(evidence.evidence_id);
  // The proto's numbers are pricing's; a test compares them.
  out.set_kind(static_cast<v1::PriceEvidence::Kind>(evidence.kind));
  out.set_quote_id(evidence.quote_id);
  out.set_order_id(evidence.order_id);
  out.set_program_version(evidence.program_version);
  ToProto(evidence.body.shopper, *out.mutable_shopper());
  out.set_currency(rebuilt.program->currency);
  out.set_shipping(evidence.body.shipping);
  LinesToProto(rebuilt, out);
  ChannelsToProto(rebuilt, out);
  out.set_total(evidence.total);
  out.set_level_used(evidence.body.level);
  out.set_degraded(evidence.body.degraded);
  ToProto(evidence.priced_at, *out.mutable_priced_time());
  ToProto(evidence.expires_at, *out.mutable_expire_time());
  ToProto(evidence.recorded_at, *out.mutable_record_time());
  out.mutable_hash()->assign(base::AsBytes(evidence.hash));
  Explain(PriceText(*rebuilt.program), out, *out.mutable_explanation());
}

absl::Status ReadPriceEvidence(const Source& source, const v1::GetPriceEvidenceRequest& request,
                               v1::PriceEvidence& out) {
  Fields fields;
  engine::EvidenceName name{fields.ProgramId("program_id", request.program_id()),
                            fields.Reference("evidence_id", request.evidence_id())};
  const engine::OrderName order{name.program_id, fields.Reference("order_id", request.order_id())};
  if (request.evidence_id().empty() && request.order_id().empty())
    fields.Wrong("evidence_id", "is required, or order_id instead");
  if (!request.evidence_id().empty() && !request.order_id().empty())
    fields.Wrong("evidence_id", "must not be there with an order_id: one of them is enough");
  if (!fields.ok()) return fields.status();
  if (!order.order_id.empty()) {
    if (absl::Status found = FindOfOrder(source, order, name.evidence_id); !found.ok())
      return found;
  }
  Rebuilt rebuilt;
  if (absl::Status read = Rebuild(source, name, rebuilt); !read.ok()) return read;
  ToProto(rebuilt, out);
  return absl::OkStatus();
}

}  // namespace fairpoint::api
