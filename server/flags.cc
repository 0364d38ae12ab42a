#include "server/flags.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace fairpoint::server {

std::string EnvironmentName(const std::string& option_name) {
  const size_t begin = option_name.find_first_not_of('-');
  const std::string name = absl::StrReplaceAll(option_name.substr(begin), {{"-", "_"}});
  return absl::StrCat("FAIRPOINT_", absl::AsciiStrToUpper(name));
}

CLI::Option* Configurable(CLI::Option* option) {
  return option->envname(EnvironmentName(option->get_lnames().front()));
}

void AddStoreFlags(CLI::App& command, StoreFlags& flags, bool required) {
  const auto add = [&command](const char* name, std::string& value, const char* help) {
    return Configurable(command.add_option(name, value, help));
  };
  add("--store", flags.url, "The store: sqlite:PATH or mysql://USER@HOST:PORT/DATABASE")
      ->required(required);
  add("--store-password-file", flags.password_file,
      "File with the database's password (or set FAIRPOINT_STORE_PASSWORD; never a flag)");
  Configurable(command.add_flag("--store-tls", flags.tls, "Refuse a database without TLS"));
  add("--store-tls-ca", flags.tls_ca, "PEM file of the CA that signed the database's certificate");
  add("--store-tls-cert", flags.tls_cert, "PEM file of our certificate for the database");
  add("--store-tls-key", flags.tls_key, "PEM file of its key");
}

void AddClientFlags(CLI::App& command, ClientFlags& flags, bool needs_key) {
  const auto add = [&command](const char* name, std::string& value, const char* help) {
    return Configurable(command.add_option(name, value, help));
  };
  add("--server", flags.server, "The server's address")->capture_default_str();
  if (needs_key) {
    add("--key-file", flags.key_file, "File with the API key (or set FAIRPOINT_KEY)");
  }
  add("--ca", flags.ca, "PEM file of the CA that signed the server's certificate: use TLS");
  add("--cert", flags.cert, "PEM file of our client certificate");
  add("--cert-key", flags.cert_key, "PEM file of its key");
}

LayeredConfig::LayeredConfig(const CLI::App& app, std::string command)
    : app_(app), command_(std::move(command)) {}

std::vector<CLI::ConfigItem> LayeredConfig::from_config(std::istream& input) const {
  const auto has = [](const CLI::App* command, const std::string& name) {
    const CLI::Option* const option = command->get_option_no_throw("--" + name);
    return option != nullptr && !option->get_envname().empty();
  };
  std::vector<CLI::ConfigItem> wanted;
  for (CLI::ConfigItem& item : CLI::ConfigBase::from_config(input)) {
    if (item.name == "++" || item.name == "--") continue;  // a section's begin and end
    std::string section;
    if (!item.parents.empty() && item.parents.front() != "default") section = item.parents.front();
    if (!section.empty() && section != command_) continue;
    bool known = false;
    bool ours = false;
    for (const CLI::App* command : app_.get_subcommands({})) {
      const bool here = has(command, item.name);
      known = known || here;
      ours = ours || (here && command->get_name() == command_);
    }
    if (!known) {
      throw CLI::ConfigError(
          absl::StrCat("the configuration file sets `", item.name, "`, which is no setting"));
    }
    // CLI11 would let the file win over the environment.
    const char* const environment = std::getenv(EnvironmentName(item.name).c_str());
    if (!ours || (environment != nullptr && *environment != '\0')) continue;
    item.parents = {command_};
    wanted.push_back(std::move(item));
  }
  return wanted;
}

}  // namespace fairpoint::server
