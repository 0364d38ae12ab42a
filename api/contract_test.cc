// The public contract as descriptors: it may only grow, and its requests can be digested.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "fairpoint/v1/import_mapping.pb.h"
#include "fairpoint/v1/member_service.pb.h"
#include "fairpoint/v1/order_service.pb.h"
#include "fairpoint/v1/points_service.pb.h"
#include "fairpoint/v1/price_facts.pb.h"
#include "fairpoint/v1/price_offers.pb.h"
#include "fairpoint/v1/prices.pb.h"
#include "fairpoint/v1/pricing_service.pb.h"
#include "fairpoint/v1/program.pb.h"
#include "fairpoint/v1/program_service.pb.h"
#include "fairpoint/v1/resources.pb.h"
#include "google/protobuf/descriptor.h"

namespace fairpoint::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

const FileDescriptor* const kFiles[] = {v1::Money::descriptor()->file(),
                                        v1::Program::descriptor()->file(),
                                        v1::PublishProgramRequest::descriptor()->file(),
                                        v1::EnrollMemberRequest::descriptor()->file(),
                                        v1::EarnPointsRequest::descriptor()->file(),
                                        v1::RecordPurchaseRequest::descriptor()->file(),
                                        v1::PriceFact::descriptor()->file(),
                                        v1::Offer::descriptor()->file(),
                                        v1::GetPricesRequest::descriptor()->file(),
                                        v1::GetPriceHistoryRequest::descriptor()->file(),
                                        v1::OrderMapping::descriptor()->file()};

// Calls `each` with every message, the nested ones too.
void EachMessage(const std::function<void(const Descriptor&)>& each) {
  const std::function<void(const Descriptor&)> walk = [&](const Descriptor& message) {
    each(message);
    for (int i = 0; i < message.nested_type_count(); ++i) walk(*message.nested_type(i));
  };
  for (const FileDescriptor* file : kFiles) {
    for (int i = 0; i < file->message_type_count(); ++i) walk(*file->message_type(i));
  }
}

void EachField(const std::function<void(const FieldDescriptor&)>& each) {
  EachMessage([&each](const Descriptor& message) {
    for (int i = 0; i < message.field_count(); ++i) each(*message.field(i));
  });
}

void EachEnum(const std::function<void(const EnumDescriptor&)>& each) {
  for (const FileDescriptor* file : kFiles) {
    for (int i = 0; i < file->enum_type_count(); ++i) each(*file->enum_type(i));
  }
  EachMessage([&each](const Descriptor& message) {
    for (int i = 0; i < message.enum_type_count(); ++i) each(*message.enum_type(i));
  });
}

std::string TypeOf(const FieldDescriptor& field) {
  if (field.message_type() != nullptr) return field.message_type()->full_name();
  if (field.enum_type() != nullptr) return field.enum_type()->full_name();
  return field.type_name();
}

std::string LineOf(const FieldDescriptor& field) {
  std::string line = absl::StrCat(field.containing_type()->full_name(), " ", field.number(), " ",
                                  field.name(), " ", TypeOf(field));
  if (field.is_repeated()) return line + " repeated";
  if (field.real_containing_oneof() != nullptr)
    return absl::StrCat(line, " of ", field.real_containing_oneof()->name());
  return field.has_optional_keyword() ? line + " optional" : line;
}

// The contract, a line a field, a value and a method.
std::set<std::string> Contract() {
  std::set<std::string> lines;
  EachField([&lines](const FieldDescriptor& field) { lines.insert(LineOf(field)); });
  EachEnum([&lines](const EnumDescriptor& type) {
    for (int i = 0; i < type.value_count(); ++i) {
      lines.insert(
          absl::StrCat(type.full_name(), " ", type.value(i)->number(), " ", type.value(i)->name()));
    }
  });
  for (const FileDescriptor* file : kFiles) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto* const method = file->service(s)->method(m);
        lines.insert(absl::StrCat(
            method->full_name(), method->client_streaming() ? "(stream " : "(",
            method->input_type()->full_name(), method->server_streaming() ? ") stream " : ") ",
            method->output_type()->full_name()));
      }
    }
  }
  return lines;
}

std::set<std::string> Recorded() {
  const char* const root = std::getenv("FAIRPOINT_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/proto/contract.txt");
  std::set<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != '#') lines.insert(line);
  }
  return lines;
}

TEST(Contract, OnlyGrows) {
  const std::set<std::string> contract = Contract();
  const std::set<std::string> recorded = Recorded();
  EXPECT_GT(recorded.size(), 100U);
  for (const std::string& line : recorded) {
    EXPECT_TRUE(contract.contains(line)) << "callers rely on what is gone: " << line;
  }
  std::vector<std::string> added;
  for (const std::string& line : contract) {
    if (!recorded.contains(line)) added.push_back(line);
  }
  EXPECT_TRUE(added.empty()) << "add to proto/contract.txt:\n" << absl::StrJoin(added, "\n");
}

TEST(Contract, NumbersAreWhole) {
  EachField([](const FieldDescriptor& field) {
    EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_FLOAT) << field.full_name();
    EXPECT_NE(field.cpp_type(), FieldDescriptor::CPPTYPE_DOUBLE) << field.full_name();
  });
}

// A receipt names the fields of a request in one byte each.
TEST(Contract, FieldsOfRequestsHaveSmallNumbers) {
  int requests = 0;
  EachMessage([&requests](const Descriptor& message) {
    if (message.FindFieldByName("request_id") == nullptr) return;
    ++requests;
    for (int i = 0; i < message.field_count(); ++i)
      EXPECT_LT(message.field(i)->number(), 256) << message.field(i)->full_name();
  });
  EXPECT_GT(requests, 8);
}

TEST(Contract, NoEnumSaysAnythingByItsZero) {
  int enums = 0;
  EachEnum([&enums](const EnumDescriptor& type) {
    ++enums;
    const auto* const zero = type.FindValueByNumber(0);
    ASSERT_NE(zero, nullptr) << type.full_name();
    EXPECT_THAT(zero->name(), testing::EndsWith("UNSPECIFIED")) << type.full_name();
  });
  EXPECT_GT(enums, 3);
}

}  // namespace
}  // namespace fairpoint::api
