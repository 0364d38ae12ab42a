// Plays random games and prints what the planners answered, a JSON object a line: the programme
// versions, then every step with its answer and the lots and holds at the end.
// tests/model/points_model_test.py judges them by a model of its own.
//   ledger_trace FIRST_SEED GAMES STEPS
#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>

#include "base/error.h"
#include "base/overloaded.h"
#include "ledger/testing/choices.h"
#include "nlohmann/json.hpp"

namespace fairpoint::ledger::testing {
namespace {

using Json = nlohmann::json;

// SplitMix64: small, and the same everywhere.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint32_t operator()(uint32_t end) {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<uint32_t>((z ^ (z >> 31)) % end);
  }

 private:
  uint64_t state_;
};

Json ToJson(const Period& p) {
  return {{"months", p.months}, {"days", p.days}, {"seconds", p.seconds}};
}
Json ToJson(const std::optional<base::Instant>& instant) {
  return instant ? Json(instant->micros) : Json(nullptr);
}
Json ToJson(const std::optional<base::Points>& points) {
  return points ? Json(points->value) : Json(nullptr);
}
Json ToJson(const base::Money& money) {
  return {{"currency", money.currency}, {"minor_units", money.minor_units}};
}

Json ToJson(const Program& p) {
  const char* const roundings[] = {"none", "month", "quarter", "year"};
  const char* const releases[] = {"at_once", "after_period", "on_event"};
  const char* const take_backs[] = {"only_pending", "within_balance", "unlimited",
                                    "deduct_from_refund"};
  return {{"zone", p.zone.name()},
          {"currency", p.currency},
          {"stores", {"s1"}},
          {"base_rate", {p.base_rate.points, p.base_rate.per_minor_units}},
          {"never_expires", p.expiry.never},
          {"expires_after", ToJson(p.expiry.after)},
          {"rounded_to", roundings[static_cast<int>(p.expiry.rounding)]},
          {"extended_by_activity", p.expiry.extended_by_activity},
          {"release", releases[static_cast<int>(p.pending.mode)]},
          {"released_after", ToJson(p.pending.after)},
          {"take_back", take_backs[static_cast<int>(p.debt.take_back)]},
          {"deduct_rate", {p.debt.deduct_minor_units, p.debt.deduct_per_points}},
          {"late_spend_debt_max", p.debt.late_spend_debt_max.value},
          {"grace", p.returns.grace ? ToJson(*p.returns.grace) : Json(nullptr)},
          {"hold_default", ToJson(p.hold_default)}};
}

Json ToJson(const Operation& operation) {
  return std::visit(
      base::Overloaded{
          [](const EarnPoints& o) {
            const auto* points = std::get_if<base::Points>(&o.basis);
            if (points != nullptr) return Json{{"verb", "earn"}, {"points", points->value}};
            return Json{{"verb", "earn"}, {"spend", ToJson(std::get<base::Money>(o.basis))}};
          },
          [](const RedeemPoints& o) {
            return Json{{"verb", "redeem"}, {"points", o.points.value}};
          },
          [](const HoldPoints& o) {
            return Json{
                {"verb", "hold"}, {"points", o.points.value}, {"until", ToJson(o.expires_at)}};
          },
          [](const CaptureHold& o) {
            return Json{{"verb", "capture"}, {"hold", o.hold_seq}, {"points", ToJson(o.points)}};
          },
          [](const ReleaseHold& o) {
            return Json{{"verb", "release"}, {"hold", o.hold_seq}};
          },
          [](const ReleasePending& o) {
            return Json{{"verb", "complete"}, {"entry", o.entry_seq}};
          },
          [](const ReverseEntry& o) {
            return Json{{"verb", "reverse"},
                        {"entry", o.entry_seq},
                        {"refund", o.refund ? ToJson(*o.refund) : Json(nullptr)}};
          },
          [](const auto&) {
            return Json{{"verb", "settle"}};
          }},
      operation);
}

Json ToJson(const Posting& p) {
  return {{"store", p.store_id},
          {"effective_at", ToJson(p.effective_at)},
          {"expected_seq", p.expected_seq ? Json(*p.expected_seq) : Json(nullptr)},
          {"by_phone", p.by_phone}};
}

Json ToJson(const Entry& e) {
  return {{"seq", e.seq},
          {"txn", e.txn_seq},
          {"kind", std::string(Name(e.kind))},
          {"from", std::string(Name(e.from))},
          {"to", std::string(Name(e.to))},
          {"points", e.points.value},
          {"lot", e.lot_seq},
          {"hold", e.hold_seq},
          {"undoes", e.reverses_seq},
          {"due", ToJson(e.available_at)},
          {"until", ToJson(e.expires_at)},
          {"effective_at", e.effective_at.micros},
          {"by_clock", e.request_id.empty()}};
}

Json Answer(const absl::StatusOr<Changes>& changes) {
  if (!changes.ok()) {
    const base::ErrorDetail detail = base::DetailOf(changes.status()).value_or(base::ErrorDetail{});
    return {{"refused", detail.reason}, {"metadata", detail.metadata}};
  }
  Json entries = Json::array();
  for (const Entry& entry : changes->entries) entries.push_back(ToJson(entry));
  const Member& m = changes->member;
  return {{"entries", std::move(entries)},
          {"balance", {m.available.value, m.pending.value, m.held.value, m.debt.value}},
          {"lifetime", m.lifetime_earned.value},
          {"deduct", changes->deduct_minor_units}};
}

Json Rows(const Ledger& ledger) {
  Json lots = Json::object();
  for (const auto& [seq, lot] : ledger.lots) {
    lots[std::to_string(seq)] = {
        {"points", lot.points.value},       {"pending", lot.pending.value},
        {"available", lot.available.value}, {"held", lot.held.value},
        {"expired", lot.expired.value},     {"until", ToJson(lot.expires_at)}};
  }
  Json holds = Json::object();
  for (const auto& [seq, hold] : ledger.holds) {
    holds[std::to_string(seq)] = {{"state", std::string(Name(hold.state))},
                                  {"points", hold.points.value},
                                  {"captured", hold.captured.value}};
  }
  return {{"lots", std::move(lots)}, {"holds", std::move(holds)}};
}

Json PlayGame(uint64_t seed, int steps) {
  const Dice dice = Random(seed);
  Game game({RollPolicy(dice), RollPolicy(dice)});
  Json out = {{"seed", seed}, {"versions", Json::array()}, {"steps", Json::array()}};
  for (const Program& version : game.versions) out["versions"].push_back(ToJson(version));
  for (int i = 0; i < steps; ++i) {
    const Step step = game.Decide(RollStep(dice));
    game.Begin(step);
    const Member& member = game.world.ledger.member;
    Json line = {{"now", step.now.micros},
                 {"version", step.version},
                 {"state", std::string(Name(member.state))},
                 {"phone_only", member.phone_only},
                 {"operation", ToJson(step.operation)},
                 {"posting", ToJson(step.posting)}};
    line["answer"] = Answer(game.world.Do(step.operation, step.posting, step.now));
    out["steps"].push_back(std::move(line));
  }
  out["end"] = Rows(game.world.ledger);
  return out;
}

}  // namespace
}  // namespace fairpoint::ledger::testing

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: ledger_trace FIRST_SEED GAMES STEPS\n");
    return 2;
  }
  const uint64_t first = std::strtoull(argv[1], nullptr, 10);
  const uint64_t games = std::strtoull(argv[2], nullptr, 10);
  for (uint64_t seed = first; seed < first + games; ++seed) {
    std::puts(fairpoint::ledger::testing::PlayGame(seed, std::atoi(argv[3])).dump().c_str());
  }
  return 0;
}
