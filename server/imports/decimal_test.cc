#include "server/imports/decimal.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace fairpoint::server::imports {
namespace {

TEST(Decimal, AmountsAreExactAndRoundedHalfUp) {
  struct Case {
    int32_t units;
    const char* price;
    int digits;
    std::optional<int64_t> amount;
  };
  constexpr int64_t kLargest = 9'223'372'036'854'775'807;
  const Case cases[] = {
      {6, "2.55", 2, 1530},
      {1, "0.005", 2, 1},
      {1, "0.004999999999999999", 2, 0},
      {3, "0.005", 2, 2},
      {1, "1.005", 2, 101},
      {1, "2.675", 2, 268},
      {-4, "2.55", 2, 1020},
      {0, "2.55", 2, 0},
      {1, "  +2.5 ", 2, 250},
      {1, "1e3", 2, 100'000},
      {1, "1E+3", 0, 1000},
      {1, "1.5e-1", 2, 15},
      {1, "5e-3", 2, 1},
      {1, "4.9E-3", 2, 0},
      {1, "1e-40", 2, 0},
      {1, "1e-9999", 2, 0},
      {1, "1e-99999999999999", 2, 0},
      {1, "0e99999999999999", 2, 0},
      {1, "1e99999999999999", 2, std::nullopt},
      {1, "-0.00", 2, 0},
      {1, "00000000000000000000000001.5", 2, 150},
      {1, "999999999999999999", 1, std::nullopt},
      {2'147'483'647, "999999999999999999", 0, std::nullopt},
      {1, "92233720368547758.07", 2, std::nullopt},  // 19 digits
      {1, "9.2233720368547758e16", 2, kLargest - 7},
      {2'147'483'647, "0.01", 2, 2'147'483'647},
      {7, "1234", 0, 8638},
      {1, "0.00005", 4, 1},
  };
  for (const Case& test : cases) {
    const std::optional<Decimal> price = ReadDecimal(test.price);
    const bool too_many_digits = std::string(test.price) == "92233720368547758.07";
    ASSERT_EQ(price.has_value(), !too_many_digits) << test.price;
    if (!price.has_value()) continue;
    EXPECT_FALSE(price->negative) << test.price;
    EXPECT_EQ(AmountOf(test.units, *price, test.digits), test.amount) << test.price;
  }
}

TEST(Decimal, RefusesWhatIsNone) {
  for (const char* const text : {"",
                                 " ",
                                 ".",
                                 ".5",
                                 "5.",
                                 "1,50",
                                 "1 000",
                                 "--1",
                                 "+-1",
                                 "1e",
                                 "1e+",
                                 "e5",
                                 "1.2.3",
                                 "0x10",
                                 "nan",
                                 "inf",
                                 "1.5e1.0",
                                 "\302\2432",
                                 "1234567890123456789",
                                 "1.000000000000000001"}) {
    EXPECT_FALSE(ReadDecimal(text).has_value()) << text;
  }
  EXPECT_TRUE(ReadDecimal("-0.01")->negative);
}

TEST(Units, AreWholeAndFit) {
  const std::pair<const char*, std::optional<int32_t>> cases[] = {
      {"6", 6},
      {"-6", -6},
      {"+6", 6},
      {"6.0", 6},
      {"6.", 6},
      {" 12 ", 12},
      {"-0", 0},
      {"2147483647", 2'147'483'647},
      {"-2147483647", -2'147'483'647},
      {"2147483648", {}},
      {"-2147483648", {}},
      {"99999999999999999999999999", {}},
      {"6.5", {}},
      {"6e2", {}},
      {"", {}},
      {"six", {}},
      {"6 6", {}},
      {".0", {}},
  };
  for (const auto& [text, units] : cases) EXPECT_EQ(ReadUnits(text), units) << text;
}

TEST(Decimals, ExactAmountsAreNeverRounded) {
  const auto exact = [](const char* text, int digits) {
    return ExactAmountOf(*ReadDecimal(text), digits);
  };
  EXPECT_EQ(exact("2.55", 2), 255);
  EXPECT_EQ(exact("2.5500000", 2), 255);
  EXPECT_EQ(exact("1.5E+1", 2), 1'500);
  EXPECT_EQ(exact("0.000", 2), 0);
  EXPECT_EQ(exact("1000", 0), 1'000);
  EXPECT_EQ(exact("8.875", 4), 88'750);
  EXPECT_EQ(exact("3.999", 2), std::nullopt);
  EXPECT_EQ(exact("1e-3", 2), std::nullopt);
  EXPECT_EQ(exact("0.5", 0), std::nullopt);
  EXPECT_EQ(exact("99999999999999999.9", 2), std::nullopt);
}

TEST(PositiveNumbers, AreDigitsOnlyAndFit) {
  EXPECT_EQ(ReadPositive(" 007 "), 7);
  EXPECT_EQ(ReadPositive("9223372036854775807"), INT64_MAX);
  for (const char* const text : {"9223372036854775808", "0", "", " ", "+7", "-7", "7.0", "1e3"}) {
    EXPECT_EQ(ReadPositive(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace fairpoint::server::imports
