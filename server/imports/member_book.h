// The members of a file, compactly: rows that share an identity are one.
#ifndef FAIRPOINT_SERVER_IMPORTS_MEMBER_BOOK_H_
#define FAIRPOINT_SERVER_IMPORTS_MEMBER_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/time.h"
#include "server/imports/book.h"

namespace fairpoint::server::imports {

// MemberService's contract.
inline constexpr size_t kIdentitiesOfMemberMax = 10;
inline constexpr size_t kLotsOfMemberMax = 1'000;

struct MemberIdentity {
  uint32_t member = 0;
  uint32_t row = 0;  // where it is first
  TextId kind = 0;
  TextId value = 0;
};

// A row, and its lot if it has points.
struct MemberRow {
  uint32_t member = 0;
  uint32_t row = 0;
  int64_t points = 0;
  std::optional<base::Instant> earned_at;
  std::optional<base::Instant> expires_at;
};

using TagSet = std::vector<TextId>;  // ascending by text

struct FileMember {
  uint32_t first_row = 0;
  uint32_t tags = 0;  // of MemberBook::tag_sets
  uint32_t tags_row = 0;
  // Once they are grouped: of MemberBook::identities and MemberBook::rows.
  std::span<const MemberIdentity> identities;
  std::span<const MemberRow> rows;
};

// What must agree with the old system.
struct Totals {
  int64_t members = 0;
  int64_t points = 0;
  int64_t lots = 0;
};

struct MemberBook {
  TextTable texts;
  std::vector<MemberIdentity> identities;  // by first appearance, then by member and that
  std::vector<MemberRow> rows;             // by row, then by member and row
  std::vector<TagSet> tag_sets{TagSet{}};
  std::vector<FileMember> members;  // by first row
  std::vector<Report> rejects;
  int64_t row_count = 0;
  int64_t tag_count = 0;  // of all members
  Totals totals;

  MemberBook() = default;
  MemberBook(const MemberBook&) = delete;  // spans of members are of this one
  MemberBook& operator=(const MemberBook&) = delete;
};

// Fills a book.
class MemberGrouper {
 public:
  // column_count: of each kind of identity.
  MemberGrouper(absl::flat_hash_map<TextId, size_t> column_counts, MemberBook& book)
      : column_counts_(std::move(column_counts)), book_(book) {}

  // A row that is good in itself; `row.member` is not looked at. Why it is refused all the same, or
  // nothing.
  std::string Add(MemberRow row,
                  const std::vector<std::pair<TextId, TextId>>& identities,  // kind, value
                  const TagSet& tags);

  // After the last row: members get their rows and identities; what is too much of one is rejected.
  void Finish();

 private:
  // Of members that were joined, the one that stands for all.
  uint32_t Root(uint32_t member);
  uint32_t TagSetOf(const TagSet& tags);
  // Who has one of the identities, together; somebody new if nobody has.
  uint32_t MemberOf(uint32_t row, const std::vector<std::pair<TextId, TextId>>& identities);
  void Number();
  void CheckMember(const FileMember& member);

  absl::flat_hash_map<TextId, size_t> column_counts_;
  MemberBook& book_;
  std::vector<uint32_t> parents_;
  absl::flat_hash_map<std::pair<TextId, TextId>, uint32_t> holders_;  // of book_.identities
  absl::flat_hash_map<TagSet, uint32_t> tag_sets_;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_MEMBER_BOOK_H_
