#include "audit/evidence_pass.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/basket_check.h"
#include "audit/order_check.h"
#include "audit/price_books.h"
#include "audit/price_numbers.h"
#include "audit/price_rows.h"
#include "audit/program_versions.h"
#include "audit/protected_check.h"
#include "audit/row_hashes.h"
#include "audit/snapshot.h"
#include "audit/stock_check.h"
#include "pricing/market.h"

namespace fairpoint::audit {
namespace {

using checkout::Placement;
using engine::EvidenceName;
using engine::JournalTable;
using engine::OrderName;
using pricing::Evidence;
using pricing::EvidenceKind;

constexpr char kEvidenceRecord[] = "price evidence";
// A page has as many at most, of as many lines together at most, or one.
constexpr size_t kEvidenceAtOnce = 200;
constexpr size_t kLinesAtOnce = 5'000;
// The database's clock may be put back, as far as prices bear it.
constexpr int64_t kClockSlackMicros = pricing::kClockToleranceMaxMicros;

// Evidence with what it rests on.
struct Page {
  std::vector<Evidence> rows;
  std::map<EvidenceName, Evidence> quotes;
  std::map<OrderName, Placement> placements;
  std::map<OrderName, pricing::ProtectedOrder> protected_orders;
  std::map<OrderName, std::vector<pricing::PriceCredit>> credits;
  PriceBooks books;
};

template <class Key, class Row>
const Row* FindIn(const std::map<Key, Row>& rows, const Key& name) {
  const auto found = rows.find(name);
  return found == rows.end() ? nullptr : &found->second;
}

bool CutToPage(std::vector<Evidence>& rows) {
  size_t lines = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    lines += rows[i].body.lines.size();
    if (i == 0 || lines <= kLinesAtOnce) continue;
    rows.resize(i);
    return true;
  }
  return false;
}

class EvidencePass {
 public:
  explicit EvidencePass(Context& context)
      : context_(context), programs_(context.options.programs), stocks_(context) {}

  absl::Status Run() {
    if (absl::Status begun = stocks_.Begin(); !begun.ok()) return begun;
    std::optional<EvidenceName> after;
    for (bool more = true; more;) {
      if (const absl::Status ticked = context_.Tick(); !ticked.ok()) return ticked;
      const Snapshot snapshot(context_.session);
      if (!snapshot.status().ok()) return snapshot.status();
      std::vector<Evidence> rows;
      absl::Status read = context_.session.ScanEvidence(after, kEvidenceAtOnce, rows);
      more = rows.size() == kEvidenceAtOnce;
      // The row that the store could not read is the last, with its key.
      std::optional<EvidenceName> unreadable;
      if (absl::IsDataLoss(read) && !rows.empty() && (!after || *after < KeyOf(rows.back()))) {
        unreadable = KeyOf(rows.back());
        rows.pop_back();
        more = true;
      }
      if (CutToPage(rows)) {
        more = true;
        unreadable.reset();  // it is met again
      }
      if (unreadable) {
        Forget(*unreadable, read);
      } else if (!read.ok()) {
        if (!absl::IsDataLoss(read)) return read;
        ReportUnreadable(context_, kEvidenceRecord, after ? after->program_id : base::ProgramId(),
                         after ? after->evidence_id : "", read);
        return absl::OkStatus();
      }
      if (!rows.empty()) after = KeyOf(rows.back());
      if (unreadable) after = unreadable;
      if (absl::Status checked = CheckRows(std::move(rows)); !checked.ok()) return checked;
    }
    return stocks_.End();
  }

 private:
  void Forget(const EvidenceName& name, const absl::Status& why, const char* what = "row") {
    context_.report.complete = false;
    context_.findings.Add({kEvidenceRecord, name.program_id.value(), name.evidence_id, what,
                           "one that can be read", std::string(why.message())});
    stocks_.Forget();
  }

  // Where one of them rests on what cannot be read, each by itself.
  absl::Status CheckRows(std::vector<Evidence> rows) {
    Page page;
    page.rows = std::move(rows);
    const absl::Status loaded = Load(page);
    if (loaded.ok()) return Check(page);
    if (!absl::IsDataLoss(loaded)) return loaded;
    if (page.rows.size() == 1) {
      Forget(KeyOf(page.rows.front()), loaded, "what it rests on");
      return absl::OkStatus();
    }
    for (Evidence& row : page.rows) {
      std::vector<Evidence> one;
      one.push_back(std::move(row));
      if (absl::Status checked = CheckRows(std::move(one)); !checked.ok()) return checked;
    }
    return absl::OkStatus();
  }

  absl::Status Load(Page& page) {
    std::set<EvidenceName> quotes;
    std::set<OrderName> orders;
    for (const Evidence& row : page.rows) {
      if (row.kind != EvidenceKind::kBasket) continue;
      quotes.insert({row.program_id, row.quote_id});
      orders.insert({row.program_id, row.order_id});
    }
    if (orders.empty()) return page.books.Load(context_, page.rows);
    const std::vector<EvidenceName> quote_names(quotes.begin(), quotes.end());
    const std::vector<OrderName> names(orders.begin(), orders.end());
    std::vector<Evidence> found;
    std::vector<Placement> placements;
    std::vector<pricing::ProtectedOrder> protected_orders;
    std::vector<pricing::PriceCredit> credits;
    engine::ReadSession& session = context_.session;
    absl::Status read = session.LoadEvidence(quote_names, found);
    if (read.ok()) read = session.LoadPlacements(names, placements);
    if (read.ok()) read = session.LoadProtectedOrders(names, protected_orders);
    if (read.ok()) read = session.LoadPriceCredits(names, credits);
    std::vector<Evidence> rows = page.rows;
    rows.insert(rows.end(), found.begin(), found.end());
    if (read.ok()) read = page.books.Load(context_, rows);
    for (Evidence& row : found) page.quotes.emplace(KeyOf(row), std::move(row));
    for (Placement& row : placements) page.placements.emplace(OrderNameOf(row), std::move(row));
    for (pricing::ProtectedOrder& row : protected_orders)
      page.protected_orders.emplace(OrderNameOf(row), std::move(row));
    for (pricing::PriceCredit& row : credits)
      page.credits[OrderNameOf(row)].push_back(std::move(row));
    return read;
  }

  absl::Status Check(const Page& page) {
    std::vector<base::Hash> hashes;
    RehashAll(page.rows, hashes);
    for (size_t i = 0; i < page.rows.size(); ++i) {
      const Evidence& row = page.rows[i];
      CheckRow(context_, row, hashes[i]);
      CheckKind(context_, row);
      const bool sound =
          CheckNumbers(row, [&](std::string what, std::string expected, std::string found) {
            FindOf(context_, row, std::move(what), std::move(expected), std::move(found));
          });
      const absl::StatusOr<const pricing::Rules*> rules = RulesOf(row);
      if (!rules.ok()) return rules.status();
      const bool is_basket = row.kind == EvidenceKind::kBasket;
      ++(is_basket ? context_.report.baskets : context_.report.quotes);
      if (is_basket && sound) {
        if (absl::Status checked = CheckCommitted(page, row, *rules); !checked.ok()) return checked;
      }
      if (sound && page.books.HasAllOf(row)) {
        if (is_basket) CheckVersions(page, row);
        if (*rules != nullptr) PriceAgain(page, row, **rules);
        if (is_basket) AddStock(page, row, *rules);
      } else if (is_basket) {
        stocks_.Forget();
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckCommitted(const Page& page, const Evidence& row, const pricing::Rules* rules) {
    const OrderName order = OrderNameOf(row);
    const Placement* const placement = FindIn(page.placements, order);
    if (placement != nullptr)
      context_.coverage.AddMade({.table = JournalTable::kPriceEvidence,
                                 .program_id = row.program_id.value(),
                                 .member_id = {},
                                 .request_id = placement->request_id.value(),
                                 .first_seq = 0,
                                 .count = 1,
                                 .lane = row.lane,
                                 .lane_seq = row.lane_seq});
    const EvidenceName quote{row.program_id, row.quote_id};
    if (absl::Status checked = CheckBasket(context_, row, FindIn(page.quotes, quote), placement);
        !checked.ok())
      return checked;
    const auto credits = page.credits.find(order);
    return CheckProtection(
        context_, row, rules, FindIn(page.protected_orders, order),
        credits == page.credits.end() ? std::vector<pricing::PriceCredit>() : credits->second);
  }

  // A lane tells the order of its rows; of two lanes the database's clock does, where it was not
  // put back.
  static bool WasBefore(const RowPlace& place, const Evidence& row) {
    if (place.lane == row.lane) return place.lane_seq < row.lane_seq;
    return place.recorded_at.micros + kClockSlackMicros < row.recorded_at.micros;
  }

  // A basket holds the locks of its heads: whatever was recorded before it, it has seen.
  void CheckVersions(const Page& page, const Evidence& row) {
    const auto check = [&](std::string what, int64_t version, const auto& name) {
      const std::optional<RowPlace> next = page.books.NextAfter(name, version);
      if (next && WasBefore(*next, row))
        FindOf(context_, row, std::move(what), "that of all rows recorded before it",
               Shown(version));
    };
    for (size_t i = 0; i < row.body.lines.size(); ++i) {
      const pricing::EvidenceLine& line = row.body.lines[i];
      check(absl::StrCat("lines[", i, "].head_version"), line.head_version,
            engine::SkuName{row.program_id, line.sku});
    }
    for (const pricing::EvidenceReference& reference : row.body.references)
      check(absl::StrCat("references[", reference.channel_id, "].head_version"),
            reference.head_version, engine::ChannelName{row.program_id, reference.channel_id});
    check("own_version", row.body.own_version,
          engine::ChannelName{row.program_id, row.body.shopper.channel_id});
  }

  void AddStock(const Page& page, const Evidence& row, const pricing::Rules* rules) {
    const Evidence* const quote = FindIn(page.quotes, EvidenceName{row.program_id, row.quote_id});
    if (quote == nullptr || quote->body.lines.size() != row.body.lines.size() ||
        !page.books.HasAllOf(*quote))
      return stocks_.Forget();
    std::vector<bool> as_quoted(row.body.lines.size(), false);
    if (std::ranges::any_of(row.body.lines, [](const pricing::EvidenceLine& line) {
          return line.quoted != pricing::kAbsent;
        })) {
      if (rules == nullptr) return stocks_.Forget();
      as_quoted = pricing::ChargedAsQuoted(row, MarketOf(page, row, *rules), BooksOf(page, row));
    }
    stocks_.Add(row, *quote, as_quoted, page.books);
  }

  pricing::Market MarketOf(const Page& page, const Evidence& row, const pricing::Rules& rules) {
    const pricing::EvidenceBody& body = row.body;
    const auto version_of = [&body](std::string_view channel_id) {
      const auto reference =
          std::ranges::find(body.references, channel_id, &pricing::EvidenceReference::channel_id);
      return reference == body.references.end() ? body.own_version : reference->head_version;
    };
    const auto find = [&](std::string_view channel_id) {
      return page.books.Of(engine::ChannelName{row.program_id, std::string(channel_id)},
                           version_of(channel_id));
    };
    return pricing::MakeMarket(rules, body.shopper.channel_id, row.priced_at, find);
  }

  std::vector<const pricing::SkuBook*> BooksOf(const Page& page, const Evidence& row) {
    std::vector<const pricing::SkuBook*> books;
    for (const pricing::EvidenceLine& line : row.body.lines)
      books.push_back(page.books.Of(engine::SkuName{row.program_id, line.sku}, line.head_version));
    return books;
  }

  void PriceAgain(const Page& page, const Evidence& row, const pricing::Rules& rules) {
    if (const std::optional<std::string> difference =
            pricing::Differs(row, MarketOf(page, row, rules), BooksOf(page, row)))
      FindOf(context_, row, "prices", "what its facts, offers and rules give", *difference);
  }

  // Null: not to be had.
  absl::StatusOr<const pricing::Rules*> RulesOf(const Evidence& row) {
    if (!context_.options.programs || broken_.contains(row.program_id)) return nullptr;
    const absl::StatusOr<const checkout::Program*> found =
        programs_.Find(context_.session, row.program_id, row.program_version);
    if (absl::IsDataLoss(found.status())) {
      broken_.insert(row.program_id);
      context_.findings.Add({"programme", row.program_id.value(), "", "text",
                             "of a programme, in every version",
                             std::string(found.status().message())});
      return nullptr;
    }
    if (!found.ok()) return found.status();
    if (*found != nullptr) return &(*found)->prices;
    FindOf(context_, row, "program_version", "a version of the programme",
           Shown(row.program_version));
    return nullptr;
  }

  Context& context_;
  ProgramVersions programs_;
  StockCheck stocks_;
  std::set<base::ProgramId> broken_;  // their texts cannot be read
};

}  // namespace

absl::Status CheckEvidence(Context& context) { return EvidencePass(context).Run(); }

}  // namespace fairpoint::audit
