// bench_load: the load generator. Prints one JSON object. See bench/README.md.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "absl/synchronization/mutex.h"
#include "bench/freshness.h"
#include "bench/load_loop.h"
#include "bench/price_seed.h"
#include "bench/price_workload.h"
#include "bench/spread.h"
#include "bench/workload.h"
#include "nlohmann/json.hpp"

namespace fairpoint::bench {
namespace {

struct Arguments {
  LoadOptions load;
  WorkloadOptions workload;
  PriceOptions prices;
  CatalogueOptions catalogue;
  std::string key_file;
  std::string members_file;
  std::string quotes_file;
  std::string other_server;
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

std::vector<std::string> ReadLines(const std::string& path) {
  std::vector<std::string> lines;
  std::istringstream in(ReadFile(path));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// As many calls as `count`, however long they take.
Measured RunCount(Arguments& arguments, Workload& workload) {
  arguments.load.warmup = std::chrono::seconds(0);
  arguments.load.measure = std::chrono::hours(1);
  arguments.load.calls_max = arguments.count;
  return RunLoad(arguments.load, workload);
}

int Enroll(Arguments& arguments) {
  constexpr int kPassesMax = 5;
  const auto enrolment = MakeEnrolment(arguments.workload, arguments.count);
  Measured result = RunCount(arguments, *enrolment);
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

int QuoteAhead(Arguments& arguments) {
  const auto quotes = MakeQuotes(arguments.prices);
  const Measured result = RunCount(arguments, *quotes);
  std::ofstream out(arguments.quotes_file, std::ios::trunc);
  for (const std::string& quote_id : quotes->quote_ids()) out << quote_id << "\n";
  out.close();
  std::cout << result.ToJson() << "\n";
  return out && result.succeeded > 0 ? 0 : 1;
}

int FillCatalogue(Arguments& arguments) {
  arguments.catalogue.now = base::SystemClock().Now();
  Measured result;
  if (arguments.mode == "facts") result = ImportFacts(arguments.load, arguments.catalogue);
  if (arguments.mode == "offers") result = RecordOffers(arguments.load, arguments.catalogue);
  if (arguments.mode == "feeds") result = RecordFeeds(arguments.load, arguments.catalogue);
  if (arguments.mode == "promotions")
    result = RecordPromotions(arguments.load, arguments.catalogue);
  std::cout << result.ToJson() << "\n";
  return result.errors.empty() ? 0 : 1;
}

int TellFreshness(Arguments& arguments) {
  std::cout << MeasureFreshness(arguments.load, arguments.other_server, arguments.prices,
                                static_cast<int>(arguments.count))
            << "\n";
  return 0;
}

std::unique_ptr<Workload> WorkloadOf(Arguments& arguments) {
  if (arguments.mode == "empty") return MakeEmptyCalls();
  if (arguments.mode == "page") return MakePageReads(arguments.prices);
  if (arguments.mode == "quote") return MakeQuotes(arguments.prices);
  if (arguments.mode == "commit") {
    std::vector<std::string> quotes = ReadLines(arguments.quotes_file);
    arguments.load.calls_max = quotes.size();
    return MakeCommits(arguments.prices, std::move(quotes));
  }
  arguments.workload.members = ReadLines(arguments.members_file);
  if (arguments.mode == "earn") return MakeEarns(arguments.workload);
  if (arguments.mode == "purchase") return MakePurchases(arguments.workload);
  if (arguments.mode == "batch") return MakeBatches(arguments.workload);
  return MakeBalanceReads(arguments.workload);
}

int Run(Arguments& arguments) {
  arguments.load.warmup = std::chrono::duration<double>(arguments.warmup_s);
  arguments.load.measure = std::chrono::duration<double>(arguments.measure_s);
  const std::unique_ptr<Workload> workload = WorkloadOf(arguments);
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

struct Commands {
  CLI::App* enroll;
  CLI::App* catalogue;
  CLI::App* quotes;
  CLI::App* freshness;
  CLI::App* run;
};

void AddRun(CLI::App& run, Arguments& arguments) {
  run.add_option("mode", arguments.mode,
                 "empty, earn, purchase, batch, balance, page, quote or commit")
      ->required()
      ->check(CLI::IsMember(
          {"empty", "earn", "purchase", "batch", "balance", "page", "quote", "commit"}));
  run.add_option("--members", arguments.members_file, "ids that enroll wrote");
  run.add_option("--quotes", arguments.quotes_file, "ids that quotes wrote: commit");
  run.add_option("--batch", arguments.workload.batch, "operations a batch")
      ->check(CLI::Range(1, 1'000));
  run.add_flag("--with-entries{false}", arguments.workload.omit_entries,
               "batches are answered with their entries");
  run.add_option("--rate", arguments.load.rate,
                 "calls a second, open loop; 0: as fast as answers come");
  run.add_option("--seconds", arguments.measure_s, "measured")->check(CLI::Range(0.1, 3600.0));
  run.add_option("--warmup", arguments.warmup_s, "seconds before")->check(CLI::Range(0.0, 3600.0));
  run.add_option("--calls", arguments.load.calls_max, "no more calls than this");
}

Commands AddCommands(CLI::App& app, Arguments& arguments) {
  const Commands commands{
      .enroll = app.add_subcommand("enroll", "enrol members and write their ids"),
      .catalogue = app.add_subcommand("catalogue", "record a part of the catalogue of prices"),
      .quotes = app.add_subcommand("quotes", "quote baskets and write the quotes' ids"),
      .freshness = app.add_subcommand("freshness", "see how soon new facts show in prices"),
      .run = app.add_subcommand("run", "make calls of one kind")};
  for (CLI::App* const command :
       {commands.enroll, commands.catalogue, commands.quotes, commands.freshness, commands.run}) {
    command->add_option("--server", arguments.load.server, "host:port")->required();
    command->add_option("--key-file", arguments.key_file, "a file that holds an API key");
    command->add_option("--threads", arguments.load.threads, "connections, each with a thread")
        ->check(CLI::Range(1, 64));
    command->add_option("--in-flight", arguments.load.in_flight, "calls under way")
        ->check(CLI::Range(1, 1'000'000));
    if (command == commands.enroll) continue;
    command->add_option("--skus", arguments.prices.skus, "of the catalogue")
        ->check(CLI::Range(1, 10'000'000));
    command->add_option("--lines", arguments.prices.lines, "of a basket")
        ->check(CLI::Range(1, 2'000));
  }
  commands.enroll->add_option("--count", arguments.count, "how many");
  commands.enroll->add_option("--members", arguments.members_file, "where to write the ids")
      ->required();
  commands.catalogue->add_option("what", arguments.mode, "facts, offers, feeds or promotions")
      ->required()
      ->check(CLI::IsMember({"facts", "offers", "feeds", "promotions"}));
  commands.catalogue->add_flag("--by-sku{false}", arguments.catalogue.by_channel,
                               "facts: one SKU after another, not one channel");
  commands.quotes->add_option("--count", arguments.count, "how many");
  commands.quotes->add_option("--quotes", arguments.quotes_file, "where to write the ids")
      ->required();
  commands.freshness->add_option("--count", arguments.count, "how many facts");
  commands.freshness->add_option("--other", arguments.other_server,
                                 "host:port of another server on the same store");
  AddRun(*commands.run, arguments);
  return commands;
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Drives a Fairpoint server over gRPC and measures it");
  app.require_subcommand(1);
  const Commands commands = AddCommands(app, arguments);
  CLI11_PARSE(app, argc, argv);
  // Debian builds abseil with its lock-order checker, which costs gRPC some percent of a call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);

  arguments.load.in_flight = std::max(arguments.load.in_flight, arguments.load.threads);
  if (!arguments.key_file.empty()) arguments.load.api_key = FirstLine(ReadFile(arguments.key_file));
  arguments.workload.salt = arguments.prices.salt = RandomSalt();
  arguments.load.salt = RandomSalt();
  arguments.catalogue.skus = arguments.prices.skus;
  if (commands.enroll->parsed()) return Enroll(arguments);
  if (commands.catalogue->parsed()) return FillCatalogue(arguments);
  if (commands.quotes->parsed()) return QuoteAhead(arguments);
  if (commands.freshness->parsed()) return TellFreshness(arguments);
  return Run(arguments);
}

}  // namespace
}  // namespace fairpoint::bench

int main(int argc, char** argv) { return fairpoint::bench::Main(argc, argv); }
