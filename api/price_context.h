// What prices are made of, for one request: a programme, and the books that this process knows.
#ifndef FAIRPOINT_API_PRICE_CONTEXT_H_
#define FAIRPOINT_API_PRICE_CONTEXT_H_

#include "absl/status/statusor.h"
#include "api/door.h"
#include "api/member_lookup.h"
#include "api/read_call.h"
#include "base/time.h"
#include "engine/price_catalog.h"
#include "engine/program_cache.h"
#include "pricing/market.h"

namespace fairpoint::api {

// What every request for prices asks.
struct PriceQuestion {
  base::ProgramId program_id;
  pricing::Shopper shopper;
};

struct PriceContext {
  engine::ProgramCache::Version program;
  engine::PriceCatalog::ChannelBooksPtr channels;
  pricing::Shopper shopper;
  pricing::Market market;  // of the two
};

// The errors of Place.
absl::StatusOr<PriceContext> ContextOf(const Door& door, const Principal& caller,
                                       const PriceQuestion& question,
                                       engine::ProgramCache::Version program, base::Instant now);

// The database's time, as far as this process knows.
base::Instant PricesAsOf(const Door& door);

// Never null. PROGRAM_NOT_FOUND: there is none, or none in force yet.
absl::StatusOr<engine::ProgramCache::Version> ProgramInForce(const engine::ProgramCache& programs,
                                                             const base::ProgramId& program_id,
                                                             base::Instant now);

// A call that is answered from memory, at once, on the thread that brought it. Only where no
// programme is known to be in force the database is asked for it first, on a thread of the read
// pool. `Asked` is a PriceQuestion, and may refer to the request.
template <class Request, class Response, class Asked,
          absl::StatusOr<Asked> (*kRead)(const Request&, const Principal&),
          void (*kAnswer)(Call<Request, Response>&, const Asked&, const PriceContext&)>
void HandlePriced(Call<Request, Response>& call) {
  absl::StatusOr<Asked> asked = kRead(call.request(), call.caller());
  if (!asked.ok()) return call.Refuse(asked.status());
  const auto answer = [&call](const Asked& what, engine::ProgramCache::Version program,
                              base::Instant now) {
    const absl::StatusOr<PriceContext> context =
        ContextOf(call.door(), call.caller(), what, std::move(program), now);
    if (!context.ok()) return call.Refuse(context.status());
    kAnswer(call, what, *context);
  };
  const base::Instant now = PricesAsOf(call.door());
  engine::ProgramCache& programs = call.door().programs;
  if (engine::ProgramCache::Version program = programs.InForce(asked->program_id, now))
    return answer(*asked, std::move(program), now);
  call.door().reads.Submit([&call, &programs, answer, asked = *std::move(asked)](
                               absl::Status status, engine::ReadSession* session) {
    if (status.ok() && base::SteadyNow() >= call.deadline()) status = engine::DeadlinePassed();
    if (status.ok())
      status = KnowProgram({*session, programs, call.door().keyring}, asked.program_id);
    if (!status.ok()) return call.Refuse(status);
    const base::Instant later = PricesAsOf(call.door());
    absl::StatusOr<engine::ProgramCache::Version> program =
        ProgramInForce(programs, asked.program_id, later);
    if (!program.ok()) return call.Refuse(program.status());
    answer(asked, *std::move(program), later);
  });
}

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRICE_CONTEXT_H_
