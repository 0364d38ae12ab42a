// A SKU's book between its tree, its flat form and its stored form.
#include "base/canonical.h"
#include "pricing/codec.h"
#include "pricing/sku_book_builder.h"

namespace fairpoint::pricing {
namespace {

constexpr uint8_t kBookVersion = 1;

// Texts, each once, in one string.
class TextPool {
 public:
  TextPlace Place(std::string_view text) {
    if (text.empty()) return {};
    const auto [found, is_new] = places_.try_emplace(
        std::string(text),
        TextPlace{static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(text.size())});
    if (is_new) text_.append(text);
    return found->second;
  }
  // Without room to spare.
  std::string Text() const { return std::string(text_.data(), text_.size()); }

 private:
  std::map<std::string, TextPlace, std::less<>> places_;
  std::string text_;
};

void Write(base::CanonicalWriter& out, const LiveFact& fact) {
  out.I64(fact.head_seq).I64(fact.source_seq);
  out.I64(fact.from.micros).I64(fact.until.micros).I64(fact.held_until.micros);
  out.I64(fact.amount).I64(fact.platform_subsidy).I64(fact.shipping);
  out.U32(static_cast<uint32_t>(fact.pack)).U32(static_cast<uint32_t>(fact.tax_ppm));
  WriteEnum(out, fact.condition);
  out.U8(fact.third_party ? 1 : 0).U8(fact.scheduled ? 1 : 0);
}

LiveFact ReadFact(base::CanonicalReader& in, bool& known) {
  LiveFact fact;
  fact.head_seq = in.I64();
  fact.source_seq = in.I64();
  fact.from.micros = in.I64();
  fact.until.micros = in.I64();
  fact.held_until.micros = in.I64();
  fact.amount = in.I64();
  fact.platform_subsidy = in.I64();
  fact.shipping = in.I64();
  fact.pack = static_cast<int32_t>(in.U32());
  fact.tax_ppm = static_cast<int32_t>(in.U32());
  fact.condition = ReadEnum(in, Condition::kSecondHand, known);
  fact.third_party = ReadBool(in, known);
  fact.scheduled = ReadBool(in, known);
  known = known && fact.pack >= 1 && fact.tax_ppm >= 0;
  return fact;
}

void Write(base::CanonicalWriter& out, const SkuBook& book, const Listing& listing) {
  const std::span<const Withdrawal> withdrawals = book.WithdrawalsOf(listing);
  out.U32(static_cast<uint32_t>(withdrawals.size()));
  for (const Withdrawal& each : withdrawals)
    out.I64(each.head_seq).I64(each.source_seq).I64(each.from.micros);
  out.U32(listing.series_count);
  for (const Series& series : book.SeriesOf(listing)) {
    Write(out, Scope{series.scope, std::string(book.TextAt(series.scope_id))});
    Write(out, Audience{series.audience, std::string(book.TextAt(series.plan_id))});
    out.I64(series.source_seq_max).U32(series.fact_count);
    for (const LiveFact& fact : book.FactsOf(series)) Write(out, fact);
  }
}

bool ReadListing(base::CanonicalReader& in, SkuBookBuilder::ListingDraft& listing) {
  bool known = true;
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    Withdrawal each;
    each.head_seq = in.I64();
    each.source_seq = in.I64();
    each.from.micros = in.I64();
    if (!listing.withdrawals.empty())
      known = known && each.source_seq < listing.withdrawals.back().source_seq &&
              each.from < listing.withdrawals.back().from;
    listing.withdrawals.push_back(each);
  }
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    SkuBookBuilder::SeriesKey key;
    key.scope = ReadScope(in, known);
    key.audience = ReadAudience(in, known);
    if (!listing.series.empty()) known = known && key > listing.series.rbegin()->first;
    SkuBookBuilder::SeriesDraft& series = listing.series[key];
    series.source_seq_max = in.I64();
    int64_t next_below = series.source_seq_max;
    for (uint32_t facts = in.U32(); in.ok() && known && facts > 0; --facts) {
      const LiveFact fact = ReadFact(in, known);
      known = known && fact.source_seq <= next_below;
      next_below = fact.source_seq - 1;
      series.facts.push_back(fact);
    }
  }
  return in.ok() && known;
}

}  // namespace

SkuBookBuilder::SkuBookBuilder(const SkuBook& book)
    : version_(book.version_), last_recorded_at_(book.last_recorded_at_), offers_(book.offers_) {
  for (const ListedChannel& channel : book.channels()) {
    ChannelDraft& listings = channels_[std::string(book.TextAt(channel.channel_id))];
    for (const Listing& listing : book.ListingsOf(channel)) {
      ListingDraft& draft = listings[std::string(book.TextAt(listing.listing_id))];
      const std::span<const Withdrawal> withdrawals = book.WithdrawalsOf(listing);
      draft.withdrawals.assign(withdrawals.begin(), withdrawals.end());
      for (const Series& series : book.SeriesOf(listing)) {
        const std::span<const LiveFact> facts = book.FactsOf(series);
        draft.series[{{series.scope, std::string(book.TextAt(series.scope_id))},
                      {series.audience, std::string(book.TextAt(series.plan_id))}}] = {
            series.source_seq_max, {facts.begin(), facts.end()}};
      }
    }
  }
  for (const Turn& turn : book.turns())
    turns_.push_back({std::string(book.TextAt(turn.channel_id)), turn.at});
}

SkuBook SkuBookBuilder::Build() const {
  SkuBook book;
  TextPool texts;
  book.version_ = version_;
  book.last_recorded_at_ = last_recorded_at_;
  book.offers_ = offers_;
  const auto size = [](const auto& items) { return static_cast<uint32_t>(items.size()); };
  for (const auto& [channel_id, listings] : channels_) {
    book.channels_.push_back({size(book.listings_), size(listings), texts.Place(channel_id)});
    for (const auto& [listing_id, draft] : listings) {
      book.listings_.push_back({.channel = size(book.channels_) - 1,
                                .first_series = size(book.series_),
                                .series_count = size(draft.series),
                                .first_withdrawal = size(book.withdrawals_),
                                .withdrawal_count = size(draft.withdrawals),
                                .listing_id = texts.Place(listing_id)});
      book.withdrawals_.insert(book.withdrawals_.end(), draft.withdrawals.begin(),
                               draft.withdrawals.end());
      for (const auto& [key, series] : draft.series) {
        book.series_.push_back({.listing = size(book.listings_) - 1,
                                .first_fact = size(book.facts_),
                                .fact_count = size(series.facts),
                                .scope = key.scope.kind,
                                .audience = key.audience.kind,
                                .scope_id = texts.Place(key.scope.id),
                                .plan_id = texts.Place(key.audience.plan_id),
                                .source_seq_max = series.source_seq_max});
        book.facts_.insert(book.facts_.end(), series.facts.begin(), series.facts.end());
      }
    }
  }
  for (const TurnDraft& turn : turns_)
    book.turns_.push_back({texts.Place(turn.channel_id), turn.at});
  book.text_ = texts.Text();
  book.channels_.shrink_to_fit();
  book.listings_.shrink_to_fit();
  book.series_.shrink_to_fit();
  book.facts_.shrink_to_fit();
  book.withdrawals_.shrink_to_fit();
  book.offers_.live.shrink_to_fit();
  book.offers_.ended.ShrinkToFit();
  book.turns_.shrink_to_fit();
  return book;
}

std::string SkuBook::Encode() const {
  base::CanonicalWriter out(256 + 96 * facts_.size());
  out.U8(kBookVersion).I64(version_).I64(last_recorded_at_.micros);
  out.U32(static_cast<uint32_t>(channels_.size()));
  for (const ListedChannel& channel : channels_) {
    out.Bytes(TextAt(channel.channel_id)).U32(channel.listing_count);
    for (const Listing& listing : ListingsOf(channel)) {
      out.Bytes(TextAt(listing.listing_id));
      Write(out, *this, listing);
    }
  }
  pricing::Write(out, offers_);
  out.U32(static_cast<uint32_t>(turns_.size()));
  for (const Turn& turn : turns_) out.Bytes(TextAt(turn.channel_id)).I64(turn.at.micros);
  return std::move(out).bytes();
}

bool SkuBook::Decode(std::string_view bytes, SkuBook& book) {
  base::CanonicalReader in(bytes);
  SkuBookBuilder builder;
  const bool is_book = in.U8() == kBookVersion && builder.Read(in);
  book = is_book ? builder.Build() : SkuBook();
  return is_book;
}

bool SkuBookBuilder::Read(base::CanonicalReader& in) {
  version_ = in.I64();
  last_recorded_at_.micros = in.I64();
  for (uint32_t channels = in.U32(); in.ok() && channels > 0; --channels) {
    const std::string channel_id(in.Bytes());
    if (!channels_.empty() && channel_id <= channels_.rbegin()->first) return false;
    ChannelDraft& listings = channels_[channel_id];
    for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
      const std::string listing_id(in.Bytes());
      if (!listings.empty() && listing_id <= listings.rbegin()->first) return false;
      if (!ReadListing(in, listings[listing_id])) return false;
    }
  }
  if (!pricing::Read(in, offers_)) return false;
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    std::string channel_id(in.Bytes());
    turns_.push_back({std::move(channel_id), {in.I64()}});
    if (!channels_.contains(turns_.back().channel_id)) return false;
  }
  return in.ok() && in.AtEnd() && turns_.size() <= kTurnsMax;
}

}  // namespace fairpoint::pricing
