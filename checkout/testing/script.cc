#include "checkout/testing/script.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "ledger/testing/render.h"
#include "ledger/testing/script.h"

namespace fairpoint::checkout::testing {
namespace {

using ledger::testing::At;

std::string Trimmed(const std::string& text) {
  return std::string(absl::StripAsciiWhitespace(text));
}
int64_t Number(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 10); }

// "tea*2=300" is {"tea", "2", "300"}; what is not there is empty.
struct Parts {
  explicit Parts(const std::string& word) {
    const std::vector<std::string> by_amount = absl::StrSplit(word, absl::MaxSplits('=', 1));
    const std::vector<std::string> by_units = absl::StrSplit(by_amount[0], absl::MaxSplits('*', 1));
    name = by_units[0];
    if (by_units.size() > 1) units = Number(by_units[1]);
    if (by_amount.size() > 1) amount = Number(by_amount[1]);
  }
  std::string name;
  std::optional<int64_t> units;
  std::optional<int64_t> amount;
};

struct Step {
  base::Instant now;
  Operation operation;
  ledger::Posting posting;
  bool nobodys = false;
};

class Reader {
 public:
  Reader(const std::string& text, absl::TimeZone zone)
      : words_(absl::StrSplit(text, ' ', absl::SkipEmpty())), zone_(zone) {}

  Step Read() {
    step_.now = At(Next(), zone_);
    const std::string verb = Next();
    name_ = Next();
    if (verb == "buy") {
      ReadPurchase();
    } else if (verb == "return") {
      ReadReturn();
    } else {
      step_.operation = ClaimReceipt{.order_id = name_, .amount = NextMoney()};
      ReadOptions();
    }
    step_.posting.order_id = name_;
    step_.posting.actor = "till";
    return std::move(step_);
  }

 private:
  std::string Next() { return next_ == words_.size() ? "" : words_[next_++]; }
  bool NextIs(const char* word) {
    const bool is = next_ < words_.size() && words_[next_] == word;
    if (is) ++next_;
    return is;
  }
  bool NextIsPart() const {
    return next_ < words_.size() && words_[next_].find_first_of("*=") != std::string::npos;
  }
  base::Money NextMoney() {
    std::string currency = Next();
    return {.currency = std::move(currency), .minor_units = Number(Next())};
  }

  void ReadPurchase() {
    RecordPurchase purchase{.order_id = name_, .currency = "CNY", .lines = {}, .source = {}};
    while (NextIsPart()) {
      const Parts parts(Next());
      PlacedLine& line = purchase.lines.emplace_back();
      line.sku = parts.name;
      line.quantity = parts.units.value_or(0);
      line.amount = parts.amount.value_or(0);
    }
    ReadOptions();
    if (!currency_.empty()) purchase.currency = currency_;
    purchase.source.store_id = step_.posting.store_id;
    step_.operation = std::move(purchase);
  }

  void ReadReturn() {
    RecordReturn order_return;
    order_return.return_id = name_;
    if (NextIs("of")) {
      ReturnByOrder by_order{.order_id = Next(), .lines = {}};
      while (NextIsPart()) {
        const Parts parts(Next());
        by_order.lines.push_back(
            {.line_number = Number(parts.name), .units = parts.units, .amount = parts.amount});
      }
      order_return.from = std::move(by_order);
    } else {
      ReturnWithoutReceipt from;
      from.match = Next() == "latest" ? Match::kLatest : Match::kLowestPaid;
      while (NextIsPart()) {
        const Parts parts(Next());
        from.items.push_back({.sku = parts.name, .units = parts.units.value_or(0)});
      }
      order_return.from = std::move(from);
    }
    ReadOptions();
    order_return.refund = refund_;
    order_return.source.store_id = step_.posting.store_id;
    step_.operation = std::move(order_return);
  }

  void ReadOptions() {
    while (next_ < words_.size()) {
      if (NextIs("nobodys")) {
        step_.nobodys = true;
      } else if (NextIs("on")) {
        step_.posting.effective_at = At(Next(), zone_);
      } else if (NextIs("store")) {
        step_.posting.store_id = Next();
      } else if (NextIs("seq")) {
        step_.posting.expected_seq = Number(Next());
      } else if (NextIs("currency")) {
        currency_ = Next();
      } else if (NextIs("refund")) {
        refund_ = NextMoney();
      } else {
        ADD_FAILURE() << "unknown word " << Next();
      }
    }
  }

  std::vector<std::string> words_;
  size_t next_ = 0;
  const absl::TimeZone zone_;
  std::string name_, currency_;
  std::optional<base::Money> refund_;
  Step step_;
};

bool IsOfOrders(const std::string& line) {
  if (line.starts_with("? order") || line.starts_with("? line")) return true;
  const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
  return words.size() > 1 && (words[1] == "buy" || words[1] == "return" || words[1] == "claim");
}

std::string RenderOrder(const Order* order) {
  if (order == nullptr) return "none";
  std::string out = absl::StrCat("took ", order->taken.value);
  if (order->restored.value > 0) absl::StrAppend(&out, " restored ", order->restored.value);
  return out;
}

std::string RenderLine(const OrderLine* line) {
  if (line == nullptr) return "none";
  return absl::StrCat(line->units_returned, " of ", line->quantity, ", ", line->amount_returned,
                      " of ", line->amount, ", ", line->points_returned.value, " of ",
                      line->points.value, line->is_open ? "" : " closed");
}

class Runner {
 public:
  explicit Runner(World& world) : world_(world) {}

  void Line(const std::string& line) {
    if (line.empty() || line.starts_with("#")) return;
    if ((line.starts_with("+") || line.starts_with("~")) && after_order_) {
      listed_.push_back(line);
      return;
    }
    if (!IsOfOrders(line)) {
      CompareEntries();
      after_order_ = false;
      absl::StrAppend(&of_ledger_, line, "\n");
      return;
    }
    Flush();
    after_order_ = true;
    if (line.starts_with("?")) return Question(line);
    const std::vector<std::string> halves = absl::StrSplit(line, absl::MaxSplits("=>", 1));
    if (halves.size() == 2) return DoStep(halves[0], Trimmed(halves[1]));
    ADD_FAILURE() << "no => in this line";
  }

  void Flush() {
    CompareEntries();
    if (!of_ledger_.empty()) ledger::testing::RunScript(world_.points, of_ledger_);
    of_ledger_.clear();
  }

 private:
  void CompareEntries() {
    if (!listed_.empty()) {
      EXPECT_EQ(absl::StrJoin(listed_, "\n"), absl::StrJoin(booked_, "\n"))
          << "entries of the step before this line";
    }
    listed_.clear();
  }

  void DoStep(const std::string& text, const std::string& expected) {
    Step step = Reader(text, world_.points.program.zone).Read();
    step.posting.request_id = base::RequestId(absl::StrCat("order-request-", ++steps_));
    const World before = world_;
    const std::string knowing_less =
        Render(world_.AskWithNeeds(step.operation, step.posting, step.now, step.nobodys));
    const absl::StatusOr<Changes> changes =
        world_.Do(step.operation, step.posting, step.now, step.nobodys);
    EXPECT_EQ(expected, Render(changes));
    EXPECT_EQ(knowing_less, Render(changes)) << "from the needed rows only";
    booked_.clear();
    if (changes.ok() && changes->points) {
      for (const ledger::Entry& entry : changes->points->entries)
        booked_.push_back(ledger::testing::Render(entry, step.now, world_.points.program.zone));
    }
    if (!changes.ok()) {
      EXPECT_EQ(before.points.ledger.member, world_.points.ledger.member);
      EXPECT_EQ(before.placements, world_.placements);
    }
    // What is nobody's does not settle the member's ledger.
    if (changes.ok() && changes->points) settled_to_ = step.now;
    EXPECT_EQ(std::vector<std::string>{}, Faults(world_, settled_to_));
  }

  void Question(const std::string& line) {
    const std::vector<std::string> halves = absl::StrSplit(line, absl::MaxSplits(": ", 1));
    const std::vector<std::string> words = absl::StrSplit(halves[0], ' ');
    const std::vector<std::string> name = absl::StrSplit(words.back(), '.');
    const std::string answer = name.size() == 1
                                   ? RenderOrder(world_.book.FindOrder(name[0]))
                                   : RenderLine(world_.book.FindLine(name[0], Number(name[1])));
    EXPECT_EQ(halves.size() == 2 ? Trimmed(halves[1]) : "no answer in this line", answer);
  }

  World& world_;
  int64_t steps_ = 0;
  base::Instant settled_to_;
  bool after_order_ = false;
  std::string of_ledger_;  // lines not yet run
  std::vector<std::string> listed_, booked_;
};

void Append(std::vector<std::string>& words, const OrderReturn& row) {
  for (const MatchedReturn& each : row.matched) {
    words.push_back(absl::StrCat(each.order_id, ".", each.line_number, "*", each.units, "=",
                                 each.amount, " for ", each.points.value));
  }
  for (const ReturnedItem& item : row.unmatched)
    words.push_back(absl::StrCat("unmatched ", item.sku, "*", item.units));
  for (const OrderTaken& taken : row.taken) {
    words.push_back(absl::StrCat("took ", taken.order_id, " ", taken.taken.value));
    if (taken.restored.value > 0)
      absl::StrAppend(&words.back(), " restored ", taken.restored.value);
  }
}

}  // namespace

std::string Render(const absl::StatusOr<Changes>& changes) {
  if (!changes.ok()) return ledger::testing::RenderRefusal(changes.status());
  std::vector<std::string> words;
  if (changes->placement) {
    std::vector<int64_t> by_line;
    for (const PlacedLine& line : changes->placement->lines) by_line.push_back(line.points.value);
    words.push_back(
        absl::StrCat(changes->placement->points.value, " (", absl::StrJoin(by_line, " "), ")"));
  }
  if (changes->order_return) Append(words, *changes->order_return);
  if (changes->claim) words.push_back(absl::StrCat(changes->claim->points.value));
  if (changes->points) {
    const int64_t deduct = changes->order_return ? changes->order_return->deduct_minor_units : 0;
    words.push_back(
        absl::StrCat("balance ", ledger::testing::RenderBalances(changes->points->member, deduct)));
  }
  return absl::StrJoin(words, ", ");
}

void RunScript(World& world, std::string_view script) {
  Runner runner(world);
  std::istringstream lines{std::string(script)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    SCOPED_TRACE(absl::StrCat("script line ", number, ": ", line));
    runner.Line(Trimmed(line));
  }
  runner.Flush();
}

}  // namespace fairpoint::checkout::testing
