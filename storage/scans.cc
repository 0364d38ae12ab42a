#include "storage/scans.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "storage/loads.h"
#include "storage/rows.h"
#include "storage/scan.h"
#include "storage/sql.h"
#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

void Within(const engine::MemberRange& range, Scan& scan) {
  const engine::MemberName& from = range.after;
  if (!from.program_id.empty() || !from.member_id.empty())
    scan.Key(">", {from.program_id.value(), from.member_id.value()});
  if (range.until)
    scan.Key("<=", {range.until->program_id.value(), range.until->member_id.value()});
}

// The first row of the scan, if there is one.
template <class Visit>
absl::Status ReadFirst(Scan& scan, const Visit& visit) {
  auto statement = scan.Bound(1, /*descending=*/false);
  if (!statement.ok()) return statement.status();
  if (absl::Status status = (*statement)->Query(); !status.ok()) return status;
  bool has_row = false;
  absl::Status status = (*statement)->Next(has_row);
  if (status.ok() && has_row) visit(**statement);
  (*statement)->Finish();
  return status;
}

}  // namespace

absl::Status ScanMemberNames(Connection& connection, const engine::MemberRange& range, size_t limit,
                             std::vector<engine::MemberName>& found) {
  found.clear();
  Scan scan(connection, InfoOf<ledger::Member>(), "program_id, member_id");
  Within(range, scan);
  auto statement = scan.Bound(limit, /*descending=*/false);
  if (!statement.ok()) return statement.status();
  if (absl::Status status = (*statement)->Query(); !status.ok()) return status;
  while (true) {
    bool has_row = false;
    if (absl::Status status = (*statement)->Next(has_row); !status.ok()) return status;
    if (!has_row) return absl::OkStatus();
    found.push_back(
        {base::ProgramId((*statement)->Bytes(0)), base::MemberId((*statement)->Bytes(1))});
  }
}

template <class Row>
absl::Status ScanMemberRows(Connection& connection, const engine::MemberRange& range,
                            const std::optional<engine::MemberSeq>& resume_after, size_t limit,
                            std::vector<Row>& found) {
  Scan scan(connection, InfoOf<Row>());
  engine::MemberRange rest = range;
  if (resume_after && resume_after->member > range.after) {
    const engine::MemberName& member = resume_after->member;
    scan.Key(">", {member.program_id.value(), member.member_id.value(), resume_after->seq});
    rest.after = {};
  }
  Within(rest, scan);
  return scan.Read(limit, /*descending=*/false, found);
}

template absl::Status ScanMemberRows(Connection&, const engine::MemberRange&,
                                     const std::optional<engine::MemberSeq>&, size_t,
                                     std::vector<ledger::Member>&);
template absl::Status ScanMemberRows(Connection&, const engine::MemberRange&,
                                     const std::optional<engine::MemberSeq>&, size_t,
                                     std::vector<ledger::Entry>&);
template absl::Status ScanMemberRows(Connection&, const engine::MemberRange&,
                                     const std::optional<engine::MemberSeq>&, size_t,
                                     std::vector<ledger::MemberEvent>&);
template absl::Status ScanMemberRows(Connection&, const engine::MemberRange&,
                                     const std::optional<engine::MemberSeq>&, size_t,
                                     std::vector<ledger::Lot>&);
template absl::Status ScanMemberRows(Connection&, const engine::MemberRange&,
                                     const std::optional<engine::MemberSeq>&, size_t,
                                     std::vector<ledger::Hold>&);
template absl::Status ScanMemberRows(Connection&, const engine::MemberRange&,
                                     const std::optional<engine::MemberSeq>&, size_t,
                                     std::vector<engine::Reversal>&);

absl::Status ScanReceipts(Connection& connection, const std::optional<engine::RequestName>& after,
                          size_t limit, std::vector<engine::Receipt>& found) {
  Scan scan(connection, InfoOf<engine::Receipt>());
  if (after) scan.Key(">", {after->program_id.value(), after->request_id.value()});
  return scan.Read(limit, /*descending=*/false, found);
}

template <class Row>
absl::Status ScanOrderRange(Connection& connection, const engine::OrderRange& range,
                            std::vector<Row>& found) {
  Scan scan(connection, InfoOf<Row>());
  // The columns past the number are not in the range: all lines of an order are.
  if (range.after) scan.Key(">", {range.after->program_id.value(), range.after->order_id});
  if (range.until) scan.Key("<=", {range.until->program_id.value(), range.until->order_id});
  return scan.Read(std::numeric_limits<int64_t>::max(), /*descending=*/false, found);
}

template absl::Status ScanOrderRange(Connection&, const engine::OrderRange&,
                                     std::vector<checkout::Order>&);
template absl::Status ScanOrderRange(Connection&, const engine::OrderRange&,
                                     std::vector<checkout::OrderLine>&);
template absl::Status ScanOrderRange(Connection&, const engine::OrderRange&,
                                     std::vector<checkout::ReturnPart>&);
template absl::Status ScanOrderRange(Connection&, const engine::OrderRange&,
                                     std::vector<checkout::OrderClaim>&);

template <class Row>
absl::Status ScanOrderRows(Connection& connection, const std::optional<engine::OrderName>& after,
                           size_t limit, std::vector<Row>& found) {
  Scan scan(connection, InfoOf<Row>());
  if (after) scan.Key(">", {after->program_id.value(), after->order_id});
  return scan.Read(limit, /*descending=*/false, found);
}

template absl::Status ScanOrderRows(Connection&, const std::optional<engine::OrderName>&, size_t,
                                    std::vector<checkout::Placement>&);
template absl::Status ScanOrderRows(Connection&, const std::optional<engine::OrderName>&, size_t,
                                    std::vector<checkout::OrderReturn>&);

absl::Status ScanIdentities(Connection& connection,
                            const std::optional<engine::IdentityName>& after, size_t limit,
                            std::vector<ledger::Identity>& found) {
  Scan scan(connection, InfoOf<ledger::Identity>());
  if (after) scan.Key(">", {after->program_id.value(), after->lookup_hash});
  return scan.Read(limit, /*descending=*/false, found);
}

absl::Status LoadLanes(Connection& connection, std::vector<engine::JournalLane>& found,
                       std::map<int64_t, std::string>& unreadable) {
  found.clear();
  unreadable.clear();
  Scan scan(connection, InfoOf<engine::JournalLane>());
  auto statement = scan.Bound(std::numeric_limits<int64_t>::max(), /*descending=*/false);
  if (!statement.ok()) return statement.status();
  return ReadRows(**statement, found, [&](const engine::JournalLane& row, std::string why) {
    unreadable.emplace(row.lane, std::move(why));
  });
}

absl::Status ScanJournal(Connection& connection, int64_t lane, int64_t after_lane_seq, size_t limit,
                         std::vector<engine::JournalRow>& found) {
  Scan scan(connection, InfoOf<engine::JournalRow>());
  scan.Where("lane = ?", lane);
  scan.Where("lane_seq > ?", after_lane_seq);
  return scan.Read(limit, /*descending=*/false, found);
}

absl::Status FindNextLane(Connection& connection, std::optional<int64_t> after,
                          std::optional<int64_t>& next) {
  next.reset();
  Scan scan(connection, InfoOf<engine::JournalRow>(), "lane");
  if (after) scan.Key(">", {*after});
  return ReadFirst(scan, [&next](Statement& row) { next = row.Number(0); });
}

absl::Status FindNextProgram(Connection& connection, const std::optional<base::ProgramId>& after,
                             std::optional<base::ProgramId>& next) {
  next.reset();
  Scan scan(connection, InfoOf<ledger::ProgramVersion>(), "program_id");
  if (after) scan.Key(">", {after->value()});
  return ReadFirst(scan, [&next](Statement& row) { next = base::ProgramId(row.Bytes(0)); });
}

absl::Status ReadEntries(Connection& connection, const engine::MemberName& member,
                         int64_t after_seq, int64_t before_seq, bool newest_first, size_t limit,
                         std::vector<ledger::Entry>& found) {
  Scan scan(connection, InfoOf<ledger::Entry>());
  scan.Where("program_id = ?", member.program_id.value());
  scan.Where("member_id = ?", member.member_id.value());
  scan.Where("seq > ?", after_seq);
  scan.Where("seq < ?", before_seq);
  return scan.Read(limit, newest_first, found);
}

absl::Status ScanDueMembers(Connection& connection, base::Instant now,
                            const std::optional<engine::DueMember>& resume_after, size_t limit,
                            std::vector<engine::DueMember>& found) {
  found.clear();
  // The index leads with the programme, so each programme is asked and the answers are merged.
  std::vector<ledger::ProgramHead> programs;
  std::map<base::ProgramId, std::string> unreadable;  // whose names are known all the same
  if (absl::Status status = LoadProgramHeads(connection, programs, unreadable); !status.ok())
    return status;
  const std::string sql = Text(
      "SELECT next_due_at, member_id FROM member", ForceIndex(connection.dialect(), "member_due"),
      " WHERE program_id = ? AND next_due_at <= ? AND next_due_at >= ?"
      " AND (next_due_at > ? OR member_id > ?) ORDER BY next_due_at, member_id LIMIT ?");
  for (const ledger::ProgramHead& program : programs) {
    auto statement = connection.Prepare(sql);
    if (!statement.ok()) return statement.status();
    // Of what falls due at the same instant, smaller programmes came before and greater come after.
    int64_t from = std::numeric_limits<int64_t>::min();
    std::string_view after_id;
    if (resume_after) {
      const base::ProgramId& resumed = resume_after->name.program_id;
      from = resume_after->next_due_at.micros + (program.program_id < resumed ? 1 : 0);
      if (program.program_id == resumed) after_id = resume_after->name.member_id.value();
    }
    Binder binder(**statement);
    binder.Bytes(program.program_id.value());
    binder.Number(now.micros);
    binder.Number(from);
    binder.Number(from);
    binder.Bytes(after_id);
    binder.Number(ToLimit(limit));
    if (absl::Status status = (*statement)->Query(); !status.ok()) return status;
    while (true) {
      bool has_row = false;
      if (absl::Status status = (*statement)->Next(has_row); !status.ok()) return status;
      if (!has_row) break;
      found.push_back({base::Instant{(*statement)->Number(0)},
                       {program.program_id, base::MemberId((*statement)->Bytes(1))}});
    }
  }
  std::ranges::sort(found);
  if (found.size() > limit) found.resize(limit);
  return absl::OkStatus();
}

}  // namespace fairpoint::storage
