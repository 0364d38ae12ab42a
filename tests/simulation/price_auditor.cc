#include "tests/simulation/price_auditor.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace fairpoint::simulation {

int64_t PriceAuditor::rows_of(const std::string& sku) const {
  const auto shelf = shelves_.find(sku);
  return shelf == shelves_.end() ? 0 : shelf->second.rows();
}

const PriceAuditor::Version* PriceAuditor::InForce(int64_t at) const {
  const Version* in_force = nullptr;
  for (const Version& version : versions_)
    if (version.effective_from <= at) in_force = &version;
  return in_force;
}

// ---- what is committed ----

void PriceAuditor::OnCommit(const engine::FakeCommit& commit) {
  for (const ledger::ProgramVersion& version : commit.changes.program_versions) {
    Version one{.number = version.version, .effective_from = version.effective_from.micros};
    if (!absl::SimpleAtoi(version.text, &one.tolerance_micros)) Fault("a version without its text");
    versions_.push_back(one);
  }
  const engine::PriceWriteSet& rows = commit.changes.prices;
  for (const pricing::Evidence& evidence : rows.evidence) {
    if (evidence.kind == pricing::EvidenceKind::kBasket) {
      // Of what is sold out by baskets, those behind them in the transaction know.
      TakeSoldOut(rows, evidence);
      JudgeBasket(evidence);
    } else if (!quotes_.emplace(evidence.evidence_id, evidence).second) {
      Fault(absl::StrCat("quote ", evidence.evidence_id, " was kept twice"));
    }
  }
  OnRows(rows);
}

void PriceAuditor::TakeSoldOut(const engine::PriceWriteSet& rows, const pricing::Evidence& basket) {
  for (const pricing::Offer& offer : rows.offers) {
    const auto line = std::ranges::find(basket.body.lines, offer.sku, &pricing::EvidenceLine::sku);
    if (offer.sold_out && line != basket.body.lines.end() &&
        offer.head_seq > shelves_[offer.sku].rows() && offer.head_seq <= line->head_version)
      OnOffer(offer);
  }
}

void PriceAuditor::OnRows(const engine::PriceWriteSet& rows) {
  const bool has_baskets = std::ranges::any_of(rows.evidence, [](const auto& evidence) {
    return evidence.kind == pricing::EvidenceKind::kBasket;
  });
  if (has_baskets && !rows.facts.empty()) Fault("facts and baskets in one transaction");
  for (const pricing::PriceFact& fact : rows.facts) OnFact(fact);
  for (const pricing::Offer& offer : rows.offers)
    if (shelves_[offer.sku].Find(offer.head_seq) == nullptr) OnOffer(offer);
  for (const std::vector<pricing::PriceHead>* const heads : {&rows.new_heads, &rows.heads})
    for (const pricing::PriceHead& head : *heads)
      if (head.version != shelves_[head.sku].rows())
        Fault(absl::StrCat("the head of ", head.sku, " does not count its rows"));
  for (const pricing::FeedReport& report : rows.reports) ++reports_[report.channel_id];
  const int64_t at = has_baskets ? rows.evidence.front().recorded_at.micros : 0;
  CheckStocks(rows.new_offer_stocks, at);
  CheckStocks(rows.offer_stocks, at);
}

void PriceAuditor::OnFact(const pricing::PriceFact& fact) {
  shelves_[fact.sku].Take(fact);
  if (!facts_.emplace(FactKey{fact.sku, fact.channel_id, fact.kind, fact.source_seq}, fact).second)
    Fault(absl::StrCat("fact ", fact.source_seq, " of ", fact.sku, " was recorded twice"));
  coverage_.Count(fact.kind == pricing::FactKind::kPrice ? "prices: facts recorded"
                                                         : "prices: listings withdrawn");
}

void PriceAuditor::OnOffer(const pricing::Offer& offer) {
  shelves_[offer.sku].Take(offer);
  const OfferKey key{offer.sku, offer.offer_id, offer.revision, offer.sold_out};
  if (!offers_.emplace(key, offer).second)
    Fault(absl::StrCat("offer ", offer.offer_id, " of ", offer.sku, " was recorded twice"));
  if (offer.sold_out) {
    coverage_.Count("prices: offers sold out");
  } else if (offer.amount < offer.asked_amount) {
    coverage_.Count("prices: offers clamped");
  }
}

void PriceAuditor::JudgeBasket(const pricing::Evidence& basket) {
  const auto quote = quotes_.find(basket.quote_id);
  if (quote == quotes_.end()) return Fault("a basket without its quote");
  if (!baskets_.emplace(basket.quote_id, basket).second)
    return Fault(absl::StrCat("quote ", basket.quote_id, " was committed twice"));
  if (!orders_.insert(basket.order_id).second)
    return Fault(absl::StrCat("order ", basket.order_id, " was made twice"));
  coverage_.Count("prices: baskets committed");
  const Version* const version = InForce(basket.recorded_at.micros);
  if (version == nullptr || basket.program_version != version->number)
    return Fault("a basket was priced by a version that is not in force");
  for (const pricing::EvidenceReference& each : basket.body.references)
    if (each.head_version != reports_[each.channel_id])
      return Fault(absl::StrCat("a basket did not see all of channel ", each.channel_id));
  if (basket.body.lines.size() != quote->second.body.lines.size())
    return Fault("a basket does not have the lines of its quote");
  int64_t total = 0;
  for (size_t i = 0; i < basket.body.lines.size(); ++i) {
    JudgeLine(basket, quote->second, i, version->tolerance_micros);
    total += basket.body.lines[i].amount;
  }
  if (total != basket.total) Fault("a basket's total is not that of its lines");
}

void PriceAuditor::JudgeLine(const pricing::Evidence& basket, const pricing::Evidence& quote,
                             size_t index, int64_t tolerance_micros) {
  const pricing::EvidenceLine& line = basket.body.lines[index];
  const pricing::EvidenceLine& quoted_line = quote.body.lines[index];
  const Shelf& shelf = shelves_[line.sku];
  const auto say = [&](const std::string& what) {
    Fault(absl::StrCat(basket.evidence_id, ": ", line.quantity, " ", line.sku, " for ", line.amount,
                       ": ", what));
  };
  if (line.sku != quoted_line.sku || line.quantity != quoted_line.quantity)
    return say("is not what was quoted");
  if (line.head_version != shelf.rows())
    return say(absl::StrCat("saw ", line.head_version, " rows of ", shelf.rows()));
  if (quoted_line.head_version < line.head_version)
    coverage_.Count("prices: committed by a later book than was quoted");

  const int64_t now = basket.recorded_at.micros;
  std::optional<int64_t> cap = shelf.LeastElsewhere(now - tolerance_micros, now + tolerance_micros);
  std::optional<int64_t> today = shelf.Offered(now, line.quantity);
  if (cap) cap = *cap * line.quantity;
  if (today) today = *today * line.quantity;
  if (today && cap && *cap < *today) {
    coverage_.Count("prices: lines lowered to a cap");
    today = cap;
  }
  std::optional<int64_t> quoted;
  if (now < quote.expires_at.micros) {
    quoted = quoted_line.amount;
  } else {
    coverage_.Count("prices: quotes that had expired");
  }
  const bool is_by_quote = quoted && (!today || *quoted < *today);
  if (is_by_quote) coverage_.Count("prices: lines at an earlier, lower quote");
  if (!is_by_quote && !today) return say("is not offered any more");
  int64_t expected = is_by_quote ? *quoted : *today;
  if (cap && *cap < expected) {
    coverage_.Count("prices: quotes lowered to a cap");
    expected = *cap;
  }
  if (line.amount != expected) return say(absl::StrCat("is ", expected, " by the rules"));
  if ((is_by_quote ? quoted_line : line).stocked) TakeStock(is_by_quote ? quoted_line : line);
}

void PriceAuditor::TakeStock(const pricing::EvidenceLine& line) {
  const pricing::Offer* const offer = shelves_[line.sku].Find(line.offer_seq);
  if (offer == nullptr) return Fault("a line of an offer that is not there");
  sold_[{line.sku, offer->offer_id}] += line.quantity;
  coverage_.Count("prices: units of stock sold", line.quantity);
}

void PriceAuditor::CheckStocks(const std::vector<pricing::OfferStock>& stocks, int64_t at) {
  for (const pricing::OfferStock& row : stocks) {
    if (row.sold != sold_[{row.sku, row.offer_id}])
      Fault(absl::StrCat("of offer ", row.offer_id, " of ", row.sku, " ",
                         sold_[{row.sku, row.offer_id}], " are sold, not ", row.sold));
    if (row.sold > shelves_[row.sku].StockOf(row.offer_id, at))
      Fault(absl::StrCat("offer ", row.offer_id, " of ", row.sku, " is sold beyond its stock"));
  }
}

// ---- what is answered ----

void PriceAuditor::OnAnswer(const PriceRequest& request, bool was_committed,
                            const absl::StatusOr<engine::Answer>& answer) {
  if (!answer.ok()) return OnRefusal(request, was_committed, answer.status());
  switch (request.kind) {
    case PriceRequest::Kind::kPublish:
      return coverage_.Count("prices: versions published");
    case PriceRequest::Kind::kFacts:
      return OnFacts(request, *answer->prices);
    case PriceRequest::Kind::kOffers:
      return OnOffers(request, *answer->prices);
    case PriceRequest::Kind::kQuote:
      if (!quotes_.contains(request.quote.evidence_id)) Fault("a quote was not kept");
      return;
    case PriceRequest::Kind::kCommit:
      return OnBasket(request, *answer);
  }
}

void PriceAuditor::OnRefusal(const PriceRequest& request, bool was_committed,
                             const absl::Status& why) {
  CountRefusal(why);
  const std::string reason = base::ReasonOf(why);
  if ((reason == "ORDER_EXISTS" && !orders_.contains(request.order_id)) ||
      (reason == "QUOTE_COMMITTED" && !IsCommitted(request.quote_id)) ||
      (reason == "QUOTE_NOT_FOUND" && was_committed))
    Fault(absl::StrCat(Describe(request), ": refused without cause: ", reason));
}

void PriceAuditor::CountRefusal(const absl::Status& why) {
  coverage_.Count(absl::StrCat("prices: refused: ", base::ReasonOf(why)));
}

void PriceAuditor::OnFacts(const PriceRequest& request, const engine::PriceAnswer& told) {
  if (told.items.size() != request.facts.size()) return Fault("facts were not all answered");
  for (size_t i = 0; i < told.items.size(); ++i) {
    const pricing::PriceFact& sent = request.facts[i];
    const engine::RecordedItem& item = told.items[i];
    if (item.state == engine::RecordedItem::State::kRefused) {
      CountRefusal(item.refused);
      continue;
    }
    if (item.state == engine::RecordedItem::State::kDuplicate)
      coverage_.Count("prices: facts sent again");
    const auto found = facts_.find({sent.sku, sent.channel_id, sent.kind, sent.source_seq});
    if (found == facts_.end() || found->second.head_seq != item.seq ||
        found->second.amount != sent.amount || found->second.window != sent.window)
      return Fault(absl::StrCat(Describe(request), ": answered, and not there as it was sent"));
  }
}

void PriceAuditor::OnOffers(const PriceRequest& request, const engine::PriceAnswer& told) {
  if (told.items.size() != request.offers.size()) return Fault("offers were not all answered");
  for (size_t i = 0; i < told.items.size(); ++i) {
    const pricing::Offer& sent = request.offers[i];
    const engine::RecordedItem& item = told.items[i];
    if (item.state == engine::RecordedItem::State::kRefused) {
      CountRefusal(item.refused);
      continue;
    }
    const auto found = offers_.find({sent.sku, sent.offer_id, sent.revision, false});
    if (found == offers_.end() || found->second.head_seq != item.seq ||
        found->second.asked_amount != sent.asked_amount || found->second.amount > sent.amount)
      return Fault(absl::StrCat(Describe(request), ": answered, and not there as it was sent"));
  }
}

void PriceAuditor::OnBasket(const PriceRequest& request, const engine::Answer& answer) {
  if (answer.replayed) coverage_.Count("prices: baskets replayed");
  const auto found = baskets_.find(request.quote_id);
  if (found == baskets_.end()) return Fault("a basket was answered, and not committed");
  const pricing::Evidence& told = answer.prices->evidence;
  if (found->second.order_id != request.order_id || told.hash != found->second.hash ||
      told.total != found->second.total)
    Fault(absl::StrCat(Describe(request), ": answered otherwise than it was committed"));
}

}  // namespace fairpoint::simulation
