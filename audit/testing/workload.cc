#include "audit/testing/workload.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

namespace fairpoint::audit {
namespace {

using ledger::Operation;

pricing::Channel ChannelOf(const char* channel_id, pricing::ChannelRole role) {
  pricing::Channel channel;
  channel.channel_id = channel_id;
  channel.role = role;
  return channel;
}

std::string Numbered(const char* prefix, int64_t number) {
  return absl::StrFormat("%s%013d", prefix, number);
}

}  // namespace

absl::StatusOr<checkout::Program> ParseProgram(const ledger::ProgramVersion& version) {
  size_t policy = 0;
  if (!absl::SimpleAtoi(version.text, &policy)) return absl::DataLossError("not a number");
  const auto digit = [&policy](size_t radix) {
    return std::exchange(policy, policy / radix) % radix;
  };
  checkout::Program program;
  program.program_id = version.program_id;
  program.version = version.version;
  program.effective_from = version.effective_from;
  program.currency = "CNY";
  program.zone = absl::UTCTimeZone();
  program.stores = {
      {"S1", {.legal_entity = "Shanghai Co", .region = "east", .display_name = "One"}}};
  program.pending.mode = std::array{ledger::PendingMode::kAfterPeriod, ledger::PendingMode::kAtOnce,
                                    ledger::PendingMode::kOnEvent}[digit(3)];
  program.pending.after = {.seconds = 100};
  program.debt.take_back = std::array{
      ledger::TakeBackPolicy::kUnlimited, ledger::TakeBackPolicy::kWithinBalance,
      ledger::TakeBackPolicy::kOnlyPending, ledger::TakeBackPolicy::kDeductFromRefund}[digit(4)];
  program.debt.deduct_minor_units = 3;
  program.debt.late_spend_debt_max = base::Points{digit(2) == 0 ? 1000 : 0};
  program.expiry.never = digit(3) == 2;
  program.expiry.after = {.seconds = 400};
  program.expiry.extended_by_activity = digit(2) == 1;
  if (digit(2) == 0) program.returns.grace = ledger::Period{.seconds = 60};
  program.hold_default = {.seconds = 50};
  program.prices.currency = "CNY";
  program.prices.channels = {ChannelOf("app", pricing::ChannelRole::kPrivate),
                             ChannelOf("jd", pricing::ChannelRole::kReference)};
  program.prices.protection_micros = 3600 * base::kMicrosPerSecond;
  return program;
}

Workload::Workload(engine::Store& store, uint64_t seed, int workers)
    : keyring_({{1, std::string(base::kSecretBytes, 'k')}}),
      programs_(ParseProgram),
      random_(seed) {
  for (int i = 0; i < workers; ++i) {
    engine::Group::Options options;
    options.owner = absl::StrCat("worker-", i);
    groups_.push_back(
        std::make_unique<engine::Group>(store, programs_, prices_, keyring_, observer_, options));
  }
}

uint64_t Workload::Draw(uint64_t below) { return random_() % below; }

engine::Command Workload::CommandFor(const base::ProgramId& program_id,
                                     const base::MemberId& member_id, Operation operation) {
  engine::Command command;
  command.program_id = program_id;
  if (!member_id.empty()) command.member = member_id;
  command.posting.request_id = base::RequestId(Numbered("request-", next_request_++));
  command.posting.actor = "till-0001";
  command.operation = std::move(operation);
  command.digest.fields.push_back({1, base::Sha256(command.posting.request_id.value())});
  return command;
}

std::vector<absl::StatusOr<engine::Answer>> Workload::Run(std::vector<engine::Command> commands,
                                                          int worker) {
  engine::Group& group = *groups_[static_cast<size_t>(worker)];
  std::vector<absl::StatusOr<engine::Answer>> answers(commands.size(),
                                                      absl::UnknownError("not answered"));
  std::vector<engine::Pending> pending;
  for (size_t i = 0; i < commands.size(); ++i) {
    pending.push_back(
        {std::move(commands[i]),
         [&answers, i](absl::StatusOr<engine::Answer> answer) { answers[i] = std::move(answer); }});
  }
  group.Start(std::move(pending));
  while (group.Next(absl::Now()) != engine::Group::Step::kIdle) {
  }
  for (const auto& answer : answers) accepted_ += answer.ok() ? 1 : 0;
  return answers;
}

engine::Answer Workload::Do(const base::ProgramId& program_id, const base::MemberId& member_id,
                            Operation operation) {
  std::vector<engine::Command> commands;
  commands.push_back(CommandFor(program_id, member_id, std::move(operation)));
  absl::StatusOr<engine::Answer> answer = std::move(Run(std::move(commands)).front());
  if (!answer.ok()) {
    std::fprintf(stderr, "the workload was refused what it needs: %s\n",
                 answer.status().ToString().c_str());
    std::abort();
  }
  return *std::move(answer);
}

void Workload::Publish(const base::ProgramId& program_id, int policy) {
  ledger::PublishProgram publish;
  publish.text = absl::StrCat(policy);
  publish.program.program_id = program_id;
  publish.program.currency = "CNY";
  Do(program_id, {}, publish);
}

base::MemberId Workload::Enroll(const base::ProgramId& program_id, const std::string& kind) {
  const int64_t number = next_member_++;
  ledger::EnrollMember enroll;
  // Spread over the key space as random ids are.
  enroll.new_member_id = base::MemberId(absl::StrFormat("%06X%09d", Draw(1 << 24), number));
  enroll.new_member_secret = std::string(base::kSecretBytes, 's');
  enroll.identities = {{kind, absl::StrCat("identity-", number)}};
  const base::MemberId member_id = Do(program_id, {}, enroll).member_id;
  subjects_.push_back({program_id, member_id, 0, {}});
  return member_id;
}

Operation Workload::RandomOperation(const Subject& subject) {
  const base::Points points{static_cast<int64_t>(1 + Draw(200))};
  const int64_t some_entry =
      subject.entries > 0 ? static_cast<int64_t>(1 + Draw(static_cast<uint64_t>(subject.entries)))
                          : 1;
  const int64_t some_hold =
      subject.holds.empty()
          ? some_entry
          : subject
                .holds[subject.holds.size() - 1 - Draw(std::min<size_t>(subject.holds.size(), 3))];
  switch (Draw(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return ledger::EarnPoints{points};
    case 4:
      return ledger::EarnPoints{base::Money{"CNY", points.value * 100}};
    case 5:
    case 6:
      return ledger::RedeemPoints{points};
    case 7:
    case 8:
      return ledger::HoldPoints{points, std::nullopt};
    case 9:
      return ledger::CaptureHold{some_hold, Draw(2) == 0 ? std::optional(points) : std::nullopt};
    case 10:
      return ledger::ReleaseHold{some_hold};
    case 11:
      return ledger::ReleasePending{some_entry};
    case 12:
    case 13:
      return ledger::ReverseEntry{
          some_entry, Draw(2) == 0 ? std::optional(base::Money{"CNY", 50}) : std::nullopt};
    case 14:
      return Draw(3) == 0 ? Operation(ledger::FreezeMember{}) : Operation(ledger::UnfreezeMember{});
    default:
      return ledger::Settle{};
  }
}

void Workload::Random(int count, int group_max) {
  while (count > 0) {
    const int size =
        std::min<int>(count, static_cast<int>(1 + Draw(static_cast<uint64_t>(group_max))));
    count -= size;
    std::vector<engine::Command> commands;
    std::vector<size_t> of;
    for (int i = 0; i < size; ++i) {
      of.push_back(Draw(subjects_.size()));
      const Subject& subject = subjects_[of.back()];
      engine::Command command =
          CommandFor(subject.program_id, subject.member_id, RandomOperation(subject));
      if (engine::OperationAs<ledger::Settle>(command) != nullptr && Draw(2) == 0) {
        command.posting.request_id = {};
      }
      if (Draw(4) == 0)
        command.posting.order_id = Numbered("order-", static_cast<int64_t>(Draw(1000)));
      if (Draw(4) == 0) command.posting.store_id = "S1";
      if (now && Draw(4) == 0) {
        // Spends so late that they may leave a debt.
        const bool spends = engine::OperationAs<ledger::RedeemPoints>(command) != nullptr;
        const uint64_t seconds = (spends ? 301 : 0) + Draw(50);
        command.posting.effective_at = *now + absl::Seconds(-static_cast<int64_t>(seconds));
      }
      if (Draw(8) == 0) command.posting.reason = "a reason";
      commands.push_back(std::move(command));
    }
    const auto answers = Run(std::move(commands), static_cast<int>(Draw(groups_.size())));
    for (size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i].ok() || answers[i]->entries.empty()) continue;
      Subject& subject = subjects_[of[i]];
      subject.entries = std::max(subject.entries, answers[i]->entries.back().seq);
      if (answers[i]->entries.front().kind == ledger::EntryKind::kHold)
        subject.holds.push_back(answers[i]->entries.front().txn_seq);
    }
  }
}

Operation Workload::OperationAmong(const Subject& other) {
  const base::Points points{static_cast<int64_t>(1 + Draw(60))};
  const ledger::PlainIdentity identity{Draw(3) == 0 ? "phone" : "card",
                                       absl::StrCat("linked-", Draw(40))};
  switch (Draw(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      return ledger::TransferPoints{.to = other.member_id, .points = points};
    case 6:
      return ledger::AdjustPoints{.points = points, .expires_at = std::nullopt};
    case 7:
      return ledger::AdjustPoints{.points = {-points.value}, .expires_at = std::nullopt};
    case 8:
    case 9:
    case 10:
      return ledger::SetTags{Draw(4) == 0
                                 ? std::vector<std::string>()
                                 : std::vector<std::string>{absl::StrCat("a", Draw(3)), "b"}};
    case 11:
    case 12:
      return ledger::LinkIdentity{identity};
    case 13:
      return ledger::UnlinkIdentity{identity};
    case 14:
      return ledger::MergeMembers{other.member_id};
    default:
      if (Draw(3) == 0) return ledger::EraseMember{};
      return ledger::EarnPoints{points};
  }
}

void Workload::AmongMembers(int count) {
  for (; count > 0; --count) {
    const Subject& subject = subjects_[Draw(subjects_.size())];
    const Subject& other = subjects_[Draw(subjects_.size())];
    if (subject.program_id != other.program_id) continue;
    std::vector<engine::Command> commands;
    commands.push_back(CommandFor(subject.program_id, subject.member_id, OperationAmong(other)));
    static_cast<void>(Run(std::move(commands), static_cast<int>(Draw(groups_.size()))));
  }
}

void Workload::EarnAndRedeem(int count, int group) {
  while (count > 0) {
    std::vector<engine::Command> commands;
    for (int i = 0; i < group && count > 0; ++i, --count) {
      const Subject& subject = subjects_[Draw(subjects_.size())];
      const base::Points points{static_cast<int64_t>(1 + Draw(200))};
      Operation operation = ledger::EarnPoints{points};
      if (Draw(4) == 0) operation = ledger::RedeemPoints{points};
      commands.push_back(CommandFor(subject.program_id, subject.member_id, std::move(operation)));
      commands.back().posting.order_id = Numbered("order-", next_request_);
      commands.back().posting.store_id = "S1";
    }
    Run(std::move(commands), static_cast<int>(Draw(groups_.size())));
  }
}

}  // namespace fairpoint::audit
