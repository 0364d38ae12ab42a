#include "api/price_context.h"

#include <algorithm>
#include <utility>

#include "api/shopper.h"
#include "ledger/errors.h"

namespace fairpoint::api {

absl::StatusOr<PriceContext> ContextOf(const Door& door, const Principal& caller,
                                       const PriceQuestion& question,
                                       engine::ProgramCache::Version program, base::Instant now) {
  PriceContext context{.program = std::move(program),
                       .channels = door.prices.Channels(question.program_id),
                       .shopper = question.shopper,
                       .market = {}};
  if (absl::Status placed = Place(*context.program, caller, context.shopper); !placed.ok())
    return placed;
  context.market = pricing::MakeMarket(
      context.program->prices, context.shopper.channel_id, now,
      [&context](std::string_view channel_id) { return context.channels->Find(channel_id); });
  context.market.promotions_serial = context.channels->promotions_serial;
  return context;
}

base::Instant PricesAsOf(const Door& door) {
  return std::max(door.clock.Now(), door.prices.told_at());
}

absl::StatusOr<engine::ProgramCache::Version> ProgramInForce(const engine::ProgramCache& programs,
                                                             const base::ProgramId& program_id,
                                                             base::Instant now) {
  if (engine::ProgramCache::Version program = programs.InForce(program_id, now)) return program;
  const engine::ProgramCache::Version latest = programs.Latest(program_id);
  if (latest == nullptr) return ledger::ProgramNotFound(program_id);
  base::Instant begins_at = latest->effective_from;
  for (int64_t version = 1; version < latest->version; ++version)
    begins_at = std::min(begins_at, programs.Numbered(program_id, version)->effective_from);
  return ledger::ProgramNotBegun(program_id, begins_at);
}

}  // namespace fairpoint::api
