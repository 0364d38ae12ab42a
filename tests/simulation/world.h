// The auditor's whole idea of a ledger: programmes, members, who holds which identity. Values,
// cheap to copy: a state before a command and one after it can both be kept.
#ifndef FAIRPOINT_TESTS_SIMULATION_WORLD_H_
#define FAIRPOINT_TESTS_SIMULATION_WORLD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/book.h"
#include "tests/simulation/request.h"
#include "tests/simulation/rules.h"

namespace fairpoint::simulation {

struct MemberView {
  std::string id;
  std::string state = "active";  // or "frozen"
  bool phone_only = true;
  int64_t events = 0;
  int64_t last_recorded_at = 0;
  std::vector<Person> persons;
  std::string secret;
  Book book;
};

struct VersionView {
  int64_t version = 0;
  int64_t effective_from = 0;
  int64_t recorded_at = 0;
  Rules rules;
};

struct WrittenEvent {  // what happened to a member beside points
  ledger::MemberEventKind kind{};
  int64_t seq = 0;
  bool phone_only = false;
  int64_t recorded_at = 0;
};

// What a request comes to.
struct Judgement {
  std::optional<Refusal> refusal;
  std::string member_id;  // whose; empty for programmes
  Outcome points;         // lines, first, count, deduct_minor_units
  std::optional<WrittenEvent> event;
  std::vector<Person> linked;
  bool created = false;
  std::optional<VersionView> version;  // published, or whose rules were used
};

class World {
 public:
  using MemberKey = std::pair<std::string, std::string>;  // programme, member
  using Member = std::shared_ptr<const MemberView>;

  // What the submission comes to at the database's `now` (a member's time never goes back). Does
  // not look at receipts.
  Judgement Judge(const Submission& submission, int64_t now) const;
  // Makes it so.
  void Take(const Submission& submission, const Judgement& judgement, int64_t now);
  // Books what is due of one member; returns the lines.
  std::vector<Line> Settle(const MemberKey& key, int64_t now);

  Member Find(const MemberKey& key) const;
  std::optional<MemberKey> Resolve(const Request& request) const;
  const std::map<MemberKey, Member>& members() const { return members_; }
  const std::map<std::pair<std::string, Person>, std::string>& holders() const { return holders_; }
  const std::map<std::string, std::vector<VersionView>>& programs() const { return programs_; }

 private:
  Judgement JudgePoints(const Request& request, int64_t now) const;
  Judgement JudgeEnrolment(const Submission& submission, int64_t now) const;
  Judgement JudgeState(const Request& request, int64_t now) const;
  Judgement JudgePublication(const Request& request, int64_t now) const;
  const VersionView* InForce(const std::string& program, int64_t at) const;

  std::map<std::string, std::vector<VersionView>> programs_;
  std::map<MemberKey, Member> members_;
  std::map<std::pair<std::string, Person>, std::string> holders_;
};

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_WORLD_H_
