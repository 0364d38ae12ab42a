// A book's members to the server, and what it made of them.
#ifndef FAIRPOINT_SERVER_IMPORTS_SEND_MEMBERS_H_
#define FAIRPOINT_SERVER_IMPORTS_SEND_MEMBERS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "base/sha256.h"
#include "server/client.h"
#include "server/imports/member_book.h"
#include "server/imports/order_stream.h"
#include "server/imports/progress.h"

namespace fairpoint::server::imports {

struct MemberSendOptions {
  std::string program_id;
  std::string reason;
  base::Hash file_hash{};
  StreamOptions stream;
};

// What the server's answers add up to. A member counts where it was imported, now or before.
struct MemberOutcome {
  int64_t imported = 0;
  int64_t replayed = 0;  // of those: before
  int64_t created = 0;   // of those: nobody had one of the identities
  int64_t lots = 0;
  int64_t points = 0;
  int64_t tags = 0;
  int64_t refused = 0;
};

// The same for the same rows of the same file, so that importing it again is a replay. Names the
// file and a row, never a person: request ids are kept for ever.
std::string RequestIdOf(const base::Hash& file_hash, uint32_t first_row);

v1::ImportMembersRequest RequestOf(const MemberBook& book, const FileMember& member,
                                   const MemberSendOptions& options);

// What the server refuses is added to the book's rejects. After a failure (as of Client::Failure)
// the outcome is of what was answered.
absl::Status SendMemberBook(const Client& client, const MemberSendOptions& options,
                            MemberBook& book, Progress& progress, MemberOutcome& outcome);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_SEND_MEMBERS_H_
