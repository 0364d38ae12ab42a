// How often each event happened in a run: a simulation in which something never happens proves
// nothing about it.
#ifndef FAIRPOINT_TESTS_SIMULATION_COVERAGE_H_
#define FAIRPOINT_TESTS_SIMULATION_COVERAGE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fairpoint::simulation {

class Coverage {
 public:
  void Count(std::string_view event, int64_t times = 1) {
    const auto found = counts_.find(event);
    if (found == counts_.end()) {
      counts_.emplace(event, times);
    } else {
      found->second += times;
    }
  }
  void Add(const Coverage& other) {
    for (const auto& [event, times] : other.counts_) Count(event, times);
  }
  int64_t of(std::string_view event) const {
    const auto found = counts_.find(event);
    return found == counts_.end() ? 0 : found->second;
  }
  const std::map<std::string, int64_t, std::less<>>& counts() const { return counts_; }

 private:
  std::map<std::string, int64_t, std::less<>> counts_;
};

// What must happen in every run that is large enough, and did not in this one.
std::vector<std::string_view> Missing(const Coverage& coverage);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_COVERAGE_H_
