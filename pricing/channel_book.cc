#include "pricing/channel_book.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/canonical.h"
#include "pricing/codec.h"
#include "pricing/heads.h"

namespace fairpoint::pricing {
namespace {

constexpr uint8_t kBookVersion = 1;

auto NumberedPlaceOf(const LivePromotion& one) {
  return std::tie(one.order, one.promotion_id, one.source_seq);
}

LivePromotion LiveOf(const ChannelPromotion& promotion) {
  LivePromotion live;
  live.head_seq = promotion.head_seq;
  live.source_seq = promotion.source_seq;
  live.promotion_id = promotion.promotion_id;
  live.terms = promotion.terms;
  live.scope = promotion.scope;
  live.audience = promotion.audience;
  live.from = promotion.window.from;
  live.until = promotion.window.until.value_or(kNever);
  live.order = promotion.order;
  live.exclusive_group = promotion.exclusive_group;
  return live;
}

EndedNumbers::Name KeyOf(std::string_view promotion_id) {
  return EndedNumbers::NameOf({}, promotion_id);
}

// 0: none of it is there.
int64_t HighestOf(std::string_view promotion_id, std::span<const LivePromotion> promotions) {
  int64_t highest = 0;
  for (const LivePromotion& each : promotions)
    if (each.promotion_id == promotion_id) highest = std::max(highest, each.source_seq);
  return highest;
}

// Of the promotion's numbers but the highest those that ended at or before `bound`.
void LeaveOutReplaced(std::string_view promotion_id, base::Instant bound,
                      std::vector<LivePromotion>& promotions) {
  const int64_t highest = HighestOf(promotion_id, promotions);
  const auto is_replaced = [&](const LivePromotion& each) {
    return each.promotion_id == promotion_id && each.source_seq < highest && each.until <= bound;
  };
  int64_t gone_up_to = 0;
  for (const LivePromotion& each : promotions)
    if (is_replaced(each)) gone_up_to = std::max(gone_up_to, each.source_seq);
  std::erase_if(promotions, is_replaced);
  for (LivePromotion& each : promotions)
    if (each.promotion_id == promotion_id) each.gone_up_to = std::max(each.gone_up_to, gone_up_to);
}

void Take(const ChannelPromotion& promotion, std::vector<LivePromotion>& promotions,
          EndedNumbers& ended) {
  const std::string& id = promotion.promotion_id;
  const EndedNumbers::Name key = KeyOf(id);
  int64_t gone_up_to = ended.NumberOf(key);
  for (const LivePromotion& each : promotions) {
    if (each.promotion_id != id) continue;
    if (each.source_seq == promotion.source_seq) return;
    gone_up_to = std::max(gone_up_to, each.gone_up_to);
  }
  if (promotion.source_seq <= gone_up_to) return;
  if (promotion.withdrawn) {
    std::erase_if(promotions, [&](const LivePromotion& each) {
      return each.promotion_id == id && each.source_seq < promotion.source_seq;
    });
    bool is_last = true;
    for (LivePromotion& each : promotions) {
      if (each.promotion_id != id) continue;
      each.gone_up_to = promotion.source_seq;
      is_last = false;
    }
    if (is_last) ended.Put(key, promotion.source_seq);
    return;
  }
  ended.Erase(key);
  LivePromotion live = LiveOf(promotion);
  live.gone_up_to = gone_up_to;
  for (LivePromotion& each : promotions) {
    if (each.promotion_id != id) continue;
    if (each.source_seq < live.source_seq) {
      each.until = std::min(each.until, live.from);
    } else {
      live.until = std::min(live.until, each.from);
    }
  }
  promotions.push_back(std::move(live));
  std::erase_if(promotions, [&id](const LivePromotion& each) {
    return each.promotion_id == id && each.until <= each.from;
  });
}

void LeaveOutEnded(base::Instant bound, std::vector<LivePromotion>& promotions,
                   EndedNumbers& ended) {
  std::vector<std::string> ending;
  for (const LivePromotion& each : promotions)
    if (each.until <= bound) ending.push_back(each.promotion_id);
  for (const std::string& id : ending) {
    LeaveOutReplaced(id, bound, promotions);
    std::erase_if(promotions, [&](const LivePromotion& each) {
      if (each.promotion_id != id || each.until > bound) return false;
      ended.Put(KeyOf(id), each.source_seq);
      return true;
    });
  }
}

std::vector<LivePromotion> HistoryOf(std::span<const ChannelPromotion> promotions) {
  std::vector<const ChannelPromotion*> descending;
  descending.reserve(promotions.size());
  for (const ChannelPromotion& promotion : promotions) descending.push_back(&promotion);
  std::ranges::sort(descending, std::ranges::greater(), [](const ChannelPromotion* each) {
    return std::pair<std::string_view, int64_t>(each->promotion_id, each->source_seq);
  });
  std::vector<LivePromotion> history;
  const ChannelPromotion* higher = nullptr;  // the one before
  base::Instant ended_at = kNever;           // by all with higher numbers
  for (const ChannelPromotion* promotion : descending) {
    if (higher == nullptr || higher->promotion_id != promotion->promotion_id) ended_at = kNever;
    higher = promotion;
    if (!promotion->withdrawn) {
      LivePromotion live = LiveOf(*promotion);
      live.until = std::min(live.until, ended_at);
      if (live.from < live.until) history.push_back(std::move(live));
    }
    ended_at =
        std::min(ended_at, promotion->withdrawn ? promotion->recorded_at : promotion->window.from);
  }
  return history;
}

void Write(base::CanonicalWriter& out, const LivePromotion& promotion) {
  out.I64(promotion.head_seq).I64(promotion.source_seq).Bytes(promotion.promotion_id);
  out.Bytes(Encode(promotion.terms));
  Write(out, promotion.scope);
  Write(out, promotion.audience);
  out.I64(promotion.from.micros).I64(promotion.until.micros);
  out.I64(promotion.order).Bytes(promotion.exclusive_group).I64(promotion.gone_up_to);
}

LivePromotion ReadPromotion(base::CanonicalReader& in, bool& known) {
  LivePromotion promotion;
  promotion.head_seq = in.I64();
  promotion.source_seq = in.I64();
  promotion.promotion_id = in.Bytes();
  known = Decode(in.Bytes(), promotion.terms) && known;
  promotion.scope = ReadScope(in, known);
  promotion.audience = ReadAudience(in, known);
  promotion.from.micros = in.I64();
  promotion.until.micros = in.I64();
  promotion.order = in.I64();
  promotion.exclusive_group = in.Bytes();
  promotion.gone_up_to = in.I64();
  return promotion;
}

std::vector<base::Instant> InstantsOf(const ChannelBook& book) {
  std::vector<base::Instant> instants;
  for (const LivePromotion& promotion : book.promotions()) {
    instants.push_back(promotion.from);
    instants.push_back(promotion.until);
  }
  AppendInstants(book.offers(), instants);
  return instants;
}

}  // namespace

void ChannelBook::TakeReports(const ChannelRows& rows) {
  was_fed_ = was_fed_ || !rows.promotions.empty() || !rows.reports.empty();
  for (const FeedReport& report : rows.reports)
    if (report.complete_as_of && (!complete_as_of_ || *complete_as_of_ < *report.complete_as_of))
      complete_as_of_ = report.complete_as_of;
  const auto saw = [this](const auto& each) {
    version_ = std::max(version_, each.head_seq);
    last_recorded_at_ = std::max(last_recorded_at_, each.recorded_at);
  };
  std::for_each(rows.promotions.begin(), rows.promotions.end(), saw);
  std::for_each(rows.reports.begin(), rows.reports.end(), saw);
  std::for_each(rows.offers.begin(), rows.offers.end(), saw);
}

void ChannelBook::SortPromotions() {
  std::sort(promotions_.begin(), promotions_.end(),
            [](const LivePromotion& one, const LivePromotion& other) {
              return NumberedPlaceOf(one) < NumberedPlaceOf(other);
            });
}

void ChannelBook::Add(const ChannelRows& rows) {
  TakeReports(rows);
  for (const Offer& offer : rows.offers) Take(offer, offers_);
  for (const ChannelPromotion& promotion : rows.promotions)
    Take(promotion, promotions_, ended_promotions_);
  if (version_ > 0) {
    const base::Instant bound{last_recorded_at_.micros - kLookBackMicros};
    LeaveOutEnded(bound, offers_);
    LeaveOutEnded(bound, promotions_, ended_promotions_);
  }
  if (!rows.promotions.empty()) SortPromotions();
}

ChannelBook ChannelBook::With(const ChannelRows& rows) const {
  ChannelBook book = *this;
  book.Add(rows);
  return book;
}

ChannelBook ChannelBook::OfHistory(const ChannelRows& rows) {
  ChannelBook book;
  book.TakeReports(rows);
  book.offers_.live = HistoryOf(rows.offers);
  book.promotions_ = HistoryOf(rows.promotions);
  book.SortPromotions();
  return book;
}

int64_t ChannelBook::NumberOf(std::string_view promotion_id) const {
  const int64_t highest = HighestOf(promotion_id, promotions_);
  return highest > 0 ? highest : ended_promotions_.NumberOf(KeyOf(promotion_id));
}

int64_t ChannelBook::RevisionOf(std::string_view channel_id, std::string_view offer_id) const {
  return pricing::RevisionOf(channel_id, offer_id, offers_);
}

std::string ChannelBook::Encode() const {
  base::CanonicalWriter out(128 + 256 * promotions_.size());
  out.U8(kBookVersion).I64(version_).U8(was_fed_ ? 1 : 0);
  out.I64(complete_as_of_ ? complete_as_of_->micros : INT64_MIN);
  out.I64(last_recorded_at_.micros);
  out.U32(static_cast<uint32_t>(promotions_.size()));
  for (const LivePromotion& promotion : promotions_) Write(out, promotion);
  ended_promotions_.Write(out);
  Write(out, offers_);
  return std::move(out).bytes();
}

bool ChannelBook::Decode(std::string_view bytes, ChannelBook& book) {
  base::CanonicalReader in(bytes);
  book = {};
  bool known = in.U8() == kBookVersion;
  book.version_ = in.I64();
  book.was_fed_ = ReadBool(in, known);
  if (const int64_t micros = in.I64(); micros != INT64_MIN)
    book.complete_as_of_ = base::Instant{micros};
  book.last_recorded_at_.micros = in.I64();
  for (uint32_t left = in.U32(); in.ok() && known && left > 0; --left) {
    LivePromotion promotion = ReadPromotion(in, known);
    if (!book.promotions_.empty())
      known = known && NumberedPlaceOf(book.promotions_.back()) < NumberedPlaceOf(promotion);
    book.promotions_.push_back(std::move(promotion));
  }
  if (!in.ok() || !known || !book.ended_promotions_.Read(in)) return false;
  const bool is_apart = std::ranges::none_of(book.promotions_, [&](const LivePromotion& each) {
    return book.ended_promotions_.NumberOf(KeyOf(each.promotion_id)) != 0;
  });
  return is_apart && Read(in, book.offers_) && in.AtEnd();
}

bool IsFull(const ChannelBook& book) {
  // More than anything stored takes beside texts.
  constexpr size_t kOneMax = 512;
  size_t bytes =
      kOneMax + kOneMax * (book.promotions().size() + book.offers().size()) + book.ended_bytes();
  for (const LivePromotion& each : book.promotions()) {
    bytes += kOneMax / 8 * (each.terms.steps.size() + each.terms.bundle.size());
    for (const std::string& sku : each.terms.skus) bytes += sku.size() + sizeof(int64_t);
    for (const BundlePart& part : each.terms.bundle) bytes += part.sku.size();
  }
  return bytes >= kBookBytesMax && book.Encode().size() >= kBookBytesMax;
}

std::vector<base::Instant> BreakpointsOf(const ChannelBook& book, base::Instant after,
                                         base::Instant until) {
  return Within(InstantsOf(book), after, until);
}

base::Instant NextBreakpoint(const ChannelBook& book, base::Instant after) {
  return FirstAfter(InstantsOf(book), after);
}

}  // namespace fairpoint::pricing
