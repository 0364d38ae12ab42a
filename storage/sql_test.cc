#include "storage/sql.h"

#include <gtest/gtest.h>

#include "storage/tables.h"

namespace fairpoint::storage {
namespace {

const TableInfo& Lane() { return InfoOf<engine::JournalLane>(); }

TEST(Sql, Insert) {
  EXPECT_EQ(InsertSql(Lane(), 2),
            "INSERT INTO journal_lane (lane, lane_seq, head_hash, owner, lease_until) VALUES "
            "(?,?,?,?,?),(?,?,?,?,?)");
}

TEST(Sql, Upsert) {
  EXPECT_EQ(UpsertSql(Dialect::kSqlite, InfoOf<ledger::ProgramHead>(), 1),
            "INSERT INTO program (program_id, latest_version, head_hash) VALUES (?,?,?) ON "
            "CONFLICT (program_id) DO UPDATE SET "
            "latest_version = excluded.latest_version, head_hash = excluded.head_hash");
  EXPECT_EQ(UpsertSql(Dialect::kMysql, InfoOf<ledger::ProgramHead>(), 1),
            "INSERT INTO program (program_id, latest_version, head_hash) VALUES (?,?,?) ON "
            "DUPLICATE KEY UPDATE "
            "latest_version = VALUES(latest_version), head_hash = VALUES(head_hash)");
}

TEST(Sql, KeyedSelect) {
  const KeyedSelect by_member{
      .key = "member_id", .also = "x = 1", .order = "member_id", .mysql_lock = "FOR UPDATE"};
  EXPECT_EQ(KeyedSelectSql(Dialect::kSqlite, InfoOf<ledger::MemberKey>(), by_member, 2),
            "SELECT program_id, member_id, key_version, wrapped FROM member_key WHERE program_id = "
            "? AND x = 1 AND member_id IN (?,?) "
            "ORDER BY member_id");
  EXPECT_EQ(KeyedSelectSql(Dialect::kMysql, InfoOf<ledger::MemberKey>(), by_member, 2),
            "SELECT program_id, member_id, key_version, wrapped FROM member_key FORCE INDEX "
            "(PRIMARY) WHERE program_id = ? AND x = 1 "
            "AND member_id IN (?,?) ORDER BY member_id FOR UPDATE");
  EXPECT_EQ(KeyedSelectSql(Dialect::kSqlite, InfoOf<ledger::MemberKey>(),
                           {.compound = "a = ? AND b = ?"}, 2),
            "SELECT program_id, member_id, key_version, wrapped FROM member_key WHERE "
            "(program_id = ?1 AND a = ? AND b = ?) OR (program_id = ?1 AND a = ? AND b = ?)");
  EXPECT_EQ(KeyedSelectSql(Dialect::kSqlite, InfoOf<ledger::MemberKey>(),
                           {.compound = "a = ?", .sqlite_index = "i"}, 1),
            "SELECT program_id, member_id, key_version, wrapped FROM member_key INDEXED BY i WHERE "
            "(program_id = ?1 AND a = ?)");
  EXPECT_EQ(KeyedSelectSql(Dialect::kMysql, InfoOf<ledger::MemberKey>(),
                           {.compound = "a = ? AND b = ?", .mysql_index = "i"}, 2),
            "SELECT program_id, member_id, key_version, wrapped FROM member_key FORCE INDEX (i) "
            "WHERE program_id = ? AND ((a = ? AND b = ?) OR (a = ? AND b = ?))");
}

TEST(Sql, KeyComparison) {
  const TableInfo& table = InfoOf<engine::Reversal>();
  EXPECT_EQ(KeyComparison(Dialect::kSqlite, table, 2, "<="), "(program_id, member_id) <= (?, ?)");
  EXPECT_EQ(KeyComparison(Dialect::kMysql, table, 1, ">"), "program_id > ?");
  EXPECT_EQ(KeyComparison(Dialect::kMysql, table, 3, "<="),
            "(program_id < ? OR (program_id = ? AND (member_id < ? OR (member_id = ? AND txn_seq "
            "<= ?))))");
}

TEST(Sql, TheWidestStatementFitsIntoTheProtocol) {
  constexpr size_t kPlaceholdersMax = 65535;
  for (const TableInfo* table : AllTables())
    EXPECT_LE(kWriteWidthMax * table->columns.size(), kPlaceholdersMax);
  EXPECT_LE(kKeyWidths.back(), 500u) << "MariaDB locks longer lists out of order";
}

}  // namespace
}  // namespace fairpoint::storage
