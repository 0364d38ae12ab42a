#include "server/imports/member_mapping.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/imports/mapping_file.h"
#include "server/imports/row_text.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {
namespace {

constexpr std::string_view kIdentityPrefix = "identity_";
constexpr std::array<const char*, 5> kKnownKinds = {"phone", "card", "wechat_unionid",
                                                    "wechat_openid", "wecom_external_userid"};

// How many characters are to be put in, taken out or replaced to make the one of the other.
size_t EditsBetween(std::string_view one, std::string_view other) {
  std::vector<size_t> edits(other.size() + 1);
  for (size_t i = 0; i < edits.size(); ++i) edits[i] = i;
  for (size_t row = 1; row <= one.size(); ++row) {
    size_t diagonal = std::exchange(edits[0], row);
    for (size_t i = 1; i < edits.size(); ++i) {
      const size_t replaced = diagonal + (one[row - 1] == other[i - 1] ? 0 : 1);
      diagonal = edits[i];
      edits[i] = std::min({replaced, edits[i] + 1, edits[i - 1] + 1});
    }
  }
  return edits.back();
}

// Lower case, with _ for whatever is no letter or digit.
std::string Plain(std::string_view name) {
  std::string plain(name);
  for (char& c : plain) c = absl::ascii_isalnum(c) ? absl::ascii_tolower(c) : '_';
  return plain;
}

// `: did you mean "expires_at"?`, or nothing.
std::string Guess(const std::string& name, const std::vector<std::string>& known) {
  const std::string plain = Plain(name);
  const std::string* best = nullptr;
  constexpr size_t kLettersOfAnEdit = 3;
  constexpr size_t kLongestName = 100;
  size_t fewest = std::min(plain.size(), kLongestName) / kLettersOfAnEdit + 1;
  if (plain.size() > kLongestName) return "";
  for (const std::string& candidate : known) {
    const std::string_view kind = std::string_view(candidate).substr(
        candidate.starts_with(kIdentityPrefix) ? kIdentityPrefix.size() : 0);
    const size_t edits = std::min(EditsBetween(plain, candidate), EditsBetween(plain, kind));
    if (edits >= fewest) continue;
    fewest = edits;
    best = &candidate;
  }
  return best == nullptr ? "" : absl::StrCat(": did you mean \"", *best, "\"?");
}

// Takes the names of a header one after the other.
class ColumnFinder {
 public:
  ColumnFinder(const v1::MembersMapping::Columns& columns, std::vector<std::string> names)
      : columns_(columns), names_(std::move(names)), taken_(names_.size(), false) {}

  absl::StatusOr<MemberColumns> Find() {
    found_.tags = FieldColumn("tags", columns_.tags());
    found_.points = FieldColumn("points", columns_.points());
    found_.earned_at = FieldColumn("earned_at", columns_.earned_at());
    found_.expires_at = FieldColumn("expires_at", columns_.expires_at());
    for (const std::string& name : columns_.ignored()) Take(name, "columns.ignored");
    for (const auto& identity : columns_.identities()) {
      const std::optional<size_t> column = Take(identity.column(), "columns.identities");
      if (column) found_.identities.push_back({*column, identity.kind()});
    }
    TakeDefaultIdentities();
    for (size_t i = 0; i < names_.size(); ++i) {
      if (!taken_[i]) faults_.push_back(Unknown(names_[i]));
    }
    if (found_.identities.empty()) {
      faults_.emplace_back(
          "there is no column of an identity: name one identity_phone, identity_card or "
          "identity_KIND, or map it (columns.identities)");
    }
    if (!found_.points && (found_.earned_at || found_.expires_at)) {
      faults_.emplace_back("there are times of points, but no column of points");
    }
    std::ranges::sort(found_.identities, {}, &IdentityColumn::column);
    if (faults_.empty()) return found_;
    return absl::InvalidArgumentError(
        absl::StrCat(absl::StrJoin(faults_, "\n"), "\n", TheColumnsAre(names_)));
  }

 private:
  // A column that need not be there unless the mapping names it.
  std::optional<size_t> FieldColumn(const char* field, const std::string& mapped) {
    known_.emplace_back(mapped.empty() ? field : std::string(Trimmed(mapped)));
    const bool is_there = std::ranges::find(names_, known_.back()) != names_.end();
    if (mapped.empty() && !is_there) return std::nullopt;
    return Take(known_.back(), absl::StrCat("columns.", field));
  }

  std::optional<size_t> Take(const std::string& written, const std::string& field) {
    const std::string name(Trimmed(written));
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) {
      faults_.push_back(absl::StrCat("there is no column \"", name, "\" (", field, ")"));
      return std::nullopt;
    }
    const auto column = static_cast<size_t>(found - names_.begin());
    const auto again = std::find(found + 1, names_.end(), name);
    if (again != names_.end()) {
      faults_.push_back(absl::StrCat("two columns are named \"", name, "\" (", field, ")"));
      taken_[static_cast<size_t>(again - names_.begin())] = true;
    }
    if (taken_[column]) {
      faults_.push_back(absl::StrCat("column \"", name, "\" is mapped twice (", field, ")"));
    }
    taken_[column] = true;
    return column;
  }

  void TakeDefaultIdentities() {
    for (size_t i = 0; i < names_.size(); ++i) {
      if (taken_[i] || !names_[i].starts_with(kIdentityPrefix)) continue;
      const std::string kind = names_[i].substr(kIdentityPrefix.size());
      if (!IsIdentityKind(kind)) continue;
      const std::optional<size_t> column = Take(names_[i], "columns.identities");
      if (column) found_.identities.push_back({*column, kind});
    }
  }

  std::string Unknown(const std::string& name) {
    if (std::ranges::find(known_, absl::StrCat("identity_", kKnownKinds[0])) == known_.end()) {
      for (const char* const kind : kKnownKinds) known_.push_back(absl::StrCat("identity_", kind));
    }
    const std::string guess = Guess(name, known_);
    return absl::StrCat("column ", Shown(name), " is not known",
                        guess.empty() ? "; rename it, or map it (columns.ignored if it is not "
                                        "to be read)"
                                      : guess);
  }

  const v1::MembersMapping::Columns& columns_;
  std::vector<std::string> names_;
  std::vector<bool> taken_;
  std::vector<std::string> known_;  // what columns may be named
  std::vector<std::string> faults_;
  MemberColumns found_;
};

std::vector<std::string> Check(const v1::MembersMapping& file, MemberMapping& mapping) {
  std::vector<std::string> faults;
  mapping.columns = file.columns();
  for (const auto& identity : file.columns().identities()) {
    if (Trimmed(identity.column()).empty()) {
      faults.emplace_back("columns.identities.column: name the column");
    }
    if (!IsIdentityKind(identity.kind())) {
      faults.push_back(absl::StrCat("columns.identities.kind: ", Shown(identity.kind()),
                                    " is not 1-32 of [a-z0-9_], as \"phone\" or \"card\""));
    }
  }
  if (!file.time_zone().empty()) CheckTimeZone(file.time_zone(), mapping.zone, faults);
  mapping.encoding = EncodingOf(file.encoding());
  CheckDelimiter(file.delimiter(), mapping.encoding, mapping.delimiter, faults);
  if (!file.tag_separator().empty()) {
    mapping.tag_separator = file.tag_separator().front();
    if (file.tag_separator().size() != 1 || !absl::ascii_ispunct(mapping.tag_separator)) {
      faults.emplace_back(
          "tag_separator: must be one ASCII character that is no letter, digit or space");
    }
  }
  return faults;
}

}  // namespace

absl::StatusOr<MemberMapping> ReadMemberMapping(std::string_view text) {
  v1::MembersMapping file;
  if (absl::Status parsed = ParseMapping(text, file); !parsed.ok()) return parsed;
  MemberMapping mapping;
  const std::vector<std::string> faults = Check(file, mapping);
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  return mapping;
}

absl::StatusOr<MemberColumns> FindMemberColumns(const v1::MembersMapping::Columns& columns,
                                                const std::vector<std::string>& header) {
  return ColumnFinder(columns, TrimmedNames(header)).Find();
}

}  // namespace fairpoint::server::imports
