// Which role may call which method: one table. docs/roles.md shows it; a test holds the two
// together.
#ifndef FAIRPOINT_API_ROLES_H_
#define FAIRPOINT_API_ROLES_H_

#include <span>
#include <string>
#include <string_view>

#include "api/principal.h"

namespace fairpoint::api {

struct Method {
  std::string_view service;  // "PointsService"
  std::string_view name;     // "EarnPoints"
  bool writes = false;
  uint8_t roles = 0;  // bit 1 << Role

  bool Allows(Role role) const { return (roles >> static_cast<uint8_t>(role) & 1) != 0; }
};

// Every method of fairpoint.v1, in the order of the protos.
std::span<const Method> Methods();

// Requires that there is one.
const Method& MethodNamed(std::string_view service, std::string_view name);

// The table of docs/roles.md.
std::string RolesTable();

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_ROLES_H_
