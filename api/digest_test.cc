#include "api/digest.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <gtest/gtest.h>

#include <ctime>
#include <iostream>
#include <set>

#include "api/testing/messages.h"
#include "fairpoint/v1/member_service.pb.h"
#include "fairpoint/v1/points_service.pb.h"
#include "fairpoint/v1/program_service.pb.h"

namespace fairpoint::api {
namespace {

constexpr char kEarn[] = R"(program_id: "sample" request_id: "0123456789abcdef"
    member { member_id: "0123456789ABCDE" } points: 7 order_id: "o-1" order_line: 0
    store_id: "sh-001" reason: "r" effective_time { seconds: 5 nanos: 6 } expected_seq: 3)";

engine::RequestHashes Hashes(const google::protobuf::Message& message,
                             const FilledIn& filled = {}) {
  return engine::HashesOf(DigestOf(message, filled), "a member's secret of 32 bytes ......");
}

std::string Differing(const google::protobuf::Message& a, const google::protobuf::Message& b) {
  std::string numbers;
  for (const int number : engine::DifferingFields(Hashes(a).field_hashes, Hashes(b).field_hashes)) {
    numbers += (numbers.empty() ? "" : ",") + std::to_string(number);
  }
  EXPECT_EQ(numbers.empty(), Hashes(a).request_hash == Hashes(b).request_hash);
  return FieldNames(*a.GetDescriptor(), numbers);
}

TEST(Digest, TheRequestIdIsNotPartOfIt) {
  auto a = FromText<v1::EarnPointsRequest>(kEarn);
  auto b = a;
  b.set_request_id("another-request-id");
  EXPECT_EQ(Differing(a, b), "");
}

TEST(Digest, EveryOtherFieldIsAndIsNamed) {
  const auto a = FromText<v1::EarnPointsRequest>(kEarn);
  const auto change = [&a](auto mutate) {
    v1::EarnPointsRequest b = a;
    mutate(b);
    return Differing(a, b);
  };
  EXPECT_EQ(change([](auto& r) { r.set_program_id("other"); }), "program_id");
  EXPECT_EQ(change([](auto& r) { r.mutable_member()->set_member_id("0123456789ABCDF"); }),
            "member");
  EXPECT_EQ(change([](auto& r) { r.mutable_member()->mutable_identity()->set_kind("k"); }),
            "member");
  EXPECT_EQ(change([](auto& r) { r.set_points(8); }), "points");
  EXPECT_EQ(change([](auto& r) { r.mutable_spend()->set_minor_units(7); }), "points,spend");
  EXPECT_EQ(change([](auto& r) { r.set_order_id("o-2"); }), "order_id");
  EXPECT_EQ(change([](auto& r) { r.clear_order_line(); }), "order_line");  // 0 is not absent
  EXPECT_EQ(change([](auto& r) { r.set_store_id(""); }), "store_id");
  EXPECT_EQ(change([](auto& r) { r.set_reason("s"); }), "reason");
  EXPECT_EQ(change([](auto& r) { r.mutable_effective_time()->set_nanos(7); }), "effective_time");
  EXPECT_EQ(change([](auto& r) { r.clear_expected_seq(); }), "expected_seq");
  EXPECT_EQ(change([](auto& r) {
              r.set_points(1);
              r.set_reason("");
            }),
            "points,reason");
}

TEST(Digest, AnEmptyMessageDiffersFromAnAbsentOne) {
  v1::EarnPointsRequest a;
  v1::EarnPointsRequest b;
  b.mutable_effective_time();
  EXPECT_EQ(Differing(a, b), "effective_time");
}

TEST(Digest, WhatWasFilledInCountsAsSent) {
  const auto whole = FromText<v1::EarnPointsRequest>(kEarn);
  auto short_form = whole;
  short_form.clear_program_id();
  short_form.clear_store_id();
  EXPECT_NE(Hashes(short_form).request_hash, Hashes(whole).request_hash);
  EXPECT_EQ(Hashes(short_form, {.program_id = "sample", .store_id = "sh-001"}).request_hash,
            Hashes(whole).request_hash);
  EXPECT_EQ(Hashes(whole, {.program_id = "sample", .store_id = "sh-001"}).field_hashes,
            Hashes(whole).field_hashes);
}

TEST(Digest, IdentitiesAreOnlyInPersonalFields) {
  const auto earn = FromText<v1::EarnPointsRequest>(
      R"(program_id: "p" member { identity { kind: "phone" value: "13800000000" } } points: 1)");
  const engine::RequestDigest digest = DigestOf(earn, {});
  ASSERT_EQ(digest.personal.size(), 1U);
  EXPECT_EQ(digest.personal[0].number, 3);
  EXPECT_EQ(digest.fields.size(), 2U);
  EXPECT_NE(engine::HashesOf(digest, std::string(32, 'a')).request_hash,
            engine::HashesOf(digest, std::string(32, 'b')).request_hash);

  const auto enroll = FromText<v1::EnrollMemberRequest>(
      R"(program_id: "p" identities { kind: "phone" value: "1" })");
  EXPECT_EQ(DigestOf(enroll, {}).personal.size(), 1U);
  const auto by_id = FromText<v1::EarnPointsRequest>(kEarn);
  EXPECT_TRUE(DigestOf(by_id, {}).personal.empty());
}

// A request type of a proto that nobody may write: one field of that type and number.
engine::RequestDigest DigestOfForbidden(google::protobuf::FieldDescriptorProto::Type type,
                                        int number) {
  google::protobuf::FileDescriptorProto file;
  file.set_name("forbidden.proto");
  auto* const message = file.add_message_type();
  message->set_name("Request");
  auto* const field = message->add_field();
  field->set_name("amount");
  field->set_number(number);
  field->set_type(type);
  field->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
  // Never destroyed: what is known of a type is kept by its address.
  auto& pool = *new google::protobuf::DescriptorPool();
  auto& factory = *new google::protobuf::DynamicMessageFactory();
  const std::unique_ptr<google::protobuf::Message> request(
      factory.GetPrototype(pool.BuildFile(file)->message_type(0))->New());
  return DigestOf(*request, {});
}

TEST(DigestDeathTest, WhatHasNoCanonicalFormIsNotServed) {
  using google::protobuf::FieldDescriptorProto;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_TRUE(DigestOfForbidden(FieldDescriptorProto::TYPE_INT64, 255).fields.empty());
  EXPECT_DEATH(DigestOfForbidden(FieldDescriptorProto::TYPE_INT64, 256), "");
  EXPECT_DEATH(DigestOfForbidden(FieldDescriptorProto::TYPE_DOUBLE, 1), "");
  EXPECT_DEATH(DigestOfForbidden(FieldDescriptorProto::TYPE_FLOAT, 1), "");
}

TEST(Digest, FieldsAscend) {
  const engine::RequestDigest digest = DigestOf(FromText<v1::EarnPointsRequest>(kEarn), {});
  for (size_t i = 1; i < digest.fields.size(); ++i) {
    EXPECT_LT(digest.fields[i - 1].number, digest.fields[i].number);
  }
  EXPECT_EQ(digest.fields.size(), 9U);
}

// A wall for accidents (a DebugString, a lock), not a benchmark: the real figure is about a
// microsecond and a half.
TEST(Digest, IsCheap) {
  const auto earn = FromText<v1::EarnPointsRequest>(kEarn);
  constexpr int kRounds = 20'000;
  const std::clock_t begin = std::clock();  // of this process alone: the machine may be busy
  size_t sink = 0;
  for (int i = 0; i < kRounds; ++i) sink += DigestOf(earn, {}).fields.size();
  const double took_us = static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC / kRounds;
  std::cout << "a digest takes " << took_us << " us\n";
  EXPECT_EQ(sink, 9U * kRounds);
  EXPECT_LT(took_us, 10);
}

TEST(FieldNames, OfNumbers) {
  EXPECT_EQ(FieldNames(*v1::EarnPointsRequest::descriptor(), "4,9"), "points,reason");
  EXPECT_EQ(FieldNames(*v1::EarnPointsRequest::descriptor(), ""), "");
  EXPECT_EQ(FieldNames(*v1::EarnPointsRequest::descriptor(), "200,4"), "points");
}

}  // namespace
}  // namespace fairpoint::api
