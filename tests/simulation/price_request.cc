#include "tests/simulation/price_request.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/sha256.h"

namespace fairpoint::simulation {
namespace {

constexpr int64_t kDay = 86'400'000'000;

std::string TextOf(const PriceRequest& request) { return absl::StrCat(request.tolerance_micros); }

engine::Operation OperationOf(const PriceRequest& request) {
  switch (request.kind) {
    case PriceRequest::Kind::kPublish: {
      ledger::ProgramVersion read;
      read.program_id = base::ProgramId(kPriceProgram);
      read.text = TextOf(request);
      std::optional<base::Instant> from;
      if (request.effective_from) from = base::Instant{*request.effective_from};
      return ledger::Operation(ledger::PublishProgram{
          .text = read.text, .program = *ParsePriceProgram(read), .effective_from = from});
    }
    case PriceRequest::Kind::kFacts: {
      engine::RecordPriceFacts record;
      for (const pricing::PriceFact& fact : request.facts) record.facts.emplace_back().fact = fact;
      record.feed = request.feed;
      return engine::PriceOperation(std::move(record));
    }
    case PriceRequest::Kind::kOffers: {
      engine::RecordOffers record;
      for (const pricing::Offer& offer : request.offers) record.offers.emplace_back().offer = offer;
      record.on_above_cap = request.on_above_cap;
      return engine::PriceOperation(std::move(record));
    }
    case PriceRequest::Kind::kQuote:
      return engine::PriceOperation(engine::KeepQuote{request.quote});
    case PriceRequest::Kind::kCommit:
      break;
  }
  return checkout::Operation(
      checkout::CommitBasket{.quote_id = request.quote_id, .order_id = request.order_id});
}

}  // namespace

absl::StatusOr<checkout::Program> ParsePriceProgram(const ledger::ProgramVersion& version) {
  checkout::Program program;
  program.program_id = version.program_id;
  program.version = version.version;
  program.effective_from = version.effective_from;
  program.currency = "CNY";
  program.zone = absl::FixedTimeZone(8 * 3600);
  program.expiry.never = true;
  program.prices.version = version.version;
  program.prices.currency = "CNY";
  for (const char* const id : {"a", "b", "mini"}) {
    program.prices.channels.push_back(
        {.channel_id = id,
         .display_name = id,
         .role = id[1] == '\0' ? pricing::ChannelRole::kReference : pricing::ChannelRole::kPrivate,
         .fresh_for_micros = 3'650 * kDay});
  }
  program.prices.suspicious_fall_percent = 100;
  if (!absl::SimpleAtoi(version.text, &program.prices.clock_tolerance_micros))
    return absl::DataLossError("no tolerance");
  return program;
}

engine::Command ToCommand(const PriceRequest& request, absl::Time deadline) {
  engine::Command command;
  command.program_id = base::ProgramId(kPriceProgram);
  if (request.kind == PriceRequest::Kind::kCommit)
    command.member = engine::QuoteOwner{request.quote_id};
  command.posting.request_id = base::RequestId(request.request_id);
  command.posting.actor = "till-1";
  command.operation = OperationOf(request);
  if (!request.request_id.empty()) {
    command.digest.fields.push_back({2, base::Sha256(TextOf(request))});
    command.digest.fields.push_back({3, base::Sha256(request.quote_id)});
    command.digest.fields.push_back({4, base::Sha256(request.order_id)});
  }
  command.deadline = deadline;
  return command;
}

std::string Describe(const PriceRequest& request) {
  switch (request.kind) {
    case PriceRequest::Kind::kPublish:
      return absl::StrCat("publish tolerance ", request.tolerance_micros);
    case PriceRequest::Kind::kFacts: {
      std::string text = request.feed ? "facts of a feed" : "facts";
      for (const pricing::PriceFact& fact : request.facts)
        absl::StrAppend(&text, " ", fact.sku, "@", fact.channel_id, "#", fact.source_seq, "=",
                        fact.amount);
      return text;
    }
    case PriceRequest::Kind::kOffers: {
      std::string text = "offers";
      for (const pricing::Offer& offer : request.offers)
        absl::StrAppend(&text, " ", offer.sku, "/", offer.offer_id, "#", offer.revision, "=",
                        offer.asked_amount, " of ", offer.stock);
      return text;
    }
    case PriceRequest::Kind::kQuote: {
      std::string text = absl::StrCat("quote ", request.quote.evidence_id);
      for (const pricing::EvidenceLine& line : request.quote.body.lines)
        absl::StrAppend(&text, " ", line.quantity, " ", line.sku, "=", line.amount);
      return text;
    }
    case PriceRequest::Kind::kCommit:
      break;
  }
  return absl::StrCat("commit ", request.quote_id, " as ", request.order_id);
}

}  // namespace fairpoint::simulation
