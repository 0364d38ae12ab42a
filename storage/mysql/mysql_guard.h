// Where the connector's exceptions become statuses.
#ifndef FAIRPOINT_STORAGE_MYSQL_MYSQL_GUARD_H_
#define FAIRPOINT_STORAGE_MYSQL_MYSQL_GUARD_H_

#include <cppconn/exception.h>

#include <exception>
#include <utility>

#include "storage/mysql/mysql_error.h"

namespace fairpoint::storage {

// Runs `body`; if it throws, returns what `on_error(number, message)` makes of it. The number is 0
// for errors of the connector itself.
template <class Body, class OnError>
absl::Status Guarded(Body&& body, OnError&& on_error) {
  try {
    std::forward<Body>(body)();
    return absl::OkStatus();
  } catch (const sql::SQLException& error) {
    return on_error(error.getErrorCode(), error.what());
  } catch (const std::exception& error) {
    return on_error(0, error.what());
  }
}

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_MYSQL_MYSQL_GUARD_H_
