#include "ledger/persona.h"

#include <algorithm>
#include <utility>

#include "base/canonical.h"
#include "ledger/errors.h"

namespace fairpoint::ledger {
namespace {

constexpr std::string_view kTags = "tags";

// Three parts: an identity's context has two, so that neither can stand for the other, whatever an
// identity's kind is called.
std::string TagsContext(const base::MemberId& member_id) {
  return base::CanonicalWriter().Bytes(member_id.value()).Bytes("").Bytes(kTags).bytes();
}

std::string EncodeTags(const std::vector<std::string>& tags) {
  base::CanonicalWriter out;
  out.U32(static_cast<uint32_t>(tags.size()));
  for (const std::string& tag : tags) out.Bytes(tag);
  return std::move(out).bytes();
}

}  // namespace

absl::StatusOr<MemberChanges> PlanLink(const IdentityHolder& holder, const LinkIdentity& link,
                                       const Posting& posting, const base::Keyring& keyring,
                                       base::Instant now) {
  const EnrollMember enroll{
      .new_member_id = {}, .new_member_secret = {}, .identities = {link.identity}};
  return PlanEnroll(holder.member.program_id, enroll, &holder, posting, keyring, now);
}

absl::StatusOr<MemberChanges> PlanUnlink(const IdentityHolder& holder, const UnlinkIdentity& unlink,
                                         const Posting& posting, const base::Keyring& keyring,
                                         base::Instant now) {
  const base::Hash lookup =
      keyring.LookupHash(holder.member.program_id, unlink.identity.kind, unlink.identity.value);
  std::vector<Identity> rest = holder.identities;
  const auto found =
      std::ranges::find(rest, std::string(base::AsBytes(lookup)), &Identity::lookup_hash);
  if (found == rest.end()) return IdentityNotFound();
  if (rest.size() == 1) return LastIdentity();
  if (holder.member.state != MemberState::kActive) return MemberNotActive(holder.member.state);
  MemberChanges changes;
  changes.member = holder.member;
  changes.deleted_identities.push_back(*found);
  rest.erase(found);
  changes.member.phone_only = AllPhones(rest);
  changes.events.push_back(
      AppendEvent(changes.member, MemberEventKind::kIdentityUnlinked, "", posting, now));
  return changes;
}

absl::StatusOr<MemberChanges> PlanSetTags(const Member& member, std::string_view secret,
                                          const MemberTags* present,
                                          const std::vector<std::string>& tags,
                                          const Posting& posting, base::Instant now) {
  std::vector<std::string> before;
  if (present != nullptr) {
    absl::StatusOr<std::vector<std::string>> opened = OpenTags(*present, secret);
    if (!opened.ok()) return opened.status();
    before = *std::move(opened);
  }
  MemberChanges changes;
  changes.member = member;
  if (tags == before) return changes;
  if (member.state != MemberState::kActive) return MemberNotActive(member.state);
  changes.tags = SealTags(member.program_id, member.member_id, tags, secret);
  changes.events.push_back(AppendEvent(changes.member, MemberEventKind::kTagsSet,
                                       TagsDigest(tags, secret), posting, now));
  return changes;
}

std::string TagsDigest(const std::vector<std::string>& tags, std::string_view secret) {
  const std::string message = base::CanonicalWriter().Bytes(kTags).Bytes(EncodeTags(tags)).bytes();
  return std::string(base::AsBytes(base::HmacSha256(secret, message)));
}

absl::StatusOr<std::vector<std::string>> OpenTags(const MemberTags& row, std::string_view secret) {
  const absl::StatusOr<std::string> opened =
      base::Open(secret, TagsContext(row.member_id), row.ciphertext);
  if (!opened.ok()) return opened.status();
  base::CanonicalReader in(*opened);
  std::vector<std::string> tags;
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) tags.emplace_back(in.Bytes());
  if (!in.ok() || !in.AtEnd()) return absl::DataLossError("a member's tags are malformed");
  return tags;
}

MemberTags SealTags(const base::ProgramId& program_id, const base::MemberId& member_id,
                    const std::vector<std::string>& tags, std::string_view secret) {
  return {.program_id = program_id,
          .member_id = member_id,
          .ciphertext = base::Seal(secret, TagsContext(member_id), EncodeTags(tags))};
}

}  // namespace fairpoint::ledger
