#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "pricing/heads.h"
#include "pricing/record.h"
#include "pricing/testing/rows.h"
#include "pricing/testing/world.h"

namespace fairpoint::pricing {
namespace {

using testing::At;
using testing::ConfirmationOf;
using testing::Held;
using testing::In;
using testing::Minute;
using testing::Numbered;
using testing::Price;
using testing::SomeRules;
using testing::Told;
using testing::WithdrawalOf;

SkuBook BookOf(std::vector<PriceFact> facts) { return SkuBook().With(Numbered(facts), {}); }

PriceFact Of(PriceFact fact, int64_t pack, int64_t tax_ppm = 0, int64_t subsidy = 0) {
  fact.pack = pack;
  fact.tax_ppm = tax_ppm;
  fact.platform_subsidy = subsidy;
  return fact;
}
PriceFact SoldAs(Condition condition, PriceFact fact) {
  fact.condition = condition;
  return fact;
}
PriceFact AtStore(PriceFact fact) {
  fact.scope = {ScopeKind::kStore, "S1"};
  return fact;
}

// What was known, and a fact recorded at minute 10.
struct FallCase {
  const char* what;
  std::vector<PriceFact> known;
  PriceFact fact;
  bool held;
};

TEST(RecordFact, WhatFallsFarIsHeld) {
  const base::Instant now = Minute(10);
  const PriceFact known = Price(1, 1'000, Minute(0));
  PriceFact third_party = Price(2, 1, now);
  third_party.third_party = true;
  const std::vector<FallCase> cases = {
      {"to the half", {known}, Price(2, 500, now), false},
      {"to less", {known}, Price(2, 499, now), true},
      {"the first of a series", {}, Price(1, 1, now), false},
      {"of another channel", {known}, In("tmall", Price(2, 1, now)), false},
      {"of another scope", {known}, AtStore(Price(2, 1, now)), false},
      {"by the unit: a pack of two", {known}, Of(Price(2, 998, now), 2), true},
      {"which is not far", {known}, Of(Price(2, 1'000, now), 2), false},
      {"from a pack of two", {Of(known, 2)}, Price(2, 250, now), false},
      {"far from it", {Of(known, 2)}, Price(2, 249, now), true},
      {"tax is paid too", {Of(known, 1, 130'000)}, Price(2, 565, now), false},
      {"and less of it", {Of(known, 1, 130'000)}, Price(2, 564, now), true},
      {"the platform's subsidy", {known}, Of(Price(2, 1'000, now), 1, 0, 501), true},
      {"not far", {known}, Of(Price(2, 1'000, now), 1, 0, 500), false},
      {"that people do not get",
       {In("tmall", known)},
       In("tmall", Of(Price(2, 1'000, now), 1, 0, 999)),
       false},
      {"what is not compared does not cap",
       {known},
       SoldAs(Condition::kOutlet, Price(2, 1, now)),
       false},
      {"nor a third party's", {known}, third_party, false},
      {"and nothing falls from it", {SoldAs(Condition::kOutlet, known)}, Price(2, 1, now), false},
      {"a lower number does not count", {Price(5, 1'000, Minute(0))}, Price(2, 1, now), false},
      {"from what is to come, and is hidden by it",
       {known, Price(2, 10'000, Minute(60))},
       Price(3, 600, now),
       true},
      {"which it does not reach",
       {known, Price(2, 10'000, Minute(60))},
       Price(3, 600, now, Minute(60)),
       false},
      {"when a flash price is over",
       {known, Price(2, 600, Minute(5), Minute(60))},
       Price(3, 350, now),
       true},
      {"with what counts at its beginning",
       {known, At(Minute(0), Price(2, 10'000, Minute(60)))},
       Price(3, 600, Minute(60)),
       true},
      {"nor with what ended", {Price(1, 1'000, Minute(0), Minute(5))}, Price(2, 1, now), false},
      {"nor with what is withdrawn", {known, WithdrawalOf(1, Minute(5))}, Price(2, 1, now), false},
      {"nor with what is held",
       {known, Held(Minute(15), At(Minute(5), Price(2, 100, Minute(5))))},
       Price(3, 500, now),
       false},
      {"begun before: it falls then",
       {known, Price(2, 100, Minute(8))},
       Price(3, 100, Minute(7)),
       true},
      {"or it falls now",
       {Price(1, 100, Minute(0)), Price(2, 1'000, Minute(8))},
       Price(3, 100, Minute(7)),
       true},
      {"or it fell, and is over",
       {Price(1, 100, Minute(0)), Price(2, 1'000, Minute(8))},
       Price(3, 100, Minute(7), Minute(10)),
       true},
      {"or it is over before it would",
       {Price(1, 100, Minute(0)), Price(2, 1'000, Minute(8))},
       Price(3, 100, Minute(7), Minute(8)),
       false},
      {"from its recording", {known}, Price(2, 499, kFromRecording), true},
      {"as much as there is",
       {Of(Price(1, kAmountMax, Minute(0)), kPackMax, kTaxPpmMax)},
       Of(Price(2, kAmountMax / 2, now), kPackMax, kTaxPpmMax),
       false},
      {"and less",
       {Of(Price(1, kAmountMax, Minute(0)), kPackMax, kTaxPpmMax)},
       Of(Price(2, kAmountMax / 2 - 1, now), kPackMax, kTaxPpmMax),
       true},
  };
  for (const FallCase& each : cases) {
    const SkuBook book = BookOf(each.known);
    const auto recorded = Record(each.fact, false, nullptr, book, SomeRules(), now);
    ASSERT_TRUE(recorded.ok()) << each.what << recorded.status();
    ASSERT_TRUE(recorded->row.has_value()) << each.what;
    EXPECT_EQ(recorded->row->held_until, each.held ? std::optional(Minute(20)) : std::nullopt)
        << each.what;
    EXPECT_EQ(recorded->row->head_seq, book.version() + 1);
    EXPECT_EQ(recorded->row->recorded_at, now);
    EXPECT_EQ(recorded->row->window.from,
              each.fact.window.from == kFromRecording ? now : each.fact.window.from);
    const auto confirmed = Record(each.fact, true, nullptr, book, SomeRules(), now);
    EXPECT_EQ(confirmed->row->held_until, std::nullopt) << each.what;
  }
}

TEST(RecordFact, HowFarIsFarIsTheProgrammes) {
  Rules rules = SomeRules();
  const SkuBook book = BookOf({Price(1, 1'000, Minute(0))});
  const auto held = [&](int64_t amount) {
    return Record(Price(2, amount, Minute(1)), false, nullptr, book, rules, Minute(1))
        ->row->held_until;
  };
  rules.suspicious_fall_percent = 10;
  rules.hold_suspicious_micros = 2 * testing::kMinute;
  EXPECT_EQ(held(900), std::nullopt);
  EXPECT_EQ(held(899), Minute(3));
  rules.suspicious_fall_percent = 100;
  EXPECT_EQ(held(1), std::nullopt);
}

TEST(RecordFact, IsRefusedWhereTheProgrammeHasNoPlaceForIt) {
  PriceFact euro = Price(1, 9, Minute(0));
  euro.currency = "EUR";
  struct Case {
    PriceFact fact;
    std::string told;
  };
  const std::vector<Case> cases = {
      {In("x", Price(1, 9, Minute(0))), "CHANNEL_UNKNOWN channelId=x field=channel_id"},
      {In("app", Price(1, 9, Minute(0))),
       "CHANNEL_ROLE_WRONG channelId=app field=channel_id neededRole=REFERENCE"},
      {In("app", WithdrawalOf(1, Minute(0))),
       "CHANNEL_ROLE_WRONG channelId=app field=channel_id neededRole=REFERENCE"},
      {In("store", Price(1, 9, Minute(0))), "OK"},
      {euro, "CURRENCY_MISMATCH expectedCurrency=CNY field=currency"},
      {Price(1, 9, kFromRecording, Minute(1)), "INVALID_FIELDS"},
      {Price(1, 9, kFromRecording, Minute(2)), "OK"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(Told(Record(each.fact, false, nullptr, SkuBook(), SomeRules(), Minute(1)).status()),
              each.told);
}

TEST(RecordFact, ARepeatedNumberIsADuplicateOrRefused) {
  const PriceFact stored = Numbered<PriceFact>({Price(1, 9, Minute(0), Minute(90))}, 7)[0];
  const SkuBook book = BookOf({stored});
  PriceFact other = Price(1, 8, Minute(1), Minute(90));
  other.actor = "somebody else";
  PriceFact again = Price(1, 9, Minute(0), Minute(90));
  again.source = "another file";
  PriceFact from_recording = again;
  from_recording.window.from = kFromRecording;
  const auto record = [&](const PriceFact& fact, const PriceFact& same) {
    return Record(fact, false, &same, book, SomeRules(), Minute(5));
  };
  EXPECT_EQ(record(again, stored)->duplicate_seq, 7);
  EXPECT_FALSE(record(again, stored)->row.has_value());
  EXPECT_EQ(record(from_recording, stored)->duplicate_seq, 7);
  EXPECT_EQ(Told(record(other, stored).status()),
            "SEQUENCE_REUSED differingFields=amount,window.valid_from field=source_seq sequence=1");
  PriceFact scheduled = stored;
  scheduled.recorded_at = Minute(-1);
  EXPECT_EQ(Told(record(from_recording, scheduled).status()),
            "SEQUENCE_REUSED differingFields=window.valid_from field=source_seq sequence=1");

  EXPECT_FALSE(IsSurelyNew(stored, book));
  EXPECT_TRUE(IsSurelyNew(Price(2, 9, Minute(0)), book));
  EXPECT_TRUE(IsSurelyNew(AtStore(stored), book));
  EXPECT_TRUE(IsSurelyNew(WithdrawalOf(1, Minute(0)), book));
}

TEST(RecordFact, WhatAWithdrawalEndedIsNoDuplicate) {
  const PriceFact stored = Numbered<PriceFact>({Price(3, 9, Minute(0), Minute(90))})[0];
  const auto again = [&](std::vector<PriceFact> withdrawals, base::Instant now) {
    withdrawals.insert(withdrawals.begin(), stored);
    return Told(Record(stored, false, &stored, BookOf(withdrawals), SomeRules(), now).status());
  };
  EXPECT_EQ(again({WithdrawalOf(3, Minute(10))}, Minute(10)),
            "LISTING_WITHDRAWN channelId=jd field=source_seq listingId=L sourceSeq=3 "
            "withdrawnFrom=2026-01-01T00:10:00.000000Z");
  EXPECT_EQ(again({WithdrawalOf(3, Minute(10))}, {Minute(10).micros - 1}), "OK") << "it counts yet";
  EXPECT_EQ(again({WithdrawalOf(2, Minute(10))}, Minute(20)), "OK") << "by a lower number";
  EXPECT_EQ(again({WithdrawalOf(3, Minute(90))}, Minute(95)), "OK") << "it had ended";
  EXPECT_EQ(again({In("tmall", WithdrawalOf(3, Minute(10)))}, Minute(20)), "OK");
}

TEST(RecordWithdrawal, OfASourceNeedsNoListing) {
  EXPECT_TRUE(Record(WithdrawalOf(4, Minute(0)), false, nullptr, SkuBook(), SomeRules(), Minute(0))
                  ->row.has_value());
}

TEST(RecordWithdrawal, OfASnapshotDoesNotUseUpItsNumber) {
  const SkuBook book = BookOf({Price(5, 9, Minute(0))});
  const auto recorded = RecordOfSnapshot(WithdrawalOf(5, Minute(1)), book, SomeRules(), Minute(2));
  ASSERT_TRUE(recorded.ok() && recorded->row);
  const PriceFact& row = *recorded->row;
  EXPECT_EQ(row.source_seq, 5);
  EXPECT_EQ(row.window.from, Minute(1));
  EXPECT_EQ(row.confirms_seq, row.head_seq);
  EXPECT_NE(SourceKey(row), SourceKey(WithdrawalOf(5, Minute(1))));
  const SkuBook withdrawn = book.With(std::vector{row}, {});
  EXPECT_TRUE(testing::CountedIn(withdrawn, Minute(2), Minute(9)).empty());

  const auto again = [&](const PriceFact& withdrawal) {
    return RecordOfSnapshot(withdrawal, withdrawn, SomeRules(), Minute(4));
  };
  EXPECT_EQ(again(WithdrawalOf(5, Minute(4)))->duplicate_seq, 2);
  EXPECT_EQ(again(WithdrawalOf(4, Minute(4)))->duplicate_seq, 2);
  EXPECT_TRUE(again(WithdrawalOf(5, Minute(0)))->row) << "earlier";
  EXPECT_TRUE(again(WithdrawalOf(6, Minute(4)))->row) << "of more";
  EXPECT_EQ(Told(again(In("tmall", WithdrawalOf(5, Minute(4)))).status()),
            "LISTING_NOT_FOUND channelId=tmall field=listing_id listingId=L");
  EXPECT_EQ(Told(again(In("x", WithdrawalOf(5, Minute(4)))).status()),
            "CHANNEL_UNKNOWN channelId=x field=channel_id");
}

TEST(RecordWithdrawal, OfASnapshotGoesBeforeALaterOneOfItsNumber) {
  const SkuBook book = BookOf({Price(5, 9, Minute(0)), WithdrawalOf(5, testing::Day(1))});
  EXPECT_FALSE(testing::CountedIn(book, Minute(2), Minute(9)).empty());
  const auto recorded = RecordOfSnapshot(WithdrawalOf(5, Minute(1)), book, SomeRules(), Minute(2));
  ASSERT_TRUE(recorded.ok() && recorded->row);
  const SkuBook withdrawn = book.With(std::vector{*recorded->row}, {});
  EXPECT_TRUE(testing::CountedIn(withdrawn, Minute(2), Minute(9)).empty());
}

// Many listings, each with a store and a plan of its own.
SkuBook FullBook() {
  std::vector<PriceFact> facts;
  for (int64_t i = 0; facts.size() * 300 < kBookBytesMax; ++i) {
    PriceFact fact = Price(1, 9, Minute(0));
    const std::string number = std::to_string(1'000'000 + i);
    fact.listing_id = std::string(57, 'l') + number;
    fact.scope = {ScopeKind::kStore, std::string(57, 's') + number};
    fact.audience = {AudienceKind::kPlan, std::string(57, 'p') + number};
    facts.push_back(fact);
  }
  return BookOf(facts);
}

TEST(RecordFact, AFullBookTakesOnlyWhatEndsSomething) {
  const SkuBook full = FullBook();
  const size_t bytes = full.Encode().size();
  EXPECT_GE(bytes, kBookBytesMax);
  EXPECT_LT(bytes, 2 * kBookBytesMax);
  EXPECT_TRUE(IsFull(full));
  const PriceFact fact = Price(2, 9, Minute(1));
  EXPECT_EQ(Told(Record(fact, false, nullptr, full, SomeRules(), Minute(1)).status()),
            "BOOK_FULL field=sku name=tea");
  PriceFact withdrawal = WithdrawalOf(2, Minute(1));
  withdrawal.listing_id = full.TextAt(full.listings()[0].listing_id);
  EXPECT_TRUE(Record(withdrawal, false, nullptr, full, SomeRules(), Minute(1))->row);
  EXPECT_TRUE(RecordOfSnapshot(withdrawal, full, SomeRules(), Minute(1))->row);
  EXPECT_EQ(Told(Record(testing::OfferOf(1, 9, Minute(0)), OnAboveCap::kRefuse, nullptr, full,
                        ChannelBook(), nullptr, SomeRules(), Minute(1))
                     .status()),
            "BOOK_FULL field=sku name=tea");
  EXPECT_FALSE(IsFull(BookOf({fact})));
}

TEST(ConfirmFact, EndsAHoldOnce) {
  const SkuBook book =
      BookOf({Price(1, 1'000, Minute(0)), Held(Minute(20), AtStore(Price(2, 1, Minute(10))))});
  const auto confirmed = Confirm("tea", 2, "boss", nullptr, book, Minute(12));
  ASSERT_TRUE(confirmed.ok() && confirmed->row);
  const PriceFact& row = *confirmed->row;
  EXPECT_EQ(row.kind, FactKind::kConfirmation);
  EXPECT_EQ(row.confirms_seq, 2);
  EXPECT_EQ(row.head_seq, 3);
  EXPECT_EQ(row.sku, "tea");
  EXPECT_EQ(row.actor, "boss");
  EXPECT_EQ(row.channel_id + row.listing_id, "jdL");
  EXPECT_EQ(row.scope, (Scope{ScopeKind::kStore, "S1"}));
  EXPECT_EQ(row.recorded_at, Minute(12));
  const SkuBook after = book.With(std::vector{row}, {});
  EXPECT_EQ(after.FindSeries(row)->source_seq_max, 2);
  EXPECT_EQ(Confirm("tea", 2, "boss", nullptr, after, Minute(13))->duplicate_seq, 2);
  EXPECT_EQ(Confirm("tea", 2, "boss", nullptr, book, Minute(20))->duplicate_seq, 2);
  EXPECT_EQ(Confirm("tea", 1, "boss", nullptr, book, Minute(12))->duplicate_seq, 1);
  EXPECT_EQ(Told(Confirm("tea", 3, "boss", nullptr, book, Minute(12)).status()),
            "FACT_NOT_FOUND factSeq=3 field=fact_seq sku=tea");
  // The book has left it out.
  const PriceFact stored = Numbered<PriceFact>({Price(1, 9, Minute(0))}, 3)[0];
  EXPECT_EQ(Confirm("tea", 3, "boss", &stored, book, Minute(12))->duplicate_seq, 3);
  const PriceFact withdrawal = Numbered<PriceFact>({WithdrawalOf(1, Minute(0))}, 3)[0];
  EXPECT_EQ(Told(Confirm("tea", 3, "boss", &withdrawal, book, Minute(12)).status()),
            "FACT_NOT_FOUND factSeq=3 field=fact_seq sku=tea");
}

TEST(BoundedWindows, OfOneSeriesDoNotCross) {
  const auto window = [](int64_t from, int64_t until) {
    return Price(1, 9, Minute(from), Minute(until));
  };
  const base::Instant now = Minute(5);
  // Which of them are refused.
  using Places = std::vector<size_t>;
  const auto refused = [&](const std::vector<PriceFact>& facts) {
    BoundedWindows windows;
    Places places;
    for (size_t i = 0; i < facts.size(); ++i) {
      if (windows.Check(facts[i], now).ok()) {
        windows.Take(facts[i]);
      } else {
        places.push_back(i);
      }
    }
    return places;
  };
  EXPECT_EQ(refused({window(0, 4), window(2, 6)}), Places{1});
  EXPECT_EQ(refused({window(2, 6), window(0, 4)}), Places{1});
  EXPECT_EQ(refused({window(0, 4), window(4, 6)}), Places{}) << "apart";
  EXPECT_EQ(refused({window(0, 9), window(2, 6)}), Places{}) << "within";
  EXPECT_EQ(refused({window(0, 9), window(0, 6)}), Places{}) << "within, from the beginning";
  EXPECT_EQ(refused({window(0, 9), window(3, 9)}), Places{}) << "within, to the end";
  EXPECT_EQ(refused({window(0, 9), window(0, 9)}), Places{}) << "a correction";
  EXPECT_EQ(refused({window(0, 4), Price(2, 9, Minute(2))}), Places{}) << "not bounded";
  EXPECT_EQ(refused({Price(2, 9, Minute(2)), window(0, 4)}), Places{}) << "not bounded";
  EXPECT_EQ(refused({window(0, 4), In("tmall", window(2, 6))}), Places{}) << "other series";
  EXPECT_EQ(refused({window(0, 4), AtStore(window(2, 6))}), Places{});
  EXPECT_EQ(refused({window(0, 6), Price(2, 9, kFromRecording, Minute(8))}), Places{1});
  EXPECT_EQ(refused({window(0, 5), Price(2, 9, kFromRecording, Minute(8))}), Places{});
  EXPECT_EQ(refused({window(0, 4), window(2, 6), window(5, 8), window(3, 7)}), (Places{1, 3}))
      << "what is refused overlaps nothing";
}

TEST(BoundedWindows, TellWhichTwoCross) {
  BoundedWindows windows;
  windows.Take(Price(7, 9, Minute(0), Minute(4)));
  EXPECT_EQ(Told(windows.Check(Price(8, 9, Minute(2), Minute(6)), Minute(0))),
            "WINDOWS_OVERLAP field=window otherSeq=7 sourceSeq=8");
}

}  // namespace
}  // namespace fairpoint::pricing
