// Calls through the whole server in this process: what the door adds to the engine.
#include <gtest/gtest.h>

#include "fairpoint/v1/member_service.pb.h"
#include "fairpoint/v1/points_service.pb.h"
#include "fairpoint/v1/program_service.pb.h"
#include "server/testing/small_server.h"

namespace fairpoint::server {
namespace {

constexpr char kProgram[] = R"(program_id: "sample" currency: "CNY" time_zone: "Asia/Shanghai"
  stores { store_id: "sh-001" legal_entity: "le" } stores { store_id: "bj-001" legal_entity: "le" }
  points { base_rate { points: 1 per_minor_units: 100 } expiry { after { months: 12 } }
           debt { take_back: DEDUCT_FROM_REFUND deduct_minor_units: 10 deduct_per_points: 1 } })";

class Calls : public testing::Test {
 protected:
  void SetUp() override {
    admin_ = server_.MakeKey("admin");
    v1::PublishProgramRequest publish;
    publish.set_request_id(NewId());
    publish.set_program_text(kProgram);
    Call<v1::PublishProgramResponse>("ProgramService/PublishProgram", publish);
    v1::EnrollMemberRequest enroll;
    enroll.set_program_id("sample");
    enroll.set_request_id(NewId());
    enroll.add_identities()->set_kind("card");
    enroll.mutable_identities(0)->set_value("9876543210");
    member_id_ = Call<v1::EnrollMemberResponse>("MemberService/EnrollMember", enroll).member_id();
    ASSERT_EQ(member_id_.size(), 15U);
  }

  std::string NewId() { return "request-0000000-" + std::to_string(++ids_); }

  template <class Response, class Request>
  Response Call(const std::string& method, const Request& request, std::string key = "") {
    const auto answer =
        server_.Call(method, key.empty() ? admin_ : key, request.SerializeAsString());
    EXPECT_TRUE(answer.status.ok()) << method << ": " << answer.status.error_message();
    Response response;
    EXPECT_TRUE(response.ParseFromString(answer.bytes));
    return response;
  }
  template <class Request>
  std::string Refusal(const std::string& method, const Request& request, std::string key = "") {
    return server_.Call(method, key.empty() ? admin_ : key, request.SerializeAsString()).reason;
  }

  v1::EarnPointsRequest Earn(int64_t points) {
    v1::EarnPointsRequest request;
    request.set_program_id("sample");
    request.set_request_id(NewId());
    request.mutable_member()->set_member_id(member_id_);
    request.set_points(points);
    return request;
  }

  SmallServer server_;
  std::string admin_;
  std::string member_id_;
  int ids_ = 0;
};

TEST_F(Calls, AnOperationIsTheSameAloneAndInABatch) {
  const v1::EarnPointsRequest alone = Earn(5);
  const auto first = Call<v1::PostingResponse>("PointsService/EarnPoints", alone);
  EXPECT_FALSE(first.replayed());
  v1::BatchPostRequest batch;
  batch.set_program_id("sample");
  *batch.add_operations()->mutable_earn_points() = alone;
  batch.mutable_operations(0)->mutable_earn_points()->clear_program_id();
  *batch.add_operations()->mutable_earn_points() = alone;
  batch.mutable_operations(1)->mutable_earn_points()->set_points(6);
  *batch.add_operations()->mutable_earn_points() = Earn(0);
  const auto answer = Call<v1::BatchPostResponse>("PointsService/BatchPost", batch);
  ASSERT_EQ(answer.results_size(), 3);
  EXPECT_TRUE(answer.results(0).posting().replayed());
  EXPECT_EQ(answer.results(0).posting().transaction().SerializeAsString(),
            first.transaction().SerializeAsString());
  EXPECT_EQ(answer.results(1).error().code(), static_cast<int>(grpc::StatusCode::ALREADY_EXISTS));
  EXPECT_NE(answer.results(1).error().SerializeAsString().find("points"), std::string::npos);
  EXPECT_NE(answer.results(2).error().message().find("operations[2].earn_points.points"),
            std::string::npos);
}

TEST_F(Calls, ATillsStoreIsFilledInAndPartOfTheRequest) {
  const std::string till = server_.MakeKey("pos");
  v1::EarnPointsRequest earn = Earn(5);
  const auto first = Call<v1::PostingResponse>("PointsService/EarnPoints", earn, till);
  EXPECT_EQ(first.transaction().entries(0).store_id(), "sh-001");
  EXPECT_EQ(first.transaction().entries(0).legal_entity(), "le");
  earn.set_store_id("sh-001");
  EXPECT_TRUE(Call<v1::PostingResponse>("PointsService/EarnPoints", earn).replayed());
  earn.set_store_id("bj-001");
  EXPECT_EQ(Refusal("PointsService/EarnPoints", earn, till), "STORE_MAY_NOT");
  v1::BatchPostRequest batch;
  batch.set_program_id("sample");
  *batch.add_operations()->mutable_earn_points() = earn;
  const auto answer = Call<v1::BatchPostResponse>("PointsService/BatchPost", batch, till);
  EXPECT_EQ(answer.results(0).error().code(),
            static_cast<int>(grpc::StatusCode::PERMISSION_DENIED));
}

TEST_F(Calls, BatchesAreBounded) {
  v1::BatchPostRequest batch;
  batch.set_program_id("sample");
  EXPECT_EQ(Refusal("PointsService/BatchPost", batch), "INVALID_FIELDS");
  for (int i = 0; i < 1'000; ++i) *batch.add_operations()->mutable_earn_points() = Earn(1);
  batch.set_omit_entries(true);
  const auto answer = Call<v1::BatchPostResponse>("PointsService/BatchPost", batch);
  ASSERT_EQ(answer.results_size(), 1'000);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(answer.results(i).posting().transaction().balance().available(), i + 1);
    ASSERT_EQ(answer.results(i).posting().transaction().entries_size(), 0);
  }
  *batch.add_operations()->mutable_earn_points() = Earn(1);
  EXPECT_EQ(Refusal("PointsService/BatchPost", batch), "INVALID_FIELDS");
}

TEST_F(Calls, TheRefundsDeductionIsInTheProgrammesCurrency) {
  const auto earned = Call<v1::PostingResponse>("PointsService/EarnPoints", Earn(5));
  v1::RedeemPointsRequest redeem;
  redeem.set_program_id("sample");
  redeem.set_request_id(NewId());
  redeem.mutable_member()->set_member_id(member_id_);
  redeem.set_points(5);
  Call<v1::PostingResponse>("PointsService/RedeemPoints", redeem);
  v1::ReverseEntryRequest reverse;
  reverse.set_program_id("sample");
  reverse.set_request_id(NewId());
  reverse.set_entry_id(earned.transaction().entries(0).entry_id());
  reverse.set_reason("returned");
  reverse.mutable_refund()->set_currency("CNY");
  reverse.mutable_refund()->set_minor_units(500);
  const auto answer = Call<v1::ReverseEntryResponse>("PointsService/ReverseEntry", reverse);
  EXPECT_EQ(answer.deduct_from_refund().currency(), "CNY");
  EXPECT_EQ(answer.deduct_from_refund().minor_units(), 50);
}

TEST_F(Calls, StatementsArePagedAndTokensBelongToTheirRequest) {
  for (int i = 0; i < 5; ++i) Call<v1::PostingResponse>("PointsService/EarnPoints", Earn(1));
  v1::ListEntriesRequest list;
  list.set_program_id("sample");
  list.mutable_member()->mutable_identity()->set_kind("card");
  list.mutable_member()->mutable_identity()->set_value("9876543210");
  list.set_page_size(2);
  list.set_newest_first(true);
  std::vector<int64_t> seqs;
  std::string token;
  do {
    list.set_page_token(token);
    const auto page = Call<v1::ListEntriesResponse>("PointsService/ListEntries", list);
    for (const v1::Entry& entry : page.entries()) seqs.push_back(entry.seq());
    token = page.next_page_token();
    if (!token.empty()) list.set_page_token(token);
  } while (!token.empty());
  EXPECT_EQ(seqs, (std::vector<int64_t>{5, 4, 3, 2, 1}));
  ASSERT_FALSE(list.page_token().empty());
  list.set_newest_first(false);
  EXPECT_EQ(Refusal("PointsService/ListEntries", list), "INVALID_FIELDS");
  list.set_page_token("rubbish");
  EXPECT_EQ(Refusal("PointsService/ListEntries", list), "INVALID_FIELDS");
}

TEST_F(Calls, BalancesAddUpAndIdentitiesAreMasked) {
  Call<v1::PostingResponse>("PointsService/EarnPoints", Earn(7));
  v1::GetBalanceRequest ask;
  ask.set_program_id("sample");
  ask.mutable_member()->set_member_id(member_id_);
  const auto balance = Call<v1::GetBalanceResponse>("PointsService/GetBalance", ask);
  EXPECT_EQ(balance.balance().available(), 7);
  ASSERT_EQ(balance.expiries_size(), 1);
  EXPECT_EQ(balance.expiries(0).points(), 7);
  EXPECT_TRUE(balance.expiries(0).has_expire_time());
  EXPECT_EQ(balance.entry_seq(), 1);
  v1::LookupMemberRequest lookup;
  lookup.set_program_id("sample");
  lookup.mutable_identity()->set_kind("card");
  lookup.mutable_identity()->set_value("9876543210");
  const auto member = Call<v1::Member>("MemberService/LookupMember", lookup);
  EXPECT_EQ(member.member_id(), member_id_);
  ASSERT_EQ(member.identities_size(), 1);
  EXPECT_EQ(member.identities(0).value(), "987****3210");
  lookup.mutable_identity()->set_value("1");
  EXPECT_EQ(Refusal("MemberService/LookupMember", lookup), "MEMBER_NOT_FOUND");
  lookup.set_program_id("other");
  EXPECT_EQ(Refusal("MemberService/LookupMember", lookup), "PROGRAM_NOT_FOUND");
}

TEST_F(Calls, ProgrammesAreReadBackByVersionAndTime) {
  v1::PublishProgramRequest publish;
  publish.set_program_text(std::string(kProgram) + "# changed\n");
  publish.set_validate_only(true);
  const auto checked = Call<v1::PublishProgramResponse>("ProgramService/PublishProgram", publish);
  EXPECT_EQ(checked.version().version(), 0);
  publish.set_validate_only(false);
  EXPECT_EQ(Refusal("ProgramService/PublishProgram", publish), "INVALID_FIELDS");
  publish.set_request_id(NewId());
  const auto second = Call<v1::PublishProgramResponse>("ProgramService/PublishProgram", publish);
  EXPECT_EQ(second.version().version(), 2);
  v1::GetProgramRequest get;
  get.set_program_id("sample");
  EXPECT_EQ(Call<v1::ProgramVersion>("ProgramService/GetProgram", get).version(), 2);
  get.set_version(1);
  EXPECT_EQ(Call<v1::ProgramVersion>("ProgramService/GetProgram", get).program_text(), kProgram);
  get.set_version(3);
  EXPECT_EQ(Refusal("ProgramService/GetProgram", get), "PROGRAM_VERSION_NOT_FOUND");
  v1::ListProgramVersionsRequest list;
  list.set_program_id("sample");
  list.set_page_size(1);
  const auto page =
      Call<v1::ListProgramVersionsResponse>("ProgramService/ListProgramVersions", list);
  ASSERT_EQ(page.versions_size(), 1);
  EXPECT_EQ(page.versions(0).version(), 2);
  list.set_page_token(page.next_page_token());
  const auto rest =
      Call<v1::ListProgramVersionsResponse>("ProgramService/ListProgramVersions", list);
  EXPECT_EQ(rest.versions(0).version(), 1);
  EXPECT_TRUE(rest.next_page_token().empty());
}

}  // namespace
}  // namespace fairpoint::server
