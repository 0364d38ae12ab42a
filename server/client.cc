#include "server/client.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "api/credentials.h"
#include "server/address.h"
#include "server/files.h"
#include "server/pem.h"

namespace fairpoint::server {
namespace {

constexpr std::chrono::seconds kPatience(30);
constexpr std::chrono::seconds kHealthPatience(5);
constexpr int kReconnectMillisMax = 2'000;

template <class Detail>
bool Find(const google::rpc::Status& status, Detail& detail) {
  for (const google::protobuf::Any& any : status.details()) {
    if (any.UnpackTo(&detail)) return true;
  }
  return false;
}

absl::Status CheckFlags(const ClientFlags& flags) {
  const bool named = flags.server.find(":///") != std::string::npos;  // a name of gRPC's resolvers
  if (!named) {
    if (absl::Status ok = CheckAddress("--server", flags.server); !ok.ok()) return ok;
  }
  if (flags.cert.empty() != flags.cert_key.empty()) {
    return absl::InvalidArgumentError("give both --cert and --cert-key, or neither");
  }
  if (!flags.cert.empty() && flags.ca.empty()) {
    return absl::InvalidArgumentError("--cert needs --ca: without it the connection is not TLS");
  }
  return absl::OkStatus();
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

int ExitCodeOf(const absl::Status& failure) { return absl::IsUnavailable(failure) ? 2 : 1; }

absl::StatusOr<Client> Client::Make(const ClientFlags& flags) {
  if (absl::Status ok = CheckFlags(flags); !ok.ok()) return ok;
  Client client;
  client.server_ = flags.server;
  client.tls_ = !flags.ca.empty();
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
      if (path != &flags.cert_key && !api::CertificateSha256(*content)) {
        return absl::InvalidArgumentError(absl::StrCat(*path, " holds no PEM certificate"));
      }
      if (path == &flags.cert_key) {
        if (absl::Status pair = CheckPair("--cert", flags.cert, ssl.pem_cert_chain, "--cert-key",
                                          flags.cert_key, *content);
            !pair.ok())
          return pair;
      }
      *target = *std::move(content);
    }
    credentials = grpc::SslCredentials(ssl);
  }
  grpc::ChannelArguments arguments;
  // A proxy of the environment is for the web, not for our own servers.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // A server that comes back is found soon by a command that waits for it.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMillisMax);
  client.channel_ = grpc::CreateCustomChannel(flags.server, credentials, arguments);
  client.programs_ = v1::ProgramService::NewStub(client.channel_);
  client.members_ = v1::MemberService::NewStub(client.channel_);
  client.points_ = v1::PointsService::NewStub(client.channel_);
  client.orders_ = v1::OrderService::NewStub(client.channel_);
  client.pricing_ = v1::PricingService::NewStub(client.channel_);
  return client;
}

absl::Status Client::Failure(const grpc::Status& status) const {
  const bool unanswered = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                          status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
  if (!unanswered || !ReasonIn(status).empty()) return absl::AbortedError(Explain(status));
  return absl::UnavailableError(
      absl::StrCat("no server answers at ", server_, ": is it running, ",
                   tls_ ? "does it speak TLS, with a certificate for this name that --ca signed?\n"
                        : "does it speak TLS (--ca)?\n"));
}

void Client::Authorize(grpc::ClientContext& context) const {
  if (!key_.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", key_));
}

void Client::Prepare(grpc::ClientContext& context) const {
  Authorize(context);
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
  if (!status.ok()) return Failure(status);
  grpc::Slice answer;
  if (!response.DumpToSingleSlice(&answer).ok()) return false;
  return std::string_view(reinterpret_cast<const char*>(answer.begin()), answer.size()) == kServing;
}

}  // namespace fairpoint::server
