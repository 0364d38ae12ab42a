#include "server/imports/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace fairpoint::server::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Parsed {
  std::vector<std::string> rows;  // "NUMBER:field|field"
  absl::Status status;
};

Parsed Parse(std::string_view text, size_t piece, char delimiter = ',') {
  Parsed parsed;
  CsvReader reader(delimiter, [&parsed](const CsvRow& row) {
    std::string shown = absl::StrCat(row.number, ":");
    for (size_t i = 0; i < row.field_count; ++i) {
      absl::StrAppend(&shown, i > 0 ? "|" : "", row.too_long == i ? "(too long)" : row.fields[i]);
    }
    parsed.rows.push_back(shown);
    return absl::OkStatus();
  });
  while (!text.empty() && parsed.status.ok()) {
    parsed.status = reader.Feed(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  if (parsed.status.ok()) parsed.status = reader.Finish();
  return parsed;
}

TEST(CsvReader, ReadsRowsHoweverTheyArePieced) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"a,b\n1,2\n", {"1:a|b", "2:1|2"}},
      {"a,b\r\n1,2\r\n", {"1:a|b", "2:1|2"}},
      {"a,b\r1,2", {"1:a|b", "2:1|2"}},
      {"a\n\n\nb\n", {"1:a", "4:b"}},
      {"a\r\n\r\nb\r\n", {"1:a", "3:b"}},
      {"\"a\nb\",c\n\"d\r\ne\",f\n", {"1:a\nb|c", "2:d\r\ne|f"}},
      {"\"say \"\"hi\"\"\",\"\"\n", {"1:say \"hi\"|"}},
      {" a , b \n", {"1: a | b "}},
      {"a,\n,\n", {"1:a|", "2:|"}},
      {"a\n\"\"", {"1:a", "2:"}},
  };
  for (const auto& [text, rows] : cases) {
    for (const size_t piece : {size_t{1}, size_t{3}, text.size()}) {
      const Parsed parsed = Parse(text, piece);
      EXPECT_TRUE(parsed.status.ok()) << parsed.status;
      EXPECT_EQ(parsed.rows, rows) << text << " in pieces of " << piece;
    }
  }
}

TEST(CsvReader, TakesOtherDelimiters) {
  EXPECT_THAT(Parse("a;b,c\n", 100, ';').rows, ElementsAre("1:a|b,c"));
  EXPECT_THAT(Parse("a\tb\n", 100, '\t').rows, ElementsAre("1:a|b"));
}

TEST(CsvReader, NamesTheRowWhereAQuoteIsOpenedAndNeverClosed) {
  const Parsed parsed = Parse("a,b\n1,2\n3,\"4\n5,6\n7,8\n", 4);
  EXPECT_THAT(parsed.status.message(), HasSubstr("row 3: a quote is opened and never closed"));
}

TEST(CsvReader, NamesTheRowWhereAQuoteMayNotBe) {
  for (const char* const text : {"a\nb \"c\"\n", "a\n\"b\"c\n", "a\n\"b\" ,c\n"}) {
    EXPECT_THAT(Parse(text, 100).status.message(), HasSubstr("row 2: a quote stands where none"))
        << text;
  }
}

TEST(CsvReader, GoesOnAfterAFieldThatIsTooLong) {
  const std::string longest(kFieldBytesMax, 'x');
  const std::string million(1'000'000, 'x');
  for (const size_t piece : {size_t{1'000}, size_t{65'536}, size_t{3'000'000}}) {
    EXPECT_THAT(Parse(absl::StrCat("a,", longest, "\nb\n"), piece).rows,
                ElementsAre("1:a|" + longest, "2:b"));
    EXPECT_THAT(Parse(absl::StrCat("a,", longest, "y\nb\n"), piece).rows,
                ElementsAre("1:a|(too long)", "2:b"));
    EXPECT_THAT(Parse(absl::StrCat("a,", million, ",c\nb\n"), piece).rows,
                ElementsAre("1:a|(too long)|c", "2:b"));
    EXPECT_THAT(Parse(absl::StrCat("a,\"", million, "\",c\nb\n"), piece).rows,
                ElementsAre("1:a|(too long)|c", "2:b"));
    const std::string quotes = absl::StrJoin(std::vector<std::string>(100'000, "\"\",\n"), "");
    EXPECT_THAT(Parse(absl::StrCat("\"", quotes, "\"\nb\n"), piece).rows,
                ElementsAre("1:(too long)", "2:b"));
  }
}

TEST(CsvReader, CountsFieldsPastTheMostWithoutKeepingThem) {
  size_t counted = 0;
  size_t kept = 0;
  const std::string commas(1'000'000, ',');
  CsvReader reader(',', [&](const CsvRow& row) {
    counted = row.field_count;
    kept = row.fields.size();
    return absl::OkStatus();
  });
  ASSERT_TRUE(reader.Feed(absl::StrCat(commas, "\n")).ok());
  EXPECT_EQ(counted, 1'000'001U);
  EXPECT_EQ(kept, kColumnsMax);
}

TEST(CsvReader, StopsWhereTheCallerSays) {
  int rows = 0;
  CsvReader reader(',', [&rows](const CsvRow& row) {
    ++rows;
    return row.number == 2 ? absl::InvalidArgumentError("enough") : absl::OkStatus();
  });
  EXPECT_EQ(reader.Feed("a\nb\nc\nd\n").message(), "enough");
  EXPECT_EQ(rows, 2);
}

}  // namespace
}  // namespace fairpoint::server::imports
