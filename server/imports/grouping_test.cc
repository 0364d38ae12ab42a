// Rows to orders: what a file comes to before anything is sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/imports/testing/made_book.h"

namespace fairpoint::server::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kNoon[] = "2010-12-01 12:00:00";

// "A1,2010-12-01 12:00:00,ann,cat,UNITS,PRICE".
std::string Row(std::string_view order, std::string_view units, std::string_view price) {
  return absl::StrCat(std::string(order), ",", kNoon, ",ann,cat,", std::string(units), ",",
                      std::string(price), "\n");
}

ReadFileResult Read(const std::string& rows, std::string_view mapping = kMadeMapping) {
  ReadFileResult result;
  const absl::Status read = ReadText(mapping, kMadeHeader + rows, result);
  EXPECT_TRUE(read.ok()) << read;
  return result;
}

TEST(Grouping, RowsOfANumberAreOneOrderAndOrdersGoByTime) {
  const auto [book, _] = Read(
      "A2,2010-12-01 09:00:00,ann,cat,6,2.55\n"
      "A1,2010-12-01 08:00:00,bob,dog,1,1\n"
      "A2,2010-11-01 07:00:00,eve,\"cat \",1,0.005\n"  // time and customer are the first row's
      "A3,2010-12-01 08:00:00,ann,dog,1,1\n"
      "C1,2010-12-01 08:30:00,bob,dog,-1,1\n"
      "A1,2010-12-01 08:00:00,,dog,1,1\n");
  EXPECT_THAT(SendingsOf(book),
              ElementsAre("A1 bob@01.12.2010 08:00 dog 1=100", "A3 ann@01.12.2010 08:00 dog 1=100",
                          "C1 back bob@01.12.2010 08:30 dog -1=100",
                          "A2 ann@01.12.2010 09:00 cat 6=1530 cat  1=1"));
  EXPECT_EQ(book.counts.rows, 6);
  EXPECT_EQ(book.counts.rows_without_customer, 1);
  EXPECT_EQ(book.counts.orders, 4);
  EXPECT_EQ(book.counts.purchases, 3);
  EXPECT_EQ(book.counts.returns, 1);
  EXPECT_THAT(book.customers, SizeIs(2));
  EXPECT_EQ(book.texts[book.customers[0]], "ann");
}

TEST(Grouping, RowsThatCountNoUnitsAreNotSent) {
  const auto [book, _] = Read(Row("A1", "0", "1") + Row("A1", "-2", "1") + Row("A1", "3", "1") +
                              Row("A2", "-1", "1") + Row("C1", "4", "1") + Row("C1", "0", "1"));
  EXPECT_THAT(SendingsOf(book), ElementsAre("A1 ann@01.12.2010 12:00 cat 3=300",
                                            "C1 back ann@01.12.2010 12:00 cat 4=400"));
  EXPECT_EQ(book.counts.rows_without_units, 4);
  EXPECT_EQ(book.counts.orders_without_units, 1);
  EXPECT_EQ(book.counts.orders, 3);
}

TEST(Grouping, ANegativeQuantityIsAReturnWhereTheMappingSaysSo) {
  const auto [book, _] = Read(Row("A1", "3", "1") + Row("A1", "-1", "1") + Row("A2", "-2", "1") +
                                  Row("C3", "2", "1") + Row("C3", "0", "1"),
                              MappingByQuantity());
  EXPECT_THAT(
      SendingsOf(book),
      ElementsAre("A1 ann@01.12.2010 12:00 cat 3=300", "A1-R back ann@01.12.2010 12:00 cat -1=100",
                  "A2 back ann@01.12.2010 12:00 cat -2=200", "C3 ann@01.12.2010 12:00 cat 2=200"));
  EXPECT_EQ(book.counts.rows_without_units, 1);
}

TEST(Grouping, ARejectedRowTakesItsOrderWithIt) {
  const auto [book, _] =
      Read(Row("A1", "3", "1") + Row("A2", "1", "1") + Row("A1", "1.5", "1") + Row("A1", "0", "1"));
  EXPECT_THAT(SendingsOf(book), ElementsAre("A2 ann@01.12.2010 12:00 cat 1=100"));
  const std::string fault = "units: \"1.5\" is no whole number within 2,147,483,647";
  EXPECT_THAT(RejectsOf(book),
              ElementsAre("2 A1: row 4 of the same order was rejected: " + fault, "4 A1: " + fault,
                          "5 A1: row 4 of the same order was rejected: " + fault));
  EXPECT_EQ(book.counts.rows_rejected, 3);
  EXPECT_EQ(book.counts.orders_rejected, 1);
  EXPECT_EQ(book.counts.rows_without_units, 0);
}

TEST(Grouping, SaysWhyARowIsRejected) {
  const std::string good = absl::StrCat("A1,", kNoon, ",ann,cat,1,1");
  const std::pair<std::string, const char*> cases[] = {
      {"A1,2011-02-30 10:00:00,ann,cat,1,1", "time: \"2011-02-30 10:00:00\" is no time"},
      {"A1,2011-03-27 01:30:00,ann,cat,1,1", "clocks of Europe/London skip"},
      {good.substr(0, good.size() - 1) + "-1", "price: \"-1\" is negative"},
      {good.substr(0, good.size() - 1) + "\"1,50\"", "price: \"1,50\" is no decimal number"},
      {good + "e30", "is too large"},
      {good + ",more", "has 7 fields, the first row has 6"},
      {"A1,2010", "has 2 fields"},
      {absl::StrCat("A 1,", kNoon, ",ann,cat,1,1"), "order: \"A 1\" is no order number"},
      {absl::StrCat(",", kNoon, ",ann,cat,1,1"), "order: \"\" is no order number"},
      {absl::StrCat("A1,", kNoon, ",ann,,1,1"), "sku: \"\" is no SKU"},
      {absl::StrCat("A1,", kNoon, ",ann,\"c\nat\",1,1"), "sku: \"c\\nat\" is no SKU"},
      {absl::StrCat("A1,", kNoon, ",ann,\xFF,1,1"), "sku: is not UTF-8"},
      {absl::StrCat("A1,", kNoon, ",ann,", std::string(1'000'000, 'x'), ",1,1"),
       "sku: is longer than 65536 bytes"},
      {absl::StrCat("A1,", kNoon, ",", std::string(257, 'x'), ",cat,1,1"), "longer than 256 bytes"},
  };
  for (const auto& [row, why] : cases) {
    const auto [book, _] = Read(absl::StrCat(Row("B1", "1", "1"), row, "\n", Row("B2", "1", "1")));
    ASSERT_THAT(RejectsOf(book), SizeIs(1)) << why;
    EXPECT_THAT(RejectsOf(book).front(), HasSubstr(why));
    EXPECT_THAT(SendingsOf(book), SizeIs(2)) << why;
    EXPECT_EQ(book.rejects.front().row, 3U) << why;
  }
}

TEST(Grouping, AnOrderThatIsTooLargeIsRejected) {
  std::string rows;
  for (int i = 0; i < 2'001; ++i) rows += Row("A1", "1", "1");
  for (int i = 0; i < 2'000; ++i) rows += Row("A2", "1", "1");
  for (int i = 0; i < 2; ++i) rows += Row("A3", "1", "9.2e16");
  const auto [book, _] = Read(rows);
  EXPECT_THAT(book.sendings, SizeIs(1));
  const auto rejects = RejectsOf(book);
  ASSERT_THAT(rejects, SizeIs(2'003));
  EXPECT_EQ(rejects.front(), "2 A1: the order has more than 2000 lines");
  EXPECT_EQ(rejects.back(), "4004 A3: the order's total is too large");
}

TEST(Grouping, KeepsWhereAnOrderCameFrom) {
  ReadFileResult result;
  const std::string mapping = absl::StrReplaceAll(
      kMadeMapping, {{"price: \"price\"", "price: \"price\" store: \"shop\" campaign: \"camp\""}});
  ASSERT_TRUE(ReadText(mapping,
                       absl::StrCat("shop,camp,order,time,customer,sku,units,price\n", "s1,,A1,",
                                    kNoon, ",ann,cat,1,1\n", "s2,x,A2,", kNoon, ",ann,cat,1,1\n",
                                    "s 3,x,A3,", kNoon, ",ann,cat,1,1\n"),
                       result)
                  .ok());
  const Book& book = result.book;
  ASSERT_THAT(book.sendings, SizeIs(2));
  EXPECT_EQ(book.texts[book.sources[book.orders[0].source][kStore]], "s1");
  EXPECT_EQ(book.texts[book.sources[book.orders[0].source][kCampaign]], "");
  EXPECT_EQ(book.texts[book.sources[book.orders[1].source][kCampaign]], "x");
  EXPECT_THAT(RejectsOf(book), ElementsAre(HasSubstr("4 A3: shop: \"s 3\" is not 1-64")));
}

TEST(Grouping, MarksAtTheBeginningAreNoText) {
  for (const bool is_gb : {false, true}) {
    ReadFileResult result;
    const std::string mark = is_gb ? "\x84\x31\x95\x33" : "\xEF\xBB\xBF";
    const std::string mapping = std::string(kMadeMapping) + (is_gb ? "encoding: GB18030" : "");
    const std::string sku = is_gb ? "\xBA\xEC" : "\xE7\xBA\xA2";
    const absl::Status read = ReadText(
        mapping, absl::StrCat(mark, kMadeHeader, "A1,", kNoon, ",ann,", sku, ",1,1"), result);
    ASSERT_TRUE(read.ok()) << read;
    EXPECT_THAT(SendingsOf(result.book), ElementsAre("A1 ann@01.12.2010 12:00 \xE7\xBA\xA2 1=100"));
    EXPECT_FALSE(result.ends_in_newline);
  }
}

TEST(Grouping, AFileThatIsNoneIsRefusedAsAWhole) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "the file is empty"},
      {"\n\n", "the file is empty"},
      {"\xFF\xFEo\0r\0", "the file is UTF-16"},
      {kMadeHeader + Row("A1", "1", "1") + "A2,\"open", "row 3: a quote is opened"},
      {kMadeHeader + Row("A1", "1", "1") + "A2,5\"\n", "row 3: a quote stands"},
      {"Order,time,customer,sku,units,price\n", "there is no column \"order\""},
      {"\xFF,time\n", "the names of the columns are not UTF-8"},
      {std::string(2'000, ','), "does not look like names of columns"},
  };
  for (const auto& [text, why] : cases) {
    ReadFileResult result;
    EXPECT_THAT(std::string(ReadText(kMadeMapping, text, result).message()), HasSubstr(why));
    EXPECT_THAT(result.book.sendings, IsEmpty());
  }
}

TEST(Grouping, AFileOfColumnsOnlyHasNoOrders) { EXPECT_EQ(Read("").book.counts.rows, 0); }

}  // namespace
}  // namespace fairpoint::server::imports
