// Every method by every role, and by nobody, against a real server.
#include <gtest/gtest.h>

#include <map>

#include "api/roles.h"
#include "fairpoint/v1/member_service.pb.h"
#include "fairpoint/v1/order_service.pb.h"
#include "fairpoint/v1/pricing_service.pb.h"
#include "server/client.h"
#include "server/testing/small_server.h"

namespace fairpoint::server {
namespace {

// Field 1 as a group's end: no message reads so.
constexpr char kMalformed[] = "\x0c";

std::string NameOf(const api::Method& method) {
  return std::string(method.service) + "/" + std::string(method.name);
}

template <class Response>
google::rpc::Status ErrorIn(const std::string& bytes) {
  Response response;
  EXPECT_TRUE(response.ParseFromString(bytes));
  if constexpr (requires { response.error(); }) {
    return response.error();
  } else {
    return response.feed_error();  // without facts it stands there
  }
}

class RolesWalk : public testing::Test {
 protected:
  // A stream tells what is wrong with a message in its answer to that message.
  SmallServer::Answer Call(const api::Method& method, const std::string& key,
                           const std::string& bytes) const {
    SmallServer::Answer answer = server_.Call(NameOf(method), key, bytes);
    google::rpc::Status error;
    if (!answer.status.ok()) return answer;
    if (method.name == "ImportOrders") {
      error = ErrorIn<v1::ImportOrdersResponse>(answer.bytes);
    } else if (method.name == "ImportMembers") {
      error = ErrorIn<v1::ImportMembersResponse>(answer.bytes);
    } else if (method.name == "ImportPriceFacts") {
      error = ErrorIn<v1::RecordPriceFactsResponse>(answer.bytes);
    } else {
      return answer;
    }
    answer.status = {static_cast<grpc::StatusCode>(error.code()), error.message(),
                     error.SerializeAsString()};
    answer.reason = ReasonIn(answer.status);
    return answer;
  }

  SmallServer server_;
};

TEST_F(RolesWalk, EveryRoleAndMethod) {
  std::map<api::Role, std::string> keys;
  for (const api::Role role : api::kRoles) {
    keys[role] = server_.MakeKey(std::string(api::Name(role)));
  }
  for (const api::Method& method : api::Methods()) {
    for (const api::Role role : api::kRoles) {
      SCOPED_TRACE(NameOf(method) + " by " + std::string(api::Name(role)));
      // An empty request is wrong everywhere but for the sweep: who may call is told what is wrong
      // with it.
      const SmallServer::Answer answer = Call(method, keys[role], "");
      if (!method.Allows(role)) {
        EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
        EXPECT_EQ(answer.reason, "ROLE_MAY_NOT");
      } else if (method.name == "SweepMembers") {
        EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
      } else {
        EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
        EXPECT_EQ(answer.reason, "INVALID_FIELDS");
      }
      // What may not be called is not even parsed.
      const SmallServer::Answer malformed = Call(method, keys[role], kMalformed);
      EXPECT_EQ(malformed.reason, method.Allows(role) ? "MALFORMED_MESSAGE" : "ROLE_MAY_NOT");
    }
  }
}

TEST_F(RolesWalk, NobodyMayCallAnything) {
  for (const api::Method& method : api::Methods()) {
    SCOPED_TRACE(NameOf(method));
    const SmallServer::Answer nobody = server_.Call(NameOf(method), "", "");
    EXPECT_EQ(nobody.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(nobody.reason, "KEY_MISSING");
    const SmallServer::Answer stranger = server_.Call(NameOf(method), "fp_abc_def", "");
    EXPECT_EQ(stranger.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(stranger.reason, "KEY_WRONG");
  }
}

TEST_F(RolesWalk, AKeyWorksAtOnceAfterItIsMade) {
  // The watch reads only when it is nudged: nothing here waits for it.
  const std::string key = server_.MakeKey("admin");
  EXPECT_EQ(server_.Call("MemberService/GetMember", key, "").reason, "INVALID_FIELDS");
}

TEST_F(RolesWalk, WrongSecretsAreRefused) {
  std::string key = server_.MakeKey("admin");
  key.back() = key.back() == '0' ? '1' : '0';
  EXPECT_EQ(server_.Call("MemberService/GetMember", key, "").reason, "KEY_WRONG");
  EXPECT_EQ(server_.Call("MemberService/GetMember", key + "0", "").reason, "KEY_WRONG");
  EXPECT_EQ(server_.Call("MemberService/GetMember", "rubbish", "").reason, "KEY_WRONG");
}

TEST_F(RolesWalk, OversizedMessagesAreRefused) {
  const std::string key = server_.MakeKey("admin");
  const SmallServer::Answer answer =
      server_.Call("PointsService/BatchPost", key, std::string(5 << 20, 'x'));
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(RolesWalk, UnknownMethodsAreUnimplemented) {
  const std::string key = server_.MakeKey("admin");
  EXPECT_EQ(server_.Call("PointsService/GivePoints", key, "").status.error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace fairpoint::server
