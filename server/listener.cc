#include "server/listener.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "api/services.h"
#include "server/address.h"
#include "server/files.h"

namespace fairpoint::server {
namespace {

constexpr int kMessageBytesMax = 4 << 20;
constexpr const char* kServiceNames[] = {
    "", "fairpoint.v1.ProgramService", "fairpoint.v1.MemberService", "fairpoint.v1.PointsService"};

bool IsLoopback(const std::string& address) {
  for (const char* prefix : {"127.", "localhost:", "[::1]:", "unix:"}) {
    if (address.rfind(prefix, 0) == 0) return true;
  }
  return false;
}

template <class T, auto read>
std::unique_ptr<T, void (*)(T*)> ReadPem(const std::string& text, void (*free)(T*)) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bytes(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
  // No passphrase: there is nobody to ask.
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  return {read(bytes.get(), nullptr, no_passphrase, nullptr), free};
}

// Before a message is whole nobody knows whose it is: what strangers can make the server keep is
// bounded.
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

// gRPC would say of all of these that the address cannot be listened on.
absl::Status CheckPair(const ListenOptions& options, const std::string& cert_text,
                       const std::string& key_text) {
  const auto cert = ReadPem<X509, &PEM_read_bio_X509>(cert_text, &X509_free);
  if (cert == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--tls-cert: ", options.tls_cert, " holds no PEM certificate"));
  }
  const auto key = ReadPem<EVP_PKEY, &PEM_read_bio_PrivateKey>(key_text, &EVP_PKEY_free);
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--tls-key: ", options.tls_key, " holds no PEM private key, or one with a passphrase"));
  }
  if (X509_check_private_key(cert.get(), key.get()) != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--tls-key: ", options.tls_key, " is not the key of ", options.tls_cert));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsFor(
    const ListenOptions& options) {
  if (options.tls_cert.empty()) return grpc::InsecureServerCredentials();
  const absl::StatusOr<std::string> cert = ReadFile(options.tls_cert);
  if (!cert.ok()) return cert.status();
  const absl::StatusOr<std::string> key = ReadFile(options.tls_key);
  if (!key.ok()) return key.status();
  if (absl::Status ok = CheckPair(options, *cert, *key); !ok.ok()) return ok;
  grpc::SslServerCredentialsOptions ssl;
  ssl.pem_key_cert_pairs.push_back({*key, *cert});
  if (!options.tls_client_ca.empty()) {
    const absl::StatusOr<std::string> ca = ReadFile(options.tls_client_ca);
    if (!ca.ok()) return ca.status();
    if (ReadPem<X509, &PEM_read_bio_X509>(*ca, &X509_free) == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("--tls-client-ca: ", options.tls_client_ca, " holds no PEM certificate"));
    }
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
