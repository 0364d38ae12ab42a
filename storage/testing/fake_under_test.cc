// The fake store, for the part of the suite that says what rows come back.
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/testing/fake_store.h"
#include "storage/testing/store_under_test.h"

namespace fairpoint::storage::testing {
namespace {

// A fake is where it is made: whoever opens it again has the same one.
class SharedFake final : public engine::Store {
 public:
  explicit SharedFake(std::shared_ptr<engine::FakeStore> fake) : fake_(std::move(fake)) {}
  absl::StatusOr<std::unique_ptr<engine::WriteSession>> OpenWriteSession() override {
    return fake_->OpenWriteSession();
  }
  absl::StatusOr<std::unique_ptr<engine::ReadSession>> OpenReadSession() override {
    return fake_->OpenReadSession();
  }
  absl::StatusOr<int64_t> LeaseLane(const std::string& owner, int64_t seconds) override {
    return fake_->LeaseLane(owner, seconds);
  }
  absl::Status Ping() override { return fake_->Ping(); }
  absl::StatusOr<std::vector<engine::Finding>> Inspect() override { return fake_->Inspect(); }
  absl::Status InsertApiKey(const engine::ApiKey& key) override { return fake_->InsertApiKey(key); }
  absl::StatusOr<std::vector<engine::ApiKey>> LoadApiKeys() override {
    return fake_->LoadApiKeys();
  }
  absl::Status RevokeApiKey(const std::string& id) override { return fake_->RevokeApiKey(id); }
  absl::StatusOr<std::string> SetMetaOnce(const std::string& name,
                                          const std::string& value) override {
    return fake_->SetMetaOnce(name, value);
  }
  absl::StatusOr<std::map<std::string, std::string>> LoadMeta() override {
    return fake_->LoadMeta();
  }

 private:
  const std::shared_ptr<engine::FakeStore> fake_;
};

class FakeUnderTest final : public StoreUnderTest {
 public:
  FakeUnderTest() {
    // The suite writes rows as they come, without the locks that guard them.
    fake_->OnViolation([](const std::string&) {});
  }
  absl::StatusOr<std::unique_ptr<engine::Store>> Open() override {
    return std::make_unique<SharedFake>(fake_);
  }
  absl::StatusOr<std::unique_ptr<engine::Store>> OpenReadOnly() override { return Open(); }
  std::unique_ptr<Connection> Connect() override { std::abort(); }  // there is nothing below
  std::string url() const override { std::abort(); }
  Dialect dialect() const override { std::abort(); }

 private:
  const std::shared_ptr<engine::FakeStore> fake_ = std::make_shared<engine::FakeStore>();
};

}  // namespace

std::unique_ptr<StoreUnderTest> StoreUnderTest::Make() { return std::make_unique<FakeUnderTest>(); }

}  // namespace fairpoint::storage::testing
