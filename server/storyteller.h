// How the story is printed: numbered steps, a line of why, the balance after; tables.
#ifndef FAIRPOINT_SERVER_STORYTELLER_H_
#define FAIRPOINT_SERVER_STORYTELLER_H_

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "fairpoint/v1/points_service.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace fairpoint::server {

class Storyteller {
 public:
  Storyteller(std::ostream& out, absl::TimeZone zone) : out_(out), zone_(zone) {}

  void Title(std::string_view text);
  // " 3  Hold 50            set aside for an unpaid order"
  void Step(std::string_view what, std::string_view why);
  void Note(std::string_view text);
  // "available 138   pending 0   held 50   debt 0"
  void Balance(const v1::Balance& balance);
  void Expiries(const v1::GetBalanceResponse& balance);
  void Statement(const std::vector<v1::Entry>& entries);

  // "2026-11-30 24:00" style is avoided: the instant at which it is over, local.
  std::string Local(const google::protobuf::Timestamp& time) const;

 private:
  std::ostream& out_;
  absl::TimeZone zone_;
  int step_ = 0;
};

// "issued -> pending", "available".
std::string AccountName(v1::Account account);
// "RELEASE_PENDING" to "release pending".
std::string KindName(v1::Entry::Kind kind);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_STORYTELLER_H_
