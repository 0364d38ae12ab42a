// The file of rows that an import has something to say of.
#ifndef FAIRPOINT_SERVER_IMPORTS_REJECTS_FILE_H_
#define FAIRPOINT_SERVER_IMPORTS_REJECTS_FILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/imports/book.h"

namespace fairpoint::server::imports {

// CSV of row, `what` the row is of, and reason, by row; whole or not at all.
absl::Status WriteRejects(const std::string& path, const TextTable& texts,
                          std::vector<Report> reports, const std::string& what = "order");

// Where they are written: beside the input, if nothing else is said.
std::string RejectsPath(const std::string& input, const std::string& wanted);
// A note where there are none, but a file of them from an earlier import is there.
void SayNoneRejected(const std::string& path);

// Replaces a file as a whole.
absl::Status WriteWholeFile(const std::string& path, const std::string& content);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_REJECTS_FILE_H_
