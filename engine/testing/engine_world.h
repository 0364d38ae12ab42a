// An engine with its threads on a World's store, and its answers collected.
#ifndef FAIRPOINT_ENGINE_TESTING_ENGINE_WORLD_H_
#define FAIRPOINT_ENGINE_TESTING_ENGINE_WORLD_H_

#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/testing/world.h"

namespace fairpoint::engine::testing {

// Collects answers from any thread.
class Answers {
 public:
  Completion For(const std::string& request_id) {
    return [this, request_id](absl::StatusOr<Answer> answer) {
      const std::lock_guard lock(mutex_);
      told_[request_id].push_back(std::move(answer));
      ++count_;
      changed_.notify_all();
    };
  }
  void WaitFor(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= count; });
  }
  size_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  // Only when nothing more can come.
  const std::map<std::string, std::vector<absl::StatusOr<Answer>>>& told() const { return told_; }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::vector<absl::StatusOr<Answer>>> told_;
  size_t count_ = 0;
};

inline std::string MemberNo(int64_t i) { return "member-" + std::to_string(i); }

// Members 0 to kMembers - 1 are enrolled, each with a phone of its own name.
struct EngineTest : ::testing::Test {
  static constexpr int kMembers = 12;
  EngineTest() {
    for (int i = 0; i < kMembers; ++i) {
      const std::string name = MemberNo(i);
      EXPECT_EQ(ReasonOf(world.Do(Enrol("enrol-" + name, name, {Phone(name)}))), "");
    }
    options.owner = "server";
  }
  std::unique_ptr<Engine> Make() {
    return std::make_unique<Engine>(world.store, world.programs, world.prices, TestKeyring(),
                                    observer, options);
  }
  void Submit(Engine& engine, Command command) {
    const std::string request_id = command.posting.request_id.value();
    engine.Submit(std::move(command), answers.For(request_id));
  }

  World world;
  RecordingObserver observer;
  Answers answers;
  EngineOptions options;
};

}  // namespace fairpoint::engine::testing

#endif  // FAIRPOINT_ENGINE_TESTING_ENGINE_WORLD_H_
