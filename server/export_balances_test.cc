#include "server/export_balances.h"

#include <gtest/gtest.h>

namespace fairpoint::server {
namespace {

TEST(Balances, AreSortedByBytesThenByKind) {
  EXPECT_EQ(BalancesAsCsv({{"b", "card", 2},
                           {"\xC3\xA9", "card", 5},
                           {"B", "phone", 1},
                           {"=", "phone", 0},
                           {"=", "card", 9}}),
            "identity,available\n=,9\n=,0\nB,1\nb,2\n\xC3\xA9,5\n");
  EXPECT_EQ(BalancesAsCsv({}), "identity,available\n");
}

TEST(Balances, AreQuotedWhereTheyMustBe) {
  EXPECT_EQ(BalancesAsCsv({{"a,b", "card", 1},
                           {"a\"b", "card", 2},
                           {"a\nb", "card", 3},
                           {" a", "card", 4},
                           {"a\rb", "card", 5}}),
            "identity,available\n\" a\",4\n\"a\nb\",3\n\"a\rb\",5\n\"a\"\"b\",2\n\"a,b\",1\n");
}

}  // namespace
}  // namespace fairpoint::server
