#include "server/imports/member_rows.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/imports/decimal.h"
#include "server/imports/iso_time.h"
#include "server/imports/row_text.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {
namespace {

constexpr size_t kIdentitySizeMax = 256;
constexpr size_t kTagSizeMax = 64;
constexpr size_t kTagsMax = 50;

class MemberRowReader {
 public:
  MemberRowReader(const MemberMapping& mapping, const MemberRowRules& rules, MemberBook& book)
      : mapping_(mapping),
        rules_(rules),
        book_(book),
        text_(mapping.encoding),
        times_(mapping.zone) {}

  // Only the first row can be an error.
  absl::Status Read(const CsvRow& row) {
    if (!text_.has_header()) return ReadHeader(row);
    ++book_.row_count;
    name_ = 0;
    MemberRow read;
    read.row = row.number;
    std::string fault = text_.Decode(row);
    if (fault.empty()) fault = CheckIdentities();
    if (fault.empty()) fault = CheckTags();
    if (fault.empty()) fault = CheckLot(read);
    if (fault.empty()) fault = grouper_->Add(read, identities_, tags_);
    if (!fault.empty()) {
      book_.rejects.push_back({row.number, name_, book_.texts.Intern(fault)});
    }
    return absl::OkStatus();
  }

  void Finish() { grouper_->Finish(); }

 private:
  absl::Status ReadHeader(const CsvRow& row) {
    if (absl::Status read = text_.ReadHeader(row); !read.ok()) return read;
    absl::StatusOr<MemberColumns> columns = FindMemberColumns(mapping_.columns, text_.header());
    if (!columns.ok()) return columns.status();
    columns_ = *std::move(columns);
    absl::flat_hash_map<TextId, size_t> counts;
    for (const IdentityColumn& identity : columns_.identities) {
      kinds_.push_back(book_.texts.Intern(identity.kind));
      ++counts[kinds_.back()];
    }
    grouper_.emplace(std::move(counts), book_);
    return absl::OkStatus();
  }

  std::string CheckIdentities() {
    identities_.clear();
    for (size_t i = 0; i < columns_.identities.size(); ++i) {
      const size_t column = columns_.identities[i].column;
      const std::string_view value = text_[column];
      if (Trimmed(value).empty()) continue;
      if (value.size() > kIdentitySizeMax) {
        return absl::StrCat(text_.Quoted(column), "is longer than ", kIdentitySizeMax, " bytes");
      }
      if (Trimmed(value).size() != value.size()) {
        return absl::StrCat(text_.Quoted(column), "has spaces around it");
      }
      const TextId id = book_.texts.Intern(value);
      if (name_ == 0) name_ = id;
      const std::pair identity(kinds_[i], id);
      if (std::ranges::find(identities_, identity) == identities_.end()) {
        identities_.push_back(identity);
      }
    }
    return identities_.empty() ? "has no identity: nobody would know whose it is" : "";
  }

  std::string CheckTags() {
    tags_.clear();
    if (!columns_.tags.has_value()) return "";
    std::string_view rest = text_[*columns_.tags];
    std::vector<std::string_view> tags;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(mapping_.tag_separator), rest.size());
      const std::string_view tag = Trimmed(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (tag.empty()) continue;
      if (tag.size() > kTagSizeMax) {
        return absl::StrCat(text_.header()[*columns_.tags], ": ", Shown(tag), " is longer than ",
                            kTagSizeMax, " bytes");
      }
      tags.push_back(tag);
    }
    std::ranges::sort(tags);
    tags.erase(std::ranges::unique(tags).begin(), tags.end());
    if (tags.size() > kTagsMax) {
      return absl::StrCat(text_.header()[*columns_.tags], ": more than ", kTagsMax, " tags");
    }
    for (const std::string_view tag : tags) tags_.push_back(book_.texts.Intern(tag));
    return "";
  }

  bool IsBlank(std::optional<size_t> column) const {
    return !column.has_value() || Trimmed(text_[*column]).empty();
  }

  std::string CheckLot(MemberRow& row) {
    if (IsBlank(columns_.points)) {
      const bool is_whole = IsBlank(columns_.earned_at) && IsBlank(columns_.expires_at);
      return is_whole ? "" : "has a time of points, but no points";
    }
    const std::optional<int64_t> points = ReadPositive(text_[*columns_.points]);
    if (!points.has_value()) {
      return absl::StrCat(text_.Quoted(*columns_.points),
                          "is no whole number of points above 0, written in digits only");
    }
    row.points = *points;
    std::string fault = CheckTime(columns_.earned_at, row.earned_at);
    if (fault.empty()) fault = CheckTime(columns_.expires_at, row.expires_at);
    if (!fault.empty()) return fault;
    if (row.earned_at && *row.earned_at > rules_.now) {
      return absl::StrCat(text_.Quoted(*columns_.earned_at), "is in the future");
    }
    if (row.earned_at && rules_.begins_at && *row.earned_at < *rules_.begins_at) {
      return absl::StrCat(text_.Quoted(*columns_.earned_at), "is before the programme began (",
                          base::ToString(*rules_.begins_at), ")");
    }
    if (row.earned_at && row.expires_at && *row.expires_at <= *row.earned_at) {
      return absl::StrCat(text_.Quoted(*columns_.expires_at),
                          "is not after the points were earned");
    }
    if (row.expires_at && rules_.expire_later && *row.expires_at <= rules_.now) {
      return absl::StrCat(text_.Quoted(*columns_.expires_at),
                          "is over: leave out lots that have expired; if an import of this very "
                          "file began before then, give --again");
    }
    return "";
  }

  std::string CheckTime(std::optional<size_t> column, std::optional<base::Instant>& time) {
    if (IsBlank(column)) return "";
    const absl::StatusOr<base::Instant> read = times_.Read(text_[*column]);
    if (!read.ok()) return absl::StrCat(text_.Quoted(*column), read.status().message());
    time = *read;
    return "";
  }

  const MemberMapping& mapping_;
  const MemberRowRules& rules_;
  MemberBook& book_;
  RowText text_;
  IsoTimeReader times_;
  MemberColumns columns_;
  std::vector<TextId> kinds_;  // of columns_.identities
  std::optional<MemberGrouper> grouper_;
  // Of the row under way.
  TextId name_ = 0;
  std::vector<std::pair<TextId, TextId>> identities_;
  TagSet tags_;
};

}  // namespace

absl::StatusOr<bool> ReadMembers(const MemberMapping& mapping, const MemberRowRules& rules,
                                 const ByteSource& source, MemberBook& book) {
  MemberRowReader rows(mapping, rules, book);
  absl::StatusOr<bool> read = ReadCsv(mapping.encoding, mapping.delimiter, source,
                                      [&rows](const CsvRow& row) { return rows.Read(row); });
  if (read.ok()) rows.Finish();
  return read;
}

ByteSource Hashing(const ByteSource& source, base::Hash& hash) {
  const std::shared_ptr<EVP_MD_CTX> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  // It fails only for want of memory.
  if (EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) std::abort();
  return [context, &source, &hash]() -> absl::StatusOr<std::string_view> {
    const absl::StatusOr<std::string_view> bytes = source();
    if (!bytes.ok()) return bytes;
    const bool ok = bytes->empty()
                        ? EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1
                        : EVP_DigestUpdate(context.get(), bytes->data(), bytes->size()) == 1;
    if (!ok) std::abort();
    return bytes;
  };
}

}  // namespace fairpoint::server::imports
