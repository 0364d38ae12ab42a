// Flags that several commands share. A flag that is configurable can also be given as
// FAIRPOINT_<NAME> in the environment or as `name = value` in the configuration file; flags win
// over the environment, the environment over the file.
#ifndef FAIRPOINT_SERVER_FLAGS_H_
#define FAIRPOINT_SERVER_FLAGS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace fairpoint::server {

inline constexpr char kDefaultAddress[] = "127.0.0.1:7654";

// "--store-tls-ca" to "FAIRPOINT_STORE_TLS_CA".
std::string EnvironmentName(const std::string& option_name);

// A whole number from least to most; says so of what is none.
CLI::Validator WholeNumber(int64_t least, int64_t most);

// Makes it settable by the environment and the file.
CLI::Option* Configurable(CLI::Option* option);

struct StoreFlags {
  std::string url;  // sqlite:PATH or mysql://USER@HOST:PORT/DATABASE
  std::string password_file;
  bool tls = false;
  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
};
void AddStoreFlags(CLI::App& command, StoreFlags& flags, bool required);

// How a command reaches a server.
struct ClientFlags {
  std::string server = kDefaultAddress;
  std::string key_file;
  std::string ca;  // PEM; with it the connection is TLS
  std::string cert;
  std::string cert_key;
};
void AddClientFlags(CLI::App& command, ClientFlags& flags, bool needs_key);

// Reads `name = value` lines (INI or TOML) for the one command that runs. A name that no command
// has is an error; one that only other commands have is passed over, so that one file serves them
// all.
class LayeredConfig : public CLI::ConfigBase {
 public:
  // command: its path, {"keys", "list"}. A section [keys] is for all commands below it.
  LayeredConfig(const CLI::App& app, std::vector<std::string> command);
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

 private:
  const CLI::App& app_;
  std::vector<std::string> command_;
};

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_FLAGS_H_
