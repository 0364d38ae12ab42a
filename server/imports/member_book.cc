#include "server/imports/member_book.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "base/points.h"

namespace fairpoint::server::imports {

std::string MemberGrouper::Add(MemberRow row,
                               const std::vector<std::pair<TextId, TextId>>& identities,
                               const TagSet& tags) {
  const std::optional<base::Points> sum =
      base::CheckedAdd(base::Points{book_.totals.points}, base::Points{row.points});
  if (!sum) return "with its points the file has more than 9,223,372,036,854,775,807";
  // Joined all the same if the tags differ: nothing is sent then.
  row.member = MemberOf(row.row, identities);
  FileMember& member = book_.members[row.member];
  if (const uint32_t set = TagSetOf(tags); set != 0) {
    if (member.tags != 0 && member.tags != set) {
      return absl::StrCat("has other tags than row ", member.tags_row, " of the same member");
    }
    if (member.tags == 0) {
      member.tags = set;
      member.tags_row = row.row;
    }
  }
  book_.totals.points = sum->value;
  book_.totals.lots += row.points > 0 ? 1 : 0;
  book_.rows.push_back(row);
  return "";
}

uint32_t MemberGrouper::Root(uint32_t member) {
  while (parents_[member] != member) member = parents_[member] = parents_[parents_[member]];
  return member;
}

uint32_t MemberGrouper::TagSetOf(const TagSet& tags) {
  if (tags.empty()) return 0;
  const auto [found, is_new] =
      tag_sets_.try_emplace(tags, static_cast<uint32_t>(book_.tag_sets.size()));
  if (is_new) book_.tag_sets.push_back(tags);
  return found->second;
}

uint32_t MemberGrouper::MemberOf(uint32_t row,
                                 const std::vector<std::pair<TextId, TextId>>& identities) {
  constexpr uint32_t kNobody = UINT32_MAX;
  uint32_t member = kNobody;
  for (const auto& identity : identities) {
    const auto holder = holders_.find(identity);
    if (holder == holders_.end()) continue;
    const uint32_t other = Root(book_.identities[holder->second].member);
    if (member == kNobody || other == member) {
      member = other;
      continue;
    }
    // The earlier one stays.
    const uint32_t kept = std::min(member, other);
    const uint32_t joined = std::max(member, other);
    parents_[joined] = kept;
    FileMember& stays = book_.members[kept];
    const FileMember& goes = book_.members[joined];
    if (stays.tags != 0 && goes.tags != 0 && stays.tags != goes.tags) {
      book_.rejects.push_back(
          {goes.tags_row, identity.second,
           book_.texts.Intern(absl::StrCat("has other tags than row ", stays.tags_row,
                                           ", with which row ", row, " makes it one member"))});
    } else if (stays.tags == 0) {
      stays.tags = goes.tags;
      stays.tags_row = goes.tags_row;
    }
    member = kept;
  }
  if (member == kNobody) {
    member = static_cast<uint32_t>(book_.members.size());
    parents_.push_back(member);
    book_.members.emplace_back().first_row = row;
  }
  for (const auto& [kind, value] : identities) {
    const auto index = static_cast<uint32_t>(book_.identities.size());
    if (!holders_.try_emplace(std::pair(kind, value), index).second) continue;
    book_.identities.push_back({member, row, kind, value});
  }
  return member;
}

void MemberGrouper::Number() {
  std::vector<uint32_t> numbers(parents_.size());
  std::vector<FileMember> members;
  for (uint32_t i = 0; i < parents_.size(); ++i) {
    if (Root(i) != i) continue;
    numbers[i] = static_cast<uint32_t>(members.size());
    members.push_back(book_.members[i]);
  }
  book_.members = std::move(members);
  for (MemberRow& row : book_.rows) row.member = numbers[Root(row.member)];
  for (MemberIdentity& identity : book_.identities) {
    identity.member = numbers[Root(identity.member)];
  }
}

void MemberGrouper::Finish() {
  Number();
  std::ranges::stable_sort(book_.rows, {}, &MemberRow::member);
  std::ranges::stable_sort(book_.identities, {}, &MemberIdentity::member);
  size_t row = 0;
  size_t identity = 0;
  for (uint32_t i = 0; i < book_.members.size(); ++i) {
    FileMember& member = book_.members[i];
    const size_t first_row = row;
    const size_t first_identity = identity;
    while (row < book_.rows.size() && book_.rows[row].member == i) ++row;
    while (identity < book_.identities.size() && book_.identities[identity].member == i) ++identity;
    member.rows = std::span(book_.rows).subspan(first_row, row - first_row);
    member.identities =
        std::span(book_.identities).subspan(first_identity, identity - first_identity);
    book_.tag_count += std::ssize(book_.tag_sets[member.tags]);
    CheckMember(member);
  }
  book_.totals.members = std::ssize(book_.members);
  holders_.clear();
}

void MemberGrouper::CheckMember(const FileMember& member) {
  const TextId name = member.identities.front().value;
  const auto reject = [&](uint32_t row, const std::string& reason) {
    book_.rejects.push_back({row, name, book_.texts.Intern(reason)});
  };
  absl::flat_hash_map<TextId, size_t> seen;
  for (const MemberIdentity& identity : member.identities) {
    if (++seen[identity.kind] <= column_counts_.at(identity.kind)) continue;
    return reject(identity.row,
                  absl::StrCat("gives the member of row ", member.first_row, " a second ",
                               book_.texts[identity.kind],
                               ": rows that share an identity are one member, and may not differ "
                               "in another"));
  }
  if (member.identities.size() > kIdentitiesOfMemberMax) {
    return reject(member.identities[kIdentitiesOfMemberMax].row,
                  absl::StrCat("gives the member of row ", member.first_row, " more than ",
                               kIdentitiesOfMemberMax, " identities"));
  }
  size_t lots = 0;
  for (const MemberRow& row : member.rows) {
    lots += row.points > 0 ? 1 : 0;
    if (lots <= kLotsOfMemberMax) continue;
    return reject(row.row,
                  absl::StrCat("gives the member of row ", member.first_row, " more than ",
                               kLotsOfMemberMax, " lots: add up those that expire together"));
  }
}

}  // namespace fairpoint::server::imports
