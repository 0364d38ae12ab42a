// Page tokens: opaque, and good only for the request whose answer gave them, on any server of the
// same keyring.
#ifndef FAIRPOINT_API_PAGE_TOKEN_H_
#define FAIRPOINT_API_PAGE_TOKEN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/keyring.h"

namespace fairpoint::api {

// What a token is bound to beside the programme: the method and whatever decides which rows come in
// which order.
struct PageScope {
  std::string_view method;
  base::ProgramId program_id;
  std::string rest;
};

// `position` is the last row that was given.
std::string MakePageToken(const base::Keyring& keyring, const PageScope& scope, int64_t position);
// Of rows that are not numbered.
std::string MakePageToken(const base::Keyring& keyring, const PageScope& scope,
                          std::string_view position);

// Nothing for a token that MakePageToken did not make for this scope.
std::optional<int64_t> ReadPageToken(const base::Keyring& keyring, const PageScope& scope,
                                     std::string_view token);
std::optional<std::string> ReadPageTokenBytes(const base::Keyring& keyring, const PageScope& scope,
                                              std::string_view token);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PAGE_TOKEN_H_
