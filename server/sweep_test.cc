#include "api/sweep.h"

#include <gtest/gtest.h>

#include <future>

#include "fairpoint/v1/program_service.pb.h"
#include "server/files.h"
#include "server/testing/small_server.h"

namespace fairpoint::server {
namespace {

class SweepTest : public testing::Test {
 protected:
  // Publishes programs/sample.textproto.
  void Publish() {
    const char* const root = std::getenv("FAIRPOINT_SOURCE_DIR");
    v1::PublishProgramRequest request;
    request.set_request_id("publish-the-sample");
    request.set_program_text(
        *ReadFile(std::string(root == nullptr ? "." : root) + "/programs/sample.textproto"));
    const auto answer = server_.Call("ProgramService/PublishProgram", server_.MakeKey("admin"),
                                     request.SerializeAsString());
    ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  }

  // Members of a programme without a version, which nobody can settle, and one of the sample.
  void MakeDue(int stuck) {
    engine::WriteSet changes;
    ledger::ProgramHead head;
    head.program_id = base::ProgramId("no-version");
    changes.new_program_heads.push_back(head);
    for (int i = 0; i <= stuck; ++i) {
      ledger::Member member;
      member.program_id = i < stuck ? head.program_id : base::ProgramId("sample");
      member.member_id = base::MemberId("00000000000000" + std::to_string(i));
      member.next_due_at = base::Instant{i + 1};
      changes.new_members.push_back(member);
    }
    auto session = *server_.store().OpenWriteSession();
    ASSERT_TRUE(session->Begin().ok());
    ASSERT_TRUE(session->Write(changes).ok());
    ASSERT_TRUE(session->Commit().ok());
  }

  absl::StatusOr<api::SweepResult> Sweep(size_t page_size) {
    api::SweepLimits limits;
    limits.page_size = page_size;
    std::promise<absl::StatusOr<api::SweepResult>> done;
    api::Sweep(server_.engine(), server_.reads(), limits,
               [&done](absl::StatusOr<api::SweepResult> result) { done.set_value(result); });
    return done.get_future().get();
  }

  SmallServer server_;
};

TEST_F(SweepTest, MembersThatCannotBeSettledHideNobody) {
  Publish();
  MakeDue(/*stuck=*/5);
  const auto swept = Sweep(/*page_size=*/2);
  ASSERT_TRUE(swept.ok()) << swept.status();
  EXPECT_EQ(swept->members_settled, 1);
  // The next one finds only those who cannot, and says why.
  EXPECT_FALSE(Sweep(2).ok());
}

}  // namespace
}  // namespace fairpoint::server
