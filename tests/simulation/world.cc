#include "tests/simulation/world.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

namespace fairpoint::simulation {
namespace {

constexpr int64_t kFiveMinutes = int64_t{300} * 1'000'000;

Judgement Refuse(std::string reason, std::map<std::string, std::string> details = {}) {
  Judgement judgement;
  judgement.refusal = Refusal{std::move(reason), std::move(details)};
  return judgement;
}

bool IsNewBusiness(Kind kind) {
  return kind == Kind::kEarnPoints || kind == Kind::kRedeemPoints || kind == Kind::kHoldPoints;
}
bool IsSpend(Kind kind) { return kind == Kind::kRedeemPoints || kind == Kind::kHoldPoints; }

int64_t CountUnionIds(const std::vector<Person>& persons) {
  return std::ranges::count(persons, std::string("wechat_unionid"), &Person::kind);
}

}  // namespace

World::Member World::Find(const MemberKey& key) const {
  const auto found = members_.find(key);
  return found == members_.end() ? nullptr : found->second;
}

std::optional<World::MemberKey> World::Resolve(const Request& request) const {
  if (!request.person) {
    const MemberKey key{request.program, request.member_id};
    return members_.contains(key) ? std::optional(key) : std::nullopt;
  }
  const auto holder = holders_.find({request.program, *request.person});
  if (holder == holders_.end()) return std::nullopt;
  return MemberKey{request.program, holder->second};
}

const VersionView* World::InForce(const std::string& program, int64_t at) const {
  const VersionView* in_force = nullptr;
  for (const VersionView& version : programs_.at(program)) {
    if (version.effective_from <= at) in_force = &version;
  }
  return in_force;
}

Judgement World::Judge(const Submission& submission, int64_t now) const {
  const Request& request = *submission.request;
  if (request.kind == Kind::kPublishProgram) return JudgePublication(request, now);
  if (!programs_.contains(request.program))
    return Refuse("PROGRAM_NOT_FOUND", {{"programId", request.program}});
  switch (request.kind) {
    case Kind::kEnrollMember:
      return JudgeEnrolment(submission, now);
    case Kind::kFreezeMember:
    case Kind::kUnfreezeMember:
      return JudgeState(request, now);
    default:
      return JudgePoints(request, now);
  }
}

Judgement World::JudgePoints(const Request& request, int64_t database_now) const {
  const std::optional<MemberKey> key = Resolve(request);
  const Member member = key ? Find(*key) : nullptr;
  const int64_t now = member ? std::max(database_now, member->last_recorded_at) : database_now;
  const VersionView* const version =
      InForce(request.program, std::min(request.effective_at.value_or(now), now));
  if (version == nullptr) return Refuse("PROGRAM_NOT_EFFECTIVE");
  if (member == nullptr) return Refuse("MEMBER_NOT_FOUND");
  if (request.kind != Kind::kSettle && member->state != "active" && IsNewBusiness(request.kind)) {
    return Refuse("MEMBER_NOT_ACTIVE", {{"state", member->state}});
  }
  const bool by_phone = request.person && request.person->kind == "phone";
  if (IsSpend(request.kind) && (by_phone || member->phone_only))
    return Refuse("PHONE_MAY_NOT_SPEND");
  if (request.expected_seq && *request.expected_seq != member->book.last_seq) {
    return Refuse("LEDGER_MOVED", {{"expectedSeq", absl::StrCat(*request.expected_seq)},
                                   {"currentSeq", absl::StrCat(member->book.last_seq)}});
  }
  if (request.effective_at && *request.effective_at > now + kFiveMinutes)
    return Refuse("EFFECTIVE_TIME_OUT_OF_RANGE");
  if (!request.store_id.empty()) {
    bool known = false;
    for (int64_t i = 1; i <= version->rules.stores; ++i)
      known = known || request.store_id == absl::StrCat("s", i);
    if (!known) return Refuse("STORE_UNKNOWN", {{"storeId", request.store_id}});
  }
  Judgement judgement;
  judgement.member_id = member->id;
  judgement.points = Decide(member->book, member->id, request, version->rules, now);
  judgement.refusal = judgement.points.refusal;
  judgement.version = *version;
  return judgement;
}

Judgement World::JudgeEnrolment(const Submission& submission, int64_t database_now) const {
  const Request& request = *submission.request;
  std::set<std::string> owners;
  std::vector<Person> strangers;
  for (const Person& person : request.persons) {
    const auto holder = holders_.find({request.program, person});
    if (holder == holders_.end()) {
      strangers.push_back(person);
    } else {
      owners.insert(holder->second);
    }
  }
  if (owners.size() > 1) return Refuse("IDENTITY_CONFLICT");
  const Member member = owners.empty() ? nullptr : Find({request.program, *owners.begin()});
  Judgement judgement;
  judgement.member_id = member ? member->id : submission.new_member_id;
  judgement.created = member == nullptr;
  if (strangers.empty()) return judgement;
  const std::vector<Person> held = member ? member->persons : std::vector<Person>();
  if (CountUnionIds(held) + CountUnionIds(strangers) > 1) return Refuse("IDENTITY_CONFLICT");
  if (member && member->state != "active")
    return Refuse("MEMBER_NOT_ACTIVE", {{"state", member->state}});
  judgement.linked = strangers;
  WrittenEvent event;
  event.kind =
      member ? ledger::MemberEventKind::kIdentitiesLinked : ledger::MemberEventKind::kEnrolled;
  event.seq = member ? member->events + 1 : 1;
  event.phone_only =
      (!member || member->phone_only) &&
      std::ranges::all_of(strangers, [](const Person& p) { return p.kind == "phone"; });
  event.recorded_at = member ? std::max(database_now, member->last_recorded_at) : database_now;
  judgement.event = event;
  return judgement;
}

Judgement World::JudgeState(const Request& request, int64_t database_now) const {
  const std::optional<MemberKey> key = Resolve(request);
  if (!key) return Refuse("MEMBER_NOT_FOUND");
  const Member member = Find(*key);
  const bool freezes = request.kind == Kind::kFreezeMember;
  if (freezes && member->state != "active")
    return Refuse("MEMBER_NOT_ACTIVE", {{"state", member->state}});
  if (!freezes && member->state != "frozen")
    return Refuse("MEMBER_NOT_FROZEN", {{"state", member->state}});
  Judgement judgement;
  judgement.member_id = member->id;
  judgement.event = WrittenEvent{
      .kind = freezes ? ledger::MemberEventKind::kFrozen : ledger::MemberEventKind::kUnfrozen,
      .seq = member->events + 1,
      .phone_only = member->phone_only,
      .recorded_at = std::max(database_now, member->last_recorded_at)};
  return judgement;
}

Judgement World::JudgePublication(const Request& request, int64_t now) const {
  const auto known = programs_.find(request.program);
  VersionView version;
  version.version = 1;
  version.effective_from = request.effective_at.value_or(now);
  version.recorded_at = now;
  version.rules = RulesFromText(request.text);
  if (known != programs_.end()) {
    if (version.effective_from < now) return Refuse("PROGRAM_CHANGE_REFUSED");
    if (version.rules.currency != known->second.back().rules.currency)
      return Refuse("PROGRAM_CHANGE_REFUSED");
    version.version = known->second.back().version + 1;
  }
  Judgement judgement;
  judgement.version = version;
  return judgement;
}

void World::Take(const Submission& submission, const Judgement& judgement, int64_t now) {
  const Request& request = *submission.request;
  if (request.kind == Kind::kPublishProgram) {
    programs_[request.program].push_back(*judgement.version);
    return;
  }
  const MemberKey key{request.program, judgement.member_id};
  const Member before = Find(key);
  auto after = before ? std::make_shared<MemberView>(*before) : std::make_shared<MemberView>();
  if (!before) {
    after->id = submission.new_member_id;
    after->secret = submission.new_secret;
  }
  if (judgement.event) {
    after->events = judgement.event->seq;
    after->phone_only = judgement.event->phone_only;
    after->last_recorded_at = judgement.event->recorded_at;
    if (judgement.event->kind == ledger::MemberEventKind::kFrozen) after->state = "frozen";
    if (judgement.event->kind == ledger::MemberEventKind::kUnfrozen) after->state = "active";
  } else if (request.kind != Kind::kEnrollMember) {
    after->book = judgement.points.book;
    if (!judgement.points.lines.empty())
      after->last_recorded_at = std::max(now, after->last_recorded_at);
  }
  for (const Person& person : judgement.linked) {
    after->persons.push_back(person);
    holders_[{request.program, person}] = judgement.member_id;
  }
  members_[key] = std::move(after);
}

std::vector<Line> World::Settle(const MemberKey& key, int64_t now) {
  const Member before = Find(key);
  const int64_t member_now = std::max(now, before->last_recorded_at);
  if (const std::optional<int64_t> due = before->book.NextDue(); !due || *due > member_now)
    return {};
  Outcome outcome = LetTimePass(before->book, member_now);
  if (outcome.lines.empty()) return {};
  auto after = std::make_shared<MemberView>(*before);
  after->book = std::move(outcome.book);
  after->last_recorded_at = member_now;
  members_[key] = std::move(after);
  return outcome.lines;
}

}  // namespace fairpoint::simulation
