#include <algorithm>

#include "absl/numeric/int128.h"
#include "pricing/record_row.h"

namespace fairpoint::pricing {
namespace {

bool FallsFar(const PriceFact& fact, const LiveFact& before, const Channel& channel,
              const Rules& rules) {
  const bool ignores = channel.ignores_platform_subsidy;
  const absl::int128 paid = PaidOf(fact.amount, fact.tax_ppm, fact.platform_subsidy, ignores);
  const absl::int128 paid_before =
      PaidOf(before.amount, before.tax_ppm, before.platform_subsidy, ignores);
  constexpr int64_t kWhole = 100;
  return paid * before.pack * kWhole <
         paid_before * fact.pack * (kWhole - rules.suspicious_fall_percent);
}

// Whether the series would fall far, now or at any instant at which the fact may count.
bool IsSuspicious(const PriceFact& fact, const SkuBook& book, const Rules& rules,
                  base::Instant now) {
  const Series* series = book.FindSeries(fact);
  if (series == nullptr || fact.condition != Condition::kNew || fact.third_party) return false;
  const Channel& channel = *FindChannel(rules, fact.channel_id);
  const base::Instant until = fact.window.until.value_or(kNever);
  std::vector<base::Instant> instants = {fact.window.from, std::max(fact.window.from, now)};
  for (const LiveFact& other : book.FactsOf(*series)) {
    for (const base::Instant edge : {other.from, other.until})
      if (edge > fact.window.from && edge < until) instants.push_back(edge);
  }
  bool falls = false;
  for (const base::Instant at : instants) {
    if (at >= until) continue;
    VisitCounting(book, book.listings()[series->listing], *series, at, at, now,
                  [&](const LiveFact& before, base::Instant) {
                    falls = falls || (IsCompared(before) && before.source_seq < fact.source_seq &&
                                      FallsFar(fact, before, channel, rules));
                  });
  }
  return falls;
}

absl::StatusOr<Recorded<PriceFact>> RecordPrice(const PriceFact& fact, bool confirmed,
                                                const SkuBook& book, const Rules& rules,
                                                base::Instant now) {
  PriceFact row = RowAt(fact, book.version() + 1, now);
  row.held_until.reset();
  if (absl::Status status = CheckTerms(row, rules); !status.ok()) return status;
  if (IsFull(book)) return BookFull("sku", row.sku);
  if (!confirmed && IsSuspicious(row, book, rules, now))
    row.held_until = base::Instant{now.micros + rules.hold_suspicious_micros};
  return Recorded<PriceFact>{std::move(row), 0};
}

// Of a price that is there.
absl::Status CheckOffered(const PriceFact& same, const SkuBook& book, base::Instant now) {
  const Listing* listing = book.FindListing(same.channel_id, same.listing_id);
  if (same.kind != FactKind::kPrice || listing == nullptr) return absl::OkStatus();
  const base::Instant gone = WithdrawnFrom(book.WithdrawalsOf(*listing), same.source_seq);
  if (gone > now || gone >= same.window.until.value_or(kNever)) return absl::OkStatus();
  return ListingWithdrawn("source_seq", same.channel_id, same.listing_id, same.source_seq, gone);
}

PriceFact ConfirmationOf(const LiveFact& fact, const Series& series, const SkuBook& book) {
  const Listing& listing = book.listings()[series.listing];
  PriceFact row;
  row.kind = FactKind::kConfirmation;
  row.channel_id = book.TextAt(book.channels()[listing.channel].channel_id);
  row.listing_id = book.TextAt(listing.listing_id);
  row.source_seq = fact.source_seq;
  row.scope = {series.scope, std::string(book.TextAt(series.scope_id))};
  row.audience = {series.audience, std::string(book.TextAt(series.plan_id))};
  row.confirms_seq = fact.head_seq;
  return row;
}

}  // namespace

bool IsSurelyNew(const PriceFact& fact, const SkuBook& book) {
  if (fact.kind == FactKind::kPrice) {
    const Series* series = book.FindSeries(fact);
    return series == nullptr || fact.source_seq > series->source_seq_max;
  }
  const Listing* listing = book.FindListing(fact.channel_id, fact.listing_id);
  if (listing == nullptr) return true;
  const std::span<const Withdrawal> withdrawals = book.WithdrawalsOf(*listing);
  return withdrawals.empty() || fact.source_seq > withdrawals.front().source_seq;
}

absl::StatusOr<Recorded<PriceFact>> Record(const PriceFact& fact, bool confirmed,
                                           const PriceFact* same, const SkuBook& book,
                                           const Rules& rules, base::Instant now) {
  if (same != nullptr) {
    auto repeated = Repeated(fact, *same, "source_seq", fact.source_seq);
    if (!repeated.ok()) return repeated;
    if (absl::Status offered = CheckOffered(*same, book, now); !offered.ok()) return offered;
    return repeated;
  }
  if (absl::Status status = CheckReference(fact.channel_id, rules); !status.ok()) return status;
  if (fact.kind == FactKind::kPrice) return RecordPrice(fact, confirmed, book, rules, now);
  return Recorded<PriceFact>{RowAt(fact, book.version() + 1, now), 0};
}

absl::StatusOr<Recorded<PriceFact>> RecordOfSnapshot(const PriceFact& withdrawal,
                                                     const SkuBook& book, const Rules& rules,
                                                     base::Instant now) {
  if (absl::Status status = CheckReference(withdrawal.channel_id, rules); !status.ok())
    return status;
  const Listing* listing = book.FindListing(withdrawal.channel_id, withdrawal.listing_id);
  if (listing == nullptr) return ListingNotFound(withdrawal.channel_id, withdrawal.listing_id);
  for (const Withdrawal& each : book.WithdrawalsOf(*listing))
    if (each.source_seq >= withdrawal.source_seq && each.from <= withdrawal.window.from)
      return Recorded<PriceFact>{std::nullopt, each.head_seq};
  PriceFact row = RowAt(withdrawal, book.version() + 1, now);
  row.confirms_seq = row.head_seq;
  return Recorded<PriceFact>{std::move(row), 0};
}

absl::StatusOr<Recorded<PriceFact>> Confirm(const std::string& sku, int64_t head_seq,
                                            const std::string& actor, const PriceFact* stored,
                                            const SkuBook& book, base::Instant now) {
  for (const Series& series : book.series()) {
    for (const LiveFact& fact : book.FactsOf(series)) {
      if (fact.head_seq != head_seq) continue;
      if (fact.held_until <= now) return Recorded<PriceFact>{std::nullopt, head_seq};
      PriceFact row = ConfirmationOf(fact, series, book);
      row.sku = sku;
      row.actor = actor;
      row.window.from = now;
      return Recorded<PriceFact>{RowAt(row, book.version() + 1, now), 0};
    }
  }
  if (stored != nullptr && stored->kind == FactKind::kPrice)
    return Recorded<PriceFact>{std::nullopt, head_seq};
  return FactNotFound(sku, head_seq);
}

BoundedWindows::SeriesName BoundedWindows::SeriesOf(const PriceFact& fact) {
  return {fact.sku, fact.channel_id, fact.listing_id, fact.scope, fact.audience};
}

absl::Status BoundedWindows::Check(const PriceFact& fact, base::Instant now) const {
  if (fact.kind != FactKind::kPrice || !fact.window.until) return absl::OkStatus();
  const auto series = taken_.find(SeriesOf(fact));
  if (series == taken_.end()) return absl::OkStatus();
  Window window = fact.window;
  if (window.from == kFromRecording) window.from = now;
  // Whether one begins first and ends within the other.
  const auto crosses = [](const Window& one, const Window& other) {
    return one.from < other.from && other.from < *one.until && *one.until < *other.until;
  };
  for (const Taken& each : series->second) {
    if (crosses(each.window, window) || crosses(window, each.window))
      return WindowsOverlap("window", fact.source_seq, each.source_seq);
  }
  return absl::OkStatus();
}

void BoundedWindows::Take(const PriceFact& row) {
  if (row.kind == FactKind::kPrice && row.window.until)
    taken_[SeriesOf(row)].push_back({row.window, row.source_seq});
}

}  // namespace fairpoint::pricing
