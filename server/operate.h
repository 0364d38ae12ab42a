// The smaller commands: migrate, verify, sweep, health. They print and return the exit code.
#ifndef FAIRPOINT_SERVER_OPERATE_H_
#define FAIRPOINT_SERVER_OPERATE_H_

#include <cstdint>
#include <string>

#include "server/flags.h"

namespace fairpoint::server {

// 0: the store has this program's schema now; 1: it could not be migrated, and why.
int RunMigrate(const StoreFlags& store);

struct VerifyFlags {
  StoreFlags store;
  std::string keyring;  // empty: beside a SQLite store
  bool json = false;
  bool quiet = false;        // no progress
  size_t findings_max = 20;  // described per pass; all are counted
};
// 0: all is well; 1: something is not as it was recorded; 2: it could not be verified.
int RunVerify(const VerifyFlags& flags);

int RunSweep(const ClientFlags& client, int64_t members_max);

// 0: SERVING; 1: NOT_SERVING, or nobody answers.
int RunHealth(const ClientFlags& client);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_OPERATE_H_
