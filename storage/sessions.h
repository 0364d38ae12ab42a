// The port's sessions over any driver's connection.
#ifndef FAIRPOINT_STORAGE_SESSIONS_H_
#define FAIRPOINT_STORAGE_SESSIONS_H_

#include <memory>

#include "engine/store.h"
#include "storage/driver.h"

namespace fairpoint::storage {

std::unique_ptr<engine::WriteSession> MakeWriteSession(std::unique_ptr<Connection> connection);
std::unique_ptr<engine::ReadSession> MakeReadSession(std::unique_ptr<Connection> connection);

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_SESSIONS_H_
