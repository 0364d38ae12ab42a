#include "server/imports/send_members.h"

#include "absl/strings/str_cat.h"
#include "server/imports/outcome.h"
#include "server/imports/timestamps.h"

namespace fairpoint::server::imports {
namespace {

constexpr size_t kHexDigits = 40;

void Refuse(const FileMember& member, const std::string& reason, MemberBook& book,
            MemberOutcome& outcome) {
  ++outcome.refused;
  const TextId text = book.texts.Intern(reason);
  for (const MemberRow& row : member.rows) {
    book.rejects.push_back({row.row, member.identities.front().value, text});
  }
}

void Take(const v1::ImportMembersResponse& answer, const FileMember& member, MemberBook& book,
          MemberOutcome& outcome) {
  if (answer.has_error()) {
    const std::string reason = ReasonOf(answer.error(),
                                        "this file was imported before with another mapping, time "
                                        "zone or reason, which stays");
    return Refuse(member, reason, book, outcome);
  }
  if (!answer.has_imported()) {
    return Refuse(member, "the server's answer is of another kind", book, outcome);
  }
  int64_t points = 0;
  int64_t lots = 0;
  for (const MemberRow& row : member.rows) {
    points += row.points;
    lots += row.points > 0 ? 1 : 0;
  }
  if (answer.imported().points() != points) {
    return Refuse(member,
                  absl::StrCat("the server recorded ", answer.imported().points(),
                               " points and not ", points, ": correct the member by hand"),
                  book, outcome);
  }
  ++outcome.imported;
  outcome.replayed += answer.imported().replayed() ? 1 : 0;
  outcome.created += answer.imported().created() ? 1 : 0;
  outcome.lots += lots;
  outcome.points += points;
  outcome.tags += std::ssize(book.tag_sets[member.tags]);
}

}  // namespace

std::string RequestIdOf(const base::Hash& file_hash, uint32_t first_row) {
  return absl::StrCat("imp-", base::ToHex(base::AsBytes(file_hash)).substr(0, kHexDigits), "-",
                      first_row);
}

v1::ImportMembersRequest RequestOf(const MemberBook& book, const FileMember& member,
                                   const MemberSendOptions& options) {
  v1::ImportMembersRequest request;
  request.set_program_id(options.program_id);
  request.set_request_id(RequestIdOf(options.file_hash, member.first_row));
  request.set_reason(options.reason);
  for (const MemberIdentity& identity : member.identities) {
    v1::Identity& out = *request.add_identities();
    out.set_kind(book.texts[identity.kind]);
    out.set_value(book.texts[identity.value]);
  }
  for (const TextId tag : book.tag_sets[member.tags]) request.add_tags(book.texts[tag]);
  for (const MemberRow& row : member.rows) {
    if (row.points == 0) continue;
    v1::OpeningLot& lot = *request.add_lots();
    lot.set_points(row.points);
    if (row.earned_at) *lot.mutable_earn_time() = ToProto(*row.earned_at);
    if (row.expires_at) *lot.mutable_expire_time() = ToProto(*row.expires_at);
  }
  return request;
}

absl::Status SendMemberBook(const Client& client, const MemberSendOptions& options,
                            MemberBook& book, Progress& progress, MemberOutcome& outcome) {
  MemberFeed feed;
  // None waits for another.
  for (uint32_t i = 0; i < book.members.size(); ++i) feed.members.push_back(i);
  feed.request = [&](size_t i) { return RequestOf(book, book.members[i], options); };
  feed.on_answer = [&](size_t i, const v1::ImportMembersResponse& answer) {
    Take(answer, book.members[i], book, outcome);
  };
  feed.on_progress = [&](size_t done) { progress.Update(static_cast<int64_t>(done)); };
  progress.Begin("members", std::ssize(book.members));
  const absl::Status sent = SendMembers(client, options.stream, feed);
  progress.End();
  return sent;
}

}  // namespace fairpoint::server::imports
