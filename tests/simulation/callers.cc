// What callers do: ask, ask again, ask twice, use an id for something else.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "tests/simulation/run.h"

namespace fairpoint::simulation {

void Simulation::Ask() {
  const int64_t now = store_.clock().micros;
  const int64_t dice = random_.Below(100);
  if (!to_retry_.empty() && dice < 40) {
    const size_t which = static_cast<size_t>(random_.Below(static_cast<int64_t>(to_retry_.size())));
    const std::shared_ptr<const Request> request = to_retry_[which];
    to_retry_.erase(to_retry_.begin() + static_cast<std::ptrdiff_t>(which));
    coverage_.Count("retries by callers");
    return SendAnywhere(request);
  }
  if (!asked_.empty() && dice < 50) {
    // Mostly something recent: it may still be under way.
    const auto count = static_cast<int64_t>(asked_.size());
    const int64_t back =
        random_.Percent(60) ? random_.Below(std::min<int64_t>(count, 8)) : random_.Below(count);
    const std::shared_ptr<const Request>& request = asked_[static_cast<size_t>(count - 1 - back)];
    if (request->request_id.empty()) return;
    if (random_.Percent(30)) {
      coverage_.Count("ids with other content");
      return SendAnywhere(workload_.OtherContent(*request, now));
    }
    coverage_.Count("duplicates");
    return SendAnywhere(request);
  }
  if (random_.Percent(4)) AskForNewcomers();
  const std::shared_ptr<const Request> request = workload_.Next(now);
  asked_.push_back(request);
  SendAnywhere(request);
  if (request->request_id.empty()) return;
  if (random_.Percent(4)) {
    coverage_.Count("sent twice at once");
    SendAnywhere(request);
  }
  if (random_.Percent(3)) {
    // The same identities, or the same points, asked for by two callers under two ids.
    coverage_.Count("asked twice under two ids");
    Request again = *request;
    again.request_id += "-again";
    SendAnywhere(std::make_shared<const Request>(std::move(again)));
  }
}

// Two workers who hold no lock in common write the same new identities in two orders, and nobody
// disturbs them.
void Simulation::AskForNewcomers() {
  std::vector<Worker*> idle;
  for (const Server& server : servers_) idle.push_back(server.workers.front().get());
  // What they are at they finish first, if nobody is in their way.
  for (int64_t steps = 0; steps < 60; ++steps) {
    Worker& worker = *idle[static_cast<size_t>(steps % 2)];
    if (!worker.group->idle()) Step(worker);
  }
  if (auditor_.fault() || !idle[0]->group->idle() || !idle[1]->group->idle()) return;
  coverage_.Count("newcomers in two orders");
  const std::vector<std::shared_ptr<const Request>> enrolments = workload_.Newcomers();
  for (const auto& request : enrolments) Send(request, *idle[0]);
  for (auto request = enrolments.rbegin(); request != enrolments.rend(); ++request) {
    Request again = **request;
    if (random_.Percent(50)) again.request_id += "-again";
    Send(std::make_shared<const Request>(std::move(again)), *idle[1]);
  }
  duelists_ = {idle[0], idle[1]};
  duel_steps_ = 60;
  const auto count = static_cast<int64_t>(enrolments.size());
  for (Worker* const worker : duelists_) {
    // They go before what waits.
    std::ranges::rotate(worker->queue, worker->queue.end() - count);
    StartBatch(*worker, count);
  }
}

void Simulation::SendAnywhere(const std::shared_ptr<const Request>& request) {
  Worker& worker = *random_.Pick(random_.Pick(servers_).workers);
  Send(request, worker);
  if (!request->request_id.empty() && random_.Percent(2)) {
    coverage_.Count("sent twice to one worker");
    Send(request, worker);
  }
}

void Simulation::Send(std::shared_ptr<const Request> request, Worker& worker) {
  auto submission = std::make_shared<Submission>();
  submission->number = sent_++;
  submission->request = std::move(request);
  submission->new_member_id = workload_.NewMemberId();
  submission->new_secret = workload_.NewSecret();
  if (!resting_ && random_.Percent(15)) {
    submission->deadline = process_now_ + worker.skew + absl::Milliseconds(random_.Below(3000));
  }
  Trace(absl::StrCat("send ", Describe(*submission), " to worker ", worker.number));
  auditor_.OnSent(submission, worker.number);
  worker.queue.emplace_back(
      submission->number,
      engine::Pending{ToCommand(*submission),
                      [this, submission](absl::StatusOr<engine::Answer> answer) {
                        OnAnswer(submission, std::move(answer));
                      }});
}

void Simulation::OnAnswer(const std::shared_ptr<const Submission>& submission,
                          absl::StatusOr<engine::Answer> answer) {
  for (const Server& server : servers_) {
    for (const auto& worker : server.workers) {
      if (std::erase(worker->in_flight, submission->number) > 0) --worker->watcher.unanswered;
    }
  }
  auditor_.OnAnswer(submission->number, answer);
  const bool store_refuses =
      !answer.ok() && base::ReasonOf(answer.status()) == "STORE_REFUSES_WRITES";
  if (store_refuses && submission->request->order_id == kPoison) coverage_.Count("poison refused");
  if (store_refuses && weather_.refused == 0 && submission->request->order_id != kPoison)
    auditor_.Fault(absl::StrCat(Describe(*submission), " suffered for another that was refused"));
  if (answer.ok()) {
    workload_.Learn(*submission->request, *answer);
  } else if (answer.status().code() == absl::StatusCode::kUnavailable ||
             (answer.status().code() == absl::StatusCode::kDeadlineExceeded &&
              random_.Percent(50))) {
    to_retry_.push_back(submission->request);
  }
}

}  // namespace fairpoint::simulation
