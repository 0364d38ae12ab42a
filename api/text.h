// abseil's text functions take its own string_view, which in this build is another type than std's.
#ifndef FAIRPOINT_API_TEXT_H_
#define FAIRPOINT_API_TEXT_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace fairpoint::api {

inline absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_TEXT_H_
