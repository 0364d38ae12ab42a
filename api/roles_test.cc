#include "api/roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "fairpoint/v1/member_service.pb.h"
#include "fairpoint/v1/order_service.pb.h"
#include "fairpoint/v1/points_service.pb.h"
#include "fairpoint/v1/pricing_service.pb.h"
#include "fairpoint/v1/program_service.pb.h"
#include "google/protobuf/descriptor.h"

namespace fairpoint::api {
namespace {

using google::protobuf::FileDescriptor;

TEST(Roles, NamesAreReadBack) {
  for (const Role role : kRoles) EXPECT_EQ(RoleFromName(Name(role)), role);
  EXPECT_EQ(RoleFromName("Admin"), std::nullopt);
  EXPECT_EQ(RoleFromName(""), std::nullopt);
}

// A method added to a proto without a row here would be open to nobody and crash the server: this
// finds it first.
TEST(Roles, EveryMethodOfTheProtosHasItsRowAndNoOther) {
  std::set<std::string> wanted;
  for (const FileDescriptor* file :
       {v1::PublishProgramRequest::descriptor()->file(),
        v1::EnrollMemberRequest::descriptor()->file(), v1::EarnPointsRequest::descriptor()->file(),
        v1::RecordPurchaseRequest::descriptor()->file(),
        v1::GetPriceHistoryRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        wanted.insert(file->service(s)->name() + "/" + file->service(s)->method(m)->name());
      }
    }
  }
  std::set<std::string> found;
  for (const Method& method : Methods()) {
    found.insert(std::string(method.service) + "/" + std::string(method.name));
  }
  EXPECT_EQ(found, wanted);
}

TEST(Roles, AuditorsReadEverythingAndWriteNothing) {
  for (const Method& method : Methods()) {
    EXPECT_EQ(method.Allows(Role::kAuditor), !method.writes) << method.name;
    EXPECT_TRUE(method.Allows(Role::kAdmin)) << method.name;
  }
}

TEST(Roles, AdminsAloneChangeTheRules) {
  for (const Method& method : Methods()) {
    const bool rules = method.name == "PublishProgram";
    EXPECT_EQ(method.Allows(Role::kOperator), !rules) << method.name;
    EXPECT_EQ(method.roles == 1U << static_cast<uint8_t>(Role::kAdmin), rules) << method.name;
  }
}

TEST(Roles, WhatTillsAndAppsMayNot) {
  for (const char* name : {"FreezeMember", "UnfreezeMember", "UnlinkIdentity", "SetTags",
                           "MergeMembers", "EraseMember", "ImportMembers", "ExportBalances",
                           "AdjustPoints", "ImportOrders", "SweepMembers"}) {
    for (const Method& method : Methods()) {
      if (method.name != name) continue;
      EXPECT_FALSE(method.Allows(Role::kPos)) << name;
      EXPECT_FALSE(method.Allows(Role::kMemberApp)) << name;
      EXPECT_TRUE(method.Allows(Role::kOperator)) << name;
    }
  }
}

TEST(Roles, TheDocumentShowsThisTable) {
  const char* root = std::getenv("FAIRPOINT_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/docs/roles.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), testing::HasSubstr(RolesTable())) << "docs/roles.md must contain:\n"
                                                            << RolesTable();
}

}  // namespace
}  // namespace fairpoint::api
