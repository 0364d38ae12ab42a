#include "server/imports/testing/made_prices.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/imports/price_rows.h"

namespace fairpoint::server::imports {

PriceMapping MadePriceMapping(std::string_view text) {
  const absl::StatusOr<PriceMapping> mapping = ReadPriceMapping(text);
  EXPECT_TRUE(mapping.ok()) << mapping.status();
  return mapping.value_or(PriceMapping());
}

absl::Status ReadPriceText(const PriceMapping& mapping, std::string_view text, PriceBook& book,
                           const std::string& currency) {
  const ByteSource source = [&]() -> absl::StatusOr<std::string_view> {
    const std::string_view bytes = text;
    text = {};
    return bytes;
  };
  return ReadPrices(mapping, currency, source, book).status();
}

std::vector<std::string> PricesOf(const PriceMapping& mapping, const PriceBook& book,
                                  const std::vector<FilePrice>& prices) {
  std::vector<std::string> shown;
  for (const FilePrice& price : prices) {
    shown.push_back(absl::StrCat(price.row, " ",
                                 mapping.channels[price.channel].columns.channel_id(), " ",
                                 book.texts[price.sku], "#", price.seq, "=", price.amount));
  }
  return shown;
}

std::vector<std::string> RejectsOf(const PriceBook& book) {
  std::vector<std::string> shown;
  for (const Report& reject : book.rejects) {
    shown.push_back(
        absl::StrCat(reject.row, " ", book.texts[reject.order], ": ", book.texts[reject.reason]));
  }
  return shown;
}

}  // namespace fairpoint::server::imports
