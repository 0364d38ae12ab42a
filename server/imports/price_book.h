// The prices of a file, compactly.
#ifndef FAIRPOINT_SERVER_IMPORTS_PRICE_BOOK_H_
#define FAIRPOINT_SERVER_IMPORTS_PRICE_BOOK_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "fairpoint/v1/price_facts.pb.h"
#include "server/imports/book.h"

namespace fairpoint::server::imports {

// What a row says of one channel.
struct FilePrice {
  uint32_t row = 0;
  uint32_t channel = 0;  // of PriceMapping::channels
  TextId sku = 0;
  TextId listing = 0;
  TextId currency = 0;
  // At most one of the two; 0: everywhere.
  TextId region = 0;
  TextId store = 0;
  // At most one of the two; neither: to everyone.
  TextId plan = 0;
  bool newcomers = false;
  v1::PriceFact::Condition condition = v1::PriceFact::NEW;
  bool third_party = false;
  bool confirmed = false;
  int64_t seq = 0;
  int64_t pack = 1;
  int64_t amount = 0;
  int64_t platform_subsidy = 0;
  int64_t government_subsidy = 0;
  int64_t shipping = 0;
  int64_t tax_ppm = 0;
  std::optional<base::Instant> valid_from;
  std::optional<base::Instant> valid_until;
};

struct PriceBook {
  TextTable texts;
  // By row.
  std::vector<FilePrice> facts;
  std::vector<FilePrice> offers;
  std::vector<Report> rejects;  // `order` is the channel; none: of the whole row
  int64_t row_count = 0;
  int64_t amounts_missing = 0;

  // Refuses a row's price in a channel, or the whole row.
  void Reject(uint32_t row, std::string_view channel_id, std::string_view reason) {
    rejects.push_back({row, texts.Intern(channel_id), texts.Intern(reason)});
  }
  // Rows of which anything was rejected.
  int64_t RejectedRowCount() const {
    std::set<uint32_t> rows;
    for (const Report& report : rejects) rows.insert(report.row);
    return std::ssize(rows);
  }
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_PRICE_BOOK_H_
