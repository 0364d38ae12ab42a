#include "ledger/enroll.h"

#include <algorithm>
#include <utility>

#include "base/canonical.h"
#include "ledger/errors.h"

namespace fairpoint::ledger {
namespace {

// Binds a ciphertext to its place, so that it cannot be moved to another member or kind.
std::string SealingContext(const base::MemberId& member_id, std::string_view kind) {
  return base::CanonicalWriter().Bytes(member_id.value()).Bytes(kind).bytes();
}

// The offered identities that the holder does not have, sealed for it.
std::vector<Identity> Sealed(const std::vector<PlainIdentity>& offered,
                             const std::vector<Identity>& held, const Member& member,
                             std::string_view secret, const base::Keyring& keyring,
                             base::Instant now) {
  std::vector<Identity> sealed;
  for (const PlainIdentity& plain : offered) {
    const base::Hash lookup = keyring.LookupHash(member.program_id, plain.kind, plain.value);
    const std::string lookup_hash(base::AsBytes(lookup));
    if (std::ranges::find(held, lookup_hash, &Identity::lookup_hash) != held.end()) continue;
    Identity identity;
    identity.program_id = member.program_id;
    identity.lookup_hash = lookup_hash;
    identity.member_id = member.member_id;
    identity.kind = plain.kind;
    SealIdentity(plain.value, secret, identity);
    identity.linked_at = now;
    sealed.push_back(std::move(identity));
  }
  return sealed;
}

}  // namespace

MemberEvent AppendEvent(Member& member, MemberEventKind kind, std::string detail,
                        const Posting& posting, base::Instant now) {
  MemberEvent event;
  event.program_id = member.program_id;
  event.member_id = member.member_id;
  event.event_seq = ++member.event_seq;
  event.kind = kind;
  event.phone_only = member.phone_only;
  event.detail = std::move(detail);
  event.reason = posting.reason;
  event.actor = posting.actor;
  event.request_id = posting.request_id;
  event.recorded_at = now;
  event.prev_hash = member.event_head_hash;
  event.hash = HashOf(event);
  member.event_head_hash = event.hash;
  member.last_recorded_at = now;
  return event;
}

bool AllPhones(const std::vector<Identity>& identities) {
  return std::ranges::all_of(
      identities, [](const Identity& identity) { return identity.kind == kPhoneIdentity; });
}

size_t CountUnionIds(const std::vector<Identity>& identities) {
  return static_cast<size_t>(
      std::ranges::count(identities, std::string(kUnionIdIdentity), &Identity::kind));
}

absl::StatusOr<MemberChanges> PlanEnroll(const base::ProgramId& program_id,
                                         const EnrollMember& enroll, const IdentityHolder* holder,
                                         const Posting& posting, const base::Keyring& keyring,
                                         base::Instant now) {
  MemberChanges changes;
  changes.is_new = holder == nullptr;
  if (holder != nullptr) {
    changes.member = holder->member;
  } else {
    changes.member.program_id = program_id;
    changes.member.member_id = enroll.new_member_id;
    changes.member.created_at = now;
    changes.member.phone_only = true;
  }
  const std::vector<Identity> held =
      holder != nullptr ? holder->identities : std::vector<Identity>{};
  const std::string& secret = holder != nullptr ? holder->secret : enroll.new_member_secret;
  changes.new_identities = Sealed(enroll.identities, held, changes.member, secret, keyring, now);
  if (changes.new_identities.empty()) return changes;
  if (CountUnionIds(held) + CountUnionIds(changes.new_identities) > 1) {
    return IdentityConflict(
        "a member has one WeChat unionid: the identities belong to different people");
  }
  if (held.size() + changes.new_identities.size() > kIdentitiesMax)
    return TooManyIdentities(kIdentitiesMax);
  if (!changes.is_new && changes.member.state != MemberState::kActive)
    return MemberNotActive(changes.member.state);
  changes.member.phone_only = changes.member.phone_only && AllPhones(changes.new_identities);
  if (changes.is_new) {
    changes.new_key =
        MemberKey{.program_id = program_id,
                  .member_id = changes.member.member_id,
                  .key_version = keyring.current_version(),
                  .wrapped = keyring.Wrap(program_id, changes.member.member_id, secret)};
  }
  const MemberEventKind kind =
      changes.is_new ? MemberEventKind::kEnrolled : MemberEventKind::kIdentitiesLinked;
  changes.events.push_back(AppendEvent(changes.member, kind, "", posting, now));
  return changes;
}

absl::StatusOr<MemberChanges> PlanFreeze(const Member& member, const Posting& posting,
                                         base::Instant now) {
  if (member.state != MemberState::kActive) return MemberNotActive(member.state);
  MemberChanges changes;
  changes.member = member;
  changes.member.state = MemberState::kFrozen;
  changes.events.push_back(AppendEvent(changes.member, MemberEventKind::kFrozen, "", posting, now));
  return changes;
}

absl::StatusOr<MemberChanges> PlanUnfreeze(const Member& member, const Posting& posting,
                                           base::Instant now) {
  if (member.state != MemberState::kFrozen) return MemberNotFrozen(member.state);
  MemberChanges changes;
  changes.member = member;
  changes.member.state = MemberState::kActive;
  changes.events.push_back(
      AppendEvent(changes.member, MemberEventKind::kUnfrozen, "", posting, now));
  return changes;
}

void SealIdentity(std::string_view value, std::string_view secret, Identity& identity) {
  identity.ciphertext =
      base::Seal(secret, SealingContext(identity.member_id, identity.kind), value);
}

absl::StatusOr<std::string> OpenIdentity(const Identity& identity, std::string_view secret) {
  return base::Open(secret, SealingContext(identity.member_id, identity.kind), identity.ciphertext);
}

}  // namespace fairpoint::ledger
