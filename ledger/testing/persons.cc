#include "ledger/testing/persons.h"

#include <utility>

namespace fairpoint::ledger::testing {

const base::Keyring& SomeKeyring() {
  static const auto* const kKeyring =
      new base::Keyring({{1, std::string(base::kSecretBytes, 'm')}});
  return *kKeyring;
}

base::MemberId MemberNamed(char letter) {
  return base::MemberId(std::string("0123456789ABCD") + letter);
}

std::string SecretOf(const base::MemberId& member_id) {
  return std::string(base::kSecretBytes, member_id.value().back());
}

World WorldOf(char letter, Program rules) {
  World world(std::move(rules));
  world.ledger.member.member_id = MemberNamed(letter);
  return world;
}

absl::StatusOr<MergeChanges> MergeInto(World& source, World& target, const Posting& posting,
                                       base::Instant now) {
  const Person from{source.ledger, SecretOf(source.ledger.member.member_id), {}, std::nullopt};
  const Person to{target.ledger, SecretOf(target.ledger.member.member_id), {}, std::nullopt};
  absl::StatusOr<MergeChanges> changes =
      PlanMerge(from, to, {}, posting, source.program, SomeKeyring(), now);
  if (!changes.ok()) return changes;
  source.Keep(changes->source);
  target.Keep(changes->target);
  return changes;
}

EarningTrail::EarningTrail(int64_t earn_seq) : lot_seq(earn_seq) {}

TakeBackPart EarningTrail::Part(base::Points points) const {
  return {.lot_seq = lot_seq,
          .points = points,
          .taken_before = taken,
          .restored_before = restored,
          .deducted_before = deducted,
          .merged = merged};
}

void EarningTrail::Follow(const World& source, const MergeChanges& changes) {
  if (!merged) {
    merged = MergedEarning{.member_id = source.ledger.member.member_id,
                           .earn_seq = lot_seq,
                           .points = {},
                           .expired = {},
                           .repaid = {}};
  }
  if (lot_seq == 0) return;
  const Lot& lot = source.ledger.lots.at(lot_seq);
  merged->points += lot.points - lot.pending - lot.available;
  merged->expired += lot.expired;
  merged->repaid += lot.repaid;
  int64_t here = 0;
  for (const Entry& entry : changes.source.entries) {
    if (entry.kind == EntryKind::kMergeOut && entry.lot_seq == lot_seq) here = entry.peer_seq;
  }
  lot_seq = here;
}

}  // namespace fairpoint::ledger::testing
