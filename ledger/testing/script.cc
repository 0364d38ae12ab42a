#include "ledger/testing/script.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "ledger/testing/invariants.h"
#include "ledger/testing/render.h"

namespace fairpoint::ledger::testing {
namespace {

std::string Trimmed(const std::string& text) {
  return std::string(absl::StripAsciiWhitespace(text));
}

// A step's words, taken from the front.
class Words {
 public:
  explicit Words(const std::string& text) : words_(absl::StrSplit(text, ' ', absl::SkipEmpty())) {}
  bool done() const { return next_ == words_.size(); }
  std::string Next() { return done() ? "" : words_[next_++]; }
  bool NextIs(const char* word) {
    const bool is = !done() && words_[next_] == word;
    if (is) ++next_;
    return is;
  }
  bool NextIsNumber() const {
    return !done() && absl::ascii_isdigit(static_cast<unsigned char>(words_[next_][0]));
  }
  int64_t Number() { return std::strtoll(Next().c_str(), nullptr, 10); }
  base::Points Points() { return base::Points{Number()}; }
  base::Money Money() {
    std::string currency = Next();
    return {.currency = std::move(currency), .minor_units = Number()};
  }

 private:
  std::vector<std::string> words_;
  size_t next_ = 0;
};

class Runner {
 public:
  explicit Runner(World& world) : world_(world) {}

  void Line(const std::string& line) {
    if (line.starts_with("+") || line.starts_with("~")) {
      expected_entries_.push_back(line);
      return;
    }
    CompareEntries();
    if (line.empty() || line.starts_with("#")) return;
    if (line.starts_with("?")) return Question(line);
    const size_t arrow = line.find("=>");
    if (arrow == std::string::npos) {
      ADD_FAILURE() << "no => in this line";
      return;
    }
    Step(line.substr(0, arrow), Trimmed(line.substr(arrow + 2)));
  }

  void CompareEntries() {
    if (!expected_entries_.empty()) {
      EXPECT_EQ(absl::StrJoin(expected_entries_, "\n"), absl::StrJoin(booked_, "\n"))
          << "entries of the step before this line";
    }
    expected_entries_.clear();
  }

 private:
  ImportMember OpeningOf(Words& words) {
    ImportMember import;
    const absl::TimeZone zone = world_.program.zone;
    while (!words.done()) {
      OpeningLot& lot = import.lots.emplace_back();
      lot.points = words.Points();
      if (words.NextIs("earned")) lot.earned_at = At(words.Next(), zone);
      if (words.NextIs("until")) lot.expires_at = At(words.Next(), zone);
    }
    return import;
  }

  Operation OperationOf(Words& words) {
    const std::string verb = words.Next();
    if (verb == "earn") {
      if (words.NextIsNumber()) return EarnPoints{words.Points()};
      return EarnPoints{words.Money()};
    }
    if (verb == "redeem") return RedeemPoints{words.Points()};
    if (verb == "hold") {
      HoldPoints hold{.points = words.Points(), .expires_at = std::nullopt};
      if (words.NextIs("until")) hold.expires_at = At(words.Next(), world_.program.zone);
      return hold;
    }
    if (verb == "capture") {
      CaptureHold capture{.hold_seq = words.Number(), .points = std::nullopt};
      if (words.NextIsNumber()) capture.points = words.Points();
      return capture;
    }
    if (verb == "release") return ReleaseHold{words.Number()};
    if (verb == "complete") return ReleasePending{words.Number()};
    if (verb == "reverse") {
      ReverseEntry reverse{.entry_seq = words.Number(), .refund = std::nullopt};
      if (words.NextIs("refund")) reverse.refund = words.Money();
      return reverse;
    }
    if (verb == "adjust") {
      AdjustPoints adjust{.points = words.Points(), .expires_at = std::nullopt};
      if (words.NextIs("until")) adjust.expires_at = At(words.Next(), world_.program.zone);
      return adjust;
    }
    if (verb == "open") return OpeningOf(words);
    if (verb != "settle") ADD_FAILURE() << "unknown operation " << verb;
    return Settle{};
  }

  Posting PostingOf(Words& words) {
    Posting posting;
    posting.request_id = base::RequestId(absl::StrCat("script-request-", ++steps_));
    posting.actor = "till";
    while (!words.done()) {
      if (words.NextIs("on")) {
        posting.effective_at = At(words.Next(), world_.program.zone);
      } else if (words.NextIs("seq")) {
        posting.expected_seq = words.Number();
      } else if (words.NextIs("store")) {
        posting.store_id = words.Next();
      } else if (words.NextIs("by_phone")) {
        posting.by_phone = true;
      } else {
        ADD_FAILURE() << "unknown word " << words.Next();
      }
    }
    return posting;
  }

  void Step(const std::string& text, const std::string& expected) {
    Words words(text);
    const base::Instant now = At(words.Next(), world_.program.zone);
    const Operation operation = OperationOf(words);
    const Posting posting = PostingOf(words);
    const Ledger before = world_.ledger;
    const absl::StatusOr<Changes> changes = world_.Do(operation, posting, now);
    booked_.clear();
    if (!changes.ok()) {
      EXPECT_EQ(expected, RenderRefusal(changes.status()));
      EXPECT_EQ(before.member, world_.ledger.member);
      EXPECT_EQ(before.lots, world_.ledger.lots);
      EXPECT_EQ(before.holds, world_.ledger.holds);
      return;
    }
    EXPECT_EQ(expected, RenderBalances(world_.ledger.member, changes->deduct_minor_units));
    for (const Entry& entry : changes->entries)
      booked_.push_back(Render(entry, now, world_.program.zone));
    EXPECT_EQ(std::vector<std::string>{}, Faults(world_, now));
  }

  void Question(const std::string& line) {
    const size_t colon = line.find(": ");
    if (colon == std::string::npos) {
      ADD_FAILURE() << "no answer in this line";
      return;
    }
    const std::string expected = Trimmed(line.substr(colon + 2));
    Words words(line.substr(1, colon - 1));
    const absl::TimeZone zone = world_.program.zone;
    const Ledger& ledger = world_.ledger;
    if (words.NextIs("lot")) {
      const auto lot = ledger.lots.find(words.Number());
      EXPECT_EQ(expected, lot == ledger.lots.end() ? "none" : Render(lot->second, zone));
    } else if (words.NextIs("hold")) {
      const auto hold = ledger.holds.find(words.Number());
      EXPECT_EQ(expected, hold == ledger.holds.end() ? "none" : Render(hold->second, zone));
    } else if (words.NextIs("expiries")) {
      EXPECT_EQ(expected, RenderExpiries(ledger, zone));
    } else if (words.NextIs("lifetime")) {
      EXPECT_EQ(expected, absl::StrCat(ledger.member.lifetime_earned.value));
    } else if (words.NextIs("next_due")) {
      EXPECT_EQ(expected,
                ledger.member.next_due_at ? ToLocal(*ledger.member.next_due_at, zone) : "never");
    } else if (words.NextIs("view")) {
      const absl::StatusOr<Ledger> view =
          SettledView(ledger, world_.program, At(words.Next(), zone));
      EXPECT_EQ(expected, view.ok() ? RenderBalances(view->member, 0) : view.status().ToString());
    } else {
      ADD_FAILURE() << "unknown question";
    }
  }

  World& world_;
  int64_t steps_ = 0;
  std::vector<std::string> booked_;  // entries of the last step
  std::vector<std::string> expected_entries_;
};

}  // namespace

void RunScript(World& world, std::string_view script) {
  Runner runner(world);
  std::istringstream lines{std::string(script)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    SCOPED_TRACE(absl::StrCat("script line ", number, ": ", line));
    runner.Line(Trimmed(line));
  }
  runner.CompareEntries();
}

}  // namespace fairpoint::ledger::testing
