#include "server/story.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "api/program_file.h"
#include "base/sha256.h"
#include "server/client.h"
#include "server/files.h"
#include "server/operate.h"
#include "server/publish.h"
#include "server/storyteller.h"

namespace fairpoint::server {
namespace {

constexpr absl::Duration kPendingPatience = absl::Seconds(60);
constexpr absl::Duration kLookAgainAfter = absl::Milliseconds(100);
constexpr size_t kRandomBytes = 16;

using Points = v1::PointsService::Stub;

// The calls of the story. The first that fails ends it: what follows would make no sense.
class Story {
 public:
  Story(const Client& client, api::ProgramFile program, std::ostream& out)
      : client_(client), program_(std::move(program)), tell_(out, program_.program.zone) {}

  absl::Status Play() {
    for (const auto& chapter : {&Story::Earn, &Story::Spend, &Story::GiveBack, &Story::Retry,
                                &Story::LookAhead, &Story::ShowStatement}) {
      if (absl::Status status = (this->*chapter)(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Earn() {
    tell_.Title("Earning");
    tell_.Step("Enrol", "a new member, known by a card number (kept encrypted)");
    v1::EnrollMemberRequest enroll = New<v1::EnrollMemberRequest>();
    v1::Identity& card = *enroll.add_identities();
    card.set_kind("card");
    card.set_value(base::ToHex(RandomBytes(kRandomBytes)));
    v1::EnrollMemberResponse member;
    const grpc::Status enrolled =
        client_.Call(client_.members(), &v1::MemberService::Stub::EnrollMember, enroll, member);
    if (!enrolled.ok()) return Failed(enrolled);
    member_id_ = member.member_id();
    tell_.Note("member " + member_id_);

    tell_.Step("Earn 128", "12,800 fen spent: the programme's base rate makes it 128 points");
    if (auto s = EarnFor(12'800, "first purchase", first_earning_); !s.ok()) return s;
    tell_.Step("Earn 60", "a second purchase makes a second lot; both are pending at first");
    if (auto s = EarnFor(6'000, "second purchase", second_earning_); !s.ok()) return s;
    tell_.Step("Pending released", "by the clock alone, when the programme's period is over");
    return AwaitReleased();
  }

  absl::Status Spend() {
    tell_.Title("Spending");
    tell_.Step("Hold 50", "set aside for an order that is not paid yet");
    auto hold = New<v1::HoldPointsRequest>();
    hold.mutable_member()->set_member_id(member_id_);
    hold.set_points(50);
    hold.set_reason("order B1 placed");
    v1::PostingResponse held;
    if (auto s = Post(&Points::HoldPoints, hold, held); !s.ok()) return s;

    tell_.Step("Capture 30", "the order was paid with 30 of them; the other 20 come back");
    auto capture = New<v1::CaptureHoldRequest>();
    capture.set_hold_id(held.transaction().transaction_id());
    capture.set_points(30);
    capture.set_reason("order B1 paid");
    v1::PostingResponse captured;
    if (auto s = Post(&Points::CaptureHold, capture, captured); !s.ok()) return s;

    tell_.Step("Redeem 120", "more than the first lot still has: two lots are drawn, oldest first");
    v1::PostingResponse redeemed;
    if (auto s = Redeem(120, "gift", redeemed); !s.ok()) return s;
    for (const v1::Entry& entry : redeemed.transaction().entries()) {
      tell_.Note(absl::StrCat(entry.points(), " from lot ", entry.lot_id()));
    }
    redemption_ = redeemed.transaction().entries(0).entry_id();
    return absl::OkStatus();
  }

  absl::Status GiveBack() {
    tell_.Title("Giving back");
    tell_.Step("Reverse it", "the gift came back: every lot gets its own points again");
    if (auto s = Reverse(redemption_, "gift returned"); !s.ok()) return s;
    tell_.Step("Redeem 158", "everything there is");
    v1::PostingResponse redeemed;
    if (auto s = Redeem(158, "bigger gift", redeemed); !s.ok()) return s;
    tell_.Step("Take back 60", "the second purchase is returned, but its points are spent: a debt");
    if (auto s = Reverse(second_earning_, "second purchase returned"); !s.ok()) return s;
    tell_.Step("Earn 100", "the next purchase ...");
    if (auto s = EarnFor(10'000, "third purchase", third_earning_); !s.ok()) return s;
    tell_.Step("Debt repaid", "... repays it as soon as its points are released");
    return AwaitReleased();
  }

  absl::Status Retry() {
    tell_.Title("Retrying and refusing");
    tell_.Step("Ask twice", "the same request again, as after a broken connection: it counts once");
    v1::PostingResponse first;
    v1::PostingResponse again;
    auto redeem = New<v1::RedeemPointsRequest>();
    redeem.mutable_member()->set_member_id(member_id_);
    redeem.set_points(5);
    redeem.set_reason("sticker");
    if (auto s = Post(&Points::RedeemPoints, redeem, first); !s.ok()) return s;
    if (auto s = Post(&Points::RedeemPoints, redeem, again); !s.ok()) return s;
    if (!again.replayed()) return absl::InternalError("the repeated request was not recognised");
    tell_.Note("the second answer says replayed: transaction " +
               again.transaction().transaction_id());
    tell_.Step("Too much", "1,000,000 points are asked for; a refusal leaves no trace");
    auto greedy = New<v1::RedeemPointsRequest>();
    greedy.mutable_member()->set_member_id(member_id_);
    greedy.set_points(1'000'000);
    v1::PostingResponse refused;
    const grpc::Status status =
        client_.Call(client_.points(), &Points::RedeemPoints, greedy, refused);
    if (ReasonIn(status) != "INSUFFICIENT_POINTS") return Failed(status);
    std::string reason = Explain(status);
    reason.pop_back();
    tell_.Note(reason);
    return absl::OkStatus();
  }

  absl::Status LookAhead() {
    tell_.Title("Looking ahead");
    tell_.Step("Expiry ahead", "what is available, by when it expires; the sum is the balance");
    v1::GetBalanceResponse balance;
    if (auto s = Balance(balance); !s.ok()) return s;
    tell_.Expiries(balance);
    tell_.Balance(balance.balance());
    tell_.Note(absl::StrCat("lifetime earned: ", balance.lifetime_earned()));
    return absl::OkStatus();
  }

  absl::Status ShowStatement() {
    tell_.Title("The statement of " + member_id_);
    v1::ListEntriesRequest request;
    request.set_program_id(program_id());
    request.mutable_member()->set_member_id(member_id_);
    request.set_page_size(10);  // small, so that the story turns pages
    std::vector<v1::Entry> entries;
    do {
      v1::ListEntriesResponse page;
      const grpc::Status status =
          client_.Call(client_.points(), &Points::ListEntries, request, page);
      if (!status.ok()) return Failed(status);
      entries.insert(entries.end(), page.entries().begin(), page.entries().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    tell_.Statement(entries);
    return absl::OkStatus();
  }

  const std::string& program_id() const { return program_.program.program_id.value(); }

  absl::Status Failed(const grpc::Status& status) const { return client_.Failure(status); }

  template <class Request>
  Request New() const {
    Request request;
    request.set_program_id(program_id());
    request.set_request_id("story-" + base::ToHex(RandomBytes(kRandomBytes)));
    return request;
  }

  template <class Method, class Request, class Response>
  absl::Status Post(Method method, const Request& request, Response& response) {
    const grpc::Status status = client_.Call(client_.points(), method, request, response);
    if (!status.ok()) return Failed(status);
    tell_.Balance(response.transaction().balance());
    return absl::OkStatus();
  }

  absl::Status EarnFor(int64_t fen, const char* reason, std::string& entry_id) {
    auto request = New<v1::EarnPointsRequest>();
    request.mutable_member()->set_member_id(member_id_);
    request.mutable_spend()->set_currency(program_.program.currency);
    request.mutable_spend()->set_minor_units(fen);
    if (!program_.program.stores.empty()) {
      request.set_store_id(program_.program.stores.begin()->first);
    }
    request.set_reason(reason);
    v1::PostingResponse response;
    if (auto s = Post(&Points::EarnPoints, request, response); !s.ok()) return s;
    entry_id = response.transaction().entries(0).entry_id();
    return absl::OkStatus();
  }

  absl::Status Redeem(int64_t points, const char* reason, v1::PostingResponse& response) {
    auto request = New<v1::RedeemPointsRequest>();
    request.mutable_member()->set_member_id(member_id_);
    request.set_points(points);
    request.set_reason(reason);
    return Post(&Points::RedeemPoints, request, response);
  }

  absl::Status Reverse(const std::string& entry_id, const char* reason) {
    auto request = New<v1::ReverseEntryRequest>();
    request.set_entry_id(entry_id);
    request.set_reason(reason);
    v1::ReverseEntryResponse response;
    return Post(&Points::ReverseEntry, request, response);
  }

  absl::Status Balance(v1::GetBalanceResponse& balance) {
    v1::GetBalanceRequest request;
    request.set_program_id(program_id());
    request.mutable_member()->set_member_id(member_id_);
    const grpc::Status status =
        client_.Call(client_.points(), &Points::GetBalance, request, balance);
    return status.ok() ? absl::OkStatus() : Failed(status);
  }

  absl::Status AwaitReleased() {
    const absl::Time begin = absl::Now();
    v1::GetBalanceResponse balance;
    while (true) {
      balance.Clear();
      if (auto s = Balance(balance); !s.ok()) return s;
      if (balance.balance().pending() == 0) break;
      if (absl::Now() - begin > kPendingPatience) {
        return absl::DeadlineExceededError("the points were not released within a minute\n");
      }
      absl::SleepFor(kLookAgainAfter);
    }
    tell_.Note(absl::StrCat("waited ", absl::ToInt64Seconds(absl::Now() - begin), " s"));
    tell_.Balance(balance.balance());
    return absl::OkStatus();
  }

  const Client& client_;
  const api::ProgramFile program_;
  Storyteller tell_;
  std::string member_id_;
  std::string first_earning_;
  std::string second_earning_;
  std::string third_earning_;
  std::string redemption_;
};

int Fail(const absl::Status& why) {
  std::cerr << "\nthe story ends here: " << why.message() << "\n";
  return ExitCodeOf(why);
}

}  // namespace

int RunStory(const StoryOptions& options) {
  std::string program_id;
  const absl::StatusOr<std::string> text = ReadCheckedProgram(options.program_path, program_id);
  if (!text.ok()) return Fail(text.status());
  const absl::StatusOr<Client> client = Client::Make(options.client);
  if (!client.ok()) {
    std::cerr << client.status().message() << "\n";
    return 2;
  }
  const absl::StatusOr<Published> published = PublishOnce(*client, program_id, *text);
  if (!published.ok()) return Fail(published.status());
  std::cout << "\nA member's story, on the server at " << options.client.server << "\nProgramme "
            << program_id << ", version " << published->version.version() << ", from "
            << options.program_path << (published->was_there ? " (was published already)" : "")
            << "\n";
  Story story(*client, *api::ProgramFromText(*text), std::cout);
  if (absl::Status played = story.Play(); !played.ok()) return Fail(played);
  if (options.store.url.empty()) return 0;
  std::cout << "\nThe verifier recomputes all of it from the rows of " << options.store.url
            << "\n\n";
  VerifyFlags verify;
  verify.store = options.store;
  verify.quiet = true;
  return RunVerify(verify);
}

}  // namespace fairpoint::server
