// What callers were answered, against what was committed and what the rules say.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "tests/simulation/auditor.h"

namespace fairpoint::simulation {
namespace {

bool SameContent(const Request& a, const Request& b) {
  return a.kind == b.kind && FieldsOf(a) == FieldsOf(b);
}

std::string DifferingFields(const Request& stored, const Request& offered) {
  if (stored.kind != offered.kind) return "";
  const auto a = FieldsOf(stored);
  const auto b = FieldsOf(offered);
  std::set<int> numbers;
  for (const auto& [number, value] : a) {
    if (!b.contains(number) || b.at(number) != value) numbers.insert(number);
  }
  for (const auto& [number, value] : b) {
    if (!a.contains(number)) numbers.insert(number);
  }
  return absl::StrJoin(numbers, ",");
}

}  // namespace

void Auditor::BeginDelivery(int worker) {
  const View& view = views_[worker];
  delivering_.emplace(Delivery{.view = view, .state = *view.at_load, .accepted = {}});
}

const Auditor::Record* Auditor::Visible(const Request& request) const {
  if (request.request_id.empty()) return nullptr;
  const RequestKey key{request.program, request.request_id};
  const auto found = records_.find(key);
  if (found == records_.end()) return nullptr;
  const bool visible =
      found->second.commit <= delivering_->view.commit || delivering_->accepted.contains(key);
  return visible ? &found->second : nullptr;
}

void Auditor::OnAnswer(int64_t number, const absl::StatusOr<engine::Answer>& answer) {
  if (fault_) return;
  Case& c = cases_.at(static_cast<size_t>(number));
  if (trace_) {
    trace_(absl::StrCat("answer #", number, " ",
                        answer.ok() ? (answer->replayed ? "replayed" : "accepted")
                                    : base::ReasonOf(answer.status())));
  }
  if (c.answered) return Fault(absl::StrCat(Describe(*c.submission), " was answered twice"));
  c.answered = true;
  in_hand_[c.worker].erase(number);
  if (answer.ok()) {
    OnAccepted(c, *answer);
  } else {
    OnRefused(c, answer.status());
  }
}

void Auditor::OnAccepted(Case& c, const engine::Answer& answer) {
  const Request& request = *c.submission->request;
  const std::string what = Describe(*c.submission);
  if (!delivering_) return Fault(absl::StrCat(what, " was accepted without being decided"));
  if (request.request_id.empty()) {
    const std::optional<World::MemberKey> key = delivering_->state.Resolve(request);
    if (!key) return Fault(absl::StrCat(what, " settled nobody"));
    const size_t lines = delivering_->state.Settle(*key, delivering_->view.now).size();
    if (answer.settled_entries != static_cast<int64_t>(lines)) {
      Fault(
          absl::StrCat(what, ": settled ", answer.settled_entries, " entries, should be ", lines));
    }
    return;
  }
  const RequestKey key{request.program, request.request_id};
  const auto record = records_.find(key);
  if (record == records_.end())
    return Fault(absl::StrCat(what, " was accepted, but is not committed"));
  if (!answer.replayed) {
    const bool may_be = std::ranges::count(record->second.may_be, c.submission->number) > 0;
    if (!may_be || record->second.was || record->second.commit <= delivering_->view.commit)
      return Fault(absl::StrCat(what, " was accepted as new, but it was done before"));
    record->second.was = c.submission->number;
    delivering_->state.Take(*c.submission, record->second.judgement, delivering_->view.now);
    delivering_->accepted.insert(key);
  } else {
    const bool was_unknown =
        !record->second.was && std::ranges::count(record->second.may_be, c.submission->number) > 0;
    coverage_.Count(was_unknown ? "replay of an unknown commit" : "replay");
    if (Visible(request) == nullptr)
      return Fault(absl::StrCat(what, " was replayed before it was done"));
    if (!SameContent(request, *record->second.content)) {
      return Fault(absl::StrCat(what, " was replayed, but is another request"));
    }
    if (delivering_->accepted.contains(key)) coverage_.Count("replay inside one group");
  }
  CheckAnswer(c, record->second, answer);
}

void Auditor::CheckAnswer(const Case& c, const Record& record, const engine::Answer& answer) {
  const std::string what = Describe(*c.submission);
  const Judgement& judgement = record.judgement;
  if (answer.member_id.value() != judgement.member_id)
    return Fault(absl::StrCat(what, ": the answer names another member"));
  if (answer.created != judgement.created) return Fault(absl::StrCat(what, ": `created` is wrong"));
  if (answer.deduct_minor_units != judgement.points.deduct_minor_units)
    return Fault(absl::StrCat(what, ": the deduction is wrong"));
  if (answer.event_seq != (judgement.event ? judgement.event->seq : 0))
    return Fault(absl::StrCat(what, ": event_seq is wrong"));
  if (!(WithoutLane(answer.program_version) == record.version))
    return Fault(absl::StrCat(what, ": the programme version is wrong"));
  bool same = answer.entries.size() == record.entries.size();
  for (size_t i = 0; same && i < record.entries.size(); ++i)
    same = WithoutLane(answer.entries[i]) == record.entries[i];
  if (!same) Fault(absl::StrCat(what, ": the answer's entries are not those that were committed"));
}

bool Auditor::CanClose(Case& c) {
  c.closed = true;
  const auto record =
      records_.find({c.submission->request->program, c.submission->request->request_id});
  if (record == records_.end() || std::erase(record->second.may_be, c.submission->number) == 0)
    return true;
  return !record->second.may_be.empty();
}

void Auditor::OnRefused(Case& c, const absl::Status& status) {
  const Request& request = *c.submission->request;
  const std::string what = Describe(*c.submission);
  const base::ErrorDetail detail = base::DetailOf(status).value_or(base::ErrorDetail());
  const std::string& reason = detail.reason;
  coverage_.Count(absl::StrCat("refused: ", reason));
  if (reason == "DATABASE_UNAVAILABLE") {  // says itself that it may have happened
    const auto done = records_.find({request.program, request.request_id});
    const bool happened =
        done != records_.end() && std::ranges::count(done->second.may_be, c.submission->number) > 0;
    if (happened) coverage_.Count("told unavailable, had happened");
    return;
  }
  if (!CanClose(c))
    return Fault(absl::StrCat(what, " was answered ", reason, ", but it is committed"));
  if (reason == "DEADLINE_PASSED" || reason == "CONTENTION" || reason == "STORE_FULL" ||
      reason == "STORE_REFUSES_WRITES")
    return;
  if (!delivering_)
    return Fault(absl::StrCat(what, " was refused without being decided: ", status.ToString()));
  const Record* const record = Visible(request);
  if (record != nullptr) {
    const Request& stored = *record->content;
    const auto fields = detail.metadata.find("differingFieldNumbers");
    const bool right = reason == "REQUEST_ID_REUSED" && !SameContent(stored, request) &&
                       fields != detail.metadata.end() &&
                       fields->second == DifferingFields(stored, request);
    if (!right)
      Fault(absl::StrCat(what, ": its id was used before, but the answer is ", status.ToString()));
    return;
  }
  if (reason == "PROGRAM_NOT_FOUND" &&
      !delivering_->view.at_lock->programs().contains(request.program))
    return;
  const Judgement judgement = delivering_->state.Judge(*c.submission, delivering_->view.now);
  if (!judgement.refusal)
    return Fault(absl::StrCat(what, " was refused, the rules allow it: ", status.ToString()));
  if (judgement.refusal->reason != reason) {
    return Fault(absl::StrCat(what, " was refused for ", reason, ", should be for ",
                              judgement.refusal->reason));
  }
  for (const auto& [name, value] : judgement.refusal->details) {
    const auto said = detail.metadata.find(name);
    if (said == detail.metadata.end() || said->second != value) {
      Fault(absl::StrCat(what, " was refused for ", reason, " with ", name, " ",
                         said == detail.metadata.end() ? "absent" : said->second, ", should be ",
                         value));
    }
  }
}

}  // namespace fairpoint::simulation
