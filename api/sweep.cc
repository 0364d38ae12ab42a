#include "api/sweep.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/store.h"

namespace fairpoint::api {
namespace {

constexpr char kSystem[] = "system";

// One sweep: a page is read, all of it is settled, then the one behind it is read. So members that
// cannot be settled hide nobody.
class Run : public std::enable_shared_from_this<Run> {
 public:
  Run(engine::Engine& engine, engine::ReadPool& reads, const SweepLimits& limits,
      std::function<void(absl::StatusOr<SweepResult>)> done)
      : engine_(engine), reads_(reads), limits_(limits), done_(std::move(done)) {}

  void ReadPage() {
    size_t wanted = limits_.page_size;
    if (limits_.members_max > 0) {
      wanted = static_cast<size_t>(std::min<int64_t>(
          static_cast<int64_t>(wanted), limits_.members_max - result_.members_settled));
    }
    if (wanted == 0 || base::SteadyNow() >= limits_.deadline) return done_(result_);
    reads_.Submit(
        [self = shared_from_this(), wanted](absl::Status status, engine::ReadSession* session) {
          std::vector<engine::DueMember> due;
          if (status.ok()) status = self->FindDue(*session, wanted, due);
          if (!status.ok()) return self->done_(status);
          self->Settle(std::move(due));
        });
  }

 private:
  absl::Status FindDue(engine::ReadSession& session, size_t wanted,
                       std::vector<engine::DueMember>& due) {
    if (!begun_at_) {
      const absl::StatusOr<base::Instant> now = session.Now();
      if (!now.ok()) return now.status();
      begun_at_ = *now;
    }
    return session.ScanDueMembers(*begun_at_, last_, wanted, due);
  }

  void Settle(std::vector<engine::DueMember> due) {
    if (due.empty()) {
      if (result_.members_settled == 0 && !trouble_.ok()) return done_(trouble_);
      return done_(result_);
    }
    last_ = due.back();
    {
      const std::lock_guard lock(mutex_);
      in_flight_ = due.size();
      settled_before_ = result_.members_settled;
    }
    for (const auto& [at, name] : due) {
      engine::Command command;
      command.program_id = name.program_id;
      command.member = name.member_id;
      command.posting.actor = kSystem;
      command.operation = ledger::Settle{};
      command.deadline = limits_.deadline;
      engine_.Submit(std::move(command),
                     [self = shared_from_this()](const absl::StatusOr<engine::Answer>& answer) {
                       self->Settled(answer);
                     });
    }
  }

  void Settled(const absl::StatusOr<engine::Answer>& answer) {
    {
      const std::lock_guard lock(mutex_);
      if (answer.ok()) {
        ++result_.members_settled;
        result_.entries_booked += answer->settled_entries;
      } else {
        trouble_ = answer.status();
      }
      if (--in_flight_ > 0) return;
    }
    // Nobody can be settled now: those behind would fare no better.
    if (result_.members_settled == settled_before_ &&
        (absl::IsUnavailable(trouble_) || absl::IsResourceExhausted(trouble_))) {
      if (result_.members_settled == 0) return done_(trouble_);
      return done_(result_);
    }
    ReadPage();
  }

  engine::Engine& engine_;
  engine::ReadPool& reads_;
  const SweepLimits limits_;
  const std::function<void(absl::StatusOr<SweepResult>)> done_;
  std::optional<base::Instant> begun_at_;
  std::optional<engine::DueMember> last_;  // of the page before
  std::mutex mutex_;                       // guards what is below while a page is in flight
  size_t in_flight_ = 0;
  int64_t settled_before_ = 0;  // this page
  SweepResult result_;
  absl::Status trouble_;
};

}  // namespace

void Sweep(engine::Engine& engine, engine::ReadPool& reads, const SweepLimits& limits,
           std::function<void(absl::StatusOr<SweepResult>)> done) {
  std::make_shared<Run>(engine, reads, limits, std::move(done))->ReadPage();
}

}  // namespace fairpoint::api
