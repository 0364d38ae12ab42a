#include "server/imports/summary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "server/imports/progress.h"

namespace fairpoint::server::imports {
namespace {

constexpr int kIndent = 2;

}  // namespace

void AppendNumber(std::string& text, const char* name, int64_t number, const char* more) {
  constexpr size_t kWidth = 14;
  const std::string shown = WithCommas(number);
  absl::StrAppend(&text, std::string(kWidth - std::min(kWidth, shown.size()), ' '), shown, "  ",
                  name, more, "\n");
}

double SecondsOf(int64_t milliseconds) {
  constexpr double kMillisPerSecond = 1000;
  return static_cast<double>(milliseconds) / kMillisPerSecond;
}

std::string ToJson(const Summary& summary) {
  const ReadCounts& read = summary.read;
  const auto asked = [&summary](int64_t Answered::*number) -> nlohmann::ordered_json {
    if (!summary.answered.has_value()) return nullptr;
    return (*summary.answered).*number;
  };
  nlohmann::ordered_json json;
  json["rows"] = read.rows;
  json["rows_without_customer"] = read.rows_without_customer;
  json["rows_rejected"] = read.rows_rejected;
  json["rows_without_units"] = read.rows_without_units;
  json["orders"] = read.orders;
  json["purchases"] = summary.answered ? summary.answered->purchases : read.purchases;
  json["returns"] = summary.answered ? summary.answered->returns : read.returns;
  json["units_matched"] = asked(&Answered::units_matched);
  json["units_unmatched"] = asked(&Answered::units_unmatched);
  json["members"] = summary.members;
  json["points_earned"] = asked(&Answered::points_earned);
  json["points_taken_back"] = asked(&Answered::points_taken_back);
  json["points_outstanding"] = nullptr;
  if (summary.answered.has_value()) {
    json["points_outstanding"] =
        summary.answered->points_earned - summary.answered->points_taken_back;
  }
  json["orders_new"] = asked(&Answered::orders_new);
  json["orders_replayed"] = asked(&Answered::orders_replayed);
  json["orders_rejected"] = read.orders_rejected;
  json["seconds"] = SecondsOf(summary.milliseconds);
  return json.dump(kIndent) + "\n";
}

std::string ToText(const Summary& summary) {
  const ReadCounts& read = summary.read;
  std::string text;
  AppendNumber(text, "rows", read.rows);
  AppendNumber(text, "rows without a customer, skipped", read.rows_without_customer);
  AppendNumber(text, "rows rejected", read.rows_rejected);
  AppendNumber(text, "rows without units to count", read.rows_without_units);
  AppendNumber(text, "orders", read.orders);
  AppendNumber(text, "orders without units to count, not sent", read.orders_without_units);
  AppendNumber(text, "orders rejected", read.orders_rejected);
  if (!summary.answered.has_value()) {
    AppendNumber(text, "purchases to be sent", read.purchases);
    AppendNumber(text, "returns to be sent", read.returns);
    AppendNumber(text, "customers", summary.members);
    return text;
  }
  const Answered& answered = *summary.answered;
  AppendNumber(text, "purchases", answered.purchases);
  AppendNumber(text, "returns", answered.returns);
  AppendNumber(text, "returned units matched with a purchase", answered.units_matched);
  AppendNumber(text, "returned units that match no earlier purchase", answered.units_unmatched);
  AppendNumber(text, "members", summary.members,
               absl::StrCat(", ", WithCommas(summary.members_new), " of them new").c_str());
  AppendNumber(text, "points earned", answered.points_earned);
  AppendNumber(text, "points taken back", answered.points_taken_back);
  AppendNumber(text, "points outstanding", answered.points_earned - answered.points_taken_back);
  AppendNumber(text, "purchases and returns new", answered.orders_new);
  AppendNumber(text, "purchases and returns imported before", answered.orders_replayed);
  return text;
}

}  // namespace fairpoint::server::imports
