#include "api/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "api/errors.h"
#include "checkout/errors.h"
#include "engine/errors.h"
#include "engine/read_pool.h"
#include "fairpoint/v1/points_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "ledger/errors.h"
#include "pricing/errors.h"

namespace fairpoint::api {
namespace {

using testing::HasSubstr;
using testing::Not;

// One of every factory there is.
std::vector<absl::Status> EveryError() {
  const base::EntryName name{base::MemberId("0123456789ABCDE"), 1};
  const base::Instant at{1};
  return {
      KeyMissing(),
      KeyWrong(),
      KeyRevoked(),
      RoleMayNot(Role::kPos, MethodNamed("PointsService", "SweepMembers")),
      StoreMayNot("a", "b"),
      MalformedMessage(),
      PageTokenWrong(),
      ProgramFaults({{"line 1:1", "x"}}),
      ReadUnavailable(),
      Internal(),
      base::InvalidFields({{"a", "b"}}),
      engine::RequestIdReused({4, 9}),
      engine::QueueFull(),
      engine::ReadsFull(),
      engine::Stopping(),
      engine::DeadlinePassed(),
      engine::DatabaseUnavailable(),
      engine::TooMuchContention(),
      engine::StoreFull(),
      engine::StoreFailed(),
      engine::StoreRefusesWrites(),
      engine::StoredDataBroken(),
      ledger::MemberNotFound(),
      ledger::MemberNotActive(ledger::MemberState::kFrozen),
      ledger::MemberNotFrozen(ledger::MemberState::kActive),
      ledger::PhoneMayNotSpend(),
      ledger::IdentityConflict("why"),
      ledger::TooManyIdentities(100),
      ledger::IdentityNotFound(),
      ledger::LastIdentity(),
      ledger::MergeRefused("self"),
      ledger::MemberHasOpenHolds(),
      ledger::LotExpiryOutOfRange(at, at),
      ledger::OpeningTooLate(),
      ledger::AdjustmentAboveLimit({1}, {2}),
      ledger::TransferRefused("self", std::nullopt, "why"),
      ledger::TransferRefused("points_max", base::Points{1}, "why"),
      ledger::InsufficientPoints({1}, {2}),
      ledger::BalanceOverflow(),
      ledger::NothingEarned(),
      ledger::CurrencyMismatch("CNY", "USD"),
      ledger::StoreUnknown("s"),
      ledger::EffectiveTimeOutOfRange(at, "why"),
      ledger::LedgerMoved(1, 2),
      ledger::HoldNotFound(name),
      ledger::HoldNotOpen(ledger::HoldState::kCaptured),
      ledger::CaptureExceedsHold({1}, {2}),
      ledger::HoldExpiryOutOfRange("why"),
      ledger::EntryNotFound(name),
      ledger::AlreadyReversed(name),
      ledger::NotReversible("hold"),
      ledger::NothingToTakeBack(),
      ledger::NothingPending(),
      ledger::ProgramNotFound(base::ProgramId("p")),
      ledger::ProgramVersionNotFound(base::ProgramId("p"), 2, 1),
      ledger::ProgramNotEffective(at),
      ledger::ProgramChangeRefused("why"),
      checkout::OrderExists("o"),
      checkout::ReturnExists("r"),
      checkout::OrderNotFound("o"),
      checkout::OrderLineNotFound("o", 1),
      checkout::ReturnExceedsUnits(1, 2),
      checkout::ReturnExceedsAmount(1, 2),
      checkout::ClaimRefused("has_member"),
      checkout::EntryOfOrder("o"),
      checkout::TooManyReturns(3),
      pricing::ChannelUnknown("channel_id", "c"),
      pricing::ChannelRoleWrong("channel_id", "c", "REFERENCE"),
      pricing::PriceCurrencyMismatch("currency", "CNY", "USD"),
      pricing::ScopeUnknown("scope", {pricing::ScopeKind::kStore, "s"}),
      pricing::ScopeUnknown("scope", {pricing::ScopeKind::kRegion, "r"}),
      pricing::LinesTooLarge({0}),
      pricing::SnapshotEmpty("feed", "c"),
      pricing::SnapshotSuperseded("feed.complete_as_of", at, at),
      pricing::ListingWithdrawn("source_seq", "c", "l", 1, at),
      pricing::BookFull("sku", "s"),
      pricing::WindowsOverlap("window", 2, 1),
      pricing::ClockSkew("complete_as_of", at, at),
      pricing::SequenceReused("source_seq", 1, {"amount"}),
      pricing::SkuUnknown("sku", "s"),
      pricing::FactNotFound("s", 1),
      pricing::ListingNotFound("c", "l"),
      pricing::EvidenceNotFound("e"),
      pricing::QuoteNotFound("q"),
      pricing::CreditNotFound("o", 1),
      pricing::PriceAboveCap(2, 1, 1, "c", "l", at),
      pricing::BasketNotSaleable({{"lines[0].sku", "s", pricing::Obstacle::kChannelStale, "c"}}),
      pricing::BasketNotSaleable({{"lines[0].sku", "s", pricing::Obstacle::kNoOffer, ""}}),
      pricing::BasketNotSaleable({{"shipping", "", pricing::Obstacle::kShippingAboveCap, "c"}}),
      pricing::StockSold(1, 1),
      pricing::OfferSoldOut("f", "s", 1),
      pricing::QuoteOfAnother(),
      pricing::QuoteCommitted("o"),
      pricing::FeedIncomplete(),
      pricing::CreditPaid("p"),
  };
}

template <class Detail>
std::optional<Detail> Find(const google::rpc::Status& status) {
  for (const google::protobuf::Any& any : status.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

// As a row of docs/errors.md, without its last column.
std::string Row(const absl::Status& status) {
  const google::rpc::Status told = ToProto(status, v1::EarnPointsRequest::descriptor());
  const auto info = Find<google::rpc::ErrorInfo>(told);
  EXPECT_TRUE(info) << status;
  std::map<std::string, std::string> keys(info->metadata().begin(), info->metadata().end());
  std::string row =
      absl::StrCat("| `", info->reason(), "` | ",
                   absl::StatusCodeToString(static_cast<absl::StatusCode>(told.code())), " | ");
  absl::StrAppend(&row,
                  absl::StrJoin(keys, ", ",
                                [](std::string* out, const auto& key) {
                                  absl::StrAppend(out, "`", key.first, "`");
                                }),
                  keys.empty() ? "| " : " | ", Find<google::rpc::RetryInfo>(told) ? "yes |" : "|");
  return row;
}

std::string Document() {
  const char* root = std::getenv("FAIRPOINT_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/docs/errors.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Golden, EveryErrorIsInTheDocumentWithItsCodeAndKeys) {
  const std::string document = Document();
  for (const absl::Status& status : EveryError())
    EXPECT_THAT(document, HasSubstr("\n" + Row(status)));
}

TEST(Golden, TheDocumentHasNoOther) {
  std::set<std::string> known;
  for (const absl::Status& status : EveryError()) known.insert(Row(status));
  size_t rows = 0;
  for (const absl::string_view line : absl::StrSplit(Document(), '\n')) {
    if (line.substr(0, 3) != "| `") continue;
    ++rows;
    EXPECT_TRUE(std::ranges::any_of(known, [&line](const std::string& row) {
      return absl::StartsWith(line, row);
    })) << line;
  }
  EXPECT_EQ(rows, known.size());
}

TEST(Golden, EveryErrorHasAMessageForThePersonAtTheCounter) {
  for (const absl::Status& status : EveryError()) {
    const auto localized = Find<google::rpc::LocalizedMessage>(ToProto(status, nullptr));
    ASSERT_TRUE(localized) << status;
    EXPECT_EQ(localized->locale(), "zh-Hans");
    EXPECT_FALSE(localized->message().empty());
  }
}

TEST(Status, CarriesItsDetails) {
  const grpc::Status status = ToGrpc(ledger::InsufficientPoints({3}, {5}), nullptr);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), 9);
  EXPECT_EQ(details.message(), status.error_message());
  const auto info = Find<google::rpc::ErrorInfo>(details);
  EXPECT_EQ(info->domain(), "fairpoint");
  EXPECT_EQ(info->metadata().at("availablePoints"), "3");
  EXPECT_TRUE(ToGrpc(absl::OkStatus(), nullptr).ok());
}

TEST(Status, NamesTheFieldsOfAReusedId) {
  const auto info = Find<google::rpc::ErrorInfo>(
      ToProto(engine::RequestIdReused({4, 9}), v1::EarnPointsRequest::descriptor()));
  EXPECT_EQ(info->metadata().at("differingFields"), "points,reason");
  EXPECT_EQ(info->metadata().size(), 1U);
}

TEST(Status, WhatADriverSaysIsNotTold) {
  const std::string secret = "Access denied for user 'x'@'10.0.0.1'";
  const auto told = [&secret](absl::StatusCode code) {
    const google::rpc::Status status = ToProto(absl::Status(code, secret), nullptr);
    EXPECT_THAT(status.SerializeAsString(), Not(HasSubstr("Access denied")));
    return Find<google::rpc::ErrorInfo>(status)->reason();
  };
  EXPECT_EQ(told(absl::StatusCode::kInternal), "INTERNAL");
  EXPECT_EQ(told(absl::StatusCode::kInvalidArgument), "INTERNAL");
  EXPECT_EQ(told(absl::StatusCode::kFailedPrecondition), "INTERNAL");
  EXPECT_EQ(told(absl::StatusCode::kUnavailable), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(told(absl::StatusCode::kAborted), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(told(absl::StatusCode::kUnknown), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(told(absl::StatusCode::kResourceExhausted), "STORE_FULL");
  EXPECT_EQ(told(absl::StatusCode::kDeadlineExceeded), "DEADLINE_PASSED");
  EXPECT_EQ(told(absl::StatusCode::kDataLoss), "STORED_DATA_BROKEN");
}

TEST(Status, RetryInfoIsInSecondsAndNanos) {
  base::ErrorDetail detail;
  detail.reason = "X";
  detail.retry_after_ms = 1250;
  const auto retry = Find<google::rpc::RetryInfo>(
      ToProto(base::MakeError(absl::StatusCode::kUnavailable, "m", detail), nullptr));
  EXPECT_EQ(retry->retry_delay().seconds(), 1);
  EXPECT_EQ(retry->retry_delay().nanos(), 250'000'000);
}

TEST(Status, StaysBelowWhatClientsAcceptAndSaysHowManyAreMissing) {
  std::vector<base::FieldViolation> many;
  many.reserve(5'000);
  for (int i = 0; i < 5'000; ++i) many.push_back({absl::StrCat("field", i), "是错的"});
  const grpc::Status status = ToGrpc(base::InvalidFields(many), nullptr);
  // In base64 and percent-encoded.
  EXPECT_LT(status.error_details().size() * 4 / 3 + status.error_message().size() * 3, 8'000U);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  const auto bad_request = Find<google::rpc::BadRequest>(details);
  const int told = bad_request->field_violations_size() - 1;
  EXPECT_GT(told, 20);
  EXPECT_EQ(bad_request->field_violations(told).description(),
            absl::StrCat("and ", 5'000 - told, " more that do not fit here"));
}

}  // namespace
}  // namespace fairpoint::api
