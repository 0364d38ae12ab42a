// One table of the fake store: rows with their committed versions, uncommitted rows and row locks.
// What InnoDB does with one row under READ COMMITTED, and nothing else. Not thread-safe: the store
// locks around it.
#ifndef FAIRPOINT_ENGINE_TESTING_FAKE_TABLE_H_
#define FAIRPOINT_ENGINE_TESTING_FAKE_TABLE_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace fairpoint::engine {

using TxnId = int64_t;  // 0: none
inline constexpr int64_t kLatestCommit = std::numeric_limits<int64_t>::max();

// What the store does to a table without knowing its rows.
class FakeTableBase {
 public:
  virtual ~FakeTableBase() = default;
  // Ends a transaction: its rows become the committed ones, or never were; its locks are gone.
  // Older versions stay if `keep` (a snapshot may look at them).
  virtual void End(TxnId txn, bool commit, int64_t commit_no, bool keep) = 0;
};

enum class PutResult {
  kDone,
  kMustWait,  // another transaction has the row: Blockers names it
  kTaken,     // insert: there is such a row
  kMissing,   // replace, delete: there is none
};

template <class Key, class Row>
class FakeTable final : public FakeTableBase {
 public:
  // The row as a transaction sees it (its own, or else committed) or as of a commit; null when it
  // is not there.
  const Row* Read(const Key& key, TxnId txn, int64_t as_of = kLatestCommit) const {
    const auto slot = slots_.find(key);
    return slot == slots_.end() ? nullptr : Visible(slot->second, txn, as_of);
  }

  // Visits rows with first <= key in order until `visit` returns false.
  template <class Visit>
  void Scan(const Key& first, TxnId txn, int64_t as_of, const Visit& visit) const {
    for (auto slot = slots_.lower_bound(first); slot != slots_.end(); ++slot) {
      const Row* const row = Visible(slot->second, txn, as_of);
      if (row != nullptr && !visit(slot->first, *row)) return;
    }
  }
  template <class Visit>
  void ScanAll(TxnId txn, int64_t as_of, const Visit& visit) const {
    for (const auto& [key, slot] : slots_) {
      const Row* const row = Visible(slot, txn, as_of);
      if (row != nullptr && !visit(key, *row)) return;
    }
  }

  // Who has to end before `txn` can lock the row. A row that another transaction has inserted
  // counts, an absent one does not.
  std::vector<TxnId> Blockers(const Key& key, TxnId txn, bool exclusive) const {
    std::vector<TxnId> blockers;
    const auto found = slots_.find(key);
    if (found == slots_.end()) return blockers;
    const Slot& slot = found->second;
    if (slot.writer != 0 && slot.writer != txn) blockers.push_back(slot.writer);
    if (exclusive) {
      for (const TxnId reader : slot.readers) {
        if (reader != txn) blockers.push_back(reader);
      }
    }
    return blockers;
  }

  // Requires that nobody blocks it. False when the row is absent, which is not locked.
  bool Lock(const Key& key, TxnId txn, bool exclusive) {
    const auto found = slots_.find(key);
    if (found == slots_.end() || Visible(found->second, txn, kLatestCommit) == nullptr)
      return false;
    Slot& slot = found->second;
    if (exclusive) {
      slot.writer = txn;
    } else if (slot.writer != txn && std::ranges::find(slot.readers, txn) == slot.readers.end()) {
      slot.readers.push_back(txn);
    }
    touched_[txn].push_back(key);
    return true;
  }
  bool IsLocked(const Key& key, TxnId txn) const {
    const auto found = slots_.find(key);
    return found != slots_.end() && found->second.writer == txn;
  }

  // Likewise, or shared with others.
  bool IsLockedAtAll(const Key& key, TxnId txn) const {
    const auto found = slots_.find(key);
    return found != slots_.end() &&
           (found->second.writer == txn || std::ranges::count(found->second.readers, txn) > 0);
  }

  PutResult Insert(const Key& key, const Row& row, TxnId txn) {
    Slot& slot = slots_[key];
    if (slot.writer != 0 && slot.writer != txn) return PutResult::kMustWait;
    if (IsThere(slot)) return PutResult::kTaken;
    Write(slot, key, row, txn);
    return PutResult::kDone;
  }
  PutResult Replace(const Key& key, const Row& row, TxnId txn) { return Change(key, row, txn); }
  PutResult Upsert(const Key& key, const Row& row, TxnId txn) {
    const PutResult inserted = Insert(key, row, txn);
    return inserted == PutResult::kTaken ? Replace(key, row, txn) : inserted;
  }
  PutResult Delete(const Key& key, TxnId txn) { return Change(key, std::nullopt, txn); }

  void End(TxnId txn, bool commit, int64_t commit_no, bool keep) override {
    const auto touched = touched_.find(txn);
    if (touched == touched_.end()) return;
    for (const Key& key : touched->second) {
      const auto found = slots_.find(key);
      if (found == slots_.end()) continue;
      Slot& slot = found->second;
      std::erase(slot.readers, txn);
      if (slot.writer == txn) {
        if (slot.dirty && commit) {
          if (!keep) slot.committed.clear();
          if (keep || *slot.dirty) slot.committed.push_back({commit_no, std::move(*slot.dirty)});
        }
        slot.dirty.reset();
        slot.writer = 0;
      }
      if (slot.committed.empty() && slot.writer == 0 && slot.readers.empty()) slots_.erase(found);
    }
    touched_.erase(touched);
  }

  size_t size() const { return slots_.size(); }

 private:
  struct Version {
    int64_t commit_no = 0;
    std::optional<Row> row;  // absent: deleted
  };
  struct Slot {
    std::vector<Version> committed;  // ascending
    std::optional<std::optional<Row>> dirty;
    TxnId writer = 0;  // has it exclusively
    std::vector<TxnId> readers;
  };

  static const Row* Visible(const Slot& slot, TxnId txn, int64_t as_of) {
    if (slot.dirty && slot.writer == txn && txn != 0) return Address(*slot.dirty);
    for (auto version = slot.committed.rbegin(); version != slot.committed.rend(); ++version) {
      if (version->commit_no <= as_of) return Address(version->row);
    }
    return nullptr;
  }
  static const Row* Address(const std::optional<Row>& row) { return row ? &*row : nullptr; }
  // For the transaction that has it.
  static bool IsThere(const Slot& slot) {
    if (slot.dirty) return slot.dirty->has_value();
    return !slot.committed.empty() && slot.committed.back().row;
  }

  PutResult Change(const Key& key, std::optional<Row> row, TxnId txn) {
    const auto found = slots_.find(key);
    if (found == slots_.end()) return PutResult::kMissing;
    Slot& slot = found->second;
    if (!Blockers(key, txn, true).empty()) return PutResult::kMustWait;
    if (!IsThere(slot)) return PutResult::kMissing;
    Write(slot, key, std::move(row), txn);
    return PutResult::kDone;
  }

  void Write(Slot& slot, const Key& key, std::optional<Row> row, TxnId txn) {
    slot.dirty.emplace(std::move(row));
    slot.writer = txn;
    touched_[txn].push_back(key);
  }

  std::map<Key, Slot> slots_;
  std::map<TxnId, std::vector<Key>> touched_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_TESTING_FAKE_TABLE_H_
