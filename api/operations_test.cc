#include "api/operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "api/members.h"
#include "api/testing/messages.h"
#include "base/error.h"

namespace fairpoint::api {
namespace {

using testing::ElementsAre;

constexpr char kCommon[] = R"(program_id: "sample" request_id: "0123456789abcdef" )";
const Principal kApp{"app", Role::kMemberApp, ""};
const Principal kTill{"till", Role::kPos, "sh-001"};

template <class Request>
absl::StatusOr<engine::Command> Convert(const std::string& text, const Principal& caller = kApp) {
  const Request request = FromText<Request>(kCommon + text);
  return CommandFromProto(request, Origin{.caller = caller});
}

TEST(EarnPoints, IsRead) {
  const auto command = Convert<v1::EarnPointsRequest>(
      R"(member { member_id: "0123456789ABCDE" } points: 7 order_id: "o-1" order_line: 0
         store_id: "sh-001" reason: "春节" effective_time { seconds: 5 nanos: 1999 } expected_seq: 3)");
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(command->program_id.value(), "sample");
  EXPECT_EQ(std::get<base::MemberId>(command->member).value(), "0123456789ABCDE");
  const auto& earn = *engine::OperationAs<ledger::EarnPoints>(*command);
  EXPECT_EQ(std::get<base::Points>(earn.basis).value, 7);
  const ledger::Posting& posting = command->posting;
  EXPECT_EQ(posting.request_id.value(), "0123456789abcdef");
  EXPECT_EQ(posting.actor, "app");
  EXPECT_EQ(posting.reason, "春节");
  EXPECT_EQ(posting.order_id, "o-1");
  EXPECT_EQ(posting.order_line, 0);
  EXPECT_EQ(posting.store_id, "sh-001");
  EXPECT_EQ(posting.effective_at, base::Instant{5'000'001});  // nanoseconds are cut off
  EXPECT_EQ(posting.expected_seq, 3);
  EXPECT_FALSE(posting.by_phone);
}

TEST(EarnPoints, SpendAndIdentity) {
  const auto command = Convert<v1::EarnPointsRequest>(
      R"(member { identity { kind: "phone" value: "13800000000" } } spend { currency: "CNY" minor_units: 1 })");
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(std::get<ledger::PlainIdentity>(command->member),
            (ledger::PlainIdentity{"phone", "13800000000"}));
  EXPECT_TRUE(command->posting.by_phone);
  EXPECT_EQ(std::get<base::Money>(engine::OperationAs<ledger::EarnPoints>(*command)->basis),
            (base::Money{"CNY", 1}));
  EXPECT_FALSE(command->posting.effective_at);
  EXPECT_FALSE(command->posting.expected_seq);
}

TEST(EarnPoints, AllViolationsAreReportedAtOnce) {
  const auto request = FromText<v1::EarnPointsRequest>(
      R"(program_id: "Sample" request_id: "short" member { identity { kind: "Phone" } }
         spend { currency: "cny" minor_units: 0 } order_id: "a b" order_line: -1 store_id: "店"
         effective_time { seconds: 1 nanos: 1000000000 } expected_seq: -1)");
  const auto command = CommandFromProto(request, Origin{.caller = kApp});
  EXPECT_EQ(base::ReasonOf(command.status()), "INVALID_FIELDS");
  EXPECT_THAT(WrongFields(command.status()),
              ElementsAre("program_id", "request_id", "store_id", "order_id", "order_line",
                          "effective_time.nanos", "expected_seq", "member.identity.kind",
                          "member.identity.value", "spend.currency", "spend.minor_units"));
}

TEST(EarnPoints, AnEmptyRequestIsToldAllItLacks) {
  const auto command = CommandFromProto(v1::EarnPointsRequest(), Origin{.caller = kApp});
  EXPECT_THAT(WrongFields(command.status()),
              ElementsAre("program_id", "request_id", "member", "basis"));
}

struct Bound {
  const char* text;
  const char* wrong;  // empty: it is right
};

class Bounds : public testing::TestWithParam<Bound> {};

TEST_P(Bounds, OfRedeemPoints) {
  const auto command = Convert<v1::RedeemPointsRequest>(
      std::string(R"(member { member_id: "0123456789ABCDE" } )") + GetParam().text);
  const std::vector<std::string> fields =
      command.ok() ? std::vector<std::string>{""} : WrongFields(command.status());
  EXPECT_THAT(fields, ElementsAre(GetParam().wrong)) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Bounds,
    testing::Values(
        Bound{"points: 1", ""}, Bound{"points: 9223372036854775807", ""},
        Bound{"points: 0", "points"}, Bound{"points: -1", "points"},
        Bound{"points: -9223372036854775808", "points"}, Bound{"points: 1 effective_time { }", ""},
        Bound{"points: 1 effective_time { seconds: -1 }", "effective_time"},
        Bound{"points: 1 effective_time { seconds: 7258118399 }", ""},
        Bound{"points: 1 effective_time { seconds: 7258118400 }", "effective_time"},
        Bound{"points: 1 effective_time { seconds: 9223372036854775807 }", "effective_time"},
        Bound{"points: 1 effective_time { nanos: -1 }", "effective_time.nanos"},
        Bound{"points: 1 effective_time { nanos: 999999999 }", ""},
        Bound{"points: 1 order_line: 0", ""}, Bound{"points: 1 order_line: -1", "order_line"}));

TEST(Bounds, OfLengths) {
  auto request = FromText<v1::RedeemPointsRequest>(
      std::string(kCommon) + R"(member { member_id: "0123456789ABCDE" } points: 1)");
  request.set_reason(std::string(256, 'x'));
  request.set_order_id(std::string(64, 'x'));
  EXPECT_TRUE(CommandFromProto(request, Origin{.caller = kApp}).ok());
  request.set_reason(std::string(257, 'x'));
  request.set_order_id(std::string(65, 'x'));
  EXPECT_THAT(WrongFields(CommandFromProto(request, Origin{.caller = kApp}).status()),
              ElementsAre("reason", "order_id"));
}

TEST(Holds, AreNamedByTheMembersTransaction) {
  const auto capture = Convert<v1::CaptureHoldRequest>(R"(hold_id: "0123456789ABCDE.4" points: 2)");
  ASSERT_TRUE(capture.ok()) << capture.status();
  EXPECT_EQ(std::get<base::MemberId>(capture->member).value(), "0123456789ABCDE");
  EXPECT_EQ(engine::OperationAs<ledger::CaptureHold>(*capture)->hold_seq, 4);
  EXPECT_EQ(engine::OperationAs<ledger::CaptureHold>(*capture)->points, base::Points{2});
  EXPECT_THAT(WrongFields(Convert<v1::CaptureHoldRequest>(R"(hold_id: "x" points: 0)").status()),
              ElementsAre("hold_id", "points"));
  EXPECT_THAT(WrongFields(Convert<v1::ReleaseHoldRequest>("").status()), ElementsAre("hold_id"));
}

TEST(ReverseEntry, NeedsAReason) {
  EXPECT_TRUE(
      Convert<v1::ReverseEntryRequest>(R"(entry_id: "0123456789ABCDE.1" reason: "returned")").ok());
  EXPECT_THAT(
      WrongFields(Convert<v1::ReverseEntryRequest>(R"(entry_id: "0123456789ABCDE.1")").status()),
      ElementsAre("reason"));
}

TEST(Tills, AreBoundToTheirStore) {
  const std::string base = R"(member { member_id: "0123456789ABCDE" } points: 1 )";
  const auto left_out = Convert<v1::EarnPointsRequest>(base, kTill);
  ASSERT_TRUE(left_out.ok());
  EXPECT_EQ(left_out->posting.store_id, "sh-001");
  EXPECT_TRUE(Convert<v1::EarnPointsRequest>(base + R"(store_id: "sh-001")", kTill).ok());
  const auto other = Convert<v1::EarnPointsRequest>(base + R"(store_id: "bj-001")", kTill);
  EXPECT_EQ(other.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(base::ReasonOf(other.status()), "STORE_MAY_NOT");
}

TEST(Tills, PostForTheirStoreWhateverTheyPost) {
  const auto store_of = [](const absl::StatusOr<engine::Command>& command) {
    return command.ok() ? command->posting.store_id : command.status().ToString();
  };
  const std::string hold = R"(hold_id: "0123456789ABCDE.1")";
  const std::string entry = R"(entry_id: "0123456789ABCDE.1" )";
  EXPECT_EQ(store_of(Convert<v1::CaptureHoldRequest>(hold, kTill)), "sh-001");
  EXPECT_EQ(store_of(Convert<v1::ReleaseHoldRequest>(hold, kTill)), "sh-001");
  EXPECT_EQ(store_of(Convert<v1::ReleasePendingRequest>(entry, kTill)), "sh-001");
  EXPECT_EQ(store_of(Convert<v1::ReverseEntryRequest>(entry + R"(reason: "r")", kTill)), "sh-001");
  EXPECT_EQ(store_of(Convert<v1::ReleaseHoldRequest>(hold, kApp)), "");
}

TEST(Batch, PathsNameTheOperation) {
  const auto operation = FromText<v1::PostOperation>(R"(earn_points { points: 0 })");
  const Origin origin{.caller = kApp, .batch_program_id = "sample", .operation_index = 3};
  EXPECT_THAT(WrongFields(CommandFromProto(operation, origin).status()),
              ElementsAre("operations[3].earn_points.request_id",
                          "operations[3].earn_points.member", "operations[3].earn_points.points"));
  EXPECT_THAT(WrongFields(CommandFromProto(v1::PostOperation(), origin).status()),
              ElementsAre("operations[3]"));
}

TEST(Batch, TheProgrammeIsTheBatchs) {
  const std::string rest = R"(request_id: "0123456789abcdef" hold_id: "0123456789ABCDE.1")";
  const Origin origin{.caller = kApp, .batch_program_id = "sample", .operation_index = 0};
  const auto left_out =
      CommandFromProto(FromText<v1::PostOperation>("release_hold { " + rest + " }"), origin);
  ASSERT_TRUE(left_out.ok());
  EXPECT_EQ(left_out->program_id.value(), "sample");
  const auto other = CommandFromProto(
      FromText<v1::PostOperation>(R"(release_hold { program_id: "other" )" + rest + " }"), origin);
  EXPECT_THAT(WrongFields(other.status()), ElementsAre("operations[0].release_hold.program_id"));
}

TEST(EnrollMember, IsRead) {
  const auto request = FromText<v1::EnrollMemberRequest>(
      std::string(kCommon) + R"(identities { kind: "phone" value: "1" })");
  const NewMember made = RandomMember();
  const auto command = CommandFromProto(request, made, Origin{.caller = kApp});
  ASSERT_TRUE(command.ok()) << command.status();
  const auto& enroll = *engine::OperationAs<ledger::EnrollMember>(*command);
  EXPECT_EQ(enroll.new_member_id, made.member_id);
  EXPECT_TRUE(base::IsMemberId(enroll.new_member_id.value()));
  EXPECT_EQ(enroll.new_member_secret.size(), 32U);
  EXPECT_TRUE(std::holds_alternative<engine::Nobody>(command->member));
  EXPECT_NE(RandomMember().member_id, made.member_id);
}

TEST(EnrollMember, Violations) {
  const auto wrong = [](const std::string& text) {
    const auto request = FromText<v1::EnrollMemberRequest>(kCommon + text);
    return WrongFields(CommandFromProto(request, RandomMember(), Origin{.caller = kApp}).status());
  };
  EXPECT_THAT(wrong(""), ElementsAre("identities"));
  EXPECT_THAT(
      wrong(R"(identities { kind: "phone" value: "1" } identities { kind: "phone" value: "1" }
                       identities { kind: "p-q" })"),
      ElementsAre("identities[1]", "identities[2].kind", "identities[2].value"));
  std::string eleven;
  for (int i = 0; i < 11; ++i) {
    eleven += "identities { kind: \"card\" value: \"" + std::to_string(i) + "\" } ";
  }
  EXPECT_THAT(wrong(eleven), ElementsAre("identities"));
}

TEST(FreezeMember, NeedsMemberAndReason) {
  const auto request = FromText<v1::FreezeMemberRequest>(kCommon);
  EXPECT_THAT(WrongFields(CommandFromProto(request, Origin{.caller = kApp}).status()),
              ElementsAre("member_id", "reason"));
}

TEST(Masked, NeverShowsAll) {
  EXPECT_EQ(Masked("13800001234"), "138****1234");
  EXPECT_EQ(Masked("abcdefgh"), "a****h");
  EXPECT_EQ(Masked("abcd"), "a****d");
  EXPECT_EQ(Masked("abc"), "****");
  EXPECT_EQ(Masked(""), "****");
  EXPECT_EQ(Masked("张三李四王五赵六钱七"), "张三李****赵六钱七");
}

}  // namespace
}  // namespace fairpoint::api
