// Texts put together from parts; std::string_view, which absl::StrCat does not take in this build.
#ifndef FAIRPOINT_STORAGE_TEXT_H_
#define FAIRPOINT_STORAGE_TEXT_H_

#include <concepts>
#include <string>
#include <string_view>

namespace fairpoint::storage {

inline void AppendPart(std::string& out, std::string_view part) { out.append(part); }
template <std::integral Number>
  requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
void AppendPart(std::string& out, Number part) {
  out.append(std::to_string(part));
}

template <class... Parts>
std::string Text(const Parts&... parts) {
  std::string out;
  (AppendPart(out, parts), ...);
  return out;
}

}  // namespace fairpoint::storage

#endif  // FAIRPOINT_STORAGE_TEXT_H_
