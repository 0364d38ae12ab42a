#include "server/flags.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace fairpoint::server {
namespace {

bool IsSetting(const CLI::App& command, const std::string& name) {
  const CLI::Option* const option = command.get_option_no_throw("--" + name);
  return option != nullptr && !option->get_envname().empty();
}

// Of that command, or of one below it.
bool IsSettingBelow(const CLI::App& command, const std::string& name) {
  if (IsSetting(command, name)) return true;
  return std::ranges::any_of(
      command.get_subcommands([](const CLI::App*) { return true; }),
      [&name](const CLI::App* below) { return IsSettingBelow(*below, name); });
}

}  // namespace

std::string EnvironmentName(const std::string& option_name) {
  const size_t begin = option_name.find_first_not_of('-');
  const std::string name = absl::StrReplaceAll(option_name.substr(begin), {{"-", "_"}});
  return absl::StrCat("FAIRPOINT_", absl::AsciiStrToUpper(name));
}

CLI::Validator WholeNumber(int64_t least, int64_t most) {
  const std::string range = absl::StrCat("from ", least, " to ", most);
  return {[least, most, range](std::string& text) -> std::string {
            int64_t number = 0;
            if (!absl::SimpleAtoi(text, &number)) return absl::StrCat(text, " is no whole number");
            if (number < least || number > most) return absl::StrCat(text, " is not ", range);
            return "";
          },
          range};
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

LayeredConfig::LayeredConfig(const CLI::App& app, std::vector<std::string> command)
    : app_(app), command_(std::move(command)) {}

std::vector<CLI::ConfigItem> LayeredConfig::from_config(std::istream& input) const {
  const CLI::App* ours = &app_;
  for (const std::string& name : command_) ours = ours->get_subcommand(name);
  std::vector<CLI::ConfigItem> wanted;
  for (CLI::ConfigItem& item : CLI::ConfigBase::from_config(input)) {
    if (item.name == "++" || item.name == "--") continue;  // a section's begin and end
    std::vector<std::string> section = item.parents;
    if (!section.empty() && section.front() == "default") section.clear();
    const bool for_us = section.size() <= command_.size() &&
                        std::equal(section.begin(), section.end(), command_.begin());
    if (!for_us) continue;
    if (!IsSettingBelow(app_, item.name)) {
      throw CLI::ConfigError(
          absl::StrCat("the configuration file sets `", item.name, "`, which is no setting"));
    }
    // CLI11 would let the file win over the environment.
    const char* const environment = std::getenv(EnvironmentName(item.name).c_str());
    const bool overruled = environment != nullptr && *environment != '\0';
    if (!IsSetting(*ours, item.name) || overruled) continue;
    item.parents = command_;
    wanted.push_back(std::move(item));
  }
  return wanted;
}

}  // namespace fairpoint::server
