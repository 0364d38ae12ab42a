// The fixture and the words that the conformance suite is written in.
#ifndef FAIRPOINT_STORAGE_TESTING_CONFORMANCE_H_
#define FAIRPOINT_STORAGE_TESTING_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/store.h"
#include "storage/testing/status_checks.h"
#include "storage/testing/store_under_test.h"

namespace fairpoint::storage::testing {

class Conformance : public ::testing::Test {
 protected:
  void SetUp() override {
    under_test_ = StoreUnderTest::Make();
    store_ = OpenOne();
  }

  std::unique_ptr<engine::Store> OpenOne() {
    auto store = under_test_->Open();
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  std::unique_ptr<engine::WriteSession> Writer() {
    auto session = store_->OpenWriteSession();
    EXPECT_TRUE(session.ok()) << session.status();
    return *std::move(session);
  }
  std::unique_ptr<engine::ReadSession> Reader() {
    auto session = store_->OpenReadSession();
    EXPECT_TRUE(session.ok()) << session.status();
    return *std::move(session);
  }

  // In a transaction of its own.
  absl::Status Commit(const engine::WriteSet& changes) {
    auto session = Writer();
    absl::Status status = session->Begin();
    if (status.ok()) status = session->Write(changes);
    if (status.ok()) status = session->Commit();
    if (!status.ok()) session->Rollback();
    return status;
  }
  // Below the port.
  absl::Status Run(std::string_view sql) {
    auto connection = under_test_->Connect();
    absl::Status status = connection->BeginWrite();
    if (status.ok()) status = connection->Execute(sql);
    if (status.ok()) status = connection->Commit();
    return status;
  }

  std::unique_ptr<StoreUnderTest> under_test_;
  std::unique_ptr<engine::Store> store_;
};

template <class T>
std::span<const T> One(const T& value) {
  return {&value, 1};
}

}  // namespace fairpoint::storage::testing

#endif  // FAIRPOINT_STORAGE_TESTING_CONFORMANCE_H_
