#include "audit/testing/story.h"

#include <utility>

#include "audit/verify.h"
#include "gmock/gmock.h"

namespace fairpoint::audit {

using base::Points;
using testing::HasSubstr;

Story::Story() : workload_(store_, 7) {
  // At once, unlimited, never expires; and for the neighbour: after a period, expires.
  workload_.Publish(kProgram, 1 + 3 * 4 * 2 * 2);
  member = {kProgram, workload_.Enroll(kProgram)};
  Do(ledger::EarnPoints{Points{100}});
  Do(ledger::EarnPoints{Points{50}});
  Do(ledger::RedeemPoints{Points{120}});
  Do(ledger::HoldPoints{Points{10}, std::nullopt});
  Do(ledger::CaptureHold{5, Points{4}});
  Do(ledger::ReverseEntry{1, std::nullopt});
  workload_.Publish(kProgram, 0);
  neighbour = {kProgram, workload_.Enroll(kProgram)};
  workload_.Do(kProgram, neighbour.member_id, ledger::EarnPoints{Points{5}});
  Do(ledger::FreezeMember{});
}

void Story::Do(ledger::Operation operation) {
  store_.now = store_.now + absl::Seconds(1);
  workload_.Do(kProgram, member.member_id, std::move(operation));
}

const Story& TheStory() {
  static const Story& story = *new Story;
  return story;
}

std::string Named(int64_t seq) { return base::ToString(base::EntryName{Member().member_id, seq}); }

engine::RequestName RequestAt(int64_t seq) { return {kProgram, TheStory().entry(seq).request_id}; }

std::string JournalAt(int64_t seq) {
  const ledger::Entry& entry = TheStory().entry(seq);
  return std::to_string(entry.lane) + "/" + std::to_string(entry.lane_seq);
}

std::string HashAt(int64_t seq) { return base::ToHex(base::AsBytes(TheStory().entry(seq).hash)); }

void PrintTo(const Tampering& tampering, std::ostream* out) { *out << tampering.name; }

std::string NameOfTampering(const testing::TestParamInfo<Tampering>& info) {
  return info.param.name;
}

void ExpectNamedFirst(const Tampering& tampering) {
  ExpectNamedFirst(tampering, TheStory().tables(), TheStory().keyring());
}

void ExpectNamedFirst(const Tampering& tampering, const Tables& books,
                      const base::Keyring& keyring) {
  MemoryStore store;
  store.tables = books;
  tampering.tamper(store.tables);
  // However finely the journal is compared and the tables are read, the finding is the same.
  VerifyOptions coarse;
  coarse.sums_max = 1;
  coarse.page_rows = coarse.journal_page_rows = coarse.snapshot_members_max = 1;
  for (VerifyOptions options : {VerifyOptions(), coarse}) {
    options.keyring = &keyring;
    options.programs = &ParseProgram;
    const absl::StatusOr<Report> report = Verify(store, options);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_FALSE(report->ok);
    EXPECT_TRUE(report->complete);
    ASSERT_FALSE(report->findings.empty());
    const Finding& first = report->findings.front();
    SCOPED_TRACE(ToText(*report));
    EXPECT_EQ(first.record, tampering.record);
    EXPECT_EQ(first.name, tampering.row);
    EXPECT_EQ(first.what, tampering.what);
    EXPECT_FALSE(first.expected.empty());
    EXPECT_FALSE(first.found.empty());
    EXPECT_THAT(first.expected, HasSubstr(tampering.expected));
    EXPECT_THAT(first.found, HasSubstr(tampering.found));
  }
}

}  // namespace fairpoint::audit
