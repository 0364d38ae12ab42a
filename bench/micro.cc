// bench_micro: the pure part of a posting, piece by piece, without gRPC and without a database.
// What is left of a posting's CPU after these is the price of carrying it.
#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "api/digest.h"
#include "base/sha256.h"
#include "bench/posting_rows.h"
#include "bench/spread.h"
#include "engine/journal.h"
#include "engine/receipt.h"
#include "engine/working_set.h"
#include "fairpoint/v1/points_service.pb.h"
#include "ledger/plan.h"

namespace fairpoint::bench {
namespace {

constexpr size_t kGroup = 400;
constexpr base::Instant kNow{1'790'000'000 * base::kMicrosPerSecond};

ledger::Program BenchProgram() {
  ledger::Program program;
  program.program_id = base::ProgramId("bench");
  program.version = 1;
  program.currency = "CNY";
  absl::LoadTimeZone("Asia/Shanghai", &program.zone);
  program.expiry = {
      .never = false, .after = {.months = 12}, .rounding = ledger::ExpiryRounding::kMonthEnd};
  program.stores["S0001"] = {.legal_entity = "LE-01", .region = "east", .display_name = "Store 1"};
  return program;
}

std::string MemberIdOf(size_t i) {
  std::string id(15, 'A');
  for (size_t at = id.size(); i > 0; i /= 10) id[--at] = static_cast<char>('0' + i % 10);
  return id;
}

ledger::Posting PostingOf(size_t i) {
  ledger::Posting posting;
  posting.request_id = base::RequestId(RequestIdOf(7, i));
  posting.actor = "0123456789ab";
  posting.order_id = "R000000000001234";
  posting.store_id = "S0001";
  return posting;
}

v1::EarnPointsRequest RequestOf(size_t i) {
  v1::EarnPointsRequest request;
  request.set_program_id("bench");
  request.set_request_id(PostingOf(i).request_id.value());
  request.mutable_member()->set_member_id(MemberIdOf(i));
  request.set_points(120);
  request.set_order_id("R000000000001234");
  request.set_store_id("S0001");
  return request;
}

void BM_HashOfEntry(benchmark::State& state) {
  ledger::Member member = NewMember(MemberIdOf(1), kNow);
  const ledger::Entry entry = Post(1, 1, kNow, /*hashed=*/true, member).entry;
  for (auto _ : state) benchmark::DoNotOptimize(HashOf(entry));
  state.counters["bytes"] = static_cast<double>(Canonical(entry).size());
}
BENCHMARK(BM_HashOfEntry);

void BM_CanonicalEntry(benchmark::State& state) {
  ledger::Member member = NewMember(MemberIdOf(1), kNow);
  const ledger::Entry entry = Post(1, 1, kNow, /*hashed=*/true, member).entry;
  for (auto _ : state) benchmark::DoNotOptimize(Canonical(entry));
}
BENCHMARK(BM_CanonicalEntry);

void BM_HashOfReceipt(benchmark::State& state) {
  ledger::Member member = NewMember(MemberIdOf(1), kNow);
  const engine::Receipt receipt = Post(1, 1, kNow, /*hashed=*/true, member).receipt;
  for (auto _ : state) benchmark::DoNotOptimize(HashOf(receipt));
}
BENCHMARK(BM_HashOfReceipt);

void BM_ParseRequest(benchmark::State& state) {
  const std::string bytes = RequestOf(1).SerializeAsString();
  v1::EarnPointsRequest request;
  for (auto _ : state) benchmark::DoNotOptimize(request.ParseFromString(bytes));
}
BENCHMARK(BM_ParseRequest);

void BM_DigestOfRequest(benchmark::State& state) {
  const v1::EarnPointsRequest request = RequestOf(1);
  for (auto _ : state) benchmark::DoNotOptimize(api::DigestOf(request, {}));
}
BENCHMARK(BM_DigestOfRequest);

void BM_RequestHashes(benchmark::State& state) {
  const engine::RequestDigest digest = api::DigestOf(RequestOf(1), {});
  for (auto _ : state) benchmark::DoNotOptimize(engine::HashesOf(digest, {}));
}
BENCHMARK(BM_RequestHashes);

// One earning by a member who has `lots` open lots loaded.
void BM_PlanEarn(benchmark::State& state) {
  const ledger::Program program = BenchProgram();
  ledger::Ledger ledger;
  ledger.member = NewMember(MemberIdOf(1), kNow);
  for (int64_t i = 0; i < state.range(0); ++i) {
    const ledger::Lot lot =
        Post(1, static_cast<uint64_t>(i), kNow, /*hashed=*/false, ledger.member).lot;
    ledger.lots.emplace(lot.lot_seq, lot);
  }
  ledger.open_loaded = state.range(0) > 0;
  const ledger::Posting posting = PostingOf(1);
  const ledger::Operation operation = ledger::EarnPoints{base::Points{120}};
  for (auto _ : state) {
    auto changes = ledger::Plan(ledger, operation, posting, program, nullptr, kNow);
    if (!changes.ok()) return state.SkipWithError(std::string(changes.status().message()).c_str());
    benchmark::DoNotOptimize(changes);
  }
}
BENCHMARK(BM_PlanEarn)->Arg(0)->Arg(1)->Arg(10)->Arg(100);

// What the engine does in memory for a group of earnings by different members, from loaded members
// to rows to write; a posting's share.
void BM_WorkingSetOfGroup(benchmark::State& state) {
  const ledger::Program program = BenchProgram();
  std::vector<ledger::Member> members;
  std::vector<ledger::Posting> postings;
  std::vector<engine::RequestDigest> digests;
  for (size_t i = 0; i < kGroup; ++i) {
    members.push_back(NewMember(MemberIdOf(i), kNow));
    postings.push_back(PostingOf(i));
    digests.push_back(api::DigestOf(RequestOf(i), {}));
  }
  const ledger::Operation operation = ledger::EarnPoints{base::Points{120}};
  for (auto _ : state) {
    engine::WorkingSet working;
    working.AddMembers(members);
    for (size_t i = 0; i < kGroup; ++i) {
      const engine::MemberName name{members[i].program_id, members[i].member_id};
      auto changes =
          ledger::Plan(*working.Find(name), operation, postings[i], program, nullptr, kNow);
      if (!changes.ok())
        return state.SkipWithError(std::string(changes.status().message()).c_str());
      working.Take(name, *changes);
      engine::RequestHashes hashes = engine::HashesOf(digests[i], {});
      engine::Receipt receipt;
      receipt.program_id = name.program_id;
      receipt.request_id = postings[i].request_id;
      receipt.kind = ledger::OperationKind::kEarnPoints;
      receipt.member_id = name.member_id;
      receipt.request_hash = hashes.request_hash;
      receipt.field_hashes = std::move(hashes.field_hashes);
      receipt.first_seq = changes->operation_first;
      receipt.entry_count = 1;
      receipt.recorded_at = kNow;
      working.Take(receipt);
    }
    benchmark::DoNotOptimize(working.Finish(
        {.lane = 1, .lane_seq = 1, .head_hash = {}, .owner = "me", .lease_until = kNow}, kNow, 30));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kGroup));
}
BENCHMARK(BM_WorkingSetOfGroup)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fairpoint::bench

BENCHMARK_MAIN();
