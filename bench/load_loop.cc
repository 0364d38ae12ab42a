#include "bench/load_loop.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "bench/spread.h"

namespace fairpoint::bench {
namespace {

using Clock = std::chrono::steady_clock;

const char* NameOf(grpc::StatusCode code) {
  constexpr const char* kNames[] = {"OK",
                                    "CANCELLED",
                                    "UNKNOWN",
                                    "INVALID_ARGUMENT",
                                    "DEADLINE_EXCEEDED",
                                    "NOT_FOUND",
                                    "ALREADY_EXISTS",
                                    "PERMISSION_DENIED",
                                    "RESOURCE_EXHAUSTED",
                                    "FAILED_PRECONDITION",
                                    "ABORTED",
                                    "OUT_OF_RANGE",
                                    "UNIMPLEMENTED",
                                    "INTERNAL",
                                    "UNAVAILABLE",
                                    "DATA_LOSS",
                                    "UNAUTHENTICATED"};
  const auto at = static_cast<size_t>(code);
  return at < std::size(kNames) ? kNames[at] : "?";
}

// When measuring begins and ends, and the numbers of the calls: shared by all threads.
struct Plan {
  Clock::time_point begin;
  Clock::time_point measure_from;
  Clock::time_point end;
  std::atomic<uint64_t> next_call = 0;
};

struct Call {
  uint64_t number = 0;
  Clock::time_point due;
  std::optional<grpc::ClientContext> context;
  std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> reader;
  grpc::ByteBuffer answer;
  grpc::Status status;
};

// One connection, one completion queue; an open loop also has a thread that sends.
class Lane {
 public:
  Lane(const LoadOptions& options, Workload& workload, Plan& plan, int number)
      : options_(options),
        workload_(workload),
        plan_(plan),
        number_(number),
        calls_(static_cast<size_t>(options.in_flight / options.threads)) {
    grpc::ChannelArguments arguments;
    // Without its own pool every channel would share one connection.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    channel_ =
        grpc::CreateCustomChannel(options.server, grpc::InsecureChannelCredentials(), arguments);
    stub_.emplace(channel_);
  }

  // Before the clock starts: connecting is not measured.
  bool Connect(Clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(until - Clock::now());
    return channel_->WaitForConnected(std::chrono::system_clock::now() + left);
  }

  void Run() { options_.rate > 0 ? RunOpen() : RunClosed(); }
  Measured& result() { return result_; }

 private:
  // False when no more calls are to be made.
  bool Send(Call& call, Clock::time_point due) {
    call.number = plan_.next_call.fetch_add(1, std::memory_order_relaxed);
    if (call.number >= options_.calls_max) return false;
    call.due = due;
    call.context.emplace();
    call.context->set_deadline(std::chrono::system_clock::now() + options_.call_deadline);
    if (!options_.api_key.empty()) call.context->AddMetadata("x-api-key", options_.api_key);
    call.answer.Clear();
    call.reader = stub_->PrepareUnaryCall(&*call.context, workload_.method(),
                                          workload_.Request(call.number), &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.answer, &call.status, &call);
    return true;
  }

  void Take(Call& call) {
    const Clock::time_point now = Clock::now();
    const int64_t units = workload_.units_per_call();
    const int64_t succeeded = call.status.ok() ? workload_.Succeeded(call.number, call.answer) : 0;
    result_.succeeded_in_all += succeeded;
    if (succeeded < units) {
      ++result_.errors[call.status.ok() ? "IN_BATCH" : NameOf(call.status.error_code())];
      if (result_.first_error.empty())
        result_.first_error =
            call.status.ok() ? "refused inside a batch" : call.status.error_message();
    }
    // Open loop: what was due while measuring counts, however late its answer.
    const Clock::time_point counts_at = options_.rate > 0 ? call.due : now;
    if (counts_at < plan_.measure_from || counts_at >= plan_.end) return;
    ++result_.calls;
    result_.succeeded += succeeded;
    result_.failed += units - succeeded;
    if (call.status.ok()) {
      result_.latency.Record(
          std::chrono::duration_cast<std::chrono::microseconds>(now - call.due).count());
    }
  }

  void RunClosed() {
    size_t under_way = 0;
    for (Call& call : calls_) under_way += Send(call, Clock::now()) ? 1 : 0;
    void* tag = nullptr;
    bool ok = false;
    while (under_way > 0 && queue_.Next(&tag, &ok)) {
      Call& call = *static_cast<Call*>(tag);
      Take(call);
      const Clock::time_point now = Clock::now();
      if (now >= plan_.end || !Send(call, now)) --under_way;
    }
    queue_.Shutdown();
    while (queue_.Next(&tag, &ok)) {
    }
  }

  void RunOpen() {
    std::mutex mutex;
    std::condition_variable freed;
    std::vector<Call*> free;
    free.reserve(calls_.size());
    for (Call& call : calls_) free.push_back(&call);

    std::thread receiver([&] {
      void* tag = nullptr;
      bool ok = false;
      while (queue_.Next(&tag, &ok)) {
        Call& call = *static_cast<Call*>(tag);
        Take(call);
        {
          const std::lock_guard lock(mutex);
          free.push_back(&call);
        }
        freed.notify_one();
      }
    });
    const double mean_gap_s = options_.threads / options_.rate;
    Clock::time_point due = plan_.begin;
    for (uint64_t i = 0;; ++i) {
      const double uniform =
          (static_cast<double>(Mix(options_.salt + static_cast<uint64_t>(number_) + Mix(i)) >> 11) +
           1) *
          0x1p-53;
      due += std::chrono::duration_cast<Clock::duration>(
          std::chrono::duration<double>(-std::log(uniform) * mean_gap_s));
      if (due >= plan_.end) break;
      std::this_thread::sleep_until(due);
      std::unique_lock lock(mutex);
      freed.wait(lock, [&] { return !free.empty(); });
      Call* const call = free.back();
      free.pop_back();
      lock.unlock();
      if (!Send(*call, due)) break;
    }
    // What is under way is still delivered; the queue ends after it.
    queue_.Shutdown();
    receiver.join();
  }

  const LoadOptions& options_;
  Workload& workload_;
  Plan& plan_;
  const int number_;
  std::shared_ptr<grpc::Channel> channel_;
  std::optional<grpc::GenericStub> stub_;
  grpc::CompletionQueue queue_;
  std::vector<Call> calls_;
  Measured result_;
};

}  // namespace

Measured RunLoad(const LoadOptions& options, Workload& workload) {
  Plan plan;
  std::vector<std::unique_ptr<Lane>> lanes;
  lanes.reserve(static_cast<size_t>(options.threads));
  for (int i = 0; i < options.threads; ++i)
    lanes.push_back(std::make_unique<Lane>(options, workload, plan, i));
  const Clock::time_point until = Clock::now() + options.call_deadline;
  Measured all;
  for (const auto& lane : lanes) {
    if (lane->Connect(until)) continue;
    all.errors["UNAVAILABLE"] = 1;
    all.first_error = "no connection to " + options.server;
    return all;
  }
  plan.begin = Clock::now();
  plan.measure_from = plan.begin + std::chrono::duration_cast<Clock::duration>(options.warmup);
  plan.end = plan.measure_from + std::chrono::duration_cast<Clock::duration>(options.measure);
  std::vector<std::thread> threads;
  threads.reserve(lanes.size());
  for (const auto& lane : lanes) threads.emplace_back([&lane] { lane->Run(); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& lane : lanes) all.Merge(lane->result());
  const auto ran =
      std::chrono::duration<double>(std::min(Clock::now(), plan.end) - plan.measure_from);
  all.seconds = std::max(0.0, ran.count());
  return all;
}

}  // namespace fairpoint::bench
