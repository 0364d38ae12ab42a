// The prepared statements of one connection, by their text.
#ifndef FAIRPOINT_STORAGE_STATEMENT_CACHE_H_
#define FAIRPOINT_STORAGE_STATEMENT_CACHE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "storage/driver.h"

namespace fairpoint::storage {

// Not thread-safe. Grows with the number of distinct texts, of which there are a few hundred.
class StatementCache {
 public:
  // Null if there is none.
  Statement* Find(std::string_view sql) const {
    const auto found = statements_.find(sql);
    return found == statements_.end() ? nullptr : found->second.get();
  }
  Statement* Add(std::string_view sql, std::unique_ptr<Statement> statement) {
    return statements_.emplace(std::string(sql), std::move(statement)).first->second.get();
  }
  void Clear() { statements_.clear(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::unique_ptr<Statement>, Hash, std::equal_to<>> statements_;
};

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_STATEMENT_CACHE_H_
