// What the conformance suite runs on: a fresh, migrated, empty store, and ways to treat it that the
// port does not offer. Each program that runs the suite links one implementation.
#ifndef FAIRPOINT_STORAGE_TESTING_STORE_UNDER_TEST_H_
#define FAIRPOINT_STORAGE_TESTING_STORE_UNDER_TEST_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/store.h"
#include "storage/driver.h"

namespace fairpoint::storage::testing {

class StoreUnderTest {
 public:
  // Aborts the test if there can be none.
  static std::unique_ptr<StoreUnderTest> Make();

  virtual ~StoreUnderTest() = default;  // removes it

  // Opens it, as one more server does.
  virtual absl::StatusOr<std::unique_ptr<engine::Store>> Open() = 0;
  virtual absl::StatusOr<std::unique_ptr<engine::Store>> OpenReadOnly() = 0;
  // A connection below the port, with all rights.
  virtual std::unique_ptr<Connection> Connect() = 0;
  // For OpenStore.
  virtual std::string url() const = 0;
  virtual Dialect dialect() const = 0;
};

}  // namespace fairpoint::storage::testing

#endif  // FAIRPOINT_STORAGE_TESTING_STORE_UNDER_TEST_H_
