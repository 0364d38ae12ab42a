#include "storage/changes.h"

#include <vector>

#include "storage/tables.h"
#include "storage/text.h"

namespace fairpoint::storage {
namespace {

// Writes table after table until one fails.
class Writer {
 public:
  explicit Writer(Connection& connection) : connection_(connection) {}

  template <class Row>
  Writer& Insert(const std::vector<Row>& rows) {
    return Write(std::span<const Row>(rows), WriteMode::kInsert);
  }
  template <class Row>
  Writer& Replace(const std::vector<Row>& rows) {
    return Write(std::span<const Row>(rows), WriteMode::kReplace);
  }
  // Numbered under the lane's lock: only a head that was set back leads to a row that is there.
  Writer& Append(const std::optional<engine::JournalRow>& row) {
    if (!row) return *this;
    const bool was_ok = status_.ok();
    Write(std::span<const engine::JournalRow>(&*row, 1), WriteMode::kInsert);
    if (was_ok && absl::IsAlreadyExists(status_)) {
      status_ = absl::OutOfRangeError(
          Text("journal lane ", row->lane, " has a row ", row->lane_seq,
               " already: its row in journal_lane was set back; run `fairpoint verify`"));
    }
    return *this;
  }
  template <class Row>
  Writer& Replace(const std::optional<Row>& row) {
    return row ? Write(std::span<const Row>(&*row, 1), WriteMode::kReplace) : *this;
  }

  Writer& Change(const engine::PriceWriteSet& rows) {
    engine::VisitRows(rows, [this](const auto& each, engine::RowChange change) {
      change == engine::RowChange::kNew ? Insert(each) : Replace(each);
    });
    return *this;
  }

  // One statement a row: there are few, and nothing tempts the database to look at others.
  Writer& DeleteIdentities(const std::vector<engine::IdentityName>& names) {
    for (const engine::IdentityName& name : names)
      Delete<ledger::Identity>(name.program_id.value(), name.lookup_hash);
    return *this;
  }
  template <class Row>
  Writer& DeleteOfMembers(const std::vector<engine::MemberName>& members) {
    for (const engine::MemberName& name : members)
      Delete<Row>(name.program_id.value(), name.member_id.value());
    return *this;
  }

  absl::Status status() const { return status_; }

 private:
  template <class Row>
  Writer& Write(std::span<const Row> rows, WriteMode mode) {
    if (status_.ok()) status_ = WriteRows(connection_, rows, mode);
    return *this;
  }

  template <class Row>
  void Delete(std::string_view program_id, std::string_view key) {
    if (!status_.ok()) return;
    const TableInfo& table = InfoOf<Row>();
    auto statement = connection_.Prepare(Text("DELETE FROM ", table.name, " WHERE program_id = ?",
                                              " AND ", table.columns[1].name, " = ?"));
    status_ = statement.status();
    if (!status_.ok()) return;
    Binder binder(**statement);
    binder.Bytes(program_id);
    binder.Bytes(key);
    status_ = (*statement)->Execute();
  }

  Connection& connection_;
  absl::Status status_;
};

}  // namespace

absl::Status WriteChanges(Connection& connection, const engine::WriteSet& changes) {
  // What may meet a taken key comes first: then little was written in vain.
  return Writer(connection)
      .Insert(changes.receipts)
      .Insert(changes.placements)
      .Insert(changes.order_returns)
      .Insert(changes.order_claims)
      .Insert(changes.new_identities)
      .Insert(changes.new_members)
      .Insert(changes.new_member_keys)
      .Insert(changes.new_program_heads)
      .Insert(changes.program_versions)
      .Insert(changes.events)
      .Insert(changes.entries)
      .Insert(changes.reversals)
      .Insert(changes.new_lots)
      .Insert(changes.new_holds)
      .Insert(changes.new_orders)
      .Insert(changes.new_order_lines)
      .Insert(changes.new_return_parts)
      .Change(changes.prices)
      .Replace(changes.identities)
      .Replace(changes.tags)
      .Replace(changes.orders)
      .Replace(changes.order_lines)
      .Replace(changes.lots)
      .Replace(changes.holds)
      .Replace(changes.members)
      .Replace(changes.program_heads)
      .DeleteIdentities(changes.deleted_identities)
      .DeleteOfMembers<ledger::MemberTags>(changes.deleted_member_keys)
      .DeleteOfMembers<ledger::MemberKey>(changes.deleted_member_keys)
      .Append(changes.journal)
      .Replace(changes.lane)
      .status();
}

}  // namespace fairpoint::storage
