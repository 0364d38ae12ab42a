// Rows for tests, made through the column visitors so that no column is forgotten.
#ifndef FAIRPOINT_STORAGE_TESTING_SAMPLE_ROWS_H_
#define FAIRPOINT_STORAGE_TESTING_SAMPLE_ROWS_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/tables.h"

namespace fairpoint::storage::testing {

enum class Flavour : uint8_t {
  kEmpty,   // empty bytes, zeros, absent
  kLow,     // the least numbers, bytes that would be trimmed, folded or escaped
  kHigh,    // the greatest numbers, NUL and high bytes
  kSample,  // a different small value in every column
};

// Sets every field of a row. Keys of one flavour are alike in all tables.
class Filler {
 public:
  explicit Filler(Flavour flavour) : flavour_(flavour) {}

  template <class Tag>
  void operator()(std::string_view, base::Id<Tag>& value) {
    value = base::Id<Tag>(Bytes());
  }
  void operator()(std::string_view name, std::string& value) {
    value = Bytes();
    const size_t most = name == "currency"     ? kCurrencyMax
                        : name == "source_key" ? kSourceKeyBytes
                                               : value.size();
    value.erase(0, value.size() - std::min(most, value.size()));
  }
  void operator()(std::string_view, std::vector<ledger::HoldSlice>& value) {
    value.clear();
    if (flavour_ != Flavour::kEmpty)
      value = {{Number(), base::Points{Number()}}, {Number(), base::Points{Number()}}};
  }
  void operator()(std::string_view, std::vector<checkout::PlacedLine>& value) {
    value.clear();
    if (flavour_ == Flavour::kEmpty) return;
    value.push_back({Bytes(), Number(), Number(), base::Points{Number()}, {}});
    value.push_back({Bytes(),
                     Number(),
                     Number(),
                     base::Points{Number()},
                     {{Bytes(), Number()}, {Bytes(), Number()}}});
  }
  void operator()(std::string_view, std::vector<checkout::MatchedReturn>& value) {
    value.clear();
    if (flavour_ == Flavour::kEmpty) return;
    for (int i = 0; i < 2; ++i)
      value.push_back({Bytes(), Number(), Bytes(), Number(), Number(), base::Points{Number()}});
  }
  void operator()(std::string_view, std::vector<checkout::ReturnedItem>& value) {
    value.clear();
    if (flavour_ != Flavour::kEmpty) value = {{Bytes(), Number()}, {Bytes(), Number()}};
  }
  void operator()(std::string_view, std::vector<checkout::OrderTaken>& value) {
    value.clear();
    if (flavour_ == Flavour::kEmpty) return;
    value.push_back(
        {Bytes(), base::Points{Number()}, base::Points{Number()}, base::Points{Number()}});
  }
  void operator()(std::string_view, pricing::PromotionTerms& value) {
    value = {};
    if (flavour_ == Flavour::kEmpty) return;
    value.kind = pricing::PromotionKind::kBundle;
    value.skus = {Bytes(), Bytes()};
    value.steps = {{Number(), Number()}, {Number(), Number()}};
    value.bundle = {{Bytes(), Number()}};
    value.repeats = value.mixed = true;
    for (int64_t* const number : {&value.off_bp, &value.reduction_max, &value.nth, &value.buy,
                                  &value.get, &value.bundle_amount, &value.times_max})
      *number = Number();
  }
  void operator()(std::string_view, pricing::EvidenceBody& value) {
    value = {};
    if (flavour_ == Flavour::kEmpty) return;
    value.shopper = {Bytes(), true,    Number(), {Bytes(), Bytes()}, true, Bytes(),
                     Bytes(), Bytes(), Bytes()};
    value.shipping = Number();
    value.own_version = Number();
    value.level = Number();
    value.degraded = true;
    value.lines.push_back({Bytes(), Number(), Number(), Number(), Number(), Number(), true, true,
                           true, Number(), Number(), Bytes(), Number(), Number()});
    value.references.push_back({Bytes(),
                                Number(),
                                pricing::Freshness::kStale,
                                true,
                                Number(),
                                Number(),
                                base::Instant{Number()},
                                {Number(), Number()},
                                Number(),
                                true,
                                true});
  }
  void operator()(std::string_view, base::Hash& value) {
    value.fill(flavour_ == Flavour::kEmpty  ? uint8_t{0}
               : flavour_ == Flavour::kHigh ? uint8_t{0xff}
                                            : static_cast<uint8_t>(++count_));
    if (flavour_ == Flavour::kLow) value.back() = ' ';
  }
  void operator()(std::string_view, int64_t& value) { value = Number(); }
  void operator()(std::string_view, base::Points& value) { value.value = Number(); }
  void operator()(std::string_view, base::Instant& value) { value.micros = Number(); }
  void operator()(std::string_view, std::optional<int64_t>& value) {
    value = flavour_ == Flavour::kEmpty ? std::nullopt : std::optional(Number());
  }
  void operator()(std::string_view, std::optional<base::Instant>& value) {
    value = flavour_ == Flavour::kEmpty ? std::nullopt : std::optional(base::Instant{Number()});
  }
  void operator()(std::string_view, bool& value) { value = flavour_ != Flavour::kEmpty; }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void operator()(std::string_view, Enum& value) {
    value = static_cast<Enum>(flavour_ == Flavour::kEmpty  ? 0
                              : flavour_ == Flavour::kHigh ? 255
                                                           : 1);
  }

 private:
  // Bytes of the columns.
  static constexpr size_t kCurrencyMax = 8;
  static constexpr size_t kSourceKeyBytes = 16;

  std::string Bytes() {
    ++count_;
    switch (flavour_) {
      case Flavour::kEmpty:
        return "";
      case Flavour::kLow:
        return "Ab'\"\\%_\n ";
      case Flavour::kHigh:
        return std::string("\0\xff\xc3\x28\0", 5).append(27, '\xfe');
      case Flavour::kSample:
        return "value" + std::to_string(count_);
    }
    return "";
  }
  int64_t Number() {
    ++count_;
    switch (flavour_) {
      case Flavour::kEmpty:
        return 0;
      case Flavour::kLow:
        return std::numeric_limits<int64_t>::min();
      case Flavour::kHigh:
        return std::numeric_limits<int64_t>::max();
      case Flavour::kSample:
        return 100 + count_;
    }
    return 0;
  }

  const Flavour flavour_;
  int count_ = 0;
};

template <class Row>
Row Filled(Flavour flavour) {
  Row row;
  Filler filler(flavour);
  Table<Row>::Columns(filler, row);
  return row;
}

// A filled row of a member, by a number of its own where the table has one.
template <class Row>
Row RowOf(std::string_view program_id, std::string_view member_id) {
  Row row = Filled<Row>(Flavour::kSample);
  row.program_id = base::ProgramId(program_id);
  row.member_id = base::MemberId(member_id);
  return row;
}

}  // namespace fairpoint::storage::testing

#endif  // FAIRPOINT_STORAGE_TESTING_SAMPLE_ROWS_H_
