#include "server/imports/price_summary.h"

#include <nlohmann/json.hpp>

#include "server/imports/summary.h"

namespace fairpoint::server::imports {

std::string ToJson(const PriceSummary& summary) {
  const bool was_asked = summary.outcome.has_value();
  const PriceOutcome outcome = summary.outcome.value_or(PriceOutcome());
  const auto asked = [was_asked](int64_t number) -> nlohmann::ordered_json {
    if (!was_asked) return nullptr;
    return number;
  };
  nlohmann::ordered_json json;
  json["rows"] = summary.rows;
  json["rows_rejected"] = summary.rows_rejected;
  json["amounts_missing"] = summary.amounts_missing;
  json["facts"] = summary.facts;
  json["facts_recorded"] = asked(outcome.facts.recorded);
  json["facts_duplicate"] = asked(outcome.facts.duplicate);
  json["facts_held"] = asked(outcome.facts.held);
  json["facts_refused"] = asked(outcome.facts.refused);
  json["feeds_stated"] = asked(outcome.feeds_stated);
  json["feeds_known"] = asked(outcome.feeds_known);
  json["feeds_withheld"] = asked(std::ssize(outcome.feeds_withheld));
  json["listings_withdrawn"] = asked(outcome.listings_withdrawn);
  json["offers"] = summary.offers;
  json["offers_recorded"] = asked(outcome.offers.recorded);
  json["offers_duplicate"] = asked(outcome.offers.duplicate);
  json["offers_clamped"] = asked(outcome.offers.clamped);
  json["offers_refused"] = asked(outcome.offers.refused);
  json["seconds"] = SecondsOf(summary.milliseconds);
  return json.dump(2) + "\n";
}

std::string ToText(const PriceSummary& summary) {
  std::string text;
  AppendNumber(text, "rows", summary.rows);
  AppendNumber(text, "rows rejected, with all or some of their prices", summary.rows_rejected);
  AppendNumber(text, "amounts missing", summary.amounts_missing);
  AppendNumber(text, "price facts in the file", summary.facts);
  AppendNumber(text, "offers in the file", summary.offers);
  if (!summary.outcome.has_value()) return text;
  const PriceOutcome& outcome = *summary.outcome;
  AppendNumber(text, "facts recorded", outcome.facts.recorded);
  AppendNumber(text, "facts recorded and held, since they fell far", outcome.facts.held,
               outcome.facts.held == 0 ? ""
                                       : ": ConfirmPriceFact confirms one (ListParityAlerts has "
                                         "them); --confirmed vouches for a file");
  AppendNumber(text, "facts that were there", outcome.facts.duplicate);
  AppendNumber(text, "facts refused by the server", outcome.facts.refused);
  AppendNumber(text, "feeds said to be complete", outcome.feeds_stated);
  AppendNumber(text, "feeds known to be complete as of then, nothing done", outcome.feeds_known);
  AppendNumber(text, "listings withdrawn", outcome.listings_withdrawn);
  AppendNumber(text, "offers recorded", outcome.offers.recorded);
  AppendNumber(text, "offers recorded at the cap", outcome.offers.clamped);
  AppendNumber(text, "offers that were there", outcome.offers.duplicate);
  AppendNumber(text, "offers refused by the server", outcome.offers.refused);
  return text;
}

}  // namespace fairpoint::server::imports
