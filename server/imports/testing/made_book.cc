#include "server/imports/testing/made_book.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace fairpoint::server::imports {

std::string MappingByQuantity() {
  return absl::StrReplaceAll(kMadeMapping, {{"order_prefix: \"C\"", "negative_quantity: true"}});
}

absl::Status ReadText(std::string_view mapping, std::string_view text, ReadFileResult& result) {
  const absl::StatusOr<Mapping> read = ReadMapping(mapping);
  EXPECT_TRUE(read.ok()) << read.status();
  // One byte at first: a mark may come in pieces.
  size_t piece = 1;
  return ReadOrders(
      *read,
      [&]() -> absl::StatusOr<std::string_view> {
        const std::string_view bytes = text.substr(0, piece);
        text.remove_prefix(bytes.size());
        piece = text.size();
        return bytes;
      },
      result);
}

std::vector<std::string> SendingsOf(const Book& book) {
  std::vector<std::string> shown;
  shown.reserve(book.sendings.size());
  for (const Sending& sending : book.sendings) {
    const Order& order = book.orders[sending.order];
    std::string text = absl::StrCat(
        book.NumberOf(sending), sending.is_return ? " back " : " ", book.texts[order.customer], "@",
        absl::FormatTime("%d.%m.%Y %H:%M", base::ToAbsl(order.time), absl::UTCTimeZone()));
    for (const Line& line : book.LinesOf(order)) {
      if (!book.IsOf(line, sending)) continue;
      absl::StrAppend(&text, " ", book.texts[line.sku], " ", line.units, "=",
                      line.amount_minor_units);
    }
    shown.push_back(text);
  }
  return shown;
}

std::vector<std::string> RejectsOf(const Book& book) {
  std::vector<Report> rejects = book.rejects;
  std::ranges::stable_sort(rejects, {}, &Report::row);
  std::vector<std::string> shown;
  shown.reserve(rejects.size());
  for (const Report& reject : rejects) {
    shown.push_back(
        absl::StrCat(reject.row, " ", book.texts[reject.order], ": ", book.texts[reject.reason]));
  }
  return shown;
}

}  // namespace fairpoint::server::imports
