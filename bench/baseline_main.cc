// bench_baseline: what Fairpoint is compared with. Prints one JSON object. See bench/README.md.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <random>
#include <string>

#include "bench/baseline.h"
#include "bench/basket_baseline.h"
#include "nlohmann/json.hpp"

namespace fairpoint::bench {
namespace {

int Main(int argc, char** argv) {
  BaselineOptions options;
  std::string members_file;
  double warmup_s = 1;
  double measure_s = 5;
  CLI::App app(
      "Writes by hand, to MariaDB, the rows that Fairpoint writes, and measures it. The password "
      "is taken from FAIRPOINT_MYSQL_PASSWORD.");
  app.require_subcommand(1);
  const auto common = [&](CLI::App* command) {
    command->add_option("--port", options.server.port)->required();
    command->add_option("--database", options.server.database, "with Fairpoint's tables")
        ->required();
    command->add_option("--connections", options.connections)->check(CLI::Range(1, 100));
    command->add_option("--seconds", measure_s, "measured")->check(CLI::Range(0.1, 3600.0));
    command->add_option("--warmup", warmup_s, "seconds before")->check(CLI::Range(0.0, 3600.0));
  };
  CLI::App* const seed = app.add_subcommand("seed", "put the members there");
  CLI::App* const postings = app.add_subcommand("postings", "(a) one transaction a posting");
  CLI::App* const inserts = app.add_subcommand("inserts", "(b) bare multi-row inserts");
  for (CLI::App* const command : {seed, postings, inserts}) {
    common(command);
    command->add_option("--members", members_file, "ids, one a line")->required();
  }
  CLI::App* const baskets = app.add_subcommand("baskets", "(d) one transaction a basket");
  common(baskets);
  baskets->add_option("--skus", options.skus, "of the catalogue that is there")
      ->check(CLI::Range(1, 10'000'000));
  inserts->add_option("--rows", options.rows, "postings a transaction")
      ->check(CLI::Range(1, 2'000));
  inserts->add_option("--first-seq", options.first_seq, "above every entry so far");
  inserts->add_flag("--without-members{false}", options.with_members,
                    "leave the members' rows as they are");
  CLI11_PARSE(app, argc, argv);

  if (const char* const password = std::getenv("FAIRPOINT_MYSQL_PASSWORD"))
    options.server.password = password;
  std::ifstream in(members_file);
  for (std::string line; std::getline(in, line);) options.members.push_back(line);
  if (!baskets->parsed() && options.members.size() < static_cast<size_t>(options.connections)) {
    std::cerr << "bench_baseline: " << members_file << " has too few members\n";
    return 2;
  }
  std::random_device random;
  options.salt = (uint64_t{random()} << 32) | random();
  options.warmup = std::chrono::duration<double>(warmup_s);
  options.measure = std::chrono::duration<double>(measure_s);
  try {
    if (seed->parsed()) {
      SeedMembers(options);
      std::cout << nlohmann::json{{"members", options.members.size()}} << "\n";
      return 0;
    }
    const Measured measured = postings->parsed()  ? RunPostings(options)
                              : baskets->parsed() ? RunBaskets(options)
                                                  : RunInserts(options);
    nlohmann::json report = measured.ToJson();
    report["connections"] = options.connections;
    if (inserts->parsed()) report["rows"] = options.rows;
    std::cout << report << "\n";
    return measured.succeeded > 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "bench_baseline: " << error.what() << "\n";
    return 1;
  }
}

}  // namespace
}  // namespace fairpoint::bench

int main(int argc, char** argv) { return fairpoint::bench::Main(argc, argv); }
