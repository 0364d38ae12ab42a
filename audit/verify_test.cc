// That what servers write verifies, whatever they wrote, while they write on, in bounded memory,
// and that a run can be watched and stopped.
#include "audit/verify.h"

#include <atomic>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "audit/testing/memory_store.h"
#include "audit/testing/workload.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {
namespace {

const base::ProgramId kProgram("sample");
const base::ProgramId kOther("other");

Report VerifyNow(MemoryStore& store, VerifyOptions options = {}) {
  absl::StatusOr<Report> report = Verify(store, options);
  EXPECT_TRUE(report.ok()) << report.status();
  return report.ok() ? *std::move(report) : Report();
}

void LetTimePass(MemoryStore& store, Workload& workload) {
  store.now = store.now + absl::Seconds(static_cast<int64_t>(workload.Draw(40)));
  workload.now = store.now;
}

TEST(VerifyTest, AnEmptyStoreIsWell) {
  MemoryStore store;
  const Report report = VerifyNow(store);
  EXPECT_TRUE(report.ok) << ToText(report);
  EXPECT_EQ(report.entries, 0);
}

TEST(VerifyTest, CountsWhatItChecked) {
  MemoryStore store;
  Workload workload(store, 1);
  workload.Publish(kProgram, 1);
  const base::MemberId member = workload.Enroll(kProgram);
  workload.Do(kProgram, member, ledger::EarnPoints{base::Points{100}});
  workload.Do(kProgram, member, ledger::RedeemPoints{base::Points{30}});
  const Report report = VerifyNow(store);
  EXPECT_TRUE(report.ok) << ToText(report);
  EXPECT_EQ(report.programs, 1);
  EXPECT_EQ(report.program_versions, 1);
  EXPECT_EQ(report.members, 1);
  EXPECT_EQ(report.entries, 2);
  EXPECT_EQ(report.member_events, 1);
  EXPECT_EQ(report.lots, 1);
  EXPECT_EQ(report.identities, 1);
  EXPECT_EQ(report.receipts, 4);
  EXPECT_EQ(report.lanes, 1);
  EXPECT_EQ(report.journal_rows, 4);
  EXPECT_EQ(report.journal_leaves, 8);
  ASSERT_EQ(report.totals.size(), 1u);
  EXPECT_EQ(report.totals[0].program_id, kProgram);
  EXPECT_EQ(report.totals[0].versions, 1);
  EXPECT_EQ(report.totals[0].members, 1);
  EXPECT_EQ(report.totals[0].entries, 2);
  EXPECT_EQ(report.totals[0].issued, 100);
  EXPECT_EQ(report.totals[0].redeemed, 30);
  EXPECT_EQ(report.totals[0].available, 70);
  EXPECT_EQ(report.totals[0].lifetime_earned, 100);
}

// Every policy a programme can have, every operation, by several workers, with what the clock does
// in between.
TEST(VerifyTest, WhatTheEngineWritesIsWell) {
  int64_t accepted = 0;
  std::map<ledger::EntryKind, int> kinds;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    MemoryStore store;
    Workload workload(store, seed, /*workers=*/3);
    workload.Publish(kProgram, static_cast<int>(seed * 11));
    workload.Publish(kOther, static_cast<int>(workload.Draw(288)));
    for (int i = 0; i < 6; ++i)
      workload.Enroll(i % 3 == 0 ? kOther : kProgram, i == 5 ? "phone" : "card");
    for (int i = 0; i < 60; ++i) {
      workload.Random(8, 5);
      LetTimePass(store, workload);
      if (i % 10 == 9) workload.Publish(kProgram, static_cast<int>(workload.Draw(288)));
    }
    VerifyOptions options;
    options.page_rows = 1 + workload.Draw(7);
    options.journal_page_rows = 1 + workload.Draw(7);
    options.snapshot_members_max = 1 + workload.Draw(4);
    options.snapshot_entries_max = static_cast<int64_t>(workload.Draw(50));
    options.sums_max = 1 + workload.Draw(30);
    options.keyring = &workload.keyring();
    const Report report = VerifyNow(store, options);
    ASSERT_TRUE(report.ok) << "seed " << seed << "\n" << ToText(report);
    EXPECT_EQ(report.members, 6);
    EXPECT_EQ(report.entries, static_cast<int64_t>(store.tables.entries.size()));
    EXPECT_EQ(report.receipts, static_cast<int64_t>(store.tables.receipts.size()));
    EXPECT_EQ(report.lots, static_cast<int64_t>(store.tables.lots.size()));
    EXPECT_EQ(report.holds, static_cast<int64_t>(store.tables.holds.size()));
    EXPECT_EQ(report.reversals, static_cast<int64_t>(store.tables.reversals.size()));
    EXPECT_EQ(report.member_events, static_cast<int64_t>(store.tables.events.size()));
    EXPECT_EQ(report.journal_rows, static_cast<int64_t>(store.tables.journal.size()));
    accepted += workload.accepted();
    for (const auto& [name, entry] : store.tables.entries) ++kinds[entry.kind];
  }
  // The workload must not test less than it claims.
  EXPECT_GT(accepted, 12 * 100);
  EXPECT_EQ(kinds.size(), 12u);
  for (const auto& [kind, count] : kinds) EXPECT_GT(count, 10) << Name(kind);
}

// Points move between members, some are merged, in chains, some are erased; orders of theirs or
// not.
TEST(VerifyTest, WhatMembersDoAmongThemselvesIsWell) {
  std::map<ledger::EntryKind, int> kinds;
  std::map<ledger::MemberEventKind, int> events;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    MemoryStore store;
    Workload workload(store, seed, /*workers=*/2);
    workload.Publish(kProgram, static_cast<int>(seed * 23));
    for (int i = 0; i < 14; ++i) workload.Enroll(kProgram, i % 7 == 5 ? "phone" : "card");
    for (int i = 0; i < 30; ++i) {
      workload.Random(6, 3);
      workload.AmongMembers(12);
      LetTimePass(store, workload);
    }
    VerifyOptions options;
    options.page_rows = 1 + workload.Draw(7);
    options.snapshot_members_max = 1 + workload.Draw(4);
    options.sums_max = 1 + workload.Draw(30);
    options.keyring = &workload.keyring();
    const Report report = VerifyNow(store, options);
    ASSERT_TRUE(report.ok) << "seed " << seed << "\n" << ToText(report);
    EXPECT_EQ(report.totals.front().transferred, 0);
    for (const auto& [name, entry] : store.tables.entries) ++kinds[entry.kind];
    for (const auto& [name, event] : store.tables.events) ++events[event.kind];
  }
  for (const auto kind :
       {ledger::EntryKind::kAdjust, ledger::EntryKind::kTransferOut, ledger::EntryKind::kTransferIn,
        ledger::EntryKind::kMergeOut, ledger::EntryKind::kMergeIn, ledger::EntryKind::kForfeit})
    EXPECT_GT(kinds[kind], 5) << Name(kind);
  for (const auto kind : {ledger::MemberEventKind::kIdentityUnlinked,
                          ledger::MemberEventKind::kTagsSet, ledger::MemberEventKind::kMerged,
                          ledger::MemberEventKind::kTookOver, ledger::MemberEventKind::kErased})
    EXPECT_GT(events[kind], 5) << Name(kind);
}

// Taking back what is spent already only deducts from the refund: a reversal that makes no entry,
// and whose number the next transaction takes.
TEST(VerifyTest, ReversalsWithoutEntriesAreWell) {
  MemoryStore store;
  Workload workload(store, 1);
  workload.Publish(kProgram, 1 + 3 * 3);
  const base::MemberId member = workload.Enroll(kProgram);
  const ledger::Operation earn = ledger::EarnPoints{base::Points{100}};
  const int64_t first = workload.Do(kProgram, member, earn).entries.front().seq;
  const int64_t second = workload.Do(kProgram, member, earn).entries.front().seq;
  const ledger::Operation redeem = ledger::RedeemPoints{base::Points{200}};
  const int64_t spent = workload.Do(kProgram, member, redeem).entries.front().seq;
  const base::Money refund{"CNY", 1000};
  EXPECT_TRUE(workload.Do(kProgram, member, ledger::ReverseEntry{first, refund}).entries.empty());
  EXPECT_TRUE(workload.Do(kProgram, member, ledger::ReverseEntry{second, refund}).entries.empty());
  EXPECT_TRUE(VerifyNow(store).ok) << ToText(VerifyNow(store));
  EXPECT_EQ(workload.Do(kProgram, member, ledger::ReverseEntry{spent, refund}).entries.size(), 2u);
  EXPECT_EQ(store.tables.reversals.size(), 3u);
  EXPECT_TRUE(VerifyNow(store).ok) << ToText(VerifyNow(store));
}

// The database's clock may be set back between two publications; versions are ordered by number.
TEST(VerifyTest, VersionsPublishedAfterTheClockFellBackAreWell) {
  MemoryStore store;
  Workload workload(store, 1);
  workload.Publish(kProgram, 1);
  store.now = store.now + absl::Seconds(-100);
  workload.Publish(kProgram, 2);
  EXPECT_TRUE(VerifyNow(store).ok) << ToText(VerifyNow(store));
}

// A write comes between any two reads of the verifier: new entries, members, lanes and programme
// versions.
TEST(VerifyTest, StaysWellWhileServersWrite) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    MemoryStore store;
    Workload workload(store, seed, /*workers=*/4);
    workload.Publish(kProgram, static_cast<int>(seed));
    for (int i = 0; i < 12; ++i) workload.Enroll(kProgram);
    workload.Random(120, 5);
    int writes = 0;
    store.before_scan = [&] {
      if (++writes > 200) return;
      LetTimePass(store, workload);
      workload.Random(1 + static_cast<int>(workload.Draw(4)), 3);
      if (writes % 20 == 0) workload.Enroll(kProgram);
      if (writes % 30 == 0) workload.Publish(kProgram, static_cast<int>(workload.Draw(288)));
    };
    VerifyOptions options;
    options.page_rows = 3;
    options.journal_page_rows = 2;
    options.snapshot_members_max = 2;
    options.keyring = &workload.keyring();
    const Report report = VerifyNow(store, options);
    EXPECT_TRUE(report.ok) << "seed " << seed << "\n" << ToText(report);
    EXPECT_GE(report.members, 12);
    EXPECT_GT(writes, 50);
  }
}

// One side of a movement, or of a merge, is read before it and the other after it.
TEST(VerifyTest, StaysWellWhileMembersMerge) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    MemoryStore store;
    Workload workload(store, seed, /*workers=*/2);
    workload.Publish(kProgram, 1);
    for (int i = 0; i < 20; ++i) workload.Enroll(kProgram);
    workload.EarnAndRedeem(60, 5);
    workload.AmongMembers(20);
    int writes = 0;
    store.before_scan = [&] {
      if (++writes > 200) return;
      LetTimePass(store, workload);
      workload.AmongMembers(3);
    };
    VerifyOptions options;
    options.page_rows = 3;
    options.snapshot_members_max = 2;
    options.keyring = &workload.keyring();
    const Report report = VerifyNow(store, options);
    EXPECT_TRUE(report.ok) << "seed " << seed << "\n" << ToText(report);
  }
}

TEST(VerifyTest, AVersionPublishedMeanwhileIsLookedUpOnce) {
  MemoryStore store;
  Workload workload(store, 1);
  workload.Publish(kProgram, 1);
  workload.Enroll(kProgram);
  workload.Enroll(kProgram);
  // Read in the second snapshot.
  const base::MemberId member = store.tables.members.rbegin()->first.member_id;
  bool published = false;
  store.before_scan = [&] {
    if (std::exchange(published, true)) return;
    workload.Publish(kProgram, 1);
    for (int i = 0; i < 50; ++i) workload.Do(kProgram, member, ledger::EarnPoints{base::Points{1}});
  };
  VerifyOptions options;
  options.snapshot_members_max = 1;
  const Report report = VerifyNow(store, options);
  EXPECT_TRUE(report.ok) << ToText(report);
  EXPECT_EQ(report.entries, 50);
  EXPECT_EQ(store.head_reads, 2) << "the programmes', and one for the version";
}

TEST(VerifyTest, CanBeCancelledBetweenPages) {
  MemoryStore store;
  Workload workload(store, 1);
  workload.Publish(kProgram, 1);
  for (int i = 0; i < 5; ++i) workload.Enroll(kProgram);
  std::atomic<bool> cancelled = false;
  int pages = 0;
  store.before_scan = [&] { cancelled = ++pages == 3; };
  VerifyOptions options;
  options.snapshot_members_max = 1;
  options.cancelled = &cancelled;
  EXPECT_EQ(Verify(store, options).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(pages, 3);
}

TEST(VerifyTest, TellsHowFarItIs) {
  MemoryStore store;
  Workload workload(store, 1);
  workload.Publish(kProgram, 1);
  for (int i = 0; i < 5; ++i) workload.Enroll(kProgram);
  workload.EarnAndRedeem(50, 5);
  std::vector<std::string> passes;
  Progress last;
  VerifyOptions options;
  options.snapshot_members_max = 1;
  options.progress_every = absl::ZeroDuration();
  options.on_progress = [&](const Progress& progress) {
    if (passes.empty() || passes.back() != progress.pass) passes.emplace_back(progress.pass);
    EXPECT_GE(progress.entries, last.entries);
    EXPECT_GE(progress.elapsed, last.elapsed);
    last = progress;
  };
  EXPECT_TRUE(VerifyNow(store, options).ok);
  EXPECT_THAT(passes, testing::ElementsAre("programmes", "members", "identities", "orders",
                                           "prices", "receipts", "journal"));
  EXPECT_EQ(last.members, 5);
  EXPECT_EQ(last.entries, static_cast<int64_t>(store.tables.entries.size()));
  EXPECT_GT(last.entries_per_second, 0);
}

}  // namespace
}  // namespace fairpoint::audit
