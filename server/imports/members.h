// The members whom a file's customers are. Each is enrolled, under the same request id whenever the
// file is imported: so it is the same member again, also when that was merged or forgotten
// meanwhile.
#ifndef FAIRPOINT_SERVER_IMPORTS_MEMBERS_H_
#define FAIRPOINT_SERVER_IMPORTS_MEMBERS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/client.h"
#include "server/imports/patience.h"

namespace fairpoint::server::imports {

struct Customer {
  std::string identity;      // its value
  std::string first_number;  // of the customer's orders
};

struct FoundMember {
  std::string member_id;  // empty: there is none, and `fault` says why
  std::string fault;
  bool is_new = false;
};

struct MemberSearch {
  std::string program_id;
  std::string identity_kind;
  size_t window = 64;  // calls under way
  PatienceOptions patience;
};

// One for each customer, in their order; safe to repeat. `on_progress` is told how many are
// known. A failure (as of Client::Failure) means that the server did not answer, or answers nobody.
absl::StatusOr<std::vector<FoundMember>> FindMembers(
    const Client& client, const MemberSearch& search, const std::vector<Customer>& customers,
    const std::function<void(size_t)>& on_progress);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_MEMBERS_H_
