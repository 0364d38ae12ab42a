// The orders of a file, compactly: what a file of a million rows keeps in memory.
#ifndef FAIRPOINT_SERVER_IMPORTS_BOOK_H_
#define FAIRPOINT_SERVER_IMPORTS_BOOK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/time.h"
#include "server/imports/mapping.h"

namespace fairpoint::server::imports {

using TextId = uint32_t;

// Each text once. The empty one is 0.
class TextTable {
 public:
  TextTable() { Intern(""); }
  TextId Intern(std::string_view text);
  const std::string& operator[](TextId id) const { return texts_[id]; }
  size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;
  absl::flat_hash_map<std::string_view, TextId> ids_;  // of texts_, which never move
};

// A row that counts, of one order.
struct Line {
  uint32_t order = 0;
  uint32_t row = 0;
  TextId sku = 0;
  int32_t units = 0;  // as written: negative where something came back
  int64_t amount_minor_units = 0;
};

// The rows of one order number.
struct Order {
  TextId number = 0;
  TextId customer = 0;
  uint32_t first_row = 0;
  uint32_t source = 0;  // of Book::sources
  base::Instant time;
  bool is_return = false;  // by its number's prefix
  bool is_sent = false;    // something of it
  TextId fault = 0;        // why none of it is imported
  // Of Book::lines, once they are grouped.
  uint32_t first_line = 0;
  uint32_t line_count = 0;
};

// What is known of a row that was rejected.
struct RejectedRow {
  TextId customer = 0;
  TextId sku = 0;
};

// A row of which there is something to say.
struct Report {
  uint32_t row = 0;
  TextId order = 0;
  TextId reason = 0;
};

// What is sent: the purchase or the return of an order.
struct Sending {
  uint32_t order = 0;
  bool is_return = false;
  bool has_suffix = false;  // the purchase has the order's number, so the return's ends in -R
};

// What was counted while reading.
struct ReadCounts {
  int64_t rows = 0;
  int64_t rows_without_customer = 0;
  int64_t rows_rejected = 0;
  int64_t rows_without_units = 0;
  int64_t orders = 0;
  int64_t orders_rejected = 0;
  int64_t orders_without_units = 0;
  int64_t purchases = 0;
  int64_t returns = 0;
};

using Source = std::array<TextId, kSourceFieldCount>;

// Everything of a file that an import needs. Filled by RowReader and Group().
struct Book {
  bool returns_by_quantity = false;  // not by the order's number
  TextTable texts;
  std::vector<Order> orders;  // by first appearance
  std::vector<Line> lines;    // by row, then by order and row
  std::vector<Source> sources{Source{}};
  std::vector<Report> rejects;
  std::vector<RejectedRow> rejected_rows;
  ReadCounts counts;
  // After Group().
  std::vector<Sending> sendings;  // as they apply
  std::vector<TextId> customers;  // of sendings, by first appearance

  std::span<const Line> LinesOf(const Order& order) const {
    return std::span(lines).subspan(order.first_line, order.line_count);
  }
  // Whether the line is a part of that sending.
  bool IsOf(const Line& line, const Sending& sending) const;
  // The number that a sending has.
  std::string NumberOf(const Sending& sending) const;
  // Says why no row of a sending was imported, and counts them.
  void Reject(const Sending& sending, std::string_view reason);
};

inline constexpr size_t kLinesOfOrderMax = 2'000;

// After the last row: orders get their lines, those with a fault are rejected as a whole, the rest
// is sorted into sendings by time, then by first appearance.
void Group(Book& book);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_BOOK_H_
