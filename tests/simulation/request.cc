#include "tests/simulation/request.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "tests/simulation/rules.h"

namespace fairpoint::simulation {
namespace {

constexpr uint8_t kMemberField = 3;

std::string Text(std::optional<int64_t> value) { return value ? absl::StrCat(*value) : ""; }
std::string Text(const Person& person) { return absl::StrCat(person.kind, "=", person.value); }

std::optional<base::Instant> InstantOf(std::optional<int64_t> micros) {
  return micros ? std::optional(base::Instant{*micros}) : std::nullopt;
}

ledger::Operation OperationOf(const Submission& submission) {
  const Request& r = *submission.request;
  switch (r.kind) {
    case Kind::kEarnPoints:
      if (!r.currency.empty())
        return ledger::EarnPoints{.basis = base::Money{r.currency, r.minor_units}};
      return ledger::EarnPoints{.basis = base::Points{r.points}};
    case Kind::kRedeemPoints:
      return ledger::RedeemPoints{.points = base::Points{r.points}};
    case Kind::kHoldPoints:
      return ledger::HoldPoints{.points = base::Points{r.points},
                                .expires_at = InstantOf(r.expires_at)};
    case Kind::kCaptureHold: {
      ledger::CaptureHold capture{.hold_seq = r.target_seq, .points = std::nullopt};
      if (r.part) capture.points = base::Points{*r.part};
      return capture;
    }
    case Kind::kReleaseHold:
      return ledger::ReleaseHold{.hold_seq = r.target_seq};
    case Kind::kReleasePending:
      return ledger::ReleasePending{.entry_seq = r.target_seq};
    case Kind::kReverseEntry: {
      ledger::ReverseEntry reverse{.entry_seq = r.target_seq, .refund = std::nullopt};
      if (!r.currency.empty()) reverse.refund = base::Money{r.currency, r.minor_units};
      return reverse;
    }
    case Kind::kSettle:
      return ledger::Settle{};
    case Kind::kEnrollMember: {
      ledger::EnrollMember enroll{.new_member_id = base::MemberId(submission.new_member_id),
                                  .new_member_secret = submission.new_secret,
                                  .identities = {}};
      for (const Person& person : r.persons)
        enroll.identities.push_back({.kind = person.kind, .value = person.value});
      return enroll;
    }
    case Kind::kFreezeMember:
      return ledger::FreezeMember{};
    case Kind::kUnfreezeMember:
      return ledger::UnfreezeMember{};
    case Kind::kPublishProgram:
      break;
    default:
      std::abort();  // the workload has no others
  }
  ledger::ProgramVersion read;
  read.program_id = base::ProgramId(r.program);
  read.text = r.text;
  return ledger::PublishProgram{
      .text = r.text, .program = *ParseProgram(read), .effective_from = InstantOf(r.effective_at)};
}

}  // namespace

std::map<uint8_t, std::string> FieldsOf(const Request& r) {
  std::map<uint8_t, std::string> fields;
  const auto set = [&](uint8_t number, std::string value) {
    if (!value.empty()) fields[number] = std::move(value);
  };
  set(1, r.program);
  set(kMemberField, r.member_id);
  if (r.person) set(kMemberField, Text(*r.person));
  std::string persons;
  for (const Person& person : r.persons) absl::StrAppend(&persons, Text(person), ";");
  set(kMemberField, persons);
  if (r.points != 0) set(4, absl::StrCat(r.points));
  set(5, r.currency.empty() ? "" : absl::StrCat(r.currency, " ", r.minor_units));
  set(6, r.order_id);
  set(7, Text(r.order_line));
  set(8, r.store_id);
  set(9, r.reason);
  set(10, Text(r.effective_at));
  set(11, Text(r.expected_seq));
  set(12, Text(r.part));
  set(13, Text(r.expires_at));
  if (r.target_seq != 0) set(14, absl::StrCat(r.target_seq));
  set(15, r.text);
  return fields;
}

bool IsPersonal(const Request& request, uint8_t field) {
  return field == kMemberField && (request.person.has_value() || !request.persons.empty());
}

engine::Command ToCommand(const Submission& submission) {
  const Request& r = *submission.request;
  engine::Command command;
  command.program_id = base::ProgramId(r.program);
  if (r.person) {
    command.member = ledger::PlainIdentity{.kind = r.person->kind, .value = r.person->value};
  } else if (!r.member_id.empty()) {
    command.member = base::MemberId(r.member_id);
  }
  command.posting.request_id = base::RequestId(r.request_id);
  command.posting.actor = r.actor;
  command.posting.reason = r.reason;
  command.posting.order_id = r.order_id;
  command.posting.order_line = r.order_line;
  command.posting.store_id = r.store_id;
  if (r.kind != Kind::kPublishProgram) command.posting.effective_at = InstantOf(r.effective_at);
  command.posting.expected_seq = r.expected_seq;
  command.posting.by_phone = r.person && r.person->kind == "phone";
  command.operation = OperationOf(submission);
  for (const auto& [number, value] : FieldsOf(r)) {
    if (IsPersonal(r, number)) {
      command.digest.personal.push_back({number, value});
    } else {
      command.digest.fields.push_back({number, base::Sha256(value)});
    }
  }
  command.deadline = submission.deadline;
  return command;
}

const char* NameOf(Kind kind) {
  switch (kind) {
    case Kind::kEarnPoints:
      return "earn";
    case Kind::kRedeemPoints:
      return "redeem";
    case Kind::kHoldPoints:
      return "hold";
    case Kind::kCaptureHold:
      return "capture";
    case Kind::kReleaseHold:
      return "release hold";
    case Kind::kReleasePending:
      return "release pending";
    case Kind::kReverseEntry:
      return "reverse";
    case Kind::kSettle:
      return "settle";
    case Kind::kEnrollMember:
      return "enroll";
    case Kind::kFreezeMember:
      return "freeze";
    case Kind::kUnfreezeMember:
      return "unfreeze";
    case Kind::kPublishProgram:
      return "publish";
    default:
      return "?";
  }
}

std::string Describe(const Submission& submission) {
  const Request& r = *submission.request;
  std::string text =
      absl::StrCat("#", submission.number, " ", NameOf(r.kind), " id=", r.request_id);
  for (const auto& [number, value] : FieldsOf(r)) absl::StrAppend(&text, " ", number, ":", value);
  return text;
}

}  // namespace fairpoint::simulation
