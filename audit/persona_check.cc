#include "audit/persona_check.h"

#include <set>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/lookup.h"
#include "audit/row_hashes.h"
#include "ledger/persona.h"

namespace fairpoint::audit {
namespace {

using engine::MemberName;
using ledger::Member;
using ledger::MemberKey;
using ledger::MemberState;
using ledger::MemberTags;

constexpr char kTagsRecord[] = "tags";

}  // namespace

absl::Status PersonaCheck::Load(const std::vector<Member>& members) {
  tags_.clear();
  keys_.clear();
  std::vector<MemberName> names;
  for (const Member& row : members) names.push_back(MemberOf(row));
  std::vector<MemberTags> tags;
  if (absl::Status read = context_.session.LoadMemberTags(names, tags); !read.ok()) return read;
  for (MemberTags& row : tags) tags_.insert_or_assign(MemberOf(row), std::move(row));
  // Of all others, identities tell.
  names.clear();
  for (const Member& row : members) {
    const bool is_gone = row.state == MemberState::kClosed || row.state == MemberState::kMerged;
    if (is_gone || tags_.contains(MemberOf(row))) names.push_back(MemberOf(row));
  }
  std::vector<MemberKey> keys;
  if (absl::Status read = context_.session.LoadMemberKeys(names, keys); !read.ok()) return read;
  for (MemberKey& row : keys) keys_.insert_or_assign(MemberOf(row), std::move(row));
  return absl::OkStatus();
}

absl::Status PersonaCheck::Check(const Member& row, const EventChain& events) {
  const MemberState state = events.folded().state;
  is_erased_ = state == MemberState::kClosed;
  if (absl::Status checked = CheckMerged(row, events); !checked.ok()) return checked;
  if (absl::Status checked = CheckCount(row, events); !checked.ok()) return checked;
  if (state == MemberState::kMerged || state == MemberState::kClosed) CheckNothingLeft(row);
  const MemberName name = MemberOf(row);
  if (is_erased_) {
    CheckErased(name);
    return absl::OkStatus();
  }
  if (state == MemberState::kMerged && !keys_.contains(name))
    findings_.Add(kMemberRecord, 0, "member_key", "a key, until who took it over is erased",
                  "none");
  CheckTags(name, events.tags_digest());
  return absl::OkStatus();
}

absl::Status PersonaCheck::FindMember(const MemberName& name, std::optional<Member>& found) {
  std::vector<Member> rows;
  const absl::Status read = context_.session.FindMembers(std::span(&name, 1), rows);
  // One that cannot be read is named where it stands.
  if (absl::IsDataLoss(read)) return absl::OkStatus();
  if (!rows.empty()) found = std::move(rows.front());
  return read;
}

// Its event names whom it was merged into; if that one was merged later, its row names the last.
absl::Status PersonaCheck::CheckMerged(const Member& row, const EventChain& events) {
  base::MemberId expected = events.folded().merged_into;
  std::set<base::MemberId> seen;
  while (!expected.empty() && seen.insert(expected).second) {
    const auto later = FindMergeOf(context_.session, {row.program_id, expected});
    if (!later.ok()) return later.status();
    if (!*later) break;
    expected = base::MemberId((*later)->detail);
  }
  if (!expected.empty()) {
    std::optional<Member> into;
    if (absl::Status read = FindMember({row.program_id, expected}, into); !read.ok()) return read;
    is_erased_ = into && into->state == MemberState::kClosed;
  }
  findings_.Expect(kMemberRecord, 0, "merged_into", expected.value(), row.merged_into.value());
  return absl::OkStatus();
}

absl::Status PersonaCheck::CheckCount(const Member& row, const EventChain& events) {
  if (!events.took_over()) {
    findings_.Expect(kMemberRecord, 0, "merged_count", int64_t{0}, row.merged_count);
    return absl::OkStatus();
  }
  std::vector<Member> answering;
  const absl::Status read = context_.session.FindMergedInto(MemberOf(row), answering);
  if (absl::IsDataLoss(read)) return absl::OkStatus();
  if (!read.ok()) return read;
  findings_.Expect(kMemberRecord, 0, "merged_count", static_cast<int64_t>(answering.size()),
                   row.merged_count);
  return absl::OkStatus();
}

void PersonaCheck::CheckNothingLeft(const Member& row) {
  const auto expect_none = [this](const char* what, base::Points points) {
    findings_.Expect(kMemberRecord, 0, what, base::kNoPoints, points);
  };
  expect_none("available, of one who is merged or erased", row.available);
  expect_none("pending, of one who is merged or erased", row.pending);
  expect_none("held, of one who is merged or erased", row.held);
  if (row.state == MemberState::kMerged) expect_none("debt, of one who is merged", row.debt);
}

void PersonaCheck::CheckErased(const MemberName& name) {
  if (keys_.contains(name))
    findings_.Add(kMemberRecord, 0, "member_key", "none: the member was erased", "one");
  if (tags_.contains(name))
    findings_.Add(kTagsRecord, 0, "row", "none: the member was erased", "one");
}

void PersonaCheck::CheckTags(const MemberName& name, const std::optional<std::string>& digest) {
  const auto tags = tags_.find(name);
  const bool is_there = tags != tags_.end();
  if (is_there != digest.has_value()) {
    return findings_.Add(kTagsRecord, 0, "row",
                         digest ? "one, since tags were set" : "none, since tags were never set",
                         is_there ? "one" : "none");
  }
  if (!is_there || context_.options.keyring == nullptr) return;
  const auto key = keys_.find(name);
  if (key == keys_.end())
    return findings_.Add(kTagsRecord, 0, "member_key", "the key of their member", "none");
  const absl::StatusOr<std::string> secret = context_.options.keyring->Unwrap(
      name.program_id, name.member_id, key->second.key_version, key->second.wrapped);
  if (!secret.ok()) {
    return findings_.Add(kTagsRecord, 0, "member_key", "a key that the keyring opens",
                         std::string(secret.status().message()));
  }
  const absl::StatusOr<std::vector<std::string>> opened = OpenTags(tags->second, *secret);
  if (!opened.ok()) {
    return findings_.Add(kTagsRecord, 0, "ciphertext", "one that opens for their member",
                         std::string(opened.status().message()));
  }
  if (ledger::TagsDigest(*opened, *secret) != *digest)
    findings_.Add(kTagsRecord, 0, "tags", "those that were set last", "others");
}

}  // namespace fairpoint::audit
