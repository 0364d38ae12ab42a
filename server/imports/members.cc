#include "server/imports/members.h"

#include <deque>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/imports/order_requests.h"

namespace fairpoint::server::imports {
namespace {

constexpr absl::Duration kCallPatience = absl::Seconds(30);
constexpr absl::Duration kTick = absl::Milliseconds(200);

// No other customer would fare better.
bool IsOfTheCaller(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNIMPLEMENTED:
      return true;
    default:
      return ReasonIn(status) == "PROGRAM_NOT_FOUND";
  }
}

struct Call {
  size_t customer = 0;
  bool enrols = false;
  grpc::ClientContext context;
  grpc::Status status;
  v1::Member member;
  v1::EnrollMemberResponse enrolled;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::Member>> lookup;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::EnrollMemberResponse>> enrolment;
};

class Finder {
 public:
  Finder(const Client& client, const MemberSearch& search, const std::vector<Customer>& customers)
      : client_(client),
        search_(search),
        customers_(customers),
        found_(customers.size()),
        patience_(search.patience) {
    for (size_t i = 0; i < customers.size(); ++i) todo_.push_back({i, true});
  }

  absl::StatusOr<std::vector<FoundMember>> Run(const std::function<void(size_t)>& on_progress) {
    while (known_ < customers_.size() || under_way_ > 0) {
      StartSome();
      void* tag = nullptr;
      bool ok = false;
      const auto next = queue_.AsyncNext(&tag, &ok, absl::ToChronoTime(absl::Now() + kTick));
      if (next == grpc::CompletionQueue::GOT_EVENT) {
        --under_way_;
        Take(std::unique_ptr<Call>(static_cast<Call*>(tag)));
      }
      if (!failure_.ok() && under_way_ == 0) break;
      on_progress(known_);
    }
    queue_.Shutdown();
    void* tag = nullptr;
    for (bool ok = false; queue_.Next(&tag, &ok);) {
    }
    if (!failure_.ok()) return failure_;
    return std::move(found_);
  }

 private:
  struct Task {
    size_t customer = 0;
    bool enrols = false;
  };

  void StartSome() {
    while (failure_.ok() && under_way_ < search_.window && !todo_.empty() &&
           !patience_.IsPausing()) {
      Start(todo_.front());
      todo_.pop_front();
    }
  }

  void Start(Task task) {
    auto call = std::make_unique<Call>();
    call->customer = task.customer;
    call->enrols = task.enrols;
    client_.Authorize(call->context);
    call->context.set_deadline(absl::ToChronoTime(absl::Now() + kCallPatience));
    v1::Identity identity;
    identity.set_kind(search_.identity_kind);
    identity.set_value(customers_[task.customer].identity);
    ++under_way_;
    if (!task.enrols) {
      v1::LookupMemberRequest request;
      request.set_program_id(search_.program_id);
      *request.mutable_identity() = identity;
      call->lookup = client_.members().AsyncLookupMember(&call->context, request, &queue_);
      call->lookup->Finish(&call->member, &call->status, call.get());
    } else {
      v1::EnrollMemberRequest request;
      request.set_program_id(search_.program_id);
      request.set_request_id(
          EnrolmentIdOf(search_.program_id, customers_[task.customer].first_number));
      *request.add_identities() = identity;
      call->enrolment = client_.members().AsyncEnrollMember(&call->context, request, &queue_);
      call->enrolment->Finish(&call->enrolled, &call->status, call.get());
    }
    call.release();  // NOLINT(bugprone-unused-return-value): the queue gives it back
  }

  void Take(std::unique_ptr<Call> call) {
    FoundMember& found = found_[call->customer];
    const grpc::Status& status = call->status;
    if (status.ok()) {
      found.member_id = call->enrols ? call->enrolled.member_id() : call->member.member_id();
      found.is_new = call->enrols && call->enrolled.created() && !call->enrolled.replayed();
      Know();
    } else if (call->enrols && ReasonIn(status) == "REQUEST_ID_REUSED") {
      // That order was another customer's when it was imported: this one may be known all the same.
      patience_.Progress();
      has_answered_ = true;
      todo_.push_front({call->customer, false});
    } else if (IsPassing(status.error_code())) {
      TryAgain({call->customer, call->enrols}, status);
    } else if (IsOfTheCaller(status)) {
      failure_ = client_.Failure(status);
    } else {
      found.fault = absl::StrCat("the customer cannot be a member: ",
                                 absl::StripAsciiWhitespace(Explain(status)));
      Know();
    }
  }

  void Know() {
    ++known_;
    has_answered_ = true;
    patience_.Progress();
  }

  void TryAgain(Task task, const grpc::Status& status) {
    todo_.push_front(task);
    const bool nobody_there = !has_answered_ && ReasonIn(status).empty();
    if (nobody_there || patience_.IsOver()) {
      failure_ = client_.Failure(status);
      return;
    }
    patience_.Fail();
  }

  const Client& client_;
  const MemberSearch& search_;
  const std::vector<Customer>& customers_;
  std::vector<FoundMember> found_;
  Patience patience_;
  grpc::CompletionQueue queue_;
  std::deque<Task> todo_;
  size_t under_way_ = 0;
  size_t known_ = 0;
  bool has_answered_ = false;
  absl::Status failure_;
};

}  // namespace

absl::StatusOr<std::vector<FoundMember>> FindMembers(
    const Client& client, const MemberSearch& search, const std::vector<Customer>& customers,
    const std::function<void(size_t)>& on_progress) {
  return Finder(client, search, customers).Run(on_progress);
}

}  // namespace fairpoint::server::imports
