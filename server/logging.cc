#include "server/logging.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "api/text.h"
#include "base/time.h"
#include "server/repeats.h"

namespace fairpoint::server {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};
constexpr std::array kSpdlog = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                spdlog::level::err};

std::atomic<LogFormat> format_in_force = LogFormat::kText;

spdlog::logger& Logger() {
  // Never destroyed: threads may log until the end.
  static spdlog::logger& logger = *[] {
    auto* const made =
        new spdlog::logger("fairpoint", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return logger;
}

// On one line, whatever is in it.
std::string Quoted(const std::string& value) {
  return absl::StrCat(
      "\"",
      absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}, {"\r", "\\r"}}),
      "\"");
}

// What gRPC would print to standard error itself, as lines of our log.
std::atomic<int64_t> accept_troubles = 0;

void LogOfGrpc(gpr_log_func_args* args) {
  if (args->severity == GPR_LOG_SEVERITY_ERROR && std::strstr(args->message, "accept") != nullptr)
    ++accept_troubles;
  const LogLevel level =
      args->severity == GPR_LOG_SEVERITY_ERROR ? LogLevel::kWarning : LogLevel::kDebug;
  LogSeldom(level, "grpc", {{"what", args->message}});
}

// What protobuf would print of a caller's malformed message: the caller is told, so the log need
// not be filled with it.
void LogOfProtobuf(google::protobuf::LogLevel, const char*, int, const std::string& message) {
  Log(LogLevel::kDebug, "protobuf", {{"what", message}});
}

}  // namespace

int64_t AcceptTroubles() { return accept_troubles; }

void SetUpLogging(LogLevel least, LogFormat format) {
  Logger().set_level(kSpdlog[static_cast<size_t>(least)]);
  format_in_force = format;
  gpr_set_log_function(&LogOfGrpc);
  google::protobuf::SetLogHandler(&LogOfProtobuf);
}

LogLevel LogLevelFromName(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  return found == kNames.end() ? LogLevel::kInfo : static_cast<LogLevel>(found - kNames.begin());
}

bool IsLogged(LogLevel level) { return Logger().should_log(kSpdlog[static_cast<size_t>(level)]); }

void Log(LogLevel level, std::string_view event, const LogFields& fields) {
  if (!IsLogged(level)) return;
  const std::string time = base::ToString(base::FromAbsl(absl::Now()));
  Logger().log(kSpdlog[static_cast<size_t>(level)],
               spdlog::string_view_t(LogLine(format_in_force, level, time, event, fields)));
}

void LogSeldom(LogLevel level, std::string_view event, LogFields fields) {
  static Repeats& repeats = *new Repeats(absl::Seconds(10));
  if (!IsLogged(level)) return;
  const std::string text = LogLine(LogFormat::kJson, level, "", event, fields);
  const std::optional<int64_t> left_out = repeats.Admit(text, base::SteadyNow());
  if (!left_out) return;
  if (*left_out > 0) fields.emplace_back("left_out", absl::StrCat(*left_out));
  Log(level, event, fields);
}

std::string LogLine(LogFormat format, LogLevel level, std::string_view time, std::string_view event,
                    const LogFields& fields) {
  const std::string_view name = kNames[static_cast<size_t>(level)];
  if (format == LogFormat::kJson) {
    nlohmann::ordered_json line;
    line["time"] = time;
    line["level"] = name;
    line["event"] = event;
    for (const auto& [key, value] : fields) line[std::string(key)] = value;
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::string line = absl::StrCat(api::Absl(time), " ", api::Absl(name), " ", api::Absl(event));
  for (const auto& [key, value] : fields) {
    const bool plain = !value.empty() && value.find_first_of(" \t\r\n\"\\") == std::string::npos;
    absl::StrAppend(&line, " ", api::Absl(key), "=", plain ? value : Quoted(value));
  }
  return line;
}

}  // namespace fairpoint::server
