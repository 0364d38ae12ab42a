#include "base/money.h"

#include <gtest/gtest.h>

namespace fairpoint::base {
namespace {

TEST(MinorDigits, AreTwoUnlessTheCurrencyHasOthers) {
  for (const char* const currency : {"JPY", "KRW", "VND", "BIF", "XPF"})
    EXPECT_EQ(MinorDigits(currency), 0) << currency;
  for (const char* const currency : {"BHD", "KWD", "TND"})
    EXPECT_EQ(MinorDigits(currency), 3) << currency;
  for (const char* const currency : {"CNY", "USD", "EUR", "", "ZZZ"})
    EXPECT_EQ(MinorDigits(currency), 2) << currency;
}

}  // namespace
}  // namespace fairpoint::base
