#include "server/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/export_balances.h"
#include "server/flags.h"
#include "server/imports/import_members.h"
#include "server/imports/import_orders.h"
#include "server/imports/import_prices.h"
#include "server/keys.h"
#include "server/operate.h"
#include "server/publish.h"
#include "server/serve.h"
#include "server/story.h"
#include "server/version.h"

namespace fairpoint::server {
namespace {

constexpr char kExamples[] = R"(
  fairpoint serve --store sqlite:var/fairpoint.db
  fairpoint serve --config /etc/fairpoint.toml
  fairpoint migrate --store mysql://fairpoint_owner@127.0.0.1/fairpoint --store-password-file db.pw
  fairpoint keys make --store sqlite:var/fairpoint.db --role pos --store-id sh-001 --out till.key
  fairpoint keys list --store sqlite:var/fairpoint.db
  fairpoint keys revoke --store sqlite:var/fairpoint.db 0123456789ab
  fairpoint keys keyring --out fairpoint.keyring
  fairpoint check programs/sample.textproto
  fairpoint publish programs/sample.textproto --key-file var/admin.key
  fairpoint import orders --mapping shop.mapping.textproto --program sample --key-file var/admin.key orders.csv
  fairpoint import members --program sample --key-file var/admin.key --expect-members 3942 --expect-points 8388330 members.csv
  fairpoint import prices --mapping feed.mapping.textproto --program sample --key-file var/admin.key prices.csv
  fairpoint export balances --csv --program sample --key-file var/admin.key --out balances.csv
  fairpoint verify --store sqlite:var/fairpoint.db
  fairpoint sweep --key-file var/admin.key
  fairpoint health --server 127.0.0.1:7654
  fairpoint story --key-file var/admin.key --program programs/sample.textproto
  fairpoint version)";

constexpr char kSettings[] = R"(
Settings come from flags, then from the environment (--store-tls-ca is FAIRPOINT_STORE_TLS_CA), then
from the file named by --config FILE or FAIRPOINT_CONFIG: lines `name = value`, the same names
without the dashes (examples/fairpoint.toml).
Exit codes: 0 all is well, 1 it is not (the text says why), 2 it could not be found out.)";

// The examples of one command ("keys make"), or of all.
std::string Footer(const std::string& command) {
  std::string footer = "Examples:\n";
  for (const absl::string_view line : absl::StrSplit(kExamples, '\n')) {
    if (absl::StartsWith(line, absl::StrCat("  fairpoint ", command)))
      absl::StrAppend(&footer, line, "\n");
  }
  return footer + kSettings;
}

using Run = std::function<int()>;

// A command and what it does when it was the one named.
CLI::App* AddCommand(CLI::App& parent, Run& run, const char* name, const char* help, Run what) {
  CLI::App* const command = parent.add_subcommand(name, help);
  command->fallthrough();
  const std::string group = parent.get_parent() == nullptr ? "" : parent.get_name() + " ";
  command->footer(Footer(group + name));
  command->callback([&run, what = std::move(what)] { run = what; });
  return command;
}

void AddServe(CLI::App& app, Run& run) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* const command = AddCommand(app, run, "serve", "Serve a store over gRPC until SIGTERM",
                                       [options] { return Serve(*options); });
  AddStoreFlags(*command, options->store, true);
  const auto add = [command](const char* name, auto& value, const char* help) {
    return Configurable(command->add_option(name, value, help)->capture_default_str());
  };
  add("--listen", options->listen.address, "HOST:PORT to listen on");
  add("--tls-cert", options->listen.tls_cert, "PEM file of the server's certificate");
  add("--tls-key", options->listen.tls_key, "PEM file of its key");
  add("--tls-client-ca", options->listen.tls_client_ca,
      "PEM file of the CA of client certificates, which are then accepted beside keys");
  Configurable(command->add_flag("--allow-plaintext", options->listen.allow_plaintext,
                                 "Listen beyond this machine without TLS"));
  add("--keyring", options->keyring,
      "Keyring file (for sqlite made beside the store if it is new; for mysql required)");
  add("--metrics-listen", options->metrics_listen, "HOST:PORT for Prometheus; empty: none");
  add("--workers", options->workers,
      "Transactions in flight; 0: one on SQLite, two on a database server")
      ->check(WholeNumber(0, 64));
  add("--read-threads", options->read_threads, "Reads in flight")->check(WholeNumber(1, 64));
  add("--group-max", options->group_max, "Commands a transaction")->check(WholeNumber(1, 10'000));
  add("--queue-max", options->queue_max, "Commands waiting, past which callers are told to retry")
      ->check(WholeNumber(1, 10'000'000));
  add("--sweep-seconds", options->sweep_seconds, "Between sweeps of idle members; 0: never")
      ->check(WholeNumber(0, 86'400));
  add("--start-timeout", options->start_timeout_seconds,
      "Seconds to wait for a database that is away at start")
      ->check(WholeNumber(0, 86'400));
  add("--stop-timeout", options->stop_timeout_seconds,
      "Seconds for calls to finish after SIGTERM before they are cancelled")
      ->check(WholeNumber(0, 3'600));
  add("--log-level", options->log_level, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  add("--log-format", options->log_format, "json, text, or auto: text on a terminal, else json")
      ->check(CLI::IsMember({"auto", "json", "text"}));
}

void AddKeys(CLI::App& app, Run& run) {
  CLI::App* const keys = app.add_subcommand("keys", "Make, list and revoke API keys and keyrings");
  keys->fallthrough();
  keys->footer(Footer("keys "));
  keys->require_subcommand(1);

  auto make = std::make_shared<MakeKeyOptions>();
  CLI::App* command =
      AddCommand(*keys, run, "make", "Make a key; its text is shown once, its hash is stored",
                 [make] { return MakeKey(*make); });
  AddStoreFlags(*command, make->store, true);
  command->add_option("--role", make->role, "member-app, pos, operator, auditor or admin")
      ->required();
  command->add_option("--store-id", make->store_id, "The store that a pos key is bound to");
  command->add_option("--label", make->label, "Whose it is, for `keys list`");
  command->add_option("--certificate", make->certificate,
                      "Register this PEM client certificate instead of making a secret");
  command->add_option("--out", make->out, "Write the key to a new file with mode 0600");

  auto listed = std::make_shared<StoreFlags>();
  auto json = std::make_shared<bool>(false);
  command = AddCommand(*keys, run, "list", "List the keys, without their secrets",
                       [listed, json] { return ListKeys(*listed, *json); });
  AddStoreFlags(*command, *listed, true);
  command->add_flag("--json", *json, "As JSON");

  auto store = std::make_shared<StoreFlags>();
  auto key_id = std::make_shared<std::string>();
  command = AddCommand(*keys, run, "revoke", "Revoke a key",
                       [store, key_id] { return RevokeKey(*store, *key_id); });
  AddStoreFlags(*command, *store, true);
  command->add_option("KEY", *key_id, "The key's id, as `keys list` shows it, or the key")
      ->required();

  auto out = std::make_shared<std::string>();
  command = AddCommand(*keys, run, "keyring", "Make a keyring, once for all servers of a database",
                       [out] { return MakeKeyring(*out); });
  command->add_option("--out", *out, "The new file, mode 0600")->required();
}

void AddOperation(CLI::App& app, Run& run) {
  auto migrated = std::make_shared<StoreFlags>();
  CLI::App* command = AddCommand(app, run, "migrate", "Bring a store to this program's schema",
                                 [migrated] { return RunMigrate(*migrated); });
  AddStoreFlags(*command, *migrated, true);

  auto verify = std::make_shared<VerifyFlags>();
  command = AddCommand(app, run, "verify", "Recompute everything from the append-only rows",
                       [verify] { return RunVerify(*verify); });
  AddStoreFlags(*command, verify->store, true);
  Configurable(command->add_option("--keyring", verify->keyring,
                                   "Keyring file for opening identities (for sqlite the one beside "
                                   "the store); without it they are not opened"));
  command->add_flag("--json", verify->json, "Print the report as JSON");
  command->add_flag("--quiet", verify->quiet, "Show no progress");
  command
      ->add_option("--max-findings", verify->findings_max,
                   "Describe at most so many findings of each pass; all are counted")
      ->capture_default_str();

  auto client = std::make_shared<ClientFlags>();
  auto members_max = std::make_shared<int64_t>(0);
  command = AddCommand(app, run, "sweep", "Book what fell due for idle members now",
                       [client, members_max] { return RunSweep(*client, *members_max); });
  AddClientFlags(*command, *client, /*needs_key=*/true);
  command->add_option("--max-members", *members_max, "At most so many members; 0: all");

  auto asked = std::make_shared<ClientFlags>();
  command = AddCommand(app, run, "health", "Ask a server whether it serves (exit code 0: it does)",
                       [asked] { return RunHealth(*asked); });
  AddClientFlags(*command, *asked, /*needs_key=*/false);
}

void AddPrograms(CLI::App& app, Run& run) {
  auto path = std::make_shared<std::string>();
  CLI::App* command = AddCommand(app, run, "check", "Check a programme file; needs no server",
                                 [path] { return Check(*path); });
  command->add_option("FILE", *path, "The programme file; - is standard input")->required();

  auto client = std::make_shared<ClientFlags>();
  auto file = std::make_shared<std::string>();
  command = AddCommand(app, run, "publish", "Publish a programme file as the next version",
                       [client, file] { return Publish(*client, *file); });
  AddClientFlags(*command, *client, /*needs_key=*/true);
  command->add_option("FILE", *file, "The programme file; - is standard input")->required();

  auto story = std::make_shared<StoryOptions>();
  command = AddCommand(app, run, "story", "Play a member's story against a server, for you to read",
                       [story] { return RunStory(*story); });
  AddClientFlags(*command, story->client, /*needs_key=*/true);
  command->add_option("--program", story->program_path, "The programme file to publish first")
      ->capture_default_str();
  AddStoreFlags(*command, story->store, false);
}

void AddImport(CLI::App& app, Run& run) {
  CLI::App* const import = app.add_subcommand("import", "Bring in what another system recorded");
  import->fallthrough();
  import->require_subcommand(1);
  auto orders = std::make_shared<imports::ImportOptions>();
  CLI::App* command =
      AddCommand(*import, run, "orders", "Import a CSV file of orders through a running server",
                 [orders] { return imports::ImportOrders(*orders); });
  imports::AddImportOrdersFlags(*command, *orders);
  auto members = std::make_shared<imports::ImportMembersOptions>();
  command = AddCommand(*import, run, "members",
                       "Import a CSV file of members with the balances they had elsewhere",
                       [members] { return imports::ImportMembers(*members); });
  imports::AddImportMembersFlags(*command, *members);
  auto prices = std::make_shared<imports::ImportPricesOptions>();
  command = AddCommand(*import, run, "prices", "Import a CSV file of prices in all channels",
                       [prices] { return imports::ImportPrices(*prices); });
  imports::AddImportPricesFlags(*command, *prices);
}

void AddExport(CLI::App& app, Run& run) {
  CLI::App* const out = app.add_subcommand("export", "Write what a running server has");
  out->fallthrough();
  out->require_subcommand(1);
  auto balances = std::make_shared<ExportBalancesOptions>();
  CLI::App* const command =
      AddCommand(*out, run, "balances", "Write every member's available points as CSV",
                 [balances] { return ExportBalances(*balances); });
  AddExportBalancesFlags(*command, *balances);
}

// The command that the arguments name, as {"keys", "list"}. Values of flags that happen to be a
// command's name come after it.
std::vector<std::string> NamedCommand(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> path;
  const CLI::App* parent = &app;
  for (int i = 1; i < argc; ++i) {
    const auto below = parent->get_subcommands([](const CLI::App*) { return true; });
    const auto found = std::ranges::find(below, std::string(argv[i]), &CLI::App::get_name);
    if (found == below.end()) continue;
    path.emplace_back(argv[i]);
    parent = *found;
  }
  return path;
}

// What of the arguments nobody knows, in words; empty if all are known.
std::string Unknown(const CLI::App& app, const std::vector<std::string>& path) {
  const std::vector<std::string> unknown = app.remaining(true);
  if (unknown.empty()) return "";
  std::string named = "fairpoint";
  const CLI::App* command = &app;
  for (const std::string& name : path) {
    named += " " + name;
    command = command->get_subcommand(name);
  }
  const std::string& first = unknown.front();
  const bool is_group = !command->get_subcommands([](const CLI::App*) { return true; }).empty();
  std::string what;
  if (first.rfind('-', 0) == 0) {
    what = absl::StrCat("there is no flag ", first.substr(0, first.find('=')));
  } else if (is_group) {
    what = absl::StrCat("there is no command ", path.empty() ? "" : path.front() + " ", first);
  } else {
    // Not shown: it may be a secret whose flag was forgotten.
    what = "there is one word too many";
  }
  return absl::StrCat(what, ": see ", named, " --help\n");
}

// "FAIRPOINT_WORKERS in the environment: " where an error is about a value that comes from there.
std::string Origin(const std::string& error, int argc, char** argv) {
  if (error.rfind("--", 0) != 0) return "";
  const std::string option = error.substr(0, error.find(':'));
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == option || argument.rfind(option + "=", 0) == 0) return "";
  }
  const std::string name = EnvironmentName(option);
  const char* const value = std::getenv(name.c_str());
  return value == nullptr || *value == '\0' ? "" : name + " in the environment: ";
}

int ExitAfter(const CLI::ParseError& error, const CLI::App& app, int argc, char** argv) {
  if (error.get_exit_code() == 0) return app.exit(error);
  const std::vector<std::string> path = NamedCommand(app, argc, argv);
  const bool says_less = error.get_name() == "RequiredError" || error.get_name() == "ExtrasError";
  const std::string unknown = says_less ? Unknown(app, path) : "";
  const bool is_group =
      path.size() == 1 && (path[0] == "keys" || path[0] == "import" || path[0] == "export");
  const bool names_group = path.empty() || is_group;
  if (!unknown.empty()) {
    std::cerr << unknown;
  } else if (says_less && names_group) {
    std::cerr << app.help();  // of the group where one was named
  } else {
    std::cerr << Origin(error.what(), argc, argv);
    app.exit(error);
  }
  return 2;
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  CLI::App app("Fairpoint: the loyalty ledger under a brand's promise to its members", "fairpoint");
  app.footer(Footer(""));
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help for all commands");
  app.set_version_flag("--version", absl::StrCat("fairpoint ", kVersion));
  Run run;
  AddServe(app, run);
  AddOperation(app, run);
  AddKeys(app, run);
  AddPrograms(app, run);
  AddImport(app, run);
  AddExport(app, run);
  AddCommand(app, run, "version", "Say which program this is", [] {
    std::cout << "fairpoint " << kVersion << "\n";
    return 0;
  });
  const char* const config = std::getenv("FAIRPOINT_CONFIG");
  app.set_config("--config", config == nullptr ? "" : config, "Configuration file (INI or TOML)");
  // The file is read for the command that runs.
  const std::vector<std::string> command = NamedCommand(app, argc, argv);
  if (!command.empty()) app.config_formatter(std::make_shared<LayeredConfig>(app, command));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return ExitAfter(e, app, argc, argv);
  }
  return run();
}

}  // namespace fairpoint::server
