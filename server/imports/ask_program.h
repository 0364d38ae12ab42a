// What an import must know of its programme before it sends anything; asking tells at once, too,
// whether the server is there, knows the caller and has the programme.
#ifndef FAIRPOINT_SERVER_IMPORTS_ASK_PROGRAM_H_
#define FAIRPOINT_SERVER_IMPORTS_ASK_PROGRAM_H_

#include <string>

#include "absl/status/statusor.h"
#include "base/time.h"
#include "server/client.h"

namespace fairpoint::server::imports {

struct AskedProgram {
  std::string currency;
  base::Instant begins_at;  // its first version
};

// A failure as of Client::Failure.
absl::StatusOr<AskedProgram> AskProgram(const Client& client, const std::string& program_id);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_ASK_PROGRAM_H_
