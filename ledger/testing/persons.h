// Members who merge, with everything that is known of them. Not for production.
#ifndef FAIRPOINT_LEDGER_TESTING_PERSONS_H_
#define FAIRPOINT_LEDGER_TESTING_PERSONS_H_

#include <string>
#include <vector>

#include "ledger/merge.h"
#include "ledger/testing/world.h"

namespace fairpoint::ledger::testing {

const base::Keyring& SomeKeyring();
// A member id that ends in the letter; its secret.
base::MemberId MemberNamed(char letter);
std::string SecretOf(const base::MemberId& member_id);
World WorldOf(char letter, Program rules = PlainProgram());

// Plans, and takes both sides' changes.
absl::StatusOr<MergeChanges> MergeInto(World& source, World& target, const Posting& posting,
                                       base::Instant now);

// An order's earning on its way from one member to the next.
struct EarningTrail {
  explicit EarningTrail(int64_t earn_seq);
  // What the part of the earning is where the trail has come to.
  TakeBackPart Part(base::Points points) const;
  // Requires that the source is settled to now, without holds, and not yet merged.
  void Follow(const World& source, const MergeChanges& merged);

  int64_t lot_seq = 0;  // where it is now; 0: nothing came over
  std::optional<MergedEarning> merged;
  base::Points taken, restored, deducted;
};

}  // namespace fairpoint::ledger::testing

#endif  // FAIRPOINT_LEDGER_TESTING_PERSONS_H_
