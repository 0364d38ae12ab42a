#include "api/listing_withdrawal.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "api/fields.h"
#include "api/member_lookup.h"
#include "api/price_facts.h"
#include "api/price_writes.h"
#include "base/time.h"
#include "engine/errors.h"
#include "pricing/errors.h"
#include "pricing/record_row.h"

namespace fairpoint::api {
namespace {

using WithdrawCall = Call<v1::WithdrawListingRequest, v1::WithdrawListingResponse>;

constexpr size_t kAtOnce = 1'000;

struct Withdrawn {
  base::ProgramId program_id;
  base::Instant from;
};

absl::StatusOr<Withdrawn> ReadRequest(const v1::WithdrawListingRequest& request) {
  Fields fields;
  Withdrawn read;
  read.program_id = fields.ProgramId("program_id", request.program_id());
  fields.RequiredReference("channel_id", request.channel_id());
  fields.Label("listing_id", request.listing_id());
  if (!request.sku().empty()) fields.Label("sku", request.sku());
  PositiveFromProto("source_seq", request.source_seq(), INT64_MAX, fields);
  read.from = request.has_withdrawn_from()
                  ? fields.Instant("withdrawn_from", request.withdrawn_from())
                  : pricing::kFromRecording;
  fields.Reference("source", request.source());
  if (!fields.ok()) return fields.status();
  return read;
}

struct Listed {
  bool is_known = false;          // facts named the listing
  std::vector<std::string> skus;  // which they named with it, or the one that is asked for
};
absl::Status Find(engine::ReadSession& session, const base::ProgramId& program_id,
                  const v1::WithdrawListingRequest& request, Listed& listed) {
  const engine::ChannelName channel{program_id, request.channel_id()};
  std::optional<engine::ListedSku> after = engine::ListedSku{request.listing_id(), ""};
  std::vector<pricing::ListingPlace> places;
  do {
    if (absl::Status read = session.ScanListings(channel, after, kAtOnce, places); !read.ok())
      return read;
    for (const pricing::ListingPlace& place : places) {
      if (place.listing_id != request.listing_id()) return absl::OkStatus();
      listed.is_known = true;
      if (request.sku().empty() || place.sku == request.sku()) listed.skus.push_back(place.sku);
    }
    if (!places.empty()) after = {places.back().listing_id, places.back().sku};
  } while (places.size() == kAtOnce);
  return absl::OkStatus();
}

// Why there is nothing to withdraw.
absl::Status WhyNone(Door& door, engine::ReadSession& session, const base::ProgramId& program_id,
                     const v1::WithdrawListingRequest& request, const Listed& listed) {
  if (absl::Status known = KnowProgram({session, door.programs, door.keyring}, program_id);
      !known.ok())
    return known;
  const absl::StatusOr<base::Instant> now = session.Now();
  if (!now.ok()) return now.status();
  const auto program = door.programs.InForceOrLatest(program_id, *now);
  if (absl::Status status = pricing::CheckReference(request.channel_id(), program->prices);
      !status.ok())
    return status;
  return pricing::ListingNotFound(request.channel_id(), request.listing_id(),
                                  listed.is_known ? request.sku() : "");
}

// From the first of `skus` on, a command after the other.
void Submit(WithdrawCall& call, const Withdrawn& withdrawn, std::vector<std::string> skus) {
  const v1::WithdrawListingRequest& request = call.request();
  const Origin origin{.caller = call.caller(), .deadline = call.deadline(), .batch_program_id = {}};
  const Recorder by{withdrawn.program_id, request.source(), call.caller().id};
  engine::RecordPriceFacts record;
  const auto part = skus.begin() + static_cast<std::ptrdiff_t>(std::min(skus.size(), kAtOnce));
  for (auto sku = skus.begin(); sku != part; ++sku) {
    record.facts.push_back(WithdrawalOf(request.channel_id(), request.listing_id(), *sku,
                                        request.source_seq(), withdrawn.from, by));
  }
  skus.erase(skus.begin(), part);
  call.door().engine.Submit(
      FactsCommand(withdrawn.program_id, std::move(record), origin),
      [&call, withdrawn, rest = std::move(skus)](const absl::StatusOr<engine::Answer>& answer) {
        if (!answer.ok()) return call.Refuse(answer.status());
        ToProto(answer->prices->items, "", *call.response().mutable_items());
        if (rest.empty()) return call.Reply();
        Submit(call, withdrawn, rest);
      });
}

}  // namespace

void WithdrawListing(WithdrawCall& call) {
  const absl::StatusOr<Withdrawn> withdrawn = ReadRequest(call.request());
  if (!withdrawn.ok()) return call.Refuse(withdrawn.status());
  call.door().reads.Submit(
      [&call, withdrawn = *withdrawn](absl::Status status, engine::ReadSession* session) {
        if (status.ok() && base::SteadyNow() >= call.deadline()) status = engine::DeadlinePassed();
        Listed listed;
        if (status.ok()) status = Find(*session, withdrawn.program_id, call.request(), listed);
        if (status.ok() && listed.skus.empty())
          status = WhyNone(call.door(), *session, withdrawn.program_id, call.request(), listed);
        if (!status.ok()) return call.Refuse(status);
        Submit(call, withdrawn, std::move(listed.skus));
      });
}

}  // namespace fairpoint::api
