#include "api/program_rules.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "api/fields.h"
#include "api/point_rules.h"
#include "api/price_rules.h"
#include "api/rules_reader.h"
#include "base/ids.h"

namespace fairpoint::api {
namespace {

constexpr int64_t kReturnsMax = 1'000'000;
constexpr int kStoresMax = 20'000;

void ReadHead(RulesReader& reader, const Spot& root, const v1::Program& in, ProgramFile& file) {
  ledger::Program& out = file.program;
  if (in.program_id().empty()) {
    reader.Missing(root.Field("program_id"), "is required");
  } else if (!base::IsProgramId(in.program_id())) {
    reader.Wrong(root.Field("program_id"), "must be 1-32 of [a-z0-9-]");
  }
  out.program_id = base::ProgramId(in.program_id());

  out.currency = in.currency();
  if (out.currency.empty()) {
    reader.Missing(root.Field("currency"), "is required");
  } else if (!IsCurrency(out.currency)) {
    reader.Wrong(root.Field("currency"), kNoCurrency);
  }

  if (in.time_zone().empty()) {
    reader.Missing(root.Field("time_zone"), "is required");
  } else if (!absl::LoadTimeZone(in.time_zone(), &out.zone)) {
    reader.Wrong(root.Field("time_zone"), "is no IANA time zone that this machine knows");
  }

  if (!in.effective_from().empty()) {
    absl::Time time;
    std::string why;
    if (!absl::ParseTime(absl::RFC3339_full, in.effective_from(), &time, &why)) {
      reader.Wrong(root.Field("effective_from"),
                   "must be a time like 2026-01-01T00:00:00+08:00 (RFC 3339)");
    } else if (const base::Instant at = base::FromAbsl(time);
               at < base::kEarliestInstant || at >= base::kLatestInstant) {
      reader.Wrong(root.Field("effective_from"), "must be from 1970 on and before 2200");
    } else {
      file.effective_from = at;
    }
  }
  reader.Texts(root.Field("display_name"), in.display_name());
  reader.Texts(root.Field("point_name"), in.point_name());
}

void ReadPlaces(RulesReader& reader, const Spot& root, const v1::Program& in,
                ledger::Program& out) {
  if (in.stores_size() > kStoresMax) reader.Wrong(root.Field("stores", 0), "are more than 20,000");
  for (int i = 0; i < in.stores_size() && i < kStoresMax; ++i) {
    const v1::Store& store = in.stores(i);
    const Spot spot = root.Field("stores", i);
    reader.Reference(spot.Field("store_id"), store.store_id(), /*required=*/true);
    reader.Reference(spot.Field("legal_entity"), store.legal_entity(), /*required=*/true);
    reader.Text(spot.Field("display_name"), store.display_name());
    reader.Text(spot.Field("region"), store.region());
    const ledger::Store made{store.legal_entity(), store.region(), store.display_name()};
    if (!out.stores.emplace(store.store_id(), made).second && !store.store_id().empty()) {
      reader.Wrong(spot.Field("store_id"), "is the id of an earlier store too");
    }
  }
}

void ReadOrders(RulesReader& reader, const Spot& root, const v1::Program& in,
                ledger::OrderRules& out) {
  const Spot spot = root.Field("orders");
  if (in.orders().has_claim_within()) {
    out.claim_within = reader.Period(spot.Field("claim_within"), in.orders().claim_within(),
                                     /*positive=*/true);
  }
  if (in.orders().has_return_window()) {
    out.return_window = reader.Period(spot.Field("return_window"), in.orders().return_window(),
                                      /*positive=*/true);
  }
  out.returns_without_receipt_max =
      reader.Within(spot.Field("returns_without_receipt_max"),
                    in.orders().returns_without_receipt_max(), 0, kReturnsMax);
}

}  // namespace

bool ReadRules(const ProgramText& text, ProgramFile& file, std::vector<ProgramFault>& faults) {
  RulesReader reader(text, faults);
  const Spot root(text);
  ReadHead(reader, root, text.message, file);
  ReadPlaces(reader, root, text.message, file.program);
  ReadPoints(reader, root, text.message, file.program);
  ReadOrders(reader, root, text.message, file.program.orders);
  ReadPrices(reader, root, text.message, file.program.prices);
  return !reader.kept_back();
}

}  // namespace fairpoint::api
