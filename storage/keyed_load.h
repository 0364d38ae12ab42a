// Rows by many keys: one statement a programme and chunk.
#ifndef FAIRPOINT_STORAGE_KEYED_LOAD_H_
#define FAIRPOINT_STORAGE_KEYED_LOAD_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "engine/store.h"
#include "storage/driver.h"
#include "storage/loads.h"
#include "storage/rows.h"
#include "storage/sql.h"
#include "storage/tables.h"

namespace fairpoint::storage {

inline const base::ProgramId& ProgramOf(const engine::MemberName& name) { return name.program_id; }
inline const base::ProgramId& ProgramOf(const engine::IdentityName& name) {
  return name.program_id;
}
inline const base::ProgramId& ProgramOf(const engine::RequestName& name) { return name.program_id; }
inline const base::ProgramId& ProgramOf(const engine::MemberSeq& name) {
  return name.member.program_id;
}
inline const base::ProgramId& ProgramOf(const engine::EntrySpan& span) {
  return span.member.program_id;
}
inline const base::ProgramId& ProgramOf(const engine::OrderName& name) { return name.program_id; }
inline const base::ProgramId& ProgramOf(const engine::MemberSku& name) {
  return name.member.program_id;
}
inline const base::ProgramId& ProgramOf(const engine::SkuName& name) { return name.program_id; }
inline const base::ProgramId& ProgramOf(const engine::SkuSeq& name) { return name.sku.program_id; }
inline const base::ProgramId& ProgramOf(const engine::ChannelName& name) { return name.program_id; }
inline const base::ProgramId& ProgramOf(const engine::OfferStockName& name) {
  return name.program_id;
}
inline const base::ProgramId& ProgramOf(const engine::SourceKeyName& name) {
  return name.program_id;
}
inline const base::ProgramId& ProgramOf(const engine::EvidenceName& name) {
  return name.program_id;
}

inline void BindKey(Binder& binder, const engine::MemberName& name) {
  binder.Bytes(name.member_id.value());
}
inline void BindKey(Binder& binder, const engine::IdentityName& name) {
  binder.Bytes(name.lookup_hash);
}
inline void BindKey(Binder& binder, const engine::RequestName& name) {
  binder.Bytes(name.request_id.value());
}
inline void BindKey(Binder& binder, const engine::OrderName& name) { binder.Bytes(name.order_id); }
inline void BindKey(Binder& binder, const engine::MemberSku& name) {
  binder.Bytes(name.member.member_id.value());
  binder.Bytes(name.sku);
}
inline void BindKey(Binder& binder, const engine::MemberSeq& name) {
  binder.Bytes(name.member.member_id.value());
  binder.Number(name.seq);
}
inline void BindKey(Binder& binder, const engine::EntrySpan& span) {
  binder.Bytes(span.member.member_id.value());
  binder.Number(span.first_seq);
  // The last is summed here: an expression of parameters would be no range to every optimizer.
  int64_t last = 0;
  if (__builtin_add_overflow(span.first_seq, span.count - 1, &last)) last = INT64_MAX;
  binder.Number(last);
}
inline void BindKey(Binder& binder, const engine::SkuName& name) { binder.Bytes(name.sku); }
inline void BindKey(Binder& binder, const engine::SkuSeq& name) {
  binder.Bytes(name.sku.sku);
  binder.Number(name.head_seq);
}
inline void BindKey(Binder& binder, const engine::ChannelName& name) {
  binder.Bytes(name.channel_id);
}
inline void BindKey(Binder& binder, const engine::OfferStockName& name) {
  binder.Bytes(name.channel_id);
  binder.Bytes(name.offer_id);
  binder.Bytes(name.sku);
}
inline void BindKey(Binder& binder, const engine::SourceKeyName& name) {
  binder.Bytes(name.source_key);
}
inline void BindKey(Binder& binder, const engine::EvidenceName& name) {
  binder.Bytes(name.evidence_id);
}

inline size_t WidthFor(size_t keys, size_t most) {
  for (const size_t width : kKeyWidths) {
    if (width >= keys || width == most) return width;
  }
  return most;
}

// One statement per programme and chunk; programmes ascend, keys keep the order given.
template <class Row, class Key>
absl::Status LoadByKeys(Connection& connection, const KeyedSelect& select,
                        std::span<const Key> keys, std::vector<Row>& found) {
  found.clear();
  std::vector<const Key*> ordered;
  ordered.reserve(keys.size());
  for (const Key& key : keys) ordered.push_back(&key);
  std::ranges::stable_sort(
      ordered, {}, [](const Key* key) -> const base::ProgramId& { return ProgramOf(*key); });

  const size_t most = select.key.empty() ? kCompoundKeysMax : kKeyWidths.back();
  for (size_t begin = 0; begin < ordered.size();) {
    const base::ProgramId& program_id = ProgramOf(*ordered[begin]);
    size_t end = begin + 1;
    while (end < ordered.size() && end - begin < most && ProgramOf(*ordered[end]) == program_id)
      ++end;

    const size_t width = WidthFor(end - begin, most);
    auto statement =
        connection.Prepare(KeyedSelectSql(connection.dialect(), InfoOf<Row>(), select, width));
    if (!statement.ok()) return statement.status();
    Binder binder(**statement);
    binder.Bytes(program_id.value());
    for (size_t i = 0; i < width; ++i) BindKey(binder, *ordered[std::min(begin + i, end - 1)]);
    if (absl::Status status = ReadRows(**statement, found); !status.ok()) return status;
    begin = end;
  }
  return absl::OkStatus();
}

inline std::string_view LockClause(RowLock lock) {
  switch (lock) {
    case RowLock::kNone:
      return "";
    // Also understood by MySQL 8 and TiDB, as their FOR SHARE is not by MariaDB.
    case RowLock::kShared:
      return "LOCK IN SHARE MODE";
    case RowLock::kExclusive:
      return "FOR UPDATE";
  }
  return "";
}

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_KEYED_LOAD_H_
