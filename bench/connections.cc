#include "bench/connections.h"

#include <cppconn/exception.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace fairpoint::bench {

using Clock = std::chrono::steady_clock;

Measured RunConnections(const BaselineOptions& options, int units,
                        const std::function<std::unique_ptr<Connection>(int number)>& connect) {
  std::atomic<uint64_t> next = 0;
  std::latch connected(options.connections + 1);
  std::latch go(1);
  Clock::time_point measure_from;
  Clock::time_point end;
  std::vector<Measured> results(static_cast<size_t>(options.connections));

  const auto post = [&](Connection& connection, Measured& result) {
    while (true) {
      const Clock::time_point begun = Clock::now();
      if (begun >= end) return;
      int64_t posted = 0;
      try {
        posted = connection.Transact(next.fetch_add(static_cast<uint64_t>(units)));
      } catch (const sql::SQLException& error) {
        ++result.errors[std::to_string(error.getErrorCode())];
        if (result.first_error.empty()) result.first_error = error.what();
        connection.Rollback();
      }
      const Clock::time_point now = Clock::now();
      result.succeeded_in_all += posted;
      if (now < measure_from || now >= end) continue;
      ++result.calls;
      result.succeeded += posted;
      result.failed += units - posted;
      if (posted > 0)
        result.latency.Record(
            std::chrono::duration_cast<std::chrono::microseconds>(now - begun).count());
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(results.size());
  for (int i = 0; i < options.connections; ++i) {
    threads.emplace_back([&, i] {
      Measured& result = results[static_cast<size_t>(i)];
      std::unique_ptr<Connection> connection;
      try {
        connection = connect(i);
      } catch (const std::exception& error) {
        result.first_error = error.what();
      }
      connected.count_down();
      go.wait();
      if (!connection) return;
      try {
        post(*connection, result);
      } catch (const std::exception& error) {
        result.first_error = error.what();
      }
    });
  }
  connected.arrive_and_wait();
  measure_from = Clock::now() + std::chrono::duration_cast<Clock::duration>(options.warmup);
  end = measure_from + std::chrono::duration_cast<Clock::duration>(options.measure);
  go.count_down();
  for (std::thread& thread : threads) thread.join();

  Measured all;
  for (const Measured& result : results) all.Merge(result);
  all.seconds = options.measure.count();
  return all;
}

}  // namespace fairpoint::bench
