#include "engine/testing/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace fairpoint::engine::testing {

base::ProgramId Brand() { return base::ProgramId("brand"); }

const base::Keyring& TestKeyring() {
  static const auto& keyring = *new base::Keyring({{1, std::string(base::kSecretBytes, 'k')}});
  return keyring;
}

absl::StatusOr<checkout::Program> ParseProgram(const ledger::ProgramVersion& version) {
  if (absl::StrContains(version.text, "broken")) return absl::InvalidArgumentError("what is this?");
  checkout::Program program;
  program.program_id = version.program_id;
  program.version = version.version;
  program.effective_from = version.effective_from;
  program.currency = version.text.substr(0, 3);
  if (absl::StrContains(version.text, "pending"))
    program.pending.mode = ledger::PendingMode::kOnEvent;
  if (absl::StrContains(version.text, "shop")) {
    program.prices.currency = program.currency;
    program.prices.channels = {
        {.channel_id = "app", .display_name = "", .role = pricing::ChannelRole::kPrivate},
        {.channel_id = "jd", .display_name = "", .role = pricing::ChannelRole::kReference}};
    if (absl::StrContains(version.text, "protected"))
      program.prices.protection_micros = 30 * 24 * 60 * 60 * base::kMicrosPerSecond;
  }
  return program;
}

// ---- commands ----

ledger::PlainIdentity Phone(std::string_view number) {
  return {.kind = std::string(ledger::kPhoneIdentity), .value = std::string(number)};
}
ledger::PlainIdentity Card(std::string_view number) {
  return {.kind = "card", .value = std::string(number)};
}
MemberRef Id(std::string_view member_id) { return base::MemberId(member_id); }

Command Ask(std::string_view request_id, const MemberRef& member,
            const ledger::Operation& operation) {
  Command command;
  command.program_id = Brand();
  command.member = member;
  command.posting.request_id = base::RequestId(request_id);
  command.posting.actor = "till";
  command.operation = operation;
  if (const auto* id = std::get_if<base::MemberId>(&member))
    command.digest.fields.push_back({1, base::Sha256(id->value())});
  if (const auto* identity = std::get_if<ledger::PlainIdentity>(&member))
    command.digest.personal.push_back({2, identity->kind + identity->value});
  return command;
}

Command Earn(std::string_view request_id, const MemberRef& member, int64_t points) {
  Command command = Ask(request_id, member, ledger::EarnPoints{base::Points{points}});
  command.digest.fields.push_back({3, base::Sha256(absl::StrCat(points))});
  return command;
}

Command Redeem(std::string_view request_id, const MemberRef& member, int64_t points) {
  Command command = Ask(request_id, member, ledger::RedeemPoints{base::Points{points}});
  command.digest.fields.push_back({3, base::Sha256(absl::StrCat(points))});
  return command;
}

Command Enrol(std::string_view request_id, std::string_view new_member_id,
              const std::vector<ledger::PlainIdentity>& identities) {
  ledger::EnrollMember enroll{.new_member_id = base::MemberId(new_member_id),
                              .new_member_secret = std::string(base::kSecretBytes, 's'),
                              .identities = identities};
  new_member_id.copy(enroll.new_member_secret.data(), base::kSecretBytes);
  Command command = Ask(request_id, Nobody(), enroll);
  std::string canonical;
  for (const ledger::PlainIdentity& identity : identities)
    absl::StrAppend(&canonical, identity.kind, ":", identity.value, ";");
  command.digest.personal.push_back({2, canonical});
  return command;
}

Command Publish(std::string_view request_id, std::string_view text) {
  ledger::ProgramVersion version;
  version.program_id = Brand();
  version.text = std::string(text);
  ledger::PublishProgram publish;
  publish.text = version.text;
  publish.program.program_id = Brand();
  publish.program.currency = version.text.substr(0, 3);
  Command command = Ask(request_id, Nobody(), publish);
  command.digest.fields.push_back({4, base::Sha256(text)});
  return command;
}

// ---- what was told ----

void RecordingObserver::OnStage(std::string_view stage, absl::Duration) {
  const std::lock_guard lock(mutex_);
  stages_.emplace_back(stage);
}
void RecordingObserver::OnGroup(size_t commands) {
  const std::lock_guard lock(mutex_);
  groups_.push_back(commands);
}
void RecordingObserver::OnRetry(const absl::Status& why) {
  const std::lock_guard lock(mutex_);
  retries_.push_back(why);
}
void RecordingObserver::OnRefusal(const absl::Status& why) {
  const std::lock_guard lock(mutex_);
  refusals_.push_back(why);
}
void RecordingObserver::OnTrouble(const absl::Status& what) {
  const std::lock_guard lock(mutex_);
  troubles_.push_back(what);
}
std::vector<std::string> RecordingObserver::stages() const {
  const std::lock_guard lock(mutex_);
  return stages_;
}
std::vector<size_t> RecordingObserver::groups() const {
  const std::lock_guard lock(mutex_);
  return groups_;
}
std::vector<absl::Status> RecordingObserver::retries() const {
  const std::lock_guard lock(mutex_);
  return retries_;
}
std::vector<absl::Status> RecordingObserver::refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}
std::vector<absl::Status> RecordingObserver::troubles() const {
  const std::lock_guard lock(mutex_);
  return troubles_;
}

std::string ReasonOf(const absl::StatusOr<Answer>& answer) {
  return answer.ok() ? "" : base::ReasonOf(answer.status());
}

// ---- the world ----

World::World(std::string_view program_text) {
  store.SetClock(kStart);
  store.OnViolation([](const std::string& what) { ADD_FAILURE() << "the store: " << what; });
  store.SetFaults([this](FakeCall call, const WriteSet* changes) { return Draw(call, changes); });
  Restart();
  EXPECT_EQ(ReasonOf(Do(Publish("publish", program_text))), "");
}

void World::Strike(std::string_view stage, FakeFault fault, const std::optional<FakeCall>& call) {
  strikes_.push_back({std::string(stage), fault, call});
}

void World::Poison(std::string_view request_id, FakeFault fault) {
  poison_[std::string(request_id)] = fault;
}

FakeFault World::Draw(FakeCall call, const WriteSet* changes) {
  if (changes != nullptr) {
    for (const Receipt& receipt : changes->receipts) {
      const auto poison = poison_.find(receipt.request_id.value());
      if (poison != poison_.end()) return poison->second;
    }
  }
  if (strikes_.empty() || strikes_.front().stage != group_->StageName()) return FakeFault::kNone;
  if (strikes_.front().call.value_or(call) != call) return FakeFault::kNone;
  const FakeFault fault = strikes_.front().fault;
  strikes_.pop_front();
  return fault;
}

void World::Restart(Group::Options options) {
  group_ =
      std::make_unique<Group>(store, programs, prices, TestKeyring(), observer, std::move(options));
}

void World::Start(std::vector<Command> commands) {
  std::vector<Pending> batch;
  for (Command& command : commands) {
    const std::string request_id = command.posting.request_id.value();
    batch.push_back({std::move(command), [this, request_id](absl::StatusOr<Answer> answer) {
                       answers[request_id].push_back(std::move(answer));
                     }});
  }
  group_->Start(std::move(batch));
}

Group::Step World::Step() {
  const Group::Step step = group_->Next(now);
  if (step == Group::Step::kPause) {
    ++pauses;
    now += absl::Milliseconds(100);
  }
  return step;
}

void World::StepTo(std::string_view stage) {
  constexpr int kStepsMax = 10'000;
  for (int step = 0; step < kStepsMax; ++step) {
    if (group_->idle() || group_->StageName() == stage) return;
    Step();
  }
  ADD_FAILURE() << "the group never comes to " << stage;
}

std::vector<absl::StatusOr<Answer>> World::DoAll(std::vector<Command> commands) {
  std::vector<std::string> request_ids;
  for (const Command& command : commands) request_ids.push_back(command.posting.request_id.value());
  for (const std::string& request_id : request_ids) answers.erase(request_id);
  Start(std::move(commands));
  Run();
  std::vector<absl::StatusOr<Answer>> told;
  std::map<std::string, size_t> next;
  for (const std::string& request_id : request_ids) {
    const size_t at = next[request_id]++;
    const bool is_there = at < answers[request_id].size();
    told.push_back(is_there ? answers[request_id][at] : absl::InternalError("never answered"));
  }
  for (const auto& [request_id, count] : next)
    EXPECT_EQ(answers[request_id].size(), count) << request_id << " is answered once";
  return told;
}

absl::StatusOr<Answer> Elsewhere(World& world, Command command) {
  ProgramCache programs(ParseProgram);
  PriceCatalog prices;
  SilentObserver observer;
  Group group(world.store, programs, prices, TestKeyring(), observer, {.owner = "elsewhere"});
  absl::StatusOr<Answer> told = absl::InternalError("never answered");
  std::vector<Pending> batch;
  batch.push_back({std::move(command), [&](absl::StatusOr<Answer> a) { told = std::move(a); }});
  group.Start(std::move(batch));
  while (!group.idle()) {
    if (group.Next(world.now) == Group::Step::kBlocked)
      return absl::InternalError("is blocked by what stands still");
  }
  return told;
}

}  // namespace fairpoint::engine::testing
