#include "audit/sku_pass.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/paged_scan.h"
#include "audit/price_numbers.h"
#include "audit/price_program.h"
#include "audit/price_rows.h"
#include "audit/protected_check.h"
#include "audit/snapshot.h"

namespace fairpoint::audit {
namespace {

using engine::OfferSeq;
using engine::SkuName;
using engine::SkuSeq;
using pricing::Offer;
using pricing::PriceFact;
using pricing::PriceHead;

constexpr char kHeadRecord[] = "price head";

// Rows of the SKUs that follow one, as one snapshot has them.
class SkuRange {
 public:
  SkuRange(Context& context, std::optional<SkuName> after)
      : context_(context),
        after_(std::move(after)),
        heads_(
            [this](const std::optional<SkuName>& last, size_t limit,
                   std::vector<PriceHead>& found) {
              return context_.session.ScanPriceHeads(last ? last : after_, limit, found);
            },
            context.options.page_rows),
        facts_(
            [this](const std::optional<SkuSeq>& last, size_t limit, std::vector<PriceFact>& found) {
              const auto first = after_ ? std::optional(SkuSeq{*after_, INT64_MAX}) : std::nullopt;
              return context_.session.ScanFacts(last ? last : first, limit, found);
            },
            context.options.page_rows),
        offers_(
            [this](const std::optional<OfferSeq>& last, size_t limit, std::vector<Offer>& found) {
              // Past every channel.
              const auto first =
                  after_ ? std::optional(OfferSeq{*after_, std::string(64, '\xff'), INT64_MAX})
                         : std::nullopt;
              return context_.session.ScanOffers(last ? last : first, limit, found);
            },
            context.options.page_rows) {}

  // Checks one SKU more; false: there is none.
  absl::StatusOr<bool> Next(ListingCheck& listings, std::set<engine::ChannelName>& channels);

  const std::optional<SkuName>& last() const { return after_done_; }
  int64_t rows() const { return rows_; }

 private:
  absl::Status Failure() const {
    for (const absl::Status* status : {&heads_.status(), &facts_.status(), &offers_.status()}) {
      if (!status->ok()) return *status;
    }
    return absl::OkStatus();
  }
  template <class Row>
  std::vector<Row> TakeRows(const SkuName& name, PagedScan<Row>& scan, int64_t& counted);
  void CheckHead(const SkuName& name, const PriceHead* head, const std::vector<PriceFact>& facts,
                 const std::vector<Offer>& offers);
  bool CheckNumbering(const SkuName& name, const std::vector<PriceFact>& facts,
                      const std::vector<Offer>& offers);

  Context& context_;
  const std::optional<SkuName> after_;
  std::optional<SkuName> after_done_;
  PagedScan<PriceHead> heads_;
  PagedScan<PriceFact> facts_;
  PagedScan<Offer> offers_;
  bool is_sound_ = true;  // the SKU's rows at hand
  int64_t rows_ = 0;
};

template <class Row>
std::vector<Row> SkuRange::TakeRows(const SkuName& name, PagedScan<Row>& scan, int64_t& counted) {
  std::vector<Row> rows;
  for (const Row* row = scan.Peek();
       row != nullptr && row->program_id == name.program_id && row->sku == name.sku;
       row = scan.Peek()) {
    CheckRow(context_, *row, scan.hash());
    const bool sound =
        CheckNumbers(*row, [&](std::string what, std::string expected, std::string found) {
          FindOf(context_, *row, std::move(what), std::move(expected), std::move(found));
        });
    is_sound_ = is_sound_ && sound;
    rows.push_back(*row);
    ++counted;
    ++rows_;
    scan.Pop();
  }
  std::ranges::stable_sort(rows, {}, &Row::head_seq);
  return rows;
}

absl::StatusOr<bool> SkuRange::Next(ListingCheck& listings,
                                    std::set<engine::ChannelName>& channels) {
  // Of channels: their pass looks at them.
  for (const Offer* row = offers_.Peek(); row != nullptr && row->sku.empty();
       row = offers_.Peek()) {
    channels.insert({row->program_id, row->channel_id});
    offers_.Pop();
  }
  std::optional<SkuName> least;
  const auto consider = [&least](const auto* row) {
    if (row == nullptr) return;
    SkuName name{row->program_id, row->sku};
    if (!least || name < *least) least = std::move(name);
  };
  consider(heads_.Peek());
  consider(facts_.Peek());
  consider(offers_.Peek());
  if (absl::Status failure = Failure(); !failure.ok()) return failure;
  if (!least) return false;
  is_sound_ = true;
  std::optional<PriceHead> head;
  if (const PriceHead* row = heads_.Peek(); row != nullptr && KeyOf(*row) == *least) {
    head = *row;
    heads_.Pop();
  }
  const std::vector<PriceFact> facts = TakeRows(*least, facts_, context_.report.price_facts);
  const std::vector<Offer> offers = TakeRows(*least, offers_, context_.report.offers);
  if (absl::Status failure = Failure(); !failure.ok()) return failure;
  CheckProgramOfPrices(context_, least->program_id);
  listings.AddFacts(*least, facts);
  CheckHead(*least, head ? &*head : nullptr, facts, offers);
  after_done_ = *least;
  if (absl::Status checked = CheckProtectedSku(context_, *least); !checked.ok()) return checked;
  return true;
}

bool SkuRange::CheckNumbering(const SkuName& name, const std::vector<PriceFact>& facts,
                              const std::vector<Offer>& offers) {
  std::vector<int64_t> seqs;
  for (const PriceFact& row : facts) seqs.push_back(row.head_seq);
  for (const Offer& row : offers) seqs.push_back(row.head_seq);
  std::ranges::sort(seqs);
  for (size_t i = 0; i < seqs.size(); ++i) {
    if (seqs[i] == static_cast<int64_t>(i) + 1) continue;
    context_.findings.Add({kHeadRecord, name.program_id.value(), name.sku, "head_seqs of its rows",
                           absl::StrCat(i + 1), absl::StrCat("next is ", seqs[i])});
    return false;
  }
  return true;
}

void SkuRange::CheckHead(const SkuName& name, const PriceHead* head,
                         const std::vector<PriceFact>& facts, const std::vector<Offer>& offers) {
  const auto find = [&](const char* what, std::string expected, std::string found) {
    context_.findings.Add({kHeadRecord, name.program_id.value(), name.sku, what,
                           std::move(expected), std::move(found)});
  };
  const auto rows = static_cast<int64_t>(facts.size() + offers.size());
  if (!CheckNumbering(name, facts, offers)) return;
  if (head == nullptr) return find("row", "one, since there are rows of it", "none");
  if (rows == 0) return find("row", "none, since there are no rows of it", "one");
  if (head->version != rows) return find("version", Shown(rows), Shown(head->version));
  if (!is_sound_) return;
  const std::string book = pricing::SkuBook().With(facts, offers).Encode();
  if (book != head->book)
    find("book", absl::StrCat("of its rows: ", Shown(base::Sha256(book))),
         absl::StrCat("another: ", Shown(base::Sha256(head->book))));
}

}  // namespace

absl::Status CheckSkus(Context& context, ListingCheck& listings,
                       std::set<engine::ChannelName>& channels) {
  std::optional<SkuName> after;
  for (bool more = true; more;) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    const Snapshot snapshot(context.session);
    if (!snapshot.status().ok()) return snapshot.status();
    SkuRange range(context, after);
    absl::StatusOr<bool> next = true;
    for (size_t skus = 0; skus < std::max<size_t>(context.options.snapshot_members_max, 1) &&
                          (skus == 0 || range.rows() < context.options.snapshot_entries_max);
         ++skus) {
      next = range.Next(listings, channels);
      if (!next.ok() || !*next) break;
    }
    if (range.last()) after = range.last();
    if (absl::IsDataLoss(next.status())) {
      ReportUnreadable(context, kHeadRecord, after ? after->program_id : base::ProgramId(),
                       after ? after->sku : "", next.status());
      return absl::OkStatus();
    }
    if (!next.ok()) return next.status();
    more = *next;
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::audit
