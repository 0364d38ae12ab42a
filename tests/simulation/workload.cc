#include "tests/simulation/workload.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ids.h"
#include "base/keyring.h"
#include "tests/simulation/rules.h"

namespace fairpoint::simulation {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kHour = 3'600 * kSecond;
constexpr int64_t kDay = 24 * kHour;

}  // namespace

Workload::Workload(Random& random) : random_(random) {
  programs_ = {"alpha"};
  if (random_.Percent(30)) programs_.emplace_back("beta");
  const int64_t people = random_.Between(2, 6);
  for (int64_t i = 0; i < people; ++i) {
    persons_.push_back({"phone", absl::StrCat("1380000", i)});
    persons_.push_back({"wechat_unionid", absl::StrCat("u", i)});
    persons_.push_back({"card", absl::StrCat("c", i)});
  }
}

std::string Workload::RequestId() { return absl::StrFormat("request-%012d", ++requests_); }

std::string Workload::NewMemberId() {
  std::array<uint8_t, base::kMemberIdRandomBytes> bytes{};
  // Locks are taken in the order of ids: enrolment should not be it.
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random_.Below(256));
  return base::MemberIdFromRandom(bytes).value();
}

std::string Workload::NewSecret() {
  std::string secret(base::kSecretBytes, '\0');
  for (char& c : secret) c = static_cast<char>(random_.Below(256));
  return secret;
}

std::shared_ptr<const Request> Workload::Next(int64_t now) {
  Request request = Fresh(now);
  if (request.kind != Kind::kSettle) request.request_id = RequestId();
  request.actor = random_.Percent(70) ? "till-1" : "app";
  return std::make_shared<const Request>(std::move(request));
}

Request Workload::Fresh(int64_t now) {
  const int64_t dice = random_.Below(1000);
  if (requests_ < 2 || dice < 12) return Publication(now);
  if (members_.size() < 2 || dice < 70) return Enrolment();
  if (dice < 100) {
    Request request;
    request.kind = random_.Percent(30) ? Kind::kFreezeMember : Kind::kUnfreezeMember;
    NameMember(request);
    request.reason = "checked";
    return request;
  }
  return Posting(now);
}

Request Workload::Publication(int64_t now) {
  Request request;
  request.kind = Kind::kPublishProgram;
  request.program = random_.Pick(programs_);
  Rules rules = RandomRules(random_);
  if (random_.Percent(3)) rules.currency = 'E';
  request.text = ToText(rules);
  switch (random_.Below(5)) {
    case 0:
    case 1:
    case 2:
      request.effective_at = now - random_.Between(1, 60) * kDay;
      break;
    case 3:
      request.effective_at = now + random_.Between(1, random_.Percent(70) ? kHour : 3 * kDay);
      break;
    default:
      break;
  }
  return request;
}

Request Workload::Enrolment() {
  Request request;
  request.kind = Kind::kEnrollMember;
  request.program = random_.Pick(programs_);
  const size_t base =
      static_cast<size_t>(random_.Below(static_cast<int64_t>(persons_.size() / 3))) * 3;
  for (size_t i = 0; i < 3; ++i) {
    if (random_.Percent(45)) request.persons.push_back(persons_[base + i]);
  }
  // Sometimes of somebody else too.
  if (request.persons.empty() || random_.Percent(8)) {
    const Person& person = random_.Pick(persons_);
    if (std::ranges::find(request.persons, person) == request.persons.end())
      request.persons.push_back(person);
  }
  return request;
}

std::vector<std::shared_ptr<const Request>> Workload::Newcomers() {
  std::vector<std::shared_ptr<const Request>> enrolments;
  const std::string& program = random_.Pick(programs_);
  for (int i = 0; i < 3; ++i) {
    Request request;
    request.kind = Kind::kEnrollMember;
    request.program = program;
    request.request_id = RequestId();
    request.actor = "app";
    request.persons.push_back({"card", absl::StrCat("new", ++newcomers_)});
    enrolments.push_back(std::make_shared<const Request>(std::move(request)));
  }
  return enrolments;
}

void Workload::NameKnownMember(Request& request) {
  const Known& member = random_.Pick(members_);
  request.program = member.program;
  request.member_id = member.id;
  request.person.reset();
}

void Workload::NameMember(Request& request) {
  const int64_t dice = random_.Below(100);
  if (dice < 60 && !members_.empty()) {
    NameKnownMember(request);
  } else if (dice < 98) {
    request.program = random_.Pick(programs_);
    request.person = random_.Pick(persons_);
  } else {
    request.program = random_.Percent(50) ? random_.Pick(programs_) : "gamma";
    request.member_id = "000000000000000";
  }
}

std::shared_ptr<const Request> Workload::OtherContent(const Request& request, int64_t now) {
  Request other = request;
  switch (random_.Below(4)) {
    case 0: {
      other = Fresh(now);
      if (other.kind == Kind::kSettle) other.kind = Kind::kFreezeMember;
      other.actor = request.actor;
      other.program = request.program;
      other.request_id = request.request_id;
      break;
    }
    case 1:
      other.reason += "x";
      break;
    case 2:
      other.points += other.points > 0 ? -1 : 0;
      if (other.points == 0 && other.kind != Kind::kPublishProgram) other.order_id += "x";
      break;
    default:
      NameMember(other);
      other.program = request.program;
      break;
  }
  if (other.kind == Kind::kEnrollMember || other.kind == Kind::kPublishProgram) {
    other.person.reset();
    other.member_id.clear();
  } else if (other.person) {
    other.member_id.clear();
  }
  const bool needs_points = other.kind == Kind::kRedeemPoints || other.kind == Kind::kHoldPoints ||
                            (other.kind == Kind::kEarnPoints && other.currency.empty());
  if (needs_points && other.points < 1) other.points = 1;
  return std::make_shared<const Request>(std::move(other));
}

void Workload::Learn(const Request& request, const engine::Answer& answer) {
  if (request.kind == Kind::kPublishProgram) return;
  const std::string& id = answer.member_id.value();
  auto known = std::ranges::find_if(
      members_, [&](const Known& m) { return m.program == request.program && m.id == id; });
  if (known == members_.end()) {
    members_.push_back({.program = request.program,
                        .id = id,
                        .last_seq = 0,
                        .holds = {},
                        .earned = {},
                        .spent = {}});
    known = members_.end() - 1;
  }
  if (answer.entries.empty() || answer.replayed) return;
  const int64_t first = answer.entries.front().seq;
  known->last_seq = std::max(known->last_seq, answer.entries.back().seq);
  switch (request.kind) {
    case Kind::kEarnPoints:
      known->earned.push_back(first);
      break;
    case Kind::kRedeemPoints:
      known->spent.push_back(answer.entries.back().seq);
      break;
    case Kind::kCaptureHold:
      known->spent.push_back(first);
      break;
    case Kind::kHoldPoints:
      known->holds.push_back(first);
      break;
    default:
      break;
  }
}

}  // namespace fairpoint::simulation
