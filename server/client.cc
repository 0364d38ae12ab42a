#include "server/client.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/files.h"

namespace fairpoint::server {
namespace {

constexpr std::chrono::seconds kPatience(30);
constexpr std::chrono::seconds kHealthPatience(5);

template <class Detail>
bool Find(const google::rpc::Status& status, Detail& detail) {
  for (const google::protobuf::Any& any : status.details()) {
    if (any.UnpackTo(&detail)) return true;
  }
  return false;
}

}  // namespace

std::string ReasonIn(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  details.ParseFromString(status.error_details());
  return Find(details, info) ? info.reason() : "";
}

std::string Explain(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad_request;
  if (!Find(details, info)) {
    return absl::StrCat("gRPC code ", static_cast<int>(status.error_code()), ": ",
                        status.error_message(), "\n");
  }
  std::string text = absl::StrCat(info.reason(), ": ");
  if (!Find(details, bad_request)) return absl::StrCat(text, status.error_message(), "\n");
  text += "\n";
  for (const auto& violation : bad_request.field_violations()) {
    absl::StrAppend(&text, "  ", violation.field(), violation.field().empty() ? "" : ": ",
                    violation.description(), "\n");
  }
  return text;
}

absl::StatusOr<Client> Client::Make(const ClientFlags& flags) {
  Client client;
  if (!flags.key_file.empty()) {
    absl::StatusOr<std::string> key = ReadSecretFile(flags.key_file);
    if (!key.ok()) return key.status();
    client.key_ = *std::move(key);
  } else if (const char* const key = std::getenv("FAIRPOINT_KEY")) {
    client.key_ = key;
  }
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (!flags.ca.empty()) {
    grpc::SslCredentialsOptions ssl;
    const std::pair<const std::string*, grpc::string*> files[] = {
        {&flags.ca, &ssl.pem_root_certs},
        {&flags.cert, &ssl.pem_cert_chain},
        {&flags.cert_key, &ssl.pem_private_key}};
    for (const auto& [path, target] : files) {
      if (path->empty()) continue;
      absl::StatusOr<std::string> content = ReadFile(*path);
      if (!content.ok()) return content.status();
      *target = *std::move(content);
    }
    credentials = grpc::SslCredentials(ssl);
  }
  grpc::ChannelArguments arguments;
  // A proxy of the environment is for the web, not for our own servers.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  client.channel_ = grpc::CreateCustomChannel(flags.server, credentials, arguments);
  client.programs_ = v1::ProgramService::NewStub(client.channel_);
  client.members_ = v1::MemberService::NewStub(client.channel_);
  client.points_ = v1::PointsService::NewStub(client.channel_);
  return client;
}

void Client::Prepare(grpc::ClientContext& context) const {
  if (!key_.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", key_));
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
}

absl::StatusOr<bool> Client::IsServing() const {
  // The health protos are in no Debian package. The request for the whole server is the empty
  // message; the answer's one field is the status, of which 1 is SERVING.
  constexpr std::string_view kServing("\x08\x01", 2);
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kHealthPatience);
  const grpc::Slice nothing("");
  grpc::ByteBuffer empty(&nothing, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &empty, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  if (!status.ok()) return absl::UnavailableError(status.error_message());
  grpc::Slice answer;
  if (!response.DumpToSingleSlice(&answer).ok()) return false;
  return std::string_view(reinterpret_cast<const char*>(answer.begin()), answer.size()) == kServing;
}

}  // namespace fairpoint::server
