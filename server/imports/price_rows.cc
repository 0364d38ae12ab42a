#include "server/imports/price_rows.h"

#include <limits>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/imports/decimal.h"
#include "server/imports/local_time.h"
#include "server/imports/mapping_file.h"
#include "server/imports/row_text.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {
namespace {

// PricingService's contract.
constexpr int64_t kAmountMax = 100'000'000'000'000;
constexpr int64_t kPackMax = std::numeric_limits<int32_t>::max();
constexpr int64_t kTaxPpmMax = 1'000'000;
// A percentage with so many decimals is whole parts per million.
constexpr int kTaxDigits = 4;

class PriceRowReader {
 public:
  PriceRowReader(const PriceMapping& mapping, const std::string& currency, PriceBook& book)
      : mapping_(mapping),
        program_currency_(currency),
        book_(book),
        text_(mapping.encoding),
        times_(mapping.time_format, mapping.zone) {}

  // Only the first row can be an error.
  absl::Status Read(const CsvRow& row) {
    if (!text_.has_header()) return ReadHeader(row);
    ++book_.row_count;
    FilePrice common;
    common.row = row.number;
    std::string fault = text_.Decode(row);
    if (fault.empty()) fault = CheckSku(common);
    if (fault.empty()) fault = CheckCurrency(common);
    if (!fault.empty()) {
      book_.Reject(row.number, "", fault);
      return absl::OkStatus();
    }
    for (uint32_t i = 0; i < columns_.channels.size(); ++i) ReadChannel(i, common);
    return absl::OkStatus();
  }

 private:
  absl::Status ReadHeader(const CsvRow& row) {
    if (absl::Status read = text_.ReadHeader(row); !read.ok()) return read;
    absl::StatusOr<PriceColumnIndex> columns = FindPriceColumns(mapping_, text_.header());
    if (!columns.ok()) return columns.status();
    columns_ = *std::move(columns);
    return absl::OkStatus();
  }

  bool IsBlank(std::optional<size_t> column) const {
    return !column.has_value() || Trimmed(text_[*column]).empty();
  }

  std::string CheckSku(FilePrice& price) {
    std::string sku;
    for (size_t i = 0; i < columns_.sku.size(); ++i) {
      const size_t column = columns_.sku[i];
      if (IsBlank(column)) return absl::StrCat(text_.Quoted(column), "is no SKU");
      if (i > 0) sku += mapping_.sku_separator;
      sku += text_[column];
    }
    if (!IsName(sku)) {
      return absl::StrCat(Shown(sku), " is no SKU: 1-64 bytes of UTF-8 without control characters");
    }
    price.sku = book_.texts.Intern(sku);
    return "";
  }

  std::string CheckCurrency(FilePrice& price) {
    const std::string_view currency = columns_.currency ? Trimmed(text_[*columns_.currency])
                                                        : std::string_view(mapping_.currency);
    price.currency = book_.texts.Intern(currency);
    if (!IsCurrency(currency)) {
      return absl::StrCat(text_.Quoted(*columns_.currency),
                          "is no currency: three capital letters (ISO 4217)");
    }
    if (program_currency_.empty() || currency == program_currency_) return "";
    return absl::StrCat(Shown(currency), " is not the programme's currency, ", program_currency_);
  }

  void ReadChannel(uint32_t index, FilePrice price) {
    const PriceColumns& columns = columns_.channels[index];
    if (IsBlank(columns.amount)) {
      ++book_.amounts_missing;
      return;
    }
    const PriceChannel& channel = mapping_.channels[index];
    price.channel = index;
    std::string fault = CheckAmounts(columns, price);
    if (fault.empty()) fault = CheckListing(columns, price);
    if (fault.empty()) fault = CheckScope(columns, price);
    if (fault.empty()) fault = CheckAudience(columns, price);
    if (fault.empty()) fault = CheckCondition(columns, price);
    if (fault.empty()) fault = CheckWindow(columns, price);
    if (fault.empty()) fault = CheckSeq(columns, price);
    if (!fault.empty()) {
      book_.Reject(price.row, channel.columns.channel_id(), fault);
      return;
    }
    (channel.is_private ? book_.offers : book_.facts).push_back(price);
  }

  // A decimal number >= 0 that is whole when it is shifted by `digits`, and at most `most` then.
  std::string CheckDecimal(size_t column, int digits, int64_t most, int64_t& number) {
    const std::optional<Decimal> read = ReadDecimal(text_[column]);
    if (!read.has_value()) {
      return absl::StrCat(text_.Quoted(column),
                          "is no decimal number of at most 18 digits, as 2.55 or 1e3");
    }
    if (read->negative) return absl::StrCat(text_.Quoted(column), "is negative");
    const std::optional<int64_t> rounded = AmountOf(1, *read, digits);
    if (!rounded.has_value() || *rounded > most) {
      return absl::StrCat(text_.Quoted(column), "is too large");
    }
    const std::optional<int64_t> exact = ExactAmountOf(*read, digits);
    if (!exact.has_value()) {
      return absl::StrCat(text_.Quoted(column), "has more than ", digits, " decimals");
    }
    number = *exact;
    return "";
  }

  // Leaves the number as it is where nothing is written.
  std::string CheckOptional(std::optional<size_t> column, int digits, int64_t most,
                            int64_t& number) {
    return IsBlank(column) ? "" : CheckDecimal(*column, digits, most, number);
  }

  std::string CheckSubsidy(std::optional<size_t> column, int64_t amount, int64_t& subsidy) {
    std::string fault = CheckOptional(column, mapping_.minor_digits, kAmountMax, subsidy);
    if (!fault.empty() || subsidy < amount) return fault;
    return absl::StrCat(text_.Quoted(*column), "is not less than the amount");
  }

  std::string CheckAmounts(const PriceColumns& columns, FilePrice& price) {
    const int digits = mapping_.minor_digits;
    std::string fault = CheckDecimal(columns.amount, digits, kAmountMax, price.amount);
    if (!fault.empty()) return fault;
    if (price.amount == 0) return absl::StrCat(text_.Quoted(columns.amount), "is zero");
    fault = CheckSubsidy(columns.platform_subsidy, price.amount, price.platform_subsidy);
    if (!fault.empty()) return fault;
    fault = CheckSubsidy(columns.government_subsidy, price.amount, price.government_subsidy);
    if (!fault.empty()) return fault;
    fault = CheckOptional(columns.shipping, digits, kAmountMax, price.shipping);
    if (!fault.empty()) return fault;
    fault = CheckOptional(columns.tax_percent, kTaxDigits, kTaxPpmMax, price.tax_ppm);
    if (!fault.empty() || IsBlank(columns.pack)) return fault;
    const std::optional<int64_t> pack = ReadPositive(text_[*columns.pack]);
    if (!pack.has_value() || *pack > kPackMax) {
      return absl::StrCat(text_.Quoted(*columns.pack),
                          "is no whole number of units above 0, within 2,147,483,647");
    }
    price.pack = *pack;
    return "";
  }

  std::string CheckListing(const PriceColumns& columns, FilePrice& price) {
    price.listing = price.sku;
    if (!columns.listing.has_value()) return "";
    const std::string& listing = text_[*columns.listing];
    if (!IsName(listing)) {
      return absl::StrCat(text_.Quoted(*columns.listing),
                          "is no listing: 1-64 bytes of UTF-8 without control characters");
    }
    price.listing = book_.texts.Intern(listing);
    return "";
  }

  std::string CheckScope(const PriceColumns& columns, FilePrice& price) {
    const bool has_region = !IsBlank(columns.region);
    if (has_region && !IsBlank(columns.store)) {
      return absl::StrCat(text_.Quoted(*columns.store), "and a region: one of them at most");
    }
    for (const auto& [column, place] :
         {std::pair(columns.region, &price.region), std::pair(columns.store, &price.store)}) {
      if (IsBlank(column)) continue;
      if (!IsName(text_[*column])) {
        return absl::StrCat(text_.Quoted(*column), "is not 1-64 bytes without control characters");
      }
      *place = book_.texts.Intern(text_[*column]);
    }
    return "";
  }

  // Leaves it as it is where nothing is written.
  std::string CheckFlag(std::optional<size_t> column, bool& flag) {
    if (IsBlank(column) || absl::SimpleAtob(std::string(Trimmed(text_[*column])), &flag)) return "";
    return absl::StrCat(text_.Quoted(*column), "is neither true, yes or 1 nor false, no or 0");
  }

  std::string CheckAudience(const PriceColumns& columns, FilePrice& price) {
    std::string fault = CheckFlag(columns.newcomers, price.newcomers);
    if (!fault.empty() || IsBlank(columns.plan)) return fault;
    const std::string_view plan = Trimmed(text_[*columns.plan]);
    if (!IsId(plan)) {
      return absl::StrCat(text_.Quoted(*columns.plan),
                          "is no plan: 1-64 printable ASCII characters without spaces");
    }
    if (price.newcomers) {
      return absl::StrCat(text_.Quoted(*columns.plan), "and newcomers: one of them at most");
    }
    price.plan = book_.texts.Intern(plan);
    return "";
  }

  std::string CheckCondition(const PriceColumns& columns, FilePrice& price) {
    if (!IsBlank(columns.condition)) {
      const std::string name =
          absl::AsciiStrToUpper(std::string(Trimmed(text_[*columns.condition])));
      if (!v1::PriceFact::Condition_Parse(name, &price.condition) ||
          price.condition == v1::PriceFact::CONDITION_UNSPECIFIED) {
        return absl::StrCat(text_.Quoted(*columns.condition),
                            "is no condition: NEW, CLEARANCE, NEAR_EXPIRY, OUTLET or SECOND_HAND");
      }
    }
    std::string fault = CheckFlag(columns.third_party, price.third_party);
    return fault.empty() ? CheckFlag(columns.confirmed, price.confirmed) : fault;
  }

  std::string CheckTime(size_t column, std::optional<base::Instant>& time) {
    const absl::StatusOr<base::Instant> read = times_.Read(text_[column]);
    if (!read.ok()) return absl::StrCat(text_.Quoted(column), read.status().message());
    time = *read;
    return "";
  }

  std::string CheckWindow(const PriceColumns& columns, FilePrice& price) {
    // Where it is the sequence number, too, it must be there.
    const bool is_needed = !columns.seq.has_value();
    std::string fault;
    if (columns.valid_from && (is_needed || !IsBlank(columns.valid_from))) {
      fault = CheckTime(*columns.valid_from, price.valid_from);
    }
    if (!fault.empty() || IsBlank(columns.valid_until)) return fault;
    fault = CheckTime(*columns.valid_until, price.valid_until);
    if (!fault.empty() || !price.valid_from || *price.valid_from < *price.valid_until) return fault;
    return absl::StrCat(text_.Quoted(*columns.valid_until), "is not after the price's beginning");
  }

  std::string CheckSeq(const PriceColumns& columns, FilePrice& price) {
    if (!columns.seq.has_value()) {
      price.seq = price.valid_from->micros / base::kMicrosPerSecond;
      return price.seq > 0 ? "" : absl::StrCat(text_.Quoted(*columns.valid_from), "is too early");
    }
    const std::optional<int64_t> seq = ReadPositive(text_[*columns.seq]);
    if (!seq.has_value()) {
      return absl::StrCat(text_.Quoted(*columns.seq),
                          "is no sequence number: a whole number above 0, in digits only");
    }
    price.seq = *seq;
    return "";
  }

  const PriceMapping& mapping_;
  const std::string& program_currency_;
  PriceBook& book_;
  RowText text_;
  LocalTimeReader times_;
  PriceColumnIndex columns_;
};

}  // namespace

absl::StatusOr<bool> ReadPrices(const PriceMapping& mapping, const std::string& currency,
                                const ByteSource& source, PriceBook& book) {
  PriceRowReader rows(mapping, currency, book);
  return ReadCsv(mapping.encoding, mapping.delimiter, source,
                 [&rows](const CsvRow& row) { return rows.Read(row); });
}

}  // namespace fairpoint::server::imports
