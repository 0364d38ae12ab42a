// Collects findings: the first ones of each pass are kept, all are counted.
#ifndef FAIRPOINT_AUDIT_FINDINGS_H_
#define FAIRPOINT_AUDIT_FINDINGS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "audit/report.h"
#include "base/points.h"
#include "base/sha256.h"
#include "base/time.h"

namespace fairpoint::audit {

class Findings {
 public:
  // At least one is kept: a count alone leads nowhere.
  explicit Findings(size_t kept_per_pass_max)
      : kept_per_pass_max_(std::max<size_t>(kept_per_pass_max, 1)) {}

  // What comes next belongs to another pass, which has room of its own: so the journal's word is
  // heard even when members filled theirs.
  void BeginPass() { kept_in_pass_ = 0; }
  // The pass has no more room: looking further would only count.
  bool IsPassFull() const { return kept_in_pass_ >= kept_per_pass_max_; }

  void Add(Finding finding) {
    ++total_;
    if (IsPassFull()) return;
    ++kept_in_pass_;
    kept_.push_back(std::move(finding));
  }
  // One more that is not described.
  void Count() { ++total_; }

  int64_t total() const { return total_; }
  std::vector<Finding> kept() && { return std::move(kept_); }

 private:
  const size_t kept_per_pass_max_;
  size_t kept_in_pass_ = 0;
  int64_t total_ = 0;
  std::vector<Finding> kept_;
};

// Values as findings show them.
inline std::string Shown(absl::int128 value) {
  std::ostringstream out;
  out << value;
  return out.str();
}
inline std::string Shown(int64_t value) { return std::to_string(value); }
inline std::string Shown(bool value) { return value ? "true" : "false"; }
inline std::string Shown(base::Points points) { return std::to_string(points.value); }
inline std::string Shown(base::Instant instant) { return base::ToString(instant); }
inline std::string Shown(const base::Hash& hash) { return base::ToHex(base::AsBytes(hash)); }
inline std::string Shown(const std::string& text) { return "\"" + text + "\""; }
template <class T>
std::string Shown(const std::optional<T>& value) {
  return value ? Shown(*value) : "none";
}

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_FINDINGS_H_
