#include "tests/simulation/auditor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"

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

// Entries as callers see them: where the journal has them is not part of the answer.
ledger::Entry WithoutLane(ledger::Entry entry) {
  entry.lane = 0;
  entry.lane_seq = 0;
  return entry;
}

ledger::ProgramVersion WithoutLane(ledger::ProgramVersion version) {
  version.lane = 0;
  version.lane_seq = 0;
  return version;
}

}  // namespace

void Auditor::OnSent(std::shared_ptr<const Submission> submission, int worker) {
  const Request& request = *submission->request;
  by_request_[{request.program, request.request_id}].push_back(submission->number);
  in_hand_[worker].insert(submission->number);
  cases_.push_back({.submission = std::move(submission), .worker = worker});
}

void Auditor::OnLaneLocked(int worker, engine::TxnId transaction, base::Instant now) {
  views_[worker].now = now.micros;
  const std::set<int64_t>& in_hand = in_hand_[worker];
  in_hand_of_transaction_[transaction].assign(in_hand.begin(), in_hand.end());
}

std::shared_ptr<const World> Auditor::Shared() {
  if (shared_world_ == nullptr) shared_world_ = std::make_shared<const World>(world_);
  return shared_world_;
}

void Auditor::OnProgramsLocked(int worker) { views_[worker].at_lock = Shared(); }

void Auditor::OnLoaded(int worker) {
  View& view = views_[worker];
  view.at_load = Shared();
  view.commit = last_commit_;
}

std::shared_ptr<const Request> Auditor::Lose(int64_t submission) {
  Case& c = cases_.at(static_cast<size_t>(submission));
  if (c.answered) return nullptr;
  c.answered = true;
  in_hand_[c.worker].erase(submission);
  return c.submission->request;
}

// ---- commits ----

std::vector<int64_t> Auditor::FindSubmissions(const engine::Receipt& receipt,
                                              const std::vector<int64_t>& in_hand) {
  const auto sent = by_request_.find({receipt.program_id.value(), receipt.request_id.value()});
  if (sent == by_request_.end()) return {};
  std::vector<int64_t> fit;
  std::vector<int64_t> others;  // to say what is wrong with them
  for (const int64_t number : sent->second) {
    const Case& c = cases_[static_cast<size_t>(number)];
    if (!std::ranges::binary_search(in_hand, number) || c.closed ||
        c.submission->request->kind != receipt.kind)
      continue;
    const Judgement judgement = world_.Judge(*c.submission, receipt.recorded_at.micros);
    const World::Member member = world_.Find({receipt.program_id.value(), judgement.member_id});
    const std::string& secret = member ? member->secret : c.submission->new_secret;
    const bool fits =
        !judgement.refusal && Differences(receipt, *c.submission, judgement, secret).empty();
    (fits ? fit : others).push_back(number);
  }
  return fit.empty() ? others : fit;
}

void Auditor::OnCommit(const engine::FakeCommit& commit) {
  if (fault_) return;
  const engine::WriteSet& rows = commit.changes;
  if (!rows.journal || !rows.lane)
    return Fault("a transaction was committed without its journal row");
  const int64_t now = rows.journal->recorded_at.micros;
  const World before = world_;
  Lines lines;
  JudgeReceipts(commit, now, lines);
  if (!fault_) CheckEntries(rows, now, lines);
  if (!fault_) CheckProjections(rows);
  if (!fault_) CheckIdentitiesAndVersions(rows, before);
  shared_world_ = nullptr;
  last_commit_ = commit.number;
  if (trace_) {
    trace_(absl::StrCat("commit ", commit.number, " by worker ", commit.caller,
                        commit.lingered ? " (late)" : "", ": ", rows.receipts.size(), " receipts, ",
                        rows.entries.size(), " entries, lane ", rows.journal->lane, ".",
                        rows.journal->lane_seq));
    for (const ledger::Entry& entry : rows.entries) trace_(absl::StrCat("    ", ToText(entry)));
  }
}

void Auditor::JudgeReceipts(const engine::FakeCommit& commit, int64_t now, Lines& lines) {
  size_t events = 0;
  const std::vector<int64_t> in_hand = std::move(in_hand_of_transaction_[commit.transaction]);
  in_hand_of_transaction_.erase(commit.transaction);
  for (const engine::Receipt& receipt : commit.changes.receipts) {
    const std::string name = receipt.request_id.value();
    std::vector<int64_t> may_be = FindSubmissions(receipt, in_hand);
    if (may_be.empty())
      return Fault(absl::StrCat("request ", name,
                                " was committed, but nobody who might have it is waiting for it"));
    const Submission& submission = *cases_[static_cast<size_t>(may_be.front())].submission;
    const Request& request = *submission.request;
    const std::string what = Describe(submission);
    const Judgement judgement = world_.Judge(submission, now);
    if (judgement.refusal)
      return Fault(
          absl::StrCat(what, " was committed, the rules refuse it: ", judgement.refusal->reason));
    const World::Member member = world_.Find({request.program, judgement.member_id});
    const std::string& secret = member ? member->secret : submission.new_secret;
    const std::string wrong = Differences(receipt, submission, judgement, secret);
    if (!wrong.empty()) return Fault(absl::StrCat(what, ": its receipt is wrong:", wrong));
    world_.Take(submission, judgement, now);
    for (const Line& line : judgement.points.lines) {
      lines[{request.program, judgement.member_id}].push_back(
          {line, &request, judgement.version->version});
    }
    if (judgement.event) {
      if (events >= commit.changes.events.size())
        return Fault(absl::StrCat(what, ": the member event is missing"));
      const std::string differs =
          Differences(commit.changes.events[events++], *judgement.event, request);
      if (!differs.empty())
        return Fault(absl::StrCat(what, ": the member event is wrong:", differs));
    }
    Record record{.may_be = std::move(may_be),
                  .was = std::nullopt,
                  .content = cases_[static_cast<size_t>(submission.number)].submission->request,
                  .commit = commit.number,
                  .judgement = judgement,
                  .entries = {},
                  .version = {}};
    for (const ledger::Entry& entry : commit.changes.entries) {
      const bool own = entry.program_id.value() == request.program &&
                       entry.member_id.value() == judgement.member_id &&
                       entry.seq >= judgement.points.first &&
                       entry.seq < judgement.points.first + judgement.points.count;
      if (own) record.entries.push_back(WithoutLane(entry));
    }
    if (request.kind == Kind::kPublishProgram) {
      if (commit.changes.program_versions.size() != 1)
        return Fault(absl::StrCat(what, ": not one programme version was written"));
      record.version = WithoutLane(commit.changes.program_versions.front());
    }
    if (!records_.emplace(RequestKey{request.program, request.request_id}, std::move(record))
             .second) {
      return Fault(absl::StrCat(what, " was committed twice"));
    }
    coverage_.Count(absl::StrCat("done: ", NameOf(request.kind)));
  }
  if (events != commit.changes.events.size())
    Fault("a member event was written that nobody asked for");
}

void Auditor::CheckEntries(const engine::WriteSet& rows, int64_t now, Lines& lines) {
  std::map<World::MemberKey, std::vector<const ledger::Entry*>> entries;
  for (const ledger::Entry& entry : rows.entries)
    entries[{entry.program_id.value(), entry.member_id.value()}].push_back(&entry);
  for (const auto& [key, written] : entries) {
    if (!world_.Find(key))
      return Fault(absl::StrCat("entries of a member who is not there: ", key.second));
    std::vector<ExpectedLine>& expected = lines[key];
    // More than the requests explain: the clock's alone, booked by a Settle.
    if (written.size() > expected.size()) {
      for (const Line& line : world_.Settle(key, now)) expected.push_back({line, nullptr, 0});
    }
    for (size_t i = 0; i < std::min(written.size(), expected.size()); ++i) {
      const std::string wrong = Differences(*written[i], expected[i]);
      if (wrong.empty()) continue;
      return Fault(absl::StrCat("entry ", ToText(*written[i]), "\n  should be ",
                                ToText(expected[i].line), ":\n ", wrong));
    }
  }
  for (const auto& [key, expected] : lines) {
    if (entries[key].size() == expected.size()) continue;
    std::string should_be;
    for (const ExpectedLine& line : expected)
      absl::StrAppend(&should_be, "\n    ", ToText(line.line));
    return Fault(absl::StrCat("member ", key.second, ": ", entries[key].size(),
                              " entries were written, these should be:", should_be));
  }
}

void Auditor::CheckProjections(const engine::WriteSet& rows) {
  const auto member_of = [this](const auto& row) {
    return world_.Find({row.program_id.value(), row.member_id.value()});
  };
  const auto check = [&](const auto& row, const auto& expected, const char* table, int64_t seq) {
    const std::string wrong = Differences(row, expected);
    if (!wrong.empty())
      Fault(absl::StrCat(table, " ", row.member_id.value(), ".", seq, " is wrong:", wrong));
  };
  for (const auto* members : {&rows.new_members, &rows.members}) {
    for (const ledger::Member& row : *members) {
      const World::Member member = member_of(row);
      if (!member) return Fault("a member was written whom nobody enrolled");
      check(row, *member, "member", 0);
    }
  }
  for (const auto* lots : {&rows.new_lots, &rows.lots}) {
    for (const ledger::Lot& row : *lots) {
      const World::Member member = member_of(row);
      const auto purse = std::ranges::find(member->book.purses, row.lot_seq, &Purse::seq);
      if (purse == member->book.purses.end()) return Fault("a lot was written that should not be");
      check(row, *purse, "lot", row.lot_seq);
    }
  }
  for (const auto* holds : {&rows.new_holds, &rows.holds}) {
    for (const ledger::Hold& row : *holds) {
      const World::Member member = member_of(row);
      const auto reservation =
          std::ranges::find(member->book.reservations, row.hold_seq, &Reservation::seq);
      if (reservation == member->book.reservations.end())
        return Fault("a hold was written that should not be");
      check(row, *reservation, "hold", row.hold_seq);
    }
  }
  for (const engine::Reversal& row : rows.reversals) {
    const World::Member member = member_of(row);
    const auto undone = member->book.undone_by.find(row.txn_seq);
    if (undone == member->book.undone_by.end() || undone->second != row.by_txn_seq)
      return Fault("a reversal row is wrong");
  }
}

void Auditor::CheckIdentitiesAndVersions(const engine::WriteSet& rows, const World& before) {
  if (world_.holders().size() - before.holders().size() != rows.new_identities.size()) {
    return Fault("not the identities were written that were linked");
  }
  if (world_.members().size() - before.members().size() != rows.new_members.size())
    return Fault("not the members were written");
  for (const ledger::ProgramVersion& row : rows.program_versions) {
    const VersionView& version = world_.programs().at(row.program_id.value()).back();
    const bool right = row.version == version.version &&
                       row.effective_from.micros == version.effective_from &&
                       row.text == ToText(version.rules);
    if (!right) return Fault("a programme version is wrong");
  }
}

// ---- answers ----

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
  if (reason == "DATABASE_UNAVAILABLE") return;  // says itself that it may have happened
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
