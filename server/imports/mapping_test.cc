#include "server/imports/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/files.h"
#include "server/imports/testing/made_book.h"
#include "server/imports/text_decoder.h"

namespace fairpoint::server::imports {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Mapping, TheExampleIsWhole) {
  const auto text = ReadFile("examples/online_retail.mapping.textproto");
  ASSERT_TRUE(text.ok()) << text.status();
  const auto mapping = ReadMapping(*text);
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_EQ(mapping->return_prefix, "C");
  EXPECT_EQ(mapping->zone.name(), "Europe/London");
  EXPECT_EQ(mapping->delimiter, ',');
}

TEST(Mapping, NamesAllThatIsMissing) {
  const auto mapping = ReadMapping("columns { order: \"o\" } delimiter: \"::\" minor_digits: 9");
  EXPECT_THAT(
      std::string(mapping.status().message()),
      AllOf(HasSubstr("columns.time:"), HasSubstr("columns.customer:"), HasSubstr("columns.sku:"),
            HasSubstr("columns.quantity:"), HasSubstr("columns.price:"), HasSubstr("time_zone:"),
            HasSubstr("currency:"), HasSubstr("identity_kind:"), HasSubstr("return_mark:"),
            HasSubstr("delimiter:"), HasSubstr("minor_digits:"), Not(HasSubstr("columns.order:"))));
}

TEST(Mapping, NamesThePlaceOfWhatIsNoMapping) {
  const auto mapping = ReadMapping("columns {\n  order: \"o\"\n  ordr: \"x\"\n}\n");
  EXPECT_THAT(std::string(mapping.status().message()), HasSubstr("3:"));
  EXPECT_THAT(std::string(mapping.status().message()), HasSubstr("ordr"));
}

TEST(Mapping, RefusesADelimiterThatIsHalfOfACharacter) {
  const std::string text = std::string(kMadeMapping) + "delimiter: \"|\"";
  EXPECT_TRUE(ReadMapping(text).ok());
  EXPECT_THAT(std::string(ReadMapping(text + " encoding: GB18030").status().message()),
              HasSubstr("delimiter: | is half"));
}

TEST(Columns, AreFoundByNameWithoutSpaces) {
  const auto mapping = ReadMapping(kMadeMapping);
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  const auto found = FindColumns(mapping->columns,
                                 {"note", " price ", "units", "sku", "customer", "time", "order"});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->order, 6U);
  EXPECT_EQ(found->price, 1U);
  EXPECT_FALSE(found->source[kStore].has_value());
}

TEST(Columns, SaysAllThatAreMissingAndWhatThereIs) {
  const auto mapping = ReadMapping(kMadeMapping);
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  const auto found = FindColumns(mapping->columns, {"Order", "time", "customer", "sku", "sku"});
  EXPECT_THAT(
      std::string(found.status().message()),
      AllOf(HasSubstr("no column \"order\" (columns.order)"), HasSubstr("no column \"units\""),
            HasSubstr("no column \"price\""), HasSubstr("two columns are named \"sku\""),
            HasSubstr("the columns are: \"Order\", \"time\", \"customer\", \"sku\", \"sku\"")));
}

TEST(TextDecoder, IsStrict) {
  struct Case {
    v1::OrderMapping::Encoding encoding;
    std::string bytes;
    std::optional<std::string> text;
  };
  const Case cases[] = {
      {v1::OrderMapping::UTF_8, "plain", "plain"},
      {v1::OrderMapping::UTF_8, "\xE7\xBA\xA2", "\xE7\xBA\xA2"},
      {v1::OrderMapping::UTF_8, "\xE7\xBA", {}},
      {v1::OrderMapping::UTF_8, "\xC0\xAF", {}},
      {v1::OrderMapping::UTF_8, "\xED\xA0\x80", {}},
      {v1::OrderMapping::UTF_8, "\xBA\xEC", {}},
      {v1::OrderMapping::GB18030, "\xBA\xEC", "\xE7\xBA\xA2"},
      {v1::OrderMapping::GB18030, "\x81\x30\x81\x30", "\xC2\x80"},
      {v1::OrderMapping::GB18030, "\xBA", {}},
      {v1::OrderMapping::GB18030, "\xFF\xFF", {}},
  };
  for (const Case& test : cases) {
    TextDecoder decoder(test.encoding);
    std::string text = test.bytes;
    EXPECT_EQ(decoder.Decode(text), test.text.has_value()) << test.bytes;
    EXPECT_EQ(text, test.text.value_or(test.bytes));
  }
}

}  // namespace
}  // namespace fairpoint::server::imports
