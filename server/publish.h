// `fairpoint publish` and `fairpoint check`: programme files from the command line.
#ifndef FAIRPOINT_SERVER_PUBLISH_H_
#define FAIRPOINT_SERVER_PUBLISH_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/client.h"

namespace fairpoint::server {

// Reads and checks a file; prints every fault to standard error as FILE:LINE:COLUMN.
// INVALID_ARGUMENT if there are any.
absl::StatusOr<std::string> ReadCheckedProgram(const std::string& path, std::string& program_id);

// Publishes the text unless it is the latest version already. Safe to repeat: the request id is
// made of the text and of the version that it follows. An earlier text can be published again, as
// the next version.
struct Published {
  v1::ProgramVersion version;
  bool was_there = false;
};
absl::StatusOr<Published> PublishOnce(const Client& client, const std::string& program_id,
                                      const std::string& text);

// The commands; they print and return the exit code.
int Check(const std::string& path);
int Publish(const ClientFlags& flags, const std::string& path);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_PUBLISH_H_
