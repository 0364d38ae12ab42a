// One ledger that has everything, for tests that tamper with it.
#ifndef FAIRPOINT_AUDIT_TESTING_STORY_H_
#define FAIRPOINT_AUDIT_TESTING_STORY_H_

#include <functional>
#include <ostream>
#include <string>

#include "audit/testing/memory_store.h"
#include "audit/testing/workload.h"
#include "gtest/gtest.h"

namespace fairpoint::audit {

inline const base::ProgramId kProgram("sample");

// A member, with one transaction a row of the journal's lane 1:
//   1 earn 100; 2 earn 50; 3+4 redeem 100 of lot 1 and 20 of lot 2; 5 hold 10; 6 capture 4 and 7
//   release 6 of it; 8+9 take back 1: 26 of lot 2, and 74 as debt; then frozen, by event 2, in the
//   lane's last row, 12.
// And a neighbour with an earning that falls due. The programme has two versions.
class Story {
 public:
  Story();

  const Tables& tables() const { return store_.tables; }
  const base::Keyring& keyring() const { return workload_.keyring(); }
  const ledger::Entry& entry(int64_t seq) const { return store_.tables.entries.at({member, seq}); }

  engine::MemberName member;
  engine::MemberName neighbour;

 private:
  void Do(ledger::Operation operation);

  MemoryStore store_;
  Workload workload_;
};

// Told once.
const Story& TheStory();

// Of the story's member.
inline const engine::MemberName& Member() { return TheStory().member; }
inline engine::MemberSeq At(int64_t seq) { return {Member(), seq}; }
std::string Named(int64_t seq);              // "<member>.<seq>"
engine::RequestName RequestAt(int64_t seq);  // that made the entry
std::string JournalAt(int64_t seq);          // "<lane>/<lane_seq>" of the entry
std::string HashAt(int64_t seq);             // of the entry, in hex

struct Tampering {
  const char* name;
  std::function<void(Tables&)> tamper;
  // Of the first finding.
  const char* record;
  std::string row;
  std::string what;
  std::string expected = "";  // parts of what must be said
  std::string found = "";
};
void PrintTo(const Tampering& tampering, std::ostream* out);
std::string NameOfTampering(const testing::TestParamInfo<Tampering>& info);

// Of TheStory, or of other books that hold.
void ExpectNamedFirst(const Tampering& tampering);
void ExpectNamedFirst(const Tampering& tampering, const Tables& books,
                      const base::Keyring& keyring);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_TESTING_STORY_H_
