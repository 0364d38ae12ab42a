// Small things on text. (Debian's abseil has a string_view of its own, not std's.)
#ifndef FAIRPOINT_SERVER_IMPORTS_TEXT_H_
#define FAIRPOINT_SERVER_IMPORTS_TEXT_H_

#include <string_view>

#include "absl/strings/ascii.h"

namespace fairpoint::server::imports {

// Without ASCII white space around it.
inline std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.front()))) {
    text.remove_prefix(1);
  }
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.back()))) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_TEXT_H_
