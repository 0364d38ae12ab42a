// What callers ask for: requests that collide. Few members, few identities, ids used again, times
// in the past, amounts at the edges.
#ifndef FAIRPOINT_TESTS_SIMULATION_WORKLOAD_H_
#define FAIRPOINT_TESTS_SIMULATION_WORKLOAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/command.h"
#include "tests/simulation/random.h"
#include "tests/simulation/request.h"

namespace fairpoint::simulation {

class Workload {
 public:
  explicit Workload(Random& random);

  // `now` is the database's: callers know the time about.
  std::shared_ptr<const Request> Next(int64_t now);
  // Enrolments of people never seen before: sent to two servers in two orders they meet at unique
  // keys, not at locks.
  std::vector<std::shared_ptr<const Request>> Newcomers();
  // The same id with something else in it.
  std::shared_ptr<const Request> OtherContent(const Request& request, int64_t now);
  // What callers learn from answers.
  void Learn(const Request& request, const engine::Answer& answer);

  std::string NewMemberId();
  std::string NewSecret();

 private:
  struct Known {  // what callers know of a member
    std::string program;
    std::string id;
    int64_t last_seq = 0;
    std::vector<int64_t> holds;
    std::vector<int64_t> earned;
    std::vector<int64_t> spent;
  };

  Request Fresh(int64_t now);
  Request Posting(int64_t now);
  Request Publication(int64_t now);
  Request Enrolment();
  void NameMember(Request& request);
  void NameKnownMember(Request& request);
  int64_t Amount();
  int64_t Seq(const std::vector<int64_t>& known, int64_t last);
  std::string RequestId();

  Random& random_;
  std::vector<std::string> programs_;
  std::vector<Person> persons_;
  std::vector<Known> members_;
  int64_t requests_ = 0;
  int64_t newcomers_ = 0;
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_WORKLOAD_H_
