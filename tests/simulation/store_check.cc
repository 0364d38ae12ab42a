#include "tests/simulation/store_check.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/journal.h"
#include "ledger/plan.h"
#include "tests/simulation/compare.h"

namespace fairpoint::simulation {
namespace {

constexpr size_t kAll = 1'000'000;

struct Rows {
  std::vector<ledger::Member> members;
  std::vector<ledger::Entry> entries;
  std::vector<ledger::MemberEvent> events;
  std::vector<ledger::Lot> lots;
  std::vector<ledger::Hold> holds;
  std::vector<engine::Reversal> reversals;
  std::vector<engine::Receipt> receipts;
  std::vector<ledger::ProgramHead> heads;
  std::vector<ledger::ProgramVersion> versions;
  std::vector<engine::JournalLane> lanes;
  std::vector<engine::JournalRow> journal;
};

absl::Status ReadAll(engine::ReadSession& session, Rows& rows) {
  const engine::MemberRange everyone;
  absl::Status status = session.ScanMembers(everyone, kAll, rows.members);
  status.Update(session.ScanEntries(everyone, std::nullopt, kAll, rows.entries));
  status.Update(session.ScanEvents(everyone, std::nullopt, kAll, rows.events));
  status.Update(session.ScanLots(everyone, std::nullopt, kAll, rows.lots));
  status.Update(session.ScanHolds(everyone, std::nullopt, kAll, rows.holds));
  status.Update(session.ScanReversals(everyone, std::nullopt, kAll, rows.reversals));
  status.Update(session.ScanReceipts(std::nullopt, kAll, rows.receipts));
  std::map<base::ProgramId, std::string> unreadable_heads;
  status.Update(session.LoadProgramHeads(rows.heads, unreadable_heads));
  for (const ledger::ProgramHead& head : rows.heads)
    status.Update(session.LoadProgramVersions(head.program_id, 0, rows.versions));
  std::map<int64_t, std::string> unreadable_lanes;
  status.Update(session.LoadLanes(rows.lanes, unreadable_lanes));
  for (const engine::JournalLane& lane : rows.lanes)
    status.Update(session.ScanJournal(lane.lane, 0, kAll, rows.journal));
  return status;
}

// (table, programme, key, seq) -> (lane, lane_seq, hash)
using LeafKey = std::tuple<int, std::string, std::string, int64_t>;
using LeafPlace = std::tuple<int64_t, int64_t, base::Hash>;
using Leaves = std::map<LeafKey, LeafPlace>;

std::string ReadJournal(const Rows& rows, Leaves& leaves) {
  std::map<int64_t, const engine::JournalRow*> last;
  for (const engine::JournalRow& row : rows.journal) {
    const engine::JournalRow*& before = last[row.lane];
    if (row.lane_seq != (before ? before->lane_seq : 0) + 1)
      return absl::StrCat("lane ", row.lane, " has a gap before ", row.lane_seq);
    if (row.prev_hash != (before ? before->hash : base::kZeroHash))
      return absl::StrCat("lane ", row.lane, " is broken at ", row.lane_seq);
    if (row.hash != HashOf(row))
      return absl::StrCat("journal row ", row.lane, ".", row.lane_seq, " has another hash");
    before = &row;
    std::vector<engine::JournalLeaf> body;
    if (!DecodeLeaves(row.body, body))
      return absl::StrCat("journal row ", row.lane, ".", row.lane_seq, " cannot be read");
    for (const engine::JournalLeaf& leaf : body) {
      const LeafKey key{static_cast<int>(leaf.table), leaf.program_id, leaf.key, leaf.seq};
      if (!leaves.emplace(key, LeafPlace{row.lane, row.lane_seq, leaf.hash}).second)
        return "the journal lists a row twice";
    }
  }
  for (const engine::JournalLane& lane : rows.lanes) {
    const engine::JournalRow* const head = last[lane.lane];
    const bool right = lane.lane_seq == (head ? head->lane_seq : 0) &&
                       lane.head_hash == (head ? head->hash : base::kZeroHash);
    if (!right) return absl::StrCat("lane ", lane.lane, " does not end where it says");
  }
  return "";
}

// Each row takes its leaf away; what is left at the end has no row.
template <class Row>
std::string TakeLeaf(const Row& row, engine::JournalTable table, const std::string& key,
                     int64_t seq, Leaves& leaves) {
  const auto leaf = leaves.find({static_cast<int>(table), row.program_id.value(), key, seq});
  if (leaf == leaves.end())
    return absl::StrCat("row ", key, ".", seq, " of table ", static_cast<int>(table),
                        " is not in the journal");
  if (leaf->second != LeafPlace{row.lane, row.lane_seq, HashOf(row)})
    return absl::StrCat("row ", key, ".", seq, " differs from its leaf");
  leaves.erase(leaf);
  return "";
}

std::string CheckJournal(const Rows& rows) {
  Leaves leaves;
  if (std::string fault = ReadJournal(rows, leaves); !fault.empty()) return fault;
  std::string fault;
  const auto take = [&](const auto& row, engine::JournalTable table, const std::string& key,
                        int64_t seq) {
    if (fault.empty()) fault = TakeLeaf(row, table, key, seq, leaves);
  };
  for (const auto& row : rows.entries)
    take(row, engine::JournalTable::kEntry, row.member_id.value(), row.seq);
  for (const auto& row : rows.events)
    take(row, engine::JournalTable::kMemberEvent, row.member_id.value(), row.event_seq);
  for (const auto& row : rows.receipts)
    take(row, engine::JournalTable::kReceipt, row.request_id.value(), 0);
  for (const auto& row : rows.versions)
    take(row, engine::JournalTable::kProgramVersion, "", row.version);
  for (const auto& row : rows.reversals)
    take(row, engine::JournalTable::kReversal, row.member_id.value(), row.txn_seq);
  if (fault.empty() && !leaves.empty()) fault = "the journal lists a row that is not there";
  return fault;
}

// Rows of one member, ascending by `seq_of`: without gaps, chained, hashed.
template <class Row>
std::string CheckChains(const std::vector<Row>& rows, int64_t Row::*seq) {
  const Row* before = nullptr;
  for (const Row& row : rows) {
    const bool is_first =
        !before || before->member_id != row.member_id || before->program_id != row.program_id;
    if (row.*seq != (is_first ? 0 : before->*seq) + 1)
      return absl::StrCat("a gap before ", row.member_id.value(), ".", row.*seq);
    if (row.prev_hash != (is_first ? base::kZeroHash : before->hash)) {
      return absl::StrCat("the chain is broken at ", row.member_id.value(), ".", row.*seq);
    }
    if (row.hash != HashOf(row))
      return absl::StrCat("row ", row.member_id.value(), ".", row.*seq, " has another hash");
    before = &row;
  }
  return "";
}

std::string CheckAgainst(const World& world, const Rows& rows, size_t receipt_count) {
  if (rows.members.size() != world.members().size()) return "not all members are there";
  if (rows.receipts.size() != receipt_count) return "not all receipts are there";
  size_t lines = 0;
  size_t purses = 0;
  size_t reservations = 0;
  size_t undone = 0;
  size_t events = 0;
  for (const auto& [key, member] : world.members()) {
    lines += static_cast<size_t>(member->book.last_seq);
    purses += member->book.purses.size();
    reservations += member->book.reservations.size();
    undone += member->book.undone_by.size();
    events += static_cast<size_t>(member->events);
  }
  const bool all = rows.entries.size() == lines && rows.lots.size() == purses &&
                   rows.holds.size() == reservations && rows.reversals.size() == undone &&
                   rows.events.size() == events;
  if (!all) return "entries, lots, holds, reversals or events are missing, or there are too many";
  for (const ledger::Member& row : rows.members) {
    const World::Member member = world.Find({row.program_id.value(), row.member_id.value()});
    if (!member) return "there is a member who should not be";
    if (std::string wrong = Differences(row, *member); !wrong.empty())
      return absl::StrCat("member ", row.member_id.value(), wrong);
  }
  for (const ledger::Lot& row : rows.lots) {
    const World::Member member = world.Find({row.program_id.value(), row.member_id.value()});
    const auto purse = std::ranges::find(member->book.purses, row.lot_seq, &Purse::seq);
    if (purse == member->book.purses.end()) return "there is a lot that should not be";
    if (std::string wrong = Differences(row, *purse); !wrong.empty())
      return absl::StrCat("lot ", row.member_id.value(), wrong);
  }
  for (const ledger::Hold& row : rows.holds) {
    const World::Member member = world.Find({row.program_id.value(), row.member_id.value()});
    const auto reservation =
        std::ranges::find(member->book.reservations, row.hold_seq, &Reservation::seq);
    if (reservation == member->book.reservations.end()) return "there is a hold that should not be";
    if (std::string wrong = Differences(row, *reservation); !wrong.empty())
      return absl::StrCat("hold ", row.member_id.value(), wrong);
  }
  for (const ledger::ProgramHead& head : rows.heads) {
    const auto program = world.programs().find(head.program_id.value());
    const bool right = program != world.programs().end() &&
                       head.latest_version == static_cast<int64_t>(program->second.size());
    if (!right) return "a programme's head is wrong";
  }
  return "";
}

}  // namespace

std::string CheckStore(engine::Store& store, const World& world, size_t receipt_count) {
  const auto session = store.OpenReadSession();
  if (!session.ok()) return session.status().ToString();
  Rows rows;
  if (const absl::Status status = ReadAll(**session, rows); !status.ok()) return status.ToString();
  if (std::string fault = CheckChains(rows.entries, &ledger::Entry::seq); !fault.empty())
    return fault;
  if (std::string fault = CheckChains(rows.events, &ledger::MemberEvent::event_seq); !fault.empty())
    return fault;
  if (std::string fault = CheckJournal(rows); !fault.empty()) return fault;
  return CheckAgainst(world, rows, receipt_count);
}

std::string CheckBalance(engine::Store& store, const World& world, const World::MemberKey& key) {
  const auto opened = store.OpenReadSession();
  if (!opened.ok()) return "";  // the database is down: nothing is shown
  engine::ReadSession& session = **opened;
  const engine::MemberName name{base::ProgramId(key.first), base::MemberId(key.second)};
  if (!session.BeginSnapshot().ok()) return "";
  const auto now = session.Now();
  std::vector<ledger::Member> members;
  std::vector<ledger::Lot> lots;
  std::vector<ledger::Hold> holds;
  absl::Status status = session.FindMembers({&name, 1}, members);
  status.Update(session.LoadOpenLots({&name, 1}, lots));
  status.Update(session.LoadOpenHolds({&name, 1}, holds));
  session.EndSnapshot();
  if (!status.ok() || !now.ok() || members.size() != 1)
    return absl::StrCat("member ", key.second, " cannot be read");
  ledger::Ledger ledger;
  ledger.member = members.front();
  ledger.open_loaded = true;
  for (const ledger::Lot& lot : lots) ledger.lots.emplace(lot.lot_seq, lot);
  for (const ledger::Hold& hold : holds) ledger.holds.emplace(hold.hold_seq, hold);
  const absl::StatusOr<ledger::Ledger> settled =
      ledger::SettledView(ledger, ledger::Program(), *now);
  if (!settled.ok())
    return absl::StrCat("the balance of ", key.second,
                        " cannot be shown: ", settled.status().ToString());
  const ledger::Ledger& view = *settled;

  const World::Member member = world.Find(key);
  const Book book = LetTimePass(member->book, std::max(now->micros, member->last_recorded_at)).book;
  int64_t expiring = 0;
  for (const ledger::Expiry& expiry : ledger::ComingExpiries(view)) expiring += expiry.points.value;
  const bool right =
      view.member.available.value == book.Total(Account::kAvailable) &&
      view.member.pending.value == book.Total(Account::kPending) &&
      view.member.held.value == book.Total(Account::kHeld) && view.member.debt.value == book.debt &&
      view.member.lifetime_earned.value == book.lifetime && expiring == view.member.available.value;
  if (right) return "";
  return absl::StrCat("the balance shown of ", key.second, " is ", view.member.available.value,
                      " available, ", view.member.pending.value, " pending, ",
                      view.member.held.value, " held, ", view.member.debt.value,
                      " owed, expiries sum to ", expiring, "; should be ",
                      book.Total(Account::kAvailable), ", ", book.Total(Account::kPending), ", ",
                      book.Total(Account::kHeld), ", ", book.debt);
}

}  // namespace fairpoint::simulation
