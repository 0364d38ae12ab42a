#include "server/listener.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "api/services.h"
#include "server/address.h"
#include "server/files.h"
#include "server/pem.h"

namespace fairpoint::server {
namespace {

constexpr int kMessageBytesMax = 4 << 20;
constexpr const char* kServiceNames[] = {"", "fairpoint.v1.ProgramService",
                                         "fairpoint.v1.MemberService", "fairpoint.v1.PointsService",
                                         "fairpoint.v1.OrderService"};

bool IsLoopback(const std::string& address) {
  for (const char* prefix : {"127.", "localhost:", "[::1]:", "unix:"}) {
    if (address.rfind(prefix, 0) == 0) return true;
  }
  return false;
}

// Of strangers no message is read (api/call.h); this bounds what their connections and what known
// callers' messages take.
void Bound(grpc::ServerBuilder& builder) {
  constexpr size_t kBytesMax = 80 << 20;
  constexpr int kStreamsMax = 256;  // of one connection
  constexpr int kHandshakeMs = 10'000;
  constexpr int kKeepaliveMs = 60'000;
  grpc::ResourceQuota quota("server");
  quota.Resize(kBytesMax);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsMax);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsFor(
    const ListenOptions& options) {
  if (options.tls_cert.empty()) return grpc::InsecureServerCredentials();
  const absl::StatusOr<std::string> cert = ReadFile(options.tls_cert);
  if (!cert.ok()) return cert.status();
  const absl::StatusOr<std::string> key = ReadFile(options.tls_key);
  if (!key.ok()) return key.status();
  if (absl::Status ok =
          CheckPair("--tls-cert", options.tls_cert, *cert, "--tls-key", options.tls_key, *key);
      !ok.ok())
    return ok;
  grpc::SslServerCredentialsOptions ssl;
  ssl.pem_key_cert_pairs.push_back({*key, *cert});
  if (!options.tls_client_ca.empty()) {
    const absl::StatusOr<std::string> ca = ReadFile(options.tls_client_ca);
    if (!ca.ok()) return ca.status();
    if (absl::Status ok = CheckCertificate("--tls-client-ca", options.tls_client_ca, *ca); !ok.ok())
      return ok;
    ssl.pem_root_certs = *ca;
    // Not required: callers with a key need none. One that is sent must be good.
    ssl.client_certificate_request = GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(ssl);
}

}  // namespace

absl::Status CheckListenOptions(const ListenOptions& options) {
  if (absl::Status ok = CheckAddress("--listen", options.address); !ok.ok()) return ok;
  if (options.tls_cert.empty() != options.tls_key.empty()) {
    return absl::InvalidArgumentError("give both --tls-cert and --tls-key, or neither");
  }
  if (options.tls_cert.empty() && !options.tls_client_ca.empty()) {
    return absl::InvalidArgumentError("--tls-client-ca needs --tls-cert and --tls-key");
  }
  if (options.tls_cert.empty() && !options.allow_plaintext && !IsLoopback(options.address)) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.address, " is reached over the network, and without TLS keys and members' data ",
        "could be read there. Give --tls-cert and --tls-key, listen on 127.0.0.1, or say ",
        "--allow-plaintext where something else encrypts"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Listener>> Listener::Start(const ListenOptions& options,
                                                          api::Door& door) {
  auto credentials = CredentialsFor(options);
  if (!credentials.ok()) return credentials.status();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  auto listener = std::unique_ptr<Listener>(new Listener());
  listener->services_ = api::MakeServices(door);
  grpc::ServerBuilder builder;
  Bound(builder);
  // A second server on the same port would take calls away from the first without anybody noticing.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(options.address, *credentials, &listener->port_);
  for (const auto& service : listener->services_) builder.RegisterService(service.get());
  listener->server_ = builder.BuildAndStart();
  if (listener->server_ == nullptr ||
      (listener->port_ == 0 && options.address.rfind("unix:", 0) != 0)) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.address,
                     ": is the address taken, not this machine's, or the certificate unreadable?"));
  }
  listener->SetServing(true);
  return listener;
}

Listener::~Listener() {
  if (server_ != nullptr) Stop(absl::ZeroDuration());
}

void Listener::SetServing(bool serving) {
  for (const char* name : kServiceNames) {
    server_->GetHealthCheckService()->SetServingStatus(name, serving);
  }
}

void Listener::Stop(absl::Duration patience) {
  // For good: later pings must not make it healthy again.
  server_->GetHealthCheckService()->Shutdown();
  server_->Shutdown(absl::ToChronoTime(absl::Now() + patience));
  server_->Wait();
  server_.reset();
}

}  // namespace fairpoint::server
