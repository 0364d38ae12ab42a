#include "server/testing/small_server.h"

#include <grpcpp/generic/generic_stub.h>
#include <stdlib.h>

#include <chrono>
#include <future>
#include <iostream>
#include <utility>

#include "api/program_file.h"
#include "server/client.h"
#include "server/keys.h"
#include "storage/open.h"

namespace fairpoint::server {
namespace {

std::unique_ptr<engine::Store> MakeStore(const std::string& path) {
  const std::string url = "sqlite:" + path;
  if (const auto made = storage::MigrateStore(url, {}); !made.ok()) {
    std::cerr << made.status() << "\n";
    std::abort();
  }
  auto store = storage::OpenStore(url, {});
  if (!store.ok()) {
    std::cerr << store.status() << "\n";
    std::abort();
  }
  return *std::move(store);
}

engine::EngineOptions OneWorker() {
  engine::EngineOptions options;
  options.owner = "test";
  options.workers = 1;
  return options;
}

}  // namespace

SmallServer::SmallServer(ListenOptions listen)
    : store_(MakeStore(folder_.File("fairpoint.db"))),
      keyring_({{1, std::string(base::kSecretBytes, 'k')}}),
      programs_(&api::ProgramOfVersion),
      engine_(std::make_unique<engine::Engine>(*store_, programs_, prices_, keyring_, metrics_,
                                               OneWorker())),
      reads_(std::make_unique<engine::ReadPool>(*store_, metrics_, engine::ReadPoolOptions())),
      door_{*engine_, *reads_, programs_, prices_, clock_, keyring_, keys_, metrics_} {
  // Reads on demand only, so that a test sees that a nudge is enough.
  key_watch_ = std::make_unique<Ticker>(absl::Hours(1), absl::Milliseconds(1), [this] {
    (void)keys_.Read([this] { return store_->LoadApiKeys(); });
  });
  keys_.OnNudge([this] { key_watch_->Nudge(); });
  listen.address = "127.0.0.1:0";
  auto listener = Listener::Start(listen, door_);
  if (!listener.ok()) {
    std::cerr << listener.status() << "\n";
    std::abort();
  }
  listener_ = *std::move(listener);
  channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(port()),
                                 grpc::InsecureChannelCredentials());
}

SmallServer::~SmallServer() {
  listener_->Stop(absl::Seconds(5));
  keys_.OnNudge(nullptr);
  key_watch_.reset();
  reads_->Stop();
  engine_->Stop();
}

std::string SmallServer::MakeKey(const std::string& role) {
  MakeKeyOptions options;
  options.role = role;
  if (role == "pos") options.store_id = "sh-001";
  const auto made = MakeNewKey(options);
  if (!made.ok() || !store_->InsertApiKey(made->key).ok()) std::abort();
  return made->text;
}

SmallServer::Answer SmallServer::Call(const std::string& method, const std::string& key,
                                      const std::string& bytes) const {
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  if (!key.empty()) context.AddMetadata("authorization", "Bearer " + key);
  const grpc::Slice slice(bytes);
  grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/fairpoint.v1." + method, grpc::StubOptions(), &request, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  Answer answer;
  answer.status = done.get_future().get();
  answer.reason = ReasonIn(answer.status);
  grpc::Slice all;
  if (answer.status.ok() && response.DumpToSingleSlice(&all).ok()) {
    answer.bytes.assign(reinterpret_cast<const char*>(all.begin()), all.size());
  }
  return answer;
}

}  // namespace fairpoint::server
