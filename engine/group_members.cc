// The planning stage for members: who they are, and what moves between two of them.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/errors.h"
#include "engine/group.h"
#include "ledger/enroll.h"
#include "ledger/errors.h"
#include "ledger/merge.h"
#include "ledger/persona.h"
#include "ledger/plan.h"
#include "ledger/transfer.h"

namespace fairpoint::engine {

std::optional<ledger::IdentityHolder> Group::HolderOf(const MemberName& name) const {
  const ledger::Ledger* const ledger = working_.Find(name);
  const std::string* const secret = working_.FindSecret(name);
  if (ledger == nullptr || secret == nullptr) return std::nullopt;
  return ledger::IdentityHolder{
      .member = ledger->member, .secret = *secret, .identities = working_.IdentitiesOf(name)};
}

absl::StatusOr<ledger::MemberChanges> Group::Enrol(const Task& task) const {
  const Command& command = task.command;
  std::set<base::MemberId> holders;
  for (const IdentityName& name : task.identity_names) {
    if (const auto found = working_.identities.find(name); found != working_.identities.end())
      holders.insert(found->second);
  }
  if (holders.size() > 1)
    return ledger::IdentityConflict("the identities belong to different members");
  std::optional<ledger::IdentityHolder> holder;
  base::Instant now = lane_lock_.now;
  if (!holders.empty()) {
    holder = HolderOf({command.program_id, *holders.begin()});
    if (!holder) return StoredDataBroken();
    now = std::max(now, holder->member.last_recorded_at);
  }
  return ledger::PlanEnroll(command.program_id, *EnrolmentOf(command), holder ? &*holder : nullptr,
                            command.posting, keyring_, now);
}

absl::StatusOr<Answer> Group::PlanEnrolment(const Task& task) {
  const Command& command = task.command;
  const absl::StatusOr<ledger::MemberChanges> changes = Enrol(task);
  if (!changes.ok()) return changes.status();
  working_.Take(*changes, EnrolmentOf(command)->new_member_secret);

  Answer answer;
  answer.member_id = changes->member.member_id;
  answer.created = changes->is_new;
  Receipt receipt;
  receipt.event_seq = changes->events.empty() ? 0 : changes->events.back().event_seq;
  receipt.outcome = changes->is_new ? 1 : 0;
  answer.event_seq = receipt.event_seq;
  KeepReceipt(command, {command.program_id, answer.member_id}, std::move(receipt));
  return answer;
}

absl::StatusOr<Answer> Group::PlanImport(const Task& task) {
  const Command& command = task.command;
  const auto& import = *OperationAs<ledger::ImportMember>(command);
  const absl::StatusOr<ledger::MemberChanges> enrolled = Enrol(task);
  if (!enrolled.ok()) return enrolled.status();
  const MemberName name{command.program_id, enrolled->member.member_id};
  const std::string* const kept = working_.FindSecret(name);
  const std::string& secret = kept != nullptr ? *kept : import.enroll.new_member_secret;

  ledger::Ledger ledger;
  if (const ledger::Ledger* const present = working_.Find(name)) ledger = *present;
  if (enrolled->is_new) ledger.open_loaded = true;
  ledger.member = enrolled->member;
  const base::Instant now = NowOf(&ledger);
  ledger::MemberChanges tagged;
  if (!import.tags.empty()) {
    absl::StatusOr<ledger::MemberChanges> tags = ledger::PlanSetTags(
        ledger.member, secret, working_.FindTags(name), import.tags, command.posting, now);
    if (!tags.ok()) return tags.status();
    tagged = *std::move(tags);
    ledger.member = tagged.member;
  }
  ledger::Changes opened;
  opened.member = ledger.member;
  if (!import.lots.empty()) {
    for (const ledger::OpeningLot& lot : import.lots) {
      if (lot.earned_at && programs_.InForce(command.program_id, *lot.earned_at) == nullptr)
        return ledger::ProgramNotEffective(*lot.earned_at);
    }
    const ProgramCache::Version program = ProgramOf(command, now);
    if (program == nullptr) return ledger::ProgramNotEffective(now);
    absl::StatusOr<ledger::Changes> points =
        ledger::Plan(ledger, import, command.posting, *program, nullptr, now);
    if (!points.ok()) return points.status();
    opened = *std::move(points);
  }

  Receipt receipt;
  Answer answer = AnswerOf(opened, receipt);
  answer.created = enrolled->is_new;
  receipt.outcome = enrolled->is_new ? 1 : 0;
  const std::vector<ledger::MemberEvent>& events =
      tagged.events.empty() ? enrolled->events : tagged.events;
  receipt.event_seq = events.empty() ? 0 : events.back().event_seq;
  answer.event_seq = receipt.event_seq;
  working_.Take(*enrolled, secret);
  if (!import.tags.empty()) working_.Take(tagged, {});
  working_.Take(name, std::move(opened));
  KeepReceipt(command, name, std::move(receipt));
  return answer;
}

absl::StatusOr<ledger::MemberChanges> Group::ChangeMember(const Task& task, const MemberName& name,
                                                          const ledger::Ledger& ledger) const {
  const Command& command = task.command;
  const base::Instant now = NowOf(&ledger);
  if (OperationAs<ledger::FreezeMember>(command) != nullptr)
    return ledger::PlanFreeze(ledger.member, command.posting, now);
  if (OperationAs<ledger::UnfreezeMember>(command) != nullptr)
    return ledger::PlanUnfreeze(ledger.member, command.posting, now);
  const std::optional<ledger::IdentityHolder> holder = HolderOf(name);
  // An erased member has no key.
  if (!holder && ledger.member.state == ledger::MemberState::kClosed)
    return ledger::MemberNotActive(ledger.member.state);
  if (!holder) return StoredDataBroken();
  if (const auto* tags = OperationAs<ledger::SetTags>(command))
    return ledger::PlanSetTags(ledger.member, holder->secret, working_.FindTags(name), tags->tags,
                               command.posting, now);
  if (const auto* unlink = OperationAs<ledger::UnlinkIdentity>(command))
    return ledger::PlanUnlink(*holder, *unlink, command.posting, keyring_, now);
  const auto& link = *OperationAs<ledger::LinkIdentity>(command);
  const auto held_by = working_.identities.find(*task.other);
  if (held_by != working_.identities.end() && held_by->second != name.member_id)
    return ledger::IdentityConflict("the identity belongs to another member");
  return ledger::PlanLink(*holder, link, command.posting, keyring_, now);
}

absl::StatusOr<Answer> Group::PlanMemberChange(const Task& task) {
  const Command& command = task.command;
  const std::optional<MemberName> name = MemberOf(task);
  const ledger::Ledger* const ledger = name ? working_.Find(*name) : nullptr;
  if (ledger == nullptr) return ledger::MemberNotFound();
  const absl::StatusOr<ledger::MemberChanges> changes = ChangeMember(task, *name, *ledger);
  if (!changes.ok()) return changes.status();
  working_.Take(*changes, {});
  Answer answer;
  answer.member_id = name->member_id;
  answer.event_seq = changes->events.empty() ? 0 : changes->events.back().event_seq;
  Receipt receipt;
  receipt.event_seq = answer.event_seq;
  KeepReceipt(command, *name, std::move(receipt));
  return answer;
}

absl::StatusOr<Answer> Group::PlanTransfer(const Task& task) {
  const Command& command = task.command;
  const std::optional<MemberName> giver = MemberOf(task);
  const std::optional<MemberName> taker = OtherMemberOf(task);
  const ledger::Ledger* const from = giver ? working_.Find(*giver) : nullptr;
  const ledger::Ledger* const to = taker ? working_.Find(*taker) : nullptr;
  if (from == nullptr || to == nullptr) return ledger::MemberNotFound();
  const base::Instant now = std::max(NowOf(from), NowOf(to));
  const ProgramCache::Version program = ProgramOf(command, now);
  if (program == nullptr) return ledger::ProgramNotEffective(now);
  const bool is_limited = program->transfers.points_max_per_day.value > 0;
  absl::StatusOr<ledger::TransferChanges> changes = ledger::PlanTransfer(
      *from, *to, *OperationAs<ledger::TransferPoints>(command), command.posting, *program,
      is_limited ? working_.GivenToday(*giver) : base::kNoPoints, now);
  if (!changes.ok()) return changes.status();
  Receipt receipt;
  Answer answer = AnswerOf(changes->giver, receipt);
  working_.Take(*giver, *taker, *std::move(changes));
  KeepReceipt(command, *giver, std::move(receipt));
  return answer;
}

std::optional<ledger::Person> Group::PersonOf(const MemberName& name) const {
  std::optional<ledger::IdentityHolder> holder = HolderOf(name);
  if (!holder) return std::nullopt;
  const ledger::MemberTags* const tags = working_.FindTags(name);
  return ledger::Person{.ledger = *working_.Find(name),
                        .secret = std::move(holder->secret),
                        .identities = std::move(holder->identities),
                        .tags = tags == nullptr ? std::nullopt : std::optional(*tags)};
}

absl::StatusOr<Answer> Group::PlanMerge(const Task& task) {
  const Command& command = task.command;
  const std::optional<MemberName> source = MemberOf(task);
  const std::optional<MemberName> target = OtherMemberOf(task);
  const ledger::Ledger* const from = source ? working_.Find(*source) : nullptr;
  const ledger::Ledger* const to = target ? working_.Find(*target) : nullptr;
  if (from == nullptr || to == nullptr) return ledger::MemberNotFound();
  // An erased member has no key.
  for (const ledger::Ledger* const ledger : {from, to}) {
    if (ledger->member.state == ledger::MemberState::kClosed)
      return ledger::MemberNotActive(ledger->member.state);
  }
  const base::Instant now = std::max(NowOf(from), NowOf(to));
  const ProgramCache::Version program = ProgramOf(command, now);
  if (program == nullptr) return ledger::ProgramNotEffective(now);
  const std::optional<ledger::Person> leaving = PersonOf(*source);
  const std::optional<ledger::Person> staying = PersonOf(*target);
  if (!leaving || !staying) return StoredDataBroken();
  absl::StatusOr<ledger::MergeChanges> changes = ledger::PlanMerge(
      *leaving, *staying, working_.MergedInto(*source), command.posting, *program, keyring_, now);
  if (!changes.ok()) return changes.status();
  Receipt receipt;
  Answer answer = AnswerOf(changes->source, receipt);
  receipt.event_seq = changes->source.member.event_seq;
  answer.event_seq = receipt.event_seq;
  working_.Take(*source, *target, *std::move(changes));
  KeepReceipt(command, *source, std::move(receipt));
  return answer;
}

absl::StatusOr<Answer> Group::PlanErasure(const Task& task) {
  const Command& command = task.command;
  const std::optional<MemberName> name = MemberOf(task);
  const ledger::Ledger* const ledger = name ? working_.Find(*name) : nullptr;
  if (ledger == nullptr) return ledger::MemberNotFound();
  const base::Instant now = NowOf(ledger);
  const ProgramCache::Version program = ProgramOf(command, now);
  if (program == nullptr) return ledger::ProgramNotEffective(now);
  absl::StatusOr<ledger::EraseChanges> changes =
      ledger::PlanErase(*ledger, working_.IdentitiesOf(*name), command.posting, *program, now);
  if (!changes.ok()) return changes.status();
  Receipt receipt;
  Answer answer = AnswerOf(changes->points, receipt);
  receipt.event_seq = changes->points.member.event_seq;
  answer.event_seq = receipt.event_seq;
  working_.Take(*name, *std::move(changes));
  KeepReceipt(command, *name, std::move(receipt));
  return answer;
}

}  // namespace fairpoint::engine
