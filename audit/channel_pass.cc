#include "audit/channel_pass.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/channel_walk.h"
#include "audit/price_program.h"
#include "audit/price_rows.h"
#include "audit/snapshot.h"

namespace fairpoint::audit {
namespace {

using engine::ChannelName;
using engine::ChannelSeq;
using pricing::ChannelHead;

constexpr char kHeadRecord[] = "channel head";

class ChannelCheck {
 public:
  ChannelCheck(Context& context, ChannelName name) : context_(context), name_(std::move(name)) {}

  absl::Status Run() {
    const Snapshot snapshot(context_.session);
    if (!snapshot.status().ok()) return snapshot.status();
    std::vector<ChannelHead> heads;
    if (absl::Status read = context_.session.LoadChannelHeads({&name_, 1}, heads); !read.ok())
      return read;
    ChannelWalk walk(context_, name_);
    const absl::Status walked =
        walk.Advance(INT64_MAX, [this](const auto& row, const base::Hash& hash, int64_t expected) {
          Check(row, hash);
          if (row.head_seq != expected)
            Find("head_seqs of its rows", Shown(expected), absl::StrCat("next is ", row.head_seq));
        });
    if (!walked.ok()) return walked;
    CheckProgramOfPrices(context_, name_.program_id);
    Compare(walk, heads.empty() ? nullptr : &heads.front());
    return absl::OkStatus();
  }

 private:
  template <class Row>
  void Check(const Row& row, const base::Hash& hash) {
    Count(row);
    CheckRow(context_, row, hash);
    CheckNumbers(row, [&](std::string what, std::string expected, std::string found) {
      FindOf(context_, row, std::move(what), std::move(expected), std::move(found));
    });
  }
  void Count(const pricing::ChannelPromotion&) { ++context_.report.promotions; }
  void Count(const pricing::FeedReport&) { ++context_.report.feed_reports; }
  void Count(const pricing::Offer&) { ++context_.report.offers; }

  void Compare(const ChannelWalk& walk, const ChannelHead* head) {
    if (head == nullptr) return Find("row", "one, since there are rows of it", "none");
    if (walk.last_seq() == 0) return Find("row", "none, since there are no rows of it", "one");
    if (head->version != walk.last_seq())
      return Find("version", Shown(walk.last_seq()), Shown(head->version));
    if (!walk.is_sound()) return;
    const std::string book = walk.book().Encode();
    if (book != head->book)
      Find("book", absl::StrCat("of its rows: ", Shown(base::Sha256(book))),
           absl::StrCat("another: ", Shown(base::Sha256(head->book))));
  }

  void Find(const char* what, std::string expected, std::string found) {
    context_.findings.Add({kHeadRecord, name_.program_id.value(), name_.channel_id, what,
                           std::move(expected), std::move(found)});
  }

  Context& context_;
  const ChannelName name_;
};

// The channel that follows, by the rows of one table.
template <class Row>
absl::Status AddChannels(Context& context,
                         absl::Status (engine::PriceReadSession::*scan)(
                             const std::optional<ChannelSeq>&, size_t, std::vector<Row>&),
                         std::set<ChannelName>& channels) {
  std::optional<ChannelSeq> after;
  while (true) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    std::vector<Row> found;
    if (absl::Status read = (context.session.*scan)(after, 1, found); !read.ok()) return read;
    if (found.empty()) return absl::OkStatus();
    const ChannelName name{found.front().program_id, found.front().channel_id};
    channels.insert(name);
    after = ChannelSeq{name, INT64_MAX};
  }
}

absl::Status AddHeads(Context& context, std::set<ChannelName>& channels) {
  std::optional<ChannelName> after;
  for (bool more = true; more;) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    std::vector<ChannelHead> found;
    const size_t limit = context.options.page_rows;
    if (absl::Status read = context.session.ScanChannelHeads(after, limit, found); !read.ok())
      return read;
    for (const ChannelHead& head : found) channels.insert({head.program_id, head.channel_id});
    more = found.size() == limit;
    if (more) after = ChannelName{found.back().program_id, found.back().channel_id};
  }
  return absl::OkStatus();
}

absl::Status AddAll(Context& context, std::set<ChannelName>& channels) {
  absl::Status added = AddHeads(context, channels);
  if (added.ok())
    added = AddChannels<pricing::ChannelPromotion>(
        context, &engine::PriceReadSession::ScanPromotions, channels);
  if (!added.ok()) return added;
  return AddChannels<pricing::FeedReport>(context, &engine::PriceReadSession::ScanFeedReports,
                                          channels);
}

}  // namespace

absl::Status CheckChannels(Context& context, std::set<ChannelName>& channels) {
  absl::Status added = AddAll(context, channels);
  if (absl::IsDataLoss(added)) {
    ReportUnreadable(context, kHeadRecord, {}, "", added);
  } else if (!added.ok()) {
    return added;
  }
  for (const ChannelName& name : channels) {
    const absl::Status checked = ChannelCheck(context, name).Run();
    if (absl::IsDataLoss(checked)) {
      ReportUnreadable(context, kHeadRecord, name.program_id, name.channel_id, checked);
    } else if (!checked.ok()) {
      return checked;
    }
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::audit
