#include "audit/identity_pass.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/row_hashes.h"
#include "audit/snapshot.h"
#include "ledger/enroll.h"

namespace fairpoint::audit {
namespace {

using engine::MemberName;
using ledger::Identity;
using ledger::MemberKey;

// The members whom a page of identities names, as far as they are there; of rows that cannot be
// read no state is known.
using States = std::map<MemberName, std::optional<ledger::MemberState>>;
struct Holders {
  States members;
  std::map<MemberName, MemberKey> keys;
};

// One by one where a row cannot be read: it is there all the same.
absl::Status FindMembers(engine::ReadSession& session, std::span<const MemberName> names,
                         States& members) {
  std::vector<ledger::Member> found;
  const absl::Status read = session.FindMembers(names, found);
  if (absl::IsDataLoss(read)) {
    if (names.size() == 1) members.emplace(names.front(), std::nullopt);
    for (size_t i = 0; names.size() > 1 && i < names.size(); ++i) {
      if (absl::Status one = FindMembers(session, names.subspan(i, 1), members); !one.ok())
        return one;
    }
    return absl::OkStatus();
  }
  for (const ledger::Member& member : found) members.emplace(MemberOf(member), member.state);
  return read;
}

absl::Status ReadHolders(engine::ReadSession& session, const std::vector<Identity>& page,
                         Holders& holders) {
  std::set<MemberName> wanted;
  for (const Identity& identity : page) wanted.insert(MemberOf(identity));
  const std::vector<MemberName> names(wanted.begin(), wanted.end());
  if (absl::Status read = FindMembers(session, names, holders.members); !read.ok()) return read;
  std::vector<MemberKey> keys;
  if (absl::Status read = session.LoadMemberKeys(names, keys); !read.ok()) return read;
  for (MemberKey& key : keys) holders.keys.emplace(MemberOf(key), std::move(key));
  return absl::OkStatus();
}

void Check(Context& context, const Identity& identity, const Holders& holders) {
  const auto find = [&](const char* what, std::string expected, std::string found) {
    context.findings.Add({"identity", identity.program_id.value(),
                          base::ToHex(identity.lookup_hash), what, std::move(expected),
                          std::move(found)});
  };
  const MemberName name = MemberOf(identity);
  const std::string& member = name.member_id.value();
  const auto holder = holders.members.find(name);
  if (holder == holders.members.end()) {
    find("member", absl::StrCat("member ", member), "none");
  } else if (holder->second == ledger::MemberState::kClosed ||
             holder->second == ledger::MemberState::kMerged) {
    find("member", "one who is neither merged nor erased",
         absl::StrCat("member ", member, ", ", std::string(Name(*holder->second))));
  }
  const auto key = holders.keys.find(name);
  if (key == holders.keys.end()) {
    return find("member_key", absl::StrCat("the key of member ", member), "none");
  }
  if (context.options.keyring == nullptr) return;
  const base::Keyring& keyring = *context.options.keyring;
  const absl::StatusOr<std::string> secret =
      keyring.Unwrap(name.program_id, name.member_id, key->second.key_version, key->second.wrapped);
  if (!secret.ok()) {
    return find("member_key", absl::StrCat("a key of member ", member, " that the keyring opens"),
                std::string(secret.status().message()));
  }
  const absl::StatusOr<std::string> value = ledger::OpenIdentity(identity, *secret);
  if (!value.ok()) {
    return find("ciphertext", absl::StrCat("one that opens for member ", member, " and its kind"),
                std::string(value.status().message()));
  }
  const base::Hash hash = keyring.LookupHash(name.program_id, identity.kind, *value);
  if (base::AsBytes(hash) != identity.lookup_hash)
    find("lookup_hash", "that of what the identity holds", "another");
}

}  // namespace

absl::Status CheckIdentities(Context& context) {
  std::optional<engine::IdentityName> after;
  for (bool more = true; more;) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    const Snapshot snapshot(context.session);
    if (!snapshot.status().ok()) return snapshot.status();
    std::vector<Identity> page;
    absl::Status read = context.session.ScanIdentities(after, context.options.page_rows, page);
    if (!read.ok()) return read;
    Holders holders;
    read = ReadHolders(context.session, page, holders);
    if (!read.ok()) return read;
    for (const Identity& identity : page) Check(context, identity, holders);
    context.report.identities += static_cast<int64_t>(page.size());
    more = page.size() >= context.options.page_rows;
    if (more) after = {page.back().program_id, page.back().lookup_hash};
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::audit
