// simulation [SEEDS [FIRST_SEED]] [--commands=N] [--threads=N] [--trace]
//
// Runs SEEDS seeds (1,000) from FIRST_SEED (1) on, each of points and of prices; with 200 or more,
// the kept ones of seeds.txt first, and fails if some event never happened. A seed replays exactly:
// `./dev sim 1 SEED --trace` shows every step.
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <unistd.h>

#include "tests/simulation/price_run.h"
#include "tests/simulation/simulation.h"

namespace fairpoint::simulation {
namespace {

constexpr size_t kThreadsMax = 64;
constexpr int64_t kSeedsForCoverage = 200;

struct Arguments {
  int64_t seeds = 1000;
  int64_t first = 1;
  int64_t commands = 1000;
  int64_t threads = std::max(1U, std::thread::hardware_concurrency());
  bool trace = false;
};

bool ParseNumber(std::string_view text, int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

bool Parse(int argc, char** argv, Arguments& arguments) {
  int position = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    bool ok = true;
    if (argument == "--trace") {
      arguments.trace = true;
    } else if (argument.starts_with("--commands=")) {
      ok = ParseNumber(argument.substr(11), arguments.commands);
    } else if (argument.starts_with("--threads=")) {
      ok = ParseNumber(argument.substr(10), arguments.threads) && arguments.threads > 0;
    } else {
      ok = position < 2 && ParseNumber(argument, position == 0 ? arguments.seeds : arguments.first);
      ++position;
    }
    if (!ok) return false;
  }
  arguments.threads = std::min<int64_t>(arguments.trace ? 1 : arguments.threads, kThreadsMax);
  return true;
}

// A program that stops half-way must still say which seeds it was at.
std::array<std::atomic<int64_t>, kThreadsMax> running;

void SayRunningSeeds(int signal) {
  for (const std::atomic<int64_t>& seed : running) {
    if (seed == 0) continue;
    char text[128];
    const int length = std::snprintf(text, sizeof(text),
                                     "stopped while running seed %lld: ./dev sim 1 %lld --trace\n",
                                     static_cast<long long>(seed), static_cast<long long>(seed));
    if (write(STDERR_FILENO, text, static_cast<size_t>(length)) < 0) break;
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// Null when the file of kept seeds is not there or has a line that is neither a seed nor a comment.
std::optional<std::vector<int64_t>> SeedsToRun(const Arguments& arguments) {
  std::vector<int64_t> seeds;
  if (arguments.seeds >= kSeedsForCoverage) {
    std::ifstream kept(FAIRPOINT_KEPT_SEEDS);
    if (!kept) return std::nullopt;
    for (std::string line; std::getline(kept, line);) {
      if (line.empty() || line.front() == '#') continue;
      int64_t seed = 0;
      if (!ParseNumber(line.substr(0, line.find(' ')), seed)) return std::nullopt;
      seeds.push_back(seed);
    }
  }
  for (int64_t i = 0; i < arguments.seeds; ++i) seeds.push_back(arguments.first + i);
  return seeds;
}

int Main(const Arguments& arguments) {
  const std::optional<std::vector<int64_t>> seeds_to_run = SeedsToRun(arguments);
  if (!seeds_to_run) {
    std::fprintf(stderr, "%s cannot be read\n", FAIRPOINT_KEPT_SEEDS);
    return 1;
  }
  const std::vector<int64_t>& seeds = *seeds_to_run;
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  Coverage coverage;
  std::vector<int64_t> failed;
  const auto started = std::chrono::steady_clock::now();
  const auto run = [&](size_t thread) {
    for (size_t i = next++; i < seeds.size(); i = next++) {
      running[thread] = seeds[i];
      RunOptions options;
      options.seed = static_cast<uint64_t>(seeds[i]);
      options.commands = arguments.commands;
      if (arguments.trace)
        options.trace = [](const std::string& text) { std::printf("%s\n", text.c_str()); };
      const RunResult of_points = Run(options);
      const RunResult of_prices = of_points.fault ? RunResult() : RunPrices(options);
      running[thread] = 0;
      const std::lock_guard lock(mutex);
      coverage.Add(of_points.coverage);
      coverage.Add(of_prices.coverage);
      const std::optional<std::string>& fault = of_points.fault ? of_points.fault : of_prices.fault;
      if (!fault) continue;
      failed.push_back(seeds[i]);
      std::printf("seed %lld FAILED: %s\n  replay it: ./dev sim 1 %lld%s --trace\n",
                  static_cast<long long>(seeds[i]), fault->c_str(),
                  static_cast<long long>(seeds[i]),
                  arguments.commands == 1000
                      ? ""
                      : (" --commands=" + std::to_string(arguments.commands)).c_str());
      std::fflush(stdout);
    }
  };
  std::vector<std::thread> threads;
  for (int64_t i = 0; i < arguments.threads; ++i) threads.emplace_back(run, static_cast<size_t>(i));
  for (std::thread& thread : threads) thread.join();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();

  for (const auto& [event, count] : coverage.counts())
    std::printf("%12lld  %s\n", static_cast<long long>(count), event.c_str());
  int missing = 0;
  if (arguments.seeds >= kSeedsForCoverage) {
    for (const std::string_view event : Missing(coverage)) {
      std::printf("NEVER HAPPENED: %s\n", std::string(event).c_str());
      ++missing;
    }
  }
  std::printf("%zu seeds, %zu failed, %.1f s, %.1f seeds/s\n", seeds.size(), failed.size(), seconds,
              static_cast<double>(seeds.size()) / seconds);
  return failed.empty() && missing == 0 ? 0 : 1;
}

}  // namespace
}  // namespace fairpoint::simulation

int main(int argc, char** argv) {
  fairpoint::simulation::Arguments arguments;
  if (!fairpoint::simulation::Parse(argc, argv, arguments)) {
    std::fprintf(stderr,
                 "usage: simulation [SEEDS [FIRST_SEED]] [--commands=N] [--threads=N] [--trace]\n");
    return 2;
  }
  std::signal(SIGABRT, fairpoint::simulation::SayRunningSeeds);
  std::signal(SIGSEGV, fairpoint::simulation::SayRunningSeeds);
  return fairpoint::simulation::Main(arguments);
}
