// Who is calling: what a key or a certificate stands for.
#ifndef FAIRPOINT_API_PRINCIPAL_H_
#define FAIRPOINT_API_PRINCIPAL_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fairpoint::api {

enum class Role : uint8_t {
  kMemberApp,  // a mini-program's or app's backend
  kPos,        // a till; bound to one store
  kOperator,   // head office, store guides
  kAuditor,    // reads all, writes nothing
  kAdmin,      // everything
};
inline constexpr std::array kRoles = {Role::kMemberApp, Role::kPos, Role::kOperator, Role::kAuditor,
                                      Role::kAdmin};

std::string_view Name(Role role);  // "member-app"
std::optional<Role> RoleFromName(std::string_view name);

struct Principal {
  std::string id;  // the key's id: the actor in every entry
  Role role{};
  std::string store_id;  // for kPos, never empty; otherwise empty
  friend bool operator==(const Principal&, const Principal&) = default;
};

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PRINCIPAL_H_
