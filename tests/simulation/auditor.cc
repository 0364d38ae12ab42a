#include "tests/simulation/auditor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::simulation {

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
  CountRarities(rows, now, before);
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

void Auditor::CountRarities(const engine::WriteSet& rows, int64_t now, const World& before) {
  for (const ledger::Entry& entry : rows.entries) {
    coverage_.Count(absl::StrCat("entry: ", std::string(Name(entry.kind))));
    if (entry.recorded_at.micros > now) coverage_.Count("time held back");
  }
  for (const engine::Receipt& receipt : rows.receipts) {
    if (receipt.kind == Kind::kReverseEntry && receipt.entry_count == 0)
      coverage_.Count("reversals without entries");
  }
  for (const ledger::ProgramVersion& row : rows.program_versions) {
    const auto& versions = before.programs();
    const auto found = versions.find(row.program_id.value());
    if (found != versions.end() && now < found->second.back().recorded_at)
      coverage_.Count("versions recorded back in time");
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
    Judgement judgement = world_.Judge(submission, now);
    if (judgement.refusal && judgement.refusal->reason == "LEDGER_MOVED") {
      // A Settle before it, which leaves no receipt, may have made the entry that it expects.
      SettleInHand(request, now, in_hand, lines);
      judgement = world_.Judge(submission, now);
    }
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

void Auditor::SettleInHand(const Request& request, int64_t now, const std::vector<int64_t>& in_hand,
                           Lines& lines) {
  const std::optional<World::MemberKey> key = world_.Resolve(request);
  const bool settles = key && std::ranges::any_of(in_hand, [&](int64_t number) {
                         const Request& other =
                             *cases_[static_cast<size_t>(number)].submission->request;
                         return other.kind == Kind::kSettle && world_.Resolve(other) == key;
                       });
  if (!settles) return;
  for (const Line& line : world_.Settle(*key, now)) lines[*key].push_back({line, nullptr, 0});
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

}  // namespace fairpoint::simulation
