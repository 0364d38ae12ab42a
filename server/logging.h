// Structured logs on standard error: one line an event, as JSON or as text. Never secrets, never
// personal data: member ids, request ids and key ids at most.
#ifndef FAIRPOINT_SERVER_LOGGING_H_
#define FAIRPOINT_SERVER_LOGGING_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace fairpoint::server {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarning, kError };
enum class LogFormat : uint8_t { kJson, kText };

// Thread-safe; the first call decides what is in force until the next.
void SetUpLogging(LogLevel least, LogFormat format);

// "debug", "info", "warning" or "error"; anything else is kInfo.
LogLevel LogLevelFromName(std::string_view name);

using LogFields = std::vector<std::pair<std::string_view, std::string>>;

// `event` is a constant in words: "serving", "database gone". Thread-safe.
void Log(LogLevel level, std::string_view event, const LogFields& fields = {});
// The same, but of equal lines only one in ten seconds, with how many were "left out" before it.
// For what every call may meet.
void LogSeldom(LogLevel level, std::string_view event, LogFields fields);
bool IsLogged(LogLevel level);

// How often gRPC said that it could not accept a connection. Thread-safe.
int64_t AcceptTroubles();

// The line without its end, for tests and other sinks.
std::string LogLine(LogFormat format, LogLevel level, std::string_view time, std::string_view event,
                    const LogFields& fields);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_LOGGING_H_
