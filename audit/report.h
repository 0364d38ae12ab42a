// What a verification found, as a value, as text for a person and as JSON for a program.
#ifndef FAIRPOINT_AUDIT_REPORT_H_
#define FAIRPOINT_AUDIT_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/time/time.h"
#include "base/ids.h"

namespace fairpoint::audit {

// One thing that is not as the append-only rows say it must be.
struct Finding {
  std::string record;  // "entry", "member", "lot", "hold", "member event", "reversal", "receipt",
                       // "identity", "tags", "programme", "programme version", "lane", "journal
                       // row", "journal", "price fact", "offer", "promotion", "feed report",
                       // "price head", "channel head", "price listing", "offer stock", "price
                       // evidence", "protected order", "protected line", "price credit" ...
  std::string program_id;  // empty for the journal's own
  std::string name;  // entry, lot, hold, event, reversal "<member>.<seq>"; member id; request id;
                     // version; "<lane>/<lane_seq>"; an identity's lookup_hash
  std::string what;  // a column, or the rule that is broken
  std::string expected;
  std::string found;
  friend bool operator==(const Finding&, const Finding&) = default;
};
// "entry 0123456789ABCDE.5 of programme sample: points: expected 100, found 200"
std::string ToString(const Finding& finding);

// Sums over the entries of one programme. Every entry takes from one account what it gives to
// another, so with issued = redeemed + expired + clawed_back + adjusted + transferred + available +
// pending + held - debt every point is accounted for. Transferred is 0, unless points moved between
// members while they were read.
struct ProgramTotals {
  base::ProgramId program_id;
  int64_t versions = 0;
  int64_t members = 0;
  int64_t entries = 0;
  absl::int128 issued = 0;
  absl::int128 redeemed = 0;
  absl::int128 expired = 0;
  absl::int128 clawed_back = 0;
  absl::int128 adjusted = 0;  // taken less given
  absl::int128 transferred = 0;
  absl::int128 available = 0;
  absl::int128 pending = 0;
  absl::int128 held = 0;
  absl::int128 debt = 0;
  absl::int128 lifetime_earned = 0;
  friend bool operator==(const ProgramTotals&, const ProgramTotals&) = default;
};

struct Report {
  // No finding, and everything could be read.
  bool ok = false;
  // False when rows could not be read as what they should be: what would have needed them was not
  // compared.
  bool complete = true;
  // Identities were opened: they are those of the members at whom they stand.
  bool identities_opened = false;
  // Quotes and baskets were priced again by their programmes.
  bool priced_again = false;

  // Rows read and checked.
  int64_t programs = 0;
  int64_t program_versions = 0;
  int64_t members = 0;
  int64_t entries = 0;
  int64_t member_events = 0;
  int64_t lots = 0;
  int64_t holds = 0;
  int64_t reversals = 0;
  int64_t identities = 0;
  int64_t orders = 0;
  int64_t order_returns = 0;
  int64_t price_facts = 0;
  int64_t offers = 0;
  int64_t promotions = 0;
  int64_t feed_reports = 0;
  int64_t quotes = 0;
  int64_t baskets = 0;
  int64_t price_credits = 0;
  int64_t credit_settlements = 0;
  int64_t receipts = 0;
  int64_t lanes = 0;
  int64_t journal_rows = 0;
  int64_t journal_leaves = 0;

  absl::Duration took;
  absl::Duration took_members;  // of it, the pass over members with their entries
  int64_t findings_total = 0;
  std::vector<Finding> findings;      // the first ones of each pass, in the order of Progress
  std::vector<ProgramTotals> totals;  // ascending by programme

  // Over the pass over members, and over everything.
  double entries_per_second_members() const;
  double entries_per_second() const;
};

// Lines that end in "\n", the verdict first.
std::string ToText(const Report& report);
// One object on one line. Sums are strings: they may exceed what JSON's readers hold.
std::string ToJson(const Report& report);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_REPORT_H_
