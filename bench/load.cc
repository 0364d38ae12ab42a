// bench_load: the load generator. Prints one JSON object. See bench/README.md.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "absl/synchronization/mutex.h"
#include "bench/load_loop.h"
#include "bench/spread.h"
#include "bench/workload.h"
#include "nlohmann/json.hpp"

namespace fairpoint::bench {
namespace {

struct Arguments {
  LoadOptions load;
  WorkloadOptions workload;
  std::string key_file;
  std::string members_file;
  std::string mode;
  double warmup_s = 1;
  double measure_s = 5;
  uint64_t count = 10'000;
};

uint64_t RandomSalt() {
  std::random_device random;
  return (uint64_t{random()} << 32) | random();
}

// The whole file; ends the program when it cannot be read.
std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in || text.str().empty()) {
    std::cerr << "bench_load: cannot read " << path << "\n";
    std::exit(2);
  }
  return text.str();
}

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

std::vector<std::string> ReadMembers(const std::string& path) {
  std::vector<std::string> members;
  std::istringstream in(ReadFile(path));
  for (std::string line; std::getline(in, line);) members.push_back(line);
  return members;
}

int Enroll(Arguments& arguments) {
  constexpr int kPassesMax = 5;
  arguments.load.warmup = std::chrono::seconds(0);
  arguments.load.measure = std::chrono::hours(1);
  arguments.load.calls_max = arguments.count;
  const auto enrolment = MakeEnrolment(arguments.workload, arguments.count);
  Measured result = RunLoad(arguments.load, *enrolment);
  nlohmann::json report = result.ToJson();
  for (int pass = 1; pass < kPassesMax; ++pass) {
    std::vector<uint64_t> missing;
    for (uint64_t i = 0; i < arguments.count; ++i) {
      if (enrolment->members()[static_cast<size_t>(i)].empty()) missing.push_back(i);
    }
    if (missing.empty()) break;
    arguments.load.calls_max = missing.size();
    enrolment->Only(std::move(missing));
    result = RunLoad(arguments.load, *enrolment);
  }
  std::ofstream out(arguments.members_file, std::ios::trunc);
  for (const std::string& member : enrolment->members()) {
    if (member.empty()) {
      std::cerr << "bench_load: some members could not be enrolled: " << result.first_error << "\n";
      return 1;
    }
    out << member << "\n";
  }
  out.close();
  std::cout << report << "\n";
  return out ? 0 : 1;
}

int Run(Arguments& arguments) {
  arguments.load.warmup = std::chrono::duration<double>(arguments.warmup_s);
  arguments.load.measure = std::chrono::duration<double>(arguments.measure_s);
  std::unique_ptr<Workload> workload;
  if (arguments.mode == "empty") {
    workload = MakeEmptyCalls();
  } else {
    arguments.workload.members = ReadMembers(arguments.members_file);
    if (arguments.mode == "earn") workload = MakeEarns(arguments.workload);
    if (arguments.mode == "purchase") workload = MakePurchases(arguments.workload);
    if (arguments.mode == "batch") workload = MakeBatches(arguments.workload);
    if (arguments.mode == "balance") workload = MakeBalanceReads(arguments.workload);
  }
  const Measured result = RunLoad(arguments.load, *workload);
  nlohmann::json report = result.ToJson();
  report["mode"] = arguments.mode;
  report["in_flight"] = arguments.load.in_flight;
  report["rate"] = arguments.load.rate;
  report["members"] = arguments.workload.members.size();
  report["units_per_call"] = workload->units_per_call();
  std::cout << report << "\n";
  return result.succeeded > 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Drives a Fairpoint server over gRPC and measures it");
  app.require_subcommand(1);
  const auto common = [&](CLI::App* command) {
    command->add_option("--server", arguments.load.server, "host:port")->required();
    command->add_option("--key-file", arguments.key_file, "a file that holds an API key");
    command->add_option("--threads", arguments.load.threads, "connections, each with a thread")
        ->check(CLI::Range(1, 64));
    command->add_option("--in-flight", arguments.load.in_flight, "calls under way")
        ->check(CLI::Range(1, 1'000'000));
  };
  CLI::App* const enroll = app.add_subcommand("enroll", "enrol members and write their ids");
  common(enroll);
  enroll->add_option("--count", arguments.count, "how many");
  enroll->add_option("--members", arguments.members_file, "where to write the ids")->required();
  CLI::App* const run = app.add_subcommand("run", "make calls of one kind");
  common(run);
  run->add_option("mode", arguments.mode, "empty, earn, purchase, batch or balance")
      ->required()
      ->check(CLI::IsMember({"empty", "earn", "purchase", "batch", "balance"}));
  run->add_option("--members", arguments.members_file, "ids that enroll wrote");
  run->add_option("--batch", arguments.workload.batch, "operations a batch")
      ->check(CLI::Range(1, 1'000));
  run->add_flag("--with-entries{false}", arguments.workload.omit_entries,
                "batches are answered with their entries");
  run->add_option("--rate", arguments.load.rate,
                  "calls a second, open loop; 0: as fast as answers come");
  run->add_option("--seconds", arguments.measure_s, "measured")->check(CLI::Range(0.1, 3600.0));
  run->add_option("--warmup", arguments.warmup_s, "seconds before")->check(CLI::Range(0.0, 3600.0));
  run->add_option("--calls", arguments.load.calls_max, "no more calls than this");
  CLI11_PARSE(app, argc, argv);
  // Debian builds abseil with its lock-order checker, which costs gRPC some percent of a call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);

  arguments.load.in_flight = std::max(arguments.load.in_flight, arguments.load.threads);
  if (!arguments.key_file.empty()) arguments.load.api_key = FirstLine(ReadFile(arguments.key_file));
  arguments.workload.salt = RandomSalt();
  arguments.load.salt = RandomSalt();
  if (enroll->parsed()) return Enroll(arguments);
  return Run(arguments);
}

}  // namespace
}  // namespace fairpoint::bench

int main(int argc, char** argv) { return fairpoint::bench::Main(argc, argv); }
