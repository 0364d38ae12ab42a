#include "bench/baseline.h"

#include <cppconn/resultset.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "bench/connections.h"
#include "bench/posting_rows.h"
#include "bench/row_inserts.h"
#include "bench/spread.h"
#include "storage/sql.h"
#include "storage/tables.h"

namespace fairpoint::bench {
namespace {

base::Instant Now() { return base::SystemClock().Now(); }

class PostingConnection : public Connection {
 public:
  explicit PostingConnection(const BaselineOptions& options)
      : options_(options), session_(options.server) {}

  int64_t Transact(uint64_t n) override {
    const std::string& member_id =
        options_.members[Pick(options_.salt, n, options_.members.size())];
    ledger::Member member = NewMember(member_id, {});
    const std::string request_id = RequestIdOf(options_.salt, n);

    if (Find(member.program_id, request_id)) return 0;
    Lock(member);
    const PostingRows rows = Post(options_.salt, n, Now(), /*hashed=*/true, member);
    Insert(session_, entry_sql_, rows.entry);
    Insert(session_, lot_sql_, rows.lot);
    Insert(session_, receipt_sql_, rows.receipt);
    Update(member);
    session_.Commit();
    return 1;
  }
  void Rollback() override { session_.Rollback(); }

 private:
  bool Find(const base::ProgramId& program_id, const std::string& request_id) {
    sql::PreparedStatement& find = session_.Prepared(
        "SELECT member_id, request_hash, first_seq, entry_count FROM receipt WHERE program_id = ? "
        "AND request_id = ?");
    SqlBinder(find).Bytes(program_id.value()).Bytes(request_id);
    const std::unique_ptr<sql::ResultSet> found(find.executeQuery());
    return found->next();
  }

  void Lock(ledger::Member& member) {
    sql::PreparedStatement& lock = session_.Prepared(
        "SELECT entry_seq, head_hash, available, lifetime_earned, next_due_at FROM member WHERE "
        "program_id = ? AND member_id = ? FOR UPDATE");
    SqlBinder(lock).Bytes(member.program_id.value()).Bytes(member.member_id.value());
    const std::unique_ptr<sql::ResultSet> row(lock.executeQuery());
    if (!row->next())
      throw std::runtime_error("member " + member.member_id.value() + " is not there: seed first");
    member.entry_seq = row->getInt64(1);
    const sql::SQLString head_hash = row->getString(2);
    member.head_hash = base::HashFromBytes({head_hash.c_str(), head_hash.length()});
    member.available.value = row->getInt64(3);
    member.lifetime_earned.value = row->getInt64(4);
    if (const int64_t due = row->getInt64(5); !row->wasNull())
      member.next_due_at = base::Instant{due};
  }

  void Update(const ledger::Member& member) {
    SqlBinder binder(
        session_.Prepared("UPDATE member SET entry_seq = ?, head_hash = ?, available = ?, "
                          "lifetime_earned = ?, next_due_at = ?, last_recorded_at = ? "
                          "WHERE program_id = ? AND member_id = ?"));
    binder.Number(member.entry_seq)
        .Bytes(base::AsBytes(member.head_hash))
        .Number(member.available.value);
    binder.Number(member.lifetime_earned.value)
        .Number(member.next_due_at->micros)
        .Number(member.last_recorded_at.micros);
    binder.Bytes(member.program_id.value()).Bytes(member.member_id.value());
    binder.statement().executeUpdate();
  }

  const BaselineOptions& options_;
  SqlSession session_;
  const std::string entry_sql_ = storage::InsertSql(storage::InfoOf<ledger::Entry>(), 1);
  const std::string lot_sql_ = storage::InsertSql(storage::InfoOf<ledger::Lot>(), 1);
  const std::string receipt_sql_ = storage::InsertSql(storage::InfoOf<engine::Receipt>(), 1);
};

class InsertingConnection : public Connection {
 public:
  InsertingConnection(const BaselineOptions& options, int number)
      : options_(options), session_(options.server) {
    const base::Instant now = Now();
    for (size_t i = static_cast<size_t>(number); i < options.members.size();
         i += static_cast<size_t>(options.connections)) {
      members_.push_back(NewMember(options.members[i], now));
      members_.back().entry_seq = options.first_seq - 1;
    }
    // In key order, so that the rows of a statement are.
    std::ranges::sort(members_, {}, &ledger::Member::member_id);
  }

  int64_t Transact(uint64_t n) override {
    const auto rows = static_cast<size_t>(options_.rows);
    picked_.clear();
    for (size_t i = 0; i < rows; ++i)
      picked_.push_back(Pick(options_.salt, n + i, members_.size()));
    std::ranges::sort(picked_);
    entries_.clear(), lots_.clear(), receipts_.clear(), changed_.clear();
    const base::Instant now = Now();
    for (size_t i = 0; i < rows; ++i) {
      PostingRows posted = Post(options_.salt, n + i, now, /*hashed=*/false, members_[picked_[i]]);
      entries_.push_back(std::move(posted.entry));
      lots_.push_back(std::move(posted.lot));
      receipts_.push_back(std::move(posted.receipt));
      changed_.push_back(members_[picked_[i]]);
    }
    Insert(session_, entries_);
    Insert(session_, lots_);
    Insert(session_, receipts_);
    if (options_.with_members) {
      SqlBinder binder(session_.Prepared(
          storage::UpsertSql(storage::Dialect::kMysql, storage::InfoOf<ledger::Member>(), rows)));
      for (const ledger::Member& member : changed_)
        storage::Table<ledger::Member>::Columns(binder, member);
      binder.statement().executeUpdate();
    }
    session_.Commit();
    return options_.rows;
  }
  void Rollback() override { session_.Rollback(); }

 private:
  const BaselineOptions& options_;
  SqlSession session_;
  std::vector<ledger::Member> members_;
  std::vector<size_t> picked_;
  std::vector<ledger::Entry> entries_;
  std::vector<ledger::Lot> lots_;
  std::vector<engine::Receipt> receipts_;
  std::vector<ledger::Member> changed_;
};

}  // namespace

void SeedMembers(const BaselineOptions& options) {
  constexpr size_t kRows = 500;
  SqlSession session(options.server);
  const base::Instant now = Now();
  for (size_t begin = 0; begin < options.members.size(); begin += kRows) {
    const size_t end = std::min(begin + kRows, options.members.size());
    std::string sql = storage::InsertSql(storage::InfoOf<ledger::Member>(), end - begin);
    sql.replace(0, sql.find(' '), "INSERT IGNORE");
    SqlBinder binder(session.Prepared(sql));
    for (size_t i = begin; i < end; ++i) {
      const ledger::Member member = NewMember(options.members[i], now);
      storage::Table<ledger::Member>::Columns(binder, member);
    }
    binder.statement().executeUpdate();
    session.Commit();
  }
}

Measured RunPostings(const BaselineOptions& options) {
  return RunConnections(options, 1,
                        [&](int) { return std::make_unique<PostingConnection>(options); });
}

Measured RunInserts(const BaselineOptions& options) {
  return RunConnections(options, options.rows, [&](int number) {
    return std::make_unique<InsertingConnection>(options, number);
  });
}

}  // namespace fairpoint::bench
