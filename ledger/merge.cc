#include "ledger/merge.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/credit.h"
#include "ledger/draft.h"
#include "ledger/enroll.h"
#include "ledger/errors.h"
#include "ledger/persona.h"
#include "ledger/settle.h"

namespace fairpoint::ledger {
namespace {

using base::Points;
using Tags = std::vector<std::string>;

absl::Status CheckPersons(const Person& source, const Person& target) {
  const Member& from = source.ledger.member;
  const Member& to = target.ledger.member;
  if (from.member_id == to.member_id) return MergeRefused("self");
  if (to.merged_into == from.member_id) return MergeRefused("circle");
  if (from.state != MemberState::kActive) return MemberNotActive(from.state);
  if (to.state != MemberState::kActive) return MemberNotActive(to.state);
  if (CountUnionIds(source.identities) + CountUnionIds(target.identities) > 1)
    return MergeRefused("unionids");
  if (source.identities.size() + target.identities.size() > kIdentitiesMax)
    return MergeRefused("identities");
  return absl::OkStatus();
}

bool HasOpenHolds(const Draft& draft) {
  bool open = false;
  draft.ForEachHold([&](const Hold& hold) { open = open || hold.state == HoldState::kOpen; });
  return open;
}

// What a lot has, an account each.
struct Share {
  Lot lot;
  Account account{};
  Points points;
};
std::vector<Share> SharesOf(const Draft& draft) {
  std::vector<Share> shares;
  draft.ForEachLot([&](const Lot& lot) {
    if (lot.pending.value > 0) shares.push_back({lot, Account::kPending, lot.pending});
    if (lot.available.value > 0) shares.push_back({lot, Account::kAvailable, lot.available});
  });
  return shares;
}

// The entries of both sides in step, so that each can name the other.
class Mover {
 public:
  Mover(Draft& source, Draft& target) : source_(source), target_(target) {}

  void Move(const Share& share) {
    Draft::Movement in{.lot_seq = Draft::kNewLot,
                       .expires_at = share.lot.expires_at,
                       .earned_at = share.lot.effective_at};
    if (share.account == Account::kPending) in.available_at = share.lot.available_at;
    Book(share.account, Account::kTransferred, share.points, {.lot_seq = share.lot.lot_seq}, in);
  }
  void MoveDebt(Points debt) {
    if (debt.value > 0) Book(Account::kTransferred, Account::kDebt, debt, {}, {});
  }

 private:
  void Book(Account from, Account to, Points points, Draft::Movement out, Draft::Movement in) {
    out.kind = EntryKind::kMergeOut;
    out.from = in.to = from;
    out.to = in.from = to;
    in.kind = EntryKind::kMergeIn;
    out.points = in.points = points;
    out.effective_at = in.effective_at = source_.now();
    out.peer_id = target_.member().member_id;
    in.peer_id = source_.member().member_id;
    out.peer_seq = target_.next_seq();
    in.peer_seq = source_.next_seq();
    source_.Book(out);
    target_.Book(in);
  }

  Draft& source_;
  Draft& target_;
};

absl::StatusOr<std::vector<Identity>> Resealed(const Person& source, const Person& target,
                                               const base::Keyring& keyring) {
  std::vector<Identity> identities = source.identities;
  for (Identity& identity : identities) {
    const absl::StatusOr<std::string> value = OpenIdentity(identity, source.secret);
    if (!value.ok()) return value.status();
    const base::Hash lookup = keyring.LookupHash(identity.program_id, identity.kind, *value);
    if (identity.lookup_hash != base::AsBytes(lookup)) {
      return absl::DataLossError(absl::StrCat("an identity of member ", identity.member_id.value(),
                                              " is not found by its own value"));
    }
    identity.member_id = target.ledger.member.member_id;
    SealIdentity(*value, target.secret, identity);
  }
  return identities;
}

absl::StatusOr<Tags> TagsOf(const Person& person) {
  if (!person.tags) return Tags{};
  return OpenTags(*person.tags, person.secret);
}

// The union, if the target lacks any of it.
absl::StatusOr<std::optional<Tags>> MoreTags(const Person& source, const Person& target) {
  const absl::StatusOr<Tags> from = TagsOf(source);
  if (!from.ok()) return from.status();
  const absl::StatusOr<Tags> to = TagsOf(target);
  if (!to.ok()) return to.status();
  Tags all;
  std::ranges::set_union(*from, *to, std::back_inserter(all));
  if (all.size() > kTagsMax) return MergeRefused("tags");
  return all == *to ? std::nullopt : std::optional(std::move(all));
}

absl::Status MovePoints(Draft& from, Draft& to) {
  SettleDue(from);
  SettleDue(to);
  if (!from.status().ok()) return from.status();
  if (!to.status().ok()) return to.status();
  if (HasOpenHolds(from)) return MergeRefused("open_holds");
  const Member& source = from.member();
  if (!Fits(to.member(), source.available + source.pending) ||
      !base::CheckedAdd(to.member().debt, source.debt))
    return BalanceOverflow();
  from.BeginOperation();
  to.BeginOperation();
  Mover mover(from, to);
  for (const Share& share : SharesOf(from)) mover.Move(share);
  mover.MoveDebt(source.debt);
  return absl::OkStatus();
}

// Who answers for whom from now on, and the events that say so.
void Join(const Person& target, const std::optional<Tags>& tags, const Posting& posting,
          base::Instant now, MergeChanges& changes) {
  Member& from = changes.source.member;
  Member& to = changes.target.member;
  from.state = MemberState::kMerged;
  from.merged_into = to.member_id;
  to.merged_count += from.merged_count + 1;
  from.merged_count = 0;
  to.phone_only = to.phone_only && from.phone_only;
  for (Member& member : changes.repointed) member.merged_into = to.member_id;
  changes.events.push_back(
      AppendEvent(from, MemberEventKind::kMerged, to.member_id.value(), posting, now));
  changes.events.push_back(
      AppendEvent(to, MemberEventKind::kTookOver, from.member_id.value(), posting, now));
  if (!tags) return;
  changes.tags = SealTags(to.program_id, to.member_id, *tags, target.secret);
  changes.events.push_back(
      AppendEvent(to, MemberEventKind::kTagsSet, TagsDigest(*tags, target.secret), posting, now));
}

}  // namespace

absl::StatusOr<MergeChanges> PlanMerge(const Person& source, const Person& target,
                                       const std::vector<Member>& answering, const Posting& posting,
                                       const Program& program, const base::Keyring& keyring,
                                       base::Instant now) {
  if (const absl::Status ok = CheckPersons(source, target); !ok.ok()) return ok;
  if (const absl::Status ok = CheckPosting(posting, program, now); !ok.ok()) return ok;
  absl::StatusOr<std::vector<Identity>> identities = Resealed(source, target, keyring);
  if (!identities.ok()) return identities.status();
  const absl::StatusOr<std::optional<Tags>> tags = MoreTags(source, target);
  if (!tags.ok()) return tags.status();

  Draft from(source.ledger, posting, program, now);
  Draft to(target.ledger, posting, program, now);
  if (const absl::Status ok = MovePoints(from, to); !ok.ok()) return ok;
  absl::StatusOr<Changes> source_changes = std::move(from).Finish();
  if (!source_changes.ok()) return source_changes.status();
  absl::StatusOr<Changes> target_changes = std::move(to).Finish();
  if (!target_changes.ok()) return target_changes.status();

  MergeChanges changes{.source = *std::move(source_changes),
                       .target = *std::move(target_changes),
                       .events = {},
                       .repointed = answering,
                       .identities = *std::move(identities),
                       .tags = std::nullopt};
  Join(target, *tags, posting, now, changes);
  return changes;
}

absl::StatusOr<EraseChanges> PlanErase(const Ledger& ledger,
                                       const std::vector<Identity>& identities,
                                       const Posting& posting, const Program& program,
                                       base::Instant now) {
  const MemberState state = ledger.member.state;
  if (state != MemberState::kActive && state != MemberState::kFrozen) return MemberNotActive(state);
  if (const absl::Status ok = CheckPosting(posting, program, now); !ok.ok()) return ok;
  Draft draft(ledger, posting, program, now);
  SettleDue(draft);
  if (!draft.status().ok()) return draft.status();
  if (HasOpenHolds(draft)) return MemberHasOpenHolds();
  draft.BeginOperation();
  for (const Share& share : SharesOf(draft)) {
    draft.Book({.kind = EntryKind::kForfeit,
                .from = share.account,
                .to = Account::kExpired,
                .points = share.points,
                .effective_at = now,
                .lot_seq = share.lot.lot_seq});
  }
  absl::StatusOr<Changes> points = std::move(draft).Finish();
  if (!points.ok()) return points.status();
  EraseChanges changes{.points = *std::move(points), .events = {}, .identities = identities};
  changes.points.member.state = MemberState::kClosed;
  changes.events.push_back(
      AppendEvent(changes.points.member, MemberEventKind::kErased, "", posting, now));
  return changes;
}

}  // namespace fairpoint::ledger
