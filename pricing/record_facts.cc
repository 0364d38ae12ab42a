#include <algorithm>
#include <map>
#include <tuple>

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

// Whether the series would fall far, at the fact's first instant or now.
bool IsSuspicious(const PriceFact& fact, const SkuBook& book, const Rules& rules,
                  base::Instant now) {
  const Series* series = book.FindSeries(fact);
  if (series == nullptr || fact.condition != Condition::kNew || fact.third_party) return false;
  const Channel& channel = *FindChannel(rules, fact.channel_id);
  bool falls = false;
  for (const base::Instant at : {fact.window.from, std::max(fact.window.from, now)}) {
    if (at >= fact.window.until.value_or(kNever)) continue;
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

std::vector<std::pair<size_t, size_t>> OverlapsOf(std::span<const PriceFact> facts,
                                                  base::Instant now) {
  const auto series_of = [](const PriceFact& fact) {
    return std::tie(fact.sku, fact.channel_id, fact.listing_id, fact.scope, fact.audience);
  };
  const auto from = [&](const PriceFact& fact) {
    return fact.window.from == kFromRecording ? now : fact.window.from;
  };
  // Whether one begins first and ends within the other.
  const auto crosses = [&](const PriceFact& one, const PriceFact& other) {
    return from(one) < from(other) && from(other) < *one.window.until &&
           *one.window.until < *other.window.until;
  };
  std::map<decltype(series_of(facts[0])), std::vector<size_t>> bounded;
  std::vector<std::pair<size_t, size_t>> overlaps;
  for (size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].kind != FactKind::kPrice || !facts[i].window.until) continue;
    std::vector<size_t>& before = bounded[series_of(facts[i])];
    const auto other = std::find_if(before.begin(), before.end(), [&](size_t each) {
      return crosses(facts[each], facts[i]) || crosses(facts[i], facts[each]);
    });
    if (other == before.end()) {
      before.push_back(i);
    } else {
      overlaps.emplace_back(*other, i);
    }
  }
  return overlaps;
}

}  // namespace fairpoint::pricing
