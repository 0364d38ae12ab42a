#include "api/batch.h"

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "api/answers.h"
#include "api/fields.h"
#include "api/operations.h"
#include "api/status.h"

namespace fairpoint::api {
namespace {

constexpr int kOperationsMax = 1'000;

using BatchCall = Call<v1::BatchPostRequest, v1::BatchPostResponse>;

v1::Transaction* TransactionOf(v1::PostResult& result) {
  if (result.has_posting()) return result.mutable_posting()->mutable_transaction();
  return result.has_reversal() ? result.mutable_reversal()->mutable_transaction() : nullptr;
}

void Fit(v1::BatchPostResponse& response) {
  int entries = 0;
  for (v1::PostResult& result : *response.mutable_results()) {
    if (const v1::Transaction* const transaction = TransactionOf(result))
      entries += transaction->entries_size();
  }
  if (!IsTooLarge(entries, response)) return;
  for (v1::PostResult& result : *response.mutable_results()) {
    if (v1::Transaction* const transaction = TransactionOf(result)) OmitEntries(*transaction);
  }
}

// Answers the call when the last operation is answered. Each completion writes its own result, so
// that they need no lock.
class Batch {
 public:
  // One more than the operations: the last is done when all are submitted.
  explicit Batch(BatchCall& call) : call_(call), left_(call.request().operations_size() + 1) {}

  void Answer(int index, const absl::StatusOr<engine::Answer>& answer) {
    const v1::PostOperation& operation = call_.request().operations(index);
    v1::PostResult& result = *call_.response().mutable_results(index);
    const bool with_entries = !call_.request().omit_entries();
    if (!answer.ok()) {
      *result.mutable_error() = ToProto(answer.status(), RequestTypeOf(operation));
    } else if (operation.has_reverse_entry()) {
      const base::ProgramId program_id(call_.request().program_id());
      ToProto(*answer, with_entries, CurrencyOf(call_.door().programs, program_id),
              *result.mutable_reversal());
    } else {
      ToProto(*answer, with_entries, *result.mutable_posting());
    }
    Done();
  }

  void Done() {
    if (left_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    BatchCall& call = call_;
    delete this;
    Fit(call.response());
    call.Reply();
  }

 private:
  BatchCall& call_;
  std::atomic<int> left_;
};

}  // namespace

std::string CurrencyOf(const engine::ProgramCache& programs, const base::ProgramId& program_id) {
  const engine::ProgramCache::Version latest = programs.Latest(program_id);
  return latest == nullptr ? "" : latest->currency;
}

void PostBatch(BatchCall& call) {
  const v1::BatchPostRequest& request = call.request();
  Fields fields;
  fields.ProgramId("program_id", request.program_id());
  if (request.operations_size() == 0 || request.operations_size() > kOperationsMax) {
    fields.Wrong("operations", "must be 1-1,000");
  }
  if (!fields.ok()) return call.Refuse(fields.status());

  v1::BatchPostResponse& response = call.response();
  response.mutable_results()->Reserve(request.operations_size());
  for (int i = 0; i < request.operations_size(); ++i) response.add_results();
  auto* const batch = new Batch(call);
  std::vector<engine::Pending> in_order;
  for (int i = 0; i < request.operations_size(); ++i) {
    const Origin origin{.caller = call.caller(),
                        .deadline = call.deadline(),
                        .batch_program_id = request.program_id(),
                        .operation_index = i};
    absl::StatusOr<engine::Command> command = CommandFromProto(request.operations(i), origin);
    if (!command.ok()) {
      batch->Answer(i, command.status());
      continue;
    }
    in_order.push_back(
        {*std::move(command), [batch, i](const auto& answer) { batch->Answer(i, answer); }});
  }
  call.door().engine.Submit(std::move(in_order));
  batch->Done();
}

}  // namespace fairpoint::api
