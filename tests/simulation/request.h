// What a caller of the simulation asks for, as plain values: the workload makes it, the engine gets
// it as a Command, the auditor judges it as it stands here.
#ifndef FAIRPOINT_TESTS_SIMULATION_REQUEST_H_
#define FAIRPOINT_TESTS_SIMULATION_REQUEST_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/command.h"
#include "ledger/command.h"

namespace fairpoint::simulation {

struct Person {  // an identity in the clear
  std::string kind;
  std::string value;
  friend auto operator<=>(const Person&, const Person&) = default;
};

using Kind = ledger::OperationKind;

struct Request {
  std::string program;
  std::string request_id;  // empty: Settle only
  Kind kind{};
  std::string member_id;         // or
  std::optional<Person> person;  // who is meant
  std::string actor;
  std::string reason;
  std::string order_id;
  std::optional<int64_t> order_line;
  std::string store_id;
  std::optional<int64_t> effective_at;  // earn, redeem; publish: effective_from
  std::optional<int64_t> expected_seq;

  int64_t points = 0;                 // earn (unless by money), redeem, hold
  std::optional<int64_t> part;        // capture
  std::string currency;               // earn: not empty: by money; reverse: a refund
  int64_t minor_units = 0;            // likewise
  std::optional<int64_t> expires_at;  // hold
  int64_t target_seq = 0;             // capture, release, release pending, reverse
  std::vector<Person> persons;        // enroll
  std::string text;                   // publish
};

// The request's content by field number, and which fields name a person: what decides whether two
// requests are the same.
std::map<uint8_t, std::string> FieldsOf(const Request& request);
bool IsPersonal(const Request& request, uint8_t field);

// One sending of a request: what differs when it is sent again.
struct Submission {
  int64_t number = 0;
  std::shared_ptr<const Request> request;
  std::string new_member_id;  // enroll
  std::string new_secret;
  absl::Time deadline = absl::InfiniteFuture();
};
engine::Command ToCommand(const Submission& submission);

// "#17 redeem m=.. 5" for traces.
std::string Describe(const Submission& submission);
const char* NameOf(Kind kind);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_REQUEST_H_
