#include "engine/credit_finder.h"

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::engine {
namespace {

constexpr char kName[] = "price_credits";
constexpr char kActor[] = "system";
constexpr size_t kJournalRows = 500;
constexpr size_t kPage = 500;
constexpr size_t kPagesAtOnce = 100;

}  // namespace

absl::Status CreditFinder::Step(bool& more) {
  more = false;
  broken_.clear();
  if (const absl::Status status = Open(); !status.ok()) return status;
  const absl::Status status = StepIn(more);
  if (!status.ok()) session_.reset();
  return status;
}

absl::Status CreditFinder::Open() {
  if (session_ != nullptr) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<ReadSession>> session = store_.OpenReadSession();
  if (!session.ok()) return session.status();
  session_ = std::move(*session);
  return absl::OkStatus();
}

absl::Status CreditFinder::StepIn(bool& more) {
  absl::Status status = searches_.empty() ? ReadJournal(more) : absl::OkStatus();
  if (status.ok()) status = GoOn();
  // Whatever became of the journal.
  status.Update(FindDue(more));
  status.Update(Look());
  more |= !searches_.empty();
  return status.ok() && searches_.empty() ? Keep() : status;
}

absl::Status CreditFinder::ReadJournal(bool& more) {
  if (const absl::Status status = ReadPlaces(); !status.ok()) return status;
  Places places = read_;
  CreditNews news;
  if (const absl::Status status = ReadLanes(places, news, more); !status.ok()) return status;
  if (const absl::Status status = news.Find(*session_, programs_); !status.ok()) return status;
  for (const auto& [program_id, rows] : news.unreadable()) {
    for (const auto& [lane, place] : rows.before) held_.try_emplace(lane, place);
    if (unreadable_.insert(program_id).second) broken_.push_back(rows.why);
  }
  std::ranges::copy(news.broken(), std::back_inserter(broken_));
  read_ = std::move(places);
  searches_.assign(news.searches().begin(), news.searches().end());
  found_any_ |= !searches_.empty();
  return absl::OkStatus();
}

absl::Status CreditFinder::ReadPlaces() {
  std::vector<FeedCursor> cursors;
  if (const absl::Status status = session_->LoadFeedCursors(kName, cursors); !status.ok())
    return status;
  kept_.clear();
  for (const FeedCursor& cursor : cursors) {
    kept_[cursor.lane] = cursor.lane_seq;
    // Another server may be further on.
    read_[cursor.lane] = std::max(read_[cursor.lane], cursor.lane_seq);
    const auto held = held_.find(cursor.lane);
    if (held != held_.end() && held->second < cursor.lane_seq) held_.erase(held);
  }
  return absl::OkStatus();
}

absl::Status CreditFinder::ReadLanes(Places& places, CreditNews& news, bool& more) {
  std::vector<JournalLane> lanes;
  std::map<int64_t, std::string> unreadable;
  if (const absl::Status status = session_->LoadLanes(lanes, unreadable); !status.ok())
    return status;
  for (const JournalLane& lane : lanes) {
    int64_t& place = places[lane.lane];
    if (place >= lane.lane_seq) continue;
    absl::StatusOr<JournalStretch> stretch = ReadStretch(*session_, lane, place, kJournalRows);
    if (!stretch.ok()) return stretch.status();
    for (const JournalStretch::Row& row : stretch->rows) news.Take(lane.lane, row);
    std::ranges::move(stretch->broken, std::back_inserter(broken_));
    place = stretch->last;
    more |= place < lane.lane_seq;
  }
  return absl::OkStatus();
}

absl::Status CreditFinder::GoOn() {
  for (size_t pages = 0; pages < kPagesAtOnce; ++pages) {
    if (searches_.empty() || orders_.size() >= kPage) return absl::OkStatus();
    OrderSearch& search = searches_.front();
    bool is_last = true;
    const absl::Status status =
        search.sku ? ReadPage<pricing::ProtectedSku>(search.page, is_last,
                                                     [&](auto& found) {
                                                       return session_->FindProtectedOrders(
                                                           search.page, *search.sku, found);
                                                     })
                   : ReadPage<pricing::ProtectedOrder>(search.page, is_last, [&](auto& found) {
                       return session_->ScanProtectedOrders(search.page, found);
                     });
    if (absl::IsDataLoss(status)) {
      broken_.emplace_back(status.message());
    } else if (!status.ok()) {
      return status;
    }
    if (is_last) searches_.pop_front();
  }
  return absl::OkStatus();
}

template <class Row, class Read>
absl::Status CreditFinder::ReadPage(PlacedPage& page, bool& is_last, const Read& read) {
  std::vector<Row> found;
  if (const absl::Status status = read(found); !status.ok()) return status;
  for (const Row& row : found) orders_.insert({row.program_id, row.order_id});
  if (!found.empty())
    page.resume_after = PlacedOrder{found.back().placed_at, found.back().order_id};
  is_last = found.size() < page.limit;
  return absl::OkStatus();
}

absl::Status CreditFinder::FindDue(bool& more) {
  const absl::StatusOr<base::Instant> now = session_->Now();
  if (!now.ok()) return now.status();
  // Those that cannot be looked at stay due: they must not hide the others.
  const size_t limit = kPage + broken_orders_.size();
  std::vector<pricing::ProtectedOrder> due;
  if (const absl::Status status = session_->ScanDueOrders(*now, limit, due); !status.ok())
    return status;
  for (const pricing::ProtectedOrder& row : due) {
    OrderName name{row.program_id, row.order_id};
    if (!broken_orders_.contains(name)) orders_.insert(std::move(name));
  }
  more |= due.size() == limit;
  return absl::OkStatus();
}

absl::Status CreditFinder::Look() {
  const std::vector<OrderName> names(orders_.begin(), orders_.end());
  std::vector<Command> commands;
  for (const OrderName& name : names) {
    Command& command = commands.emplace_back();
    command.program_id = name.program_id;
    command.member = OrderOwner{name.order_id};
    command.posting.actor = kActor;
    command.operation = PriceOperation(CreditOrder{name.order_id});
  }
  const std::vector<absl::Status> answers = Do(std::move(commands));
  absl::Status first;
  for (size_t i = 0; i < names.size(); ++i) {
    const OrderName& name = names[i];
    if (absl::IsDataLoss(answers[i])) {
      if (broken_orders_.insert(name).second)
        broken_.push_back(
            absl::StrCat("order ", name.order_id, " of programme ", name.program_id.value(),
                         " cannot be looked at: ", std::string(answers[i].message())));
    } else if (!answers[i].ok()) {
      first.Update(answers[i]);
      continue;
    } else {
      broken_orders_.erase(name);
    }
    orders_.erase(name);
  }
  return first;
}

absl::Status CreditFinder::Keep() {
  KeepCursors keep;
  for (const auto& [lane, seq] : read_) {
    const auto held = held_.find(lane);
    const int64_t place = held == held_.end() ? seq : std::min(seq, held->second);
    const auto kept = kept_.find(lane);
    const int64_t read = place - (kept == kept_.end() ? 0 : kept->second);
    if (read >= static_cast<int64_t>(kJournalRows) || (found_any_ && read > 0))
      keep.cursors.push_back({kName, lane, place});
  }
  if (!keep.cursors.empty()) {
    std::vector<Command> one(1);
    one.front().posting.actor = kActor;
    one.front().operation = PriceOperation(std::move(keep));
    if (const absl::Status status = Do(std::move(one)).front(); !status.ok()) return status;
  }
  found_any_ = false;
  return absl::OkStatus();
}

std::vector<absl::Status> CreditFinder::Do(std::vector<Command> commands) {
  if (commands.empty()) return {};
  std::mutex mutex;
  std::condition_variable changed;
  size_t left = commands.size();
  std::vector<absl::Status> answers(left);
  std::vector<Pending> pending;
  pending.reserve(left);
  for (size_t i = 0; i < answers.size(); ++i) {
    pending.push_back({std::move(commands[i]), [&, i](const absl::StatusOr<Answer>& answer) {
                         const std::lock_guard lock(mutex);
                         answers[i] = answer.status();
                         if (--left == 0) changed.notify_one();
                       }});
  }
  engine_.Submit(std::move(pending));
  std::unique_lock lock(mutex);
  changed.wait(lock, [&left] { return left == 0; });
  return answers;
}

}  // namespace fairpoint::engine
