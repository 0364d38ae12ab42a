// Findings about one member at a time: where one thing is wrong many follow from it, so only the
// first ones of a member are described.
#ifndef FAIRPOINT_AUDIT_MEMBER_FINDINGS_H_
#define FAIRPOINT_AUDIT_MEMBER_FINDINGS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "audit/findings.h"
#include "engine/store.h"

namespace fairpoint::audit {

class MemberFindings {
 public:
  MemberFindings(Findings& all, size_t described_max) : all_(all), described_max_(described_max) {}

  void Begin(const engine::MemberName& member) {
    member_ = member;
    described_ = 0;
  }
  const engine::MemberName& member() const { return member_; }

  // `seq` 0: the member itself.
  void Add(const char* record, int64_t seq, std::string what, std::string expected,
           std::string found) {
    if (described_++ >= described_max_) return all_.Count();
    const std::string name = seq == 0 ? member_.member_id.value()
                                      : base::ToString(base::EntryName{member_.member_id, seq});
    all_.Add({record, member_.program_id.value(), name, std::move(what), std::move(expected),
              std::move(found)});
  }

  template <class T>
  bool Expect(const char* record, int64_t seq, const char* what, const T& expected,
              const T& found) {
    if (expected == found) [[likely]]
      return true;
    Add(record, seq, what, Shown(expected), Shown(found));
    return false;
  }

 private:
  Findings& all_;
  const size_t described_max_;
  engine::MemberName member_;
  size_t described_ = 0;
};

inline constexpr char kEntryRecord[] = "entry";
inline constexpr char kEventRecord[] = "member event";
inline constexpr char kReversalRecord[] = "reversal";
inline constexpr char kMemberRecord[] = "member";
inline constexpr char kLotRecord[] = "lot";
inline constexpr char kHoldRecord[] = "hold";

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_MEMBER_FINDINGS_H_
