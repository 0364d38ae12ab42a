// Prices in a group: the plans of facts, offers and promotions. Baskets are in group_baskets.cc.
#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "engine/group.h"
#include "ledger/errors.h"
#include "pricing/errors.h"
#include "pricing/market.h"

namespace fairpoint::engine {
namespace {

RecordedItem Refused(const absl::Status& status) {
  RecordedItem item;
  item.refused = status;
  return item;
}

template <class Row>
RecordedItem ItemOf(const pricing::Recorded<Row>& recorded) {
  RecordedItem item;
  item.state = recorded.row ? RecordedItem::State::kRecorded : RecordedItem::State::kDuplicate;
  item.seq = recorded.row ? recorded.row->head_seq : recorded.duplicate_seq;
  return item;
}

// A scope that names no store of the programme would never matter, and nobody would notice. What
// was recorded before, under an earlier version, stays a duplicate.
template <class Row>
absl::Status CheckScope(const absl::StatusOr<pricing::Recorded<Row>>& recorded,
                        const checkout::Program& program) {
  if (!recorded.ok()) return recorded.status();
  if (!recorded->row) return absl::OkStatus();
  const pricing::Scope& scope = recorded->row->scope;
  const bool is_known =
      scope.kind == pricing::ScopeKind::kStore
          ? program.stores.contains(scope.id)
          : scope.kind != pricing::ScopeKind::kRegion || checkout::HasRegion(program, scope.id);
  return is_known ? absl::OkStatus() : pricing::ScopeUnknown("scope", scope);
}

// Its window among those of its request. What was recorded is a duplicate whatever they are: a
// window that began when it was recorded would be another one by now.
absl::Status CheckWindow(const FactToRecord& one, const pricing::PriceFact* recorded,
                         const pricing::BoundedWindows& windows, base::Instant now) {
  if (!one.refused.ok() || recorded != nullptr) return one.refused;
  return windows.Check(one.fact, now);
}

// Until when a stored fact is held; nothing: it is not, or not any more.
std::optional<base::Instant> HoldOf(const pricing::PriceFact& stored, const pricing::SkuBook& book,
                                    base::Instant now) {
  const pricing::Series* series = stored.held_until ? book.FindSeries(stored) : nullptr;
  if (series == nullptr) return std::nullopt;
  for (const pricing::LiveFact& fact : book.FactsOf(*series)) {
    if (fact.head_seq == stored.head_seq)
      return pricing::IsHeld(fact, now) ? std::optional(fact.held_until) : std::nullopt;
  }
  return std::nullopt;
}

// 0: it was not.
int64_t ClampedAmountOf(const pricing::Offer& row) {
  return row.asked_amount == row.amount ? 0 : row.amount;
}

}  // namespace

absl::StatusOr<Answer> Group::PlanPrices(const Task& task) {
  const Command& command = task.command;
  const base::Instant now = lane_lock_.now;
  const ProgramCache::Version program = ProgramOf(command, now);
  if (program == nullptr) return ledger::ProgramNotEffective(now);
  return std::visit(
      base::Overloaded{
          [&](const RecordPriceFacts& record) { return PlanFacts(command, record, *program); },
          [&](const RecordOffers& record) { return PlanOffers(command, record, *program); },
          [&](const RecordChannelPromotions& record) {
            return PlanPromotions(command, record, *program);
          },
          [&](const ConfirmPriceFact& confirm) { return PlanConfirmation(command, confirm); },
          [&](const KeepQuote& keep) { return PlanQuote(keep); },
          [&](const CreditOrder&) { return PlanCredits(task); },
          [&](const MarkPriceCredit&) { return PlanMark(task); },
          [&](const KeepCursors& keep) { return PlanCursors(keep); }},
      std::get<PriceOperation>(command.operation));
}

absl::StatusOr<Answer> Group::PlanFacts(const Command& command, const RecordPriceFacts& record,
                                        const checkout::Program& program) {
  const pricing::Rules& rules = program.prices;
  auto answer = std::make_shared<PriceAnswer>();
  absl::StatusOr<std::optional<pricing::FeedReport>> report = std::optional<pricing::FeedReport>();
  // Before anything is withdrawn for it.
  if (record.part != FeedPart::kStatement) report = ReportOf(command, record, rules);
  answer->feed = report.status();
  answer->feed_known = record.part != FeedPart::kStatement && report.ok() && !*report;
  bool all_recorded = report.ok();
  if (all_recorded && !answer->feed_known) {
    pricing::BoundedWindows windows;
    const auto find_bounded = [&](const pricing::PriceFact& fact) {
      return fact.window.until ? working_.prices.FindFact(
                                     SourceKeyName{command.program_id, pricing::SourceKey(fact)})
                               : nullptr;
    };
    for (const FactToRecord& one : record.facts) {
      const absl::Status fits = CheckWindow(one, find_bounded(one.fact), windows, lane_lock_.now);
      RecordedItem item = fits.ok() ? PlanFact(command, one, program) : Refused(fits);
      const bool is_recorded = item.state != RecordedItem::State::kRefused;
      if (const auto* row = is_recorded ? find_bounded(one.fact) : nullptr) windows.Take(*row);
      all_recorded = all_recorded && is_recorded;
      answer->items.push_back(std::move(item));
    }
  }
  if (record.feed && record.part == FeedPart::kStatement) {
    report = pricing::FeedIncomplete();
    if (all_recorded) report = ReportOf(command, record, rules);
    answer->feed = report.status();
    answer->feed_known = report.ok() && !*report;
  }
  if (report.ok() && *report && record.part != FeedPart::kWithdrawals)
    working_.prices.Take(**std::move(report));
  Answer done;
  done.prices = std::move(answer);
  return done;
}

absl::StatusOr<std::optional<pricing::FeedReport>> Group::ReportOf(
    const Command& command, const RecordPriceFacts& record, const pricing::Rules& rules) const {
  const pricing::ChannelBook& book =
      working_.prices.BookOf(ChannelName{command.program_id, record.feed->channel_id});
  return record.part == FeedPart::kStatement
             ? pricing::Record(*record.feed, book, rules, lane_lock_.now)
             : pricing::RecordSnapshot(*record.feed, book, rules, lane_lock_.now);
}

RecordedItem Group::PlanFact(const Command& command, const FactToRecord& one,
                             const checkout::Program& program) {
  const pricing::Rules& rules = program.prices;
  PriceSet& prices = working_.prices;
  const base::Instant now = lane_lock_.now;
  const pricing::SkuBook& book = prices.BookOf(SkuName{command.program_id, one.fact.sku});
  const pricing::PriceFact* same =
      one.of_snapshot
          ? nullptr
          : prices.FindFact(SourceKeyName{command.program_id, pricing::SourceKey(one.fact)});
  auto recorded = one.of_snapshot
                      ? pricing::RecordOfSnapshot(one.fact, book, rules, now)
                      : pricing::Record(one.fact, one.confirmed, same, book, rules, now);
  if (absl::Status fits = CheckScope(recorded, program); !fits.ok()) return Refused(fits);
  RecordedItem item = ItemOf(*recorded);
  if (!recorded->row) {
    if (same != nullptr) item.held_until = HoldOf(*same, book, now);
    return item;
  }
  item.held_until = recorded->row->held_until;
  if (item.held_until) item.state = RecordedItem::State::kHeld;
  const ChannelName channel{command.program_id, one.fact.channel_id};
  if (!prices.BookOf(channel).was_fed() &&
      !catalog_.IsFed(channel.program_id, channel.channel_id)) {
    prices.Take(pricing::FeedReport{.program_id = command.program_id,
                                    .channel_id = one.fact.channel_id,
                                    .head_seq = prices.BookOf(channel).version() + 1,
                                    .complete_as_of = std::nullopt,
                                    .source = one.fact.source,
                                    .actor = one.fact.actor,
                                    .recorded_at = now});
  }
  prices.Take(*std::move(recorded->row));
  return item;
}

absl::StatusOr<Answer> Group::PlanConfirmation(const Command& command,
                                               const ConfirmPriceFact& confirm) {
  PriceSet& prices = working_.prices;
  const SkuName name{command.program_id, confirm.sku};
  if (prices.FindBook(name) == nullptr) return pricing::SkuUnknown("sku", confirm.sku);
  auto recorded = pricing::Confirm(confirm.sku, confirm.fact_seq, confirm.actor,
                                   prices.FindFact(SkuSeq{name, confirm.fact_seq}),
                                   prices.BookOf(name), lane_lock_.now);
  if (!recorded.ok()) return recorded.status();
  auto answer = std::make_shared<PriceAnswer>();
  answer->items.push_back(ItemOf(*recorded));
  if (recorded->row) {
    recorded->row->program_id = command.program_id;
    prices.Take(*std::move(recorded->row));
  }
  Answer done;
  done.prices = std::move(answer);
  return done;
}

absl::StatusOr<Answer> Group::PlanOffers(const Command& command, const RecordOffers& record,
                                         const checkout::Program& program) {
  const pricing::Rules& rules = program.prices;
  PriceSet& prices = working_.prices;
  const base::Instant now = lane_lock_.now;
  const PriceCatalog::ChannelBooksPtr known = catalog_.Channels(command.program_id);
  const auto find = [&known](std::string_view channel_id) { return known->Find(channel_id); };
  auto answer = std::make_shared<PriceAnswer>();
  for (const OfferToRecord& one : record.offers) {
    if (!one.refused.ok()) {
      answer->items.push_back(Refused(one.refused));
      continue;
    }
    const SkuName name{command.program_id, one.offer.sku};
    const ChannelName channel{command.program_id, one.offer.channel_id};
    const base::Instant first = std::max(now, one.offer.window.from);
    const pricing::Market market =
        pricing::MakeMarketAt(first, rules, one.offer.channel_id, now, find);
    const pricing::Offer* same = prices.FindOffer({command.program_id, one.offer.source_key});
    auto recorded = pricing::Record(one.offer, record.on_above_cap, same, prices.BookOf(name),
                                    prices.BookOf(channel),
                                    one.offer.sku.empty() ? nullptr : &market, rules, now);
    absl::Status fits = CheckScope(recorded, program);
    if (fits.ok() && recorded->row) fits = CheckStock(*recorded->row);
    if (!fits.ok()) {
      answer->items.push_back(Refused(fits));
      continue;
    }
    RecordedItem item = ItemOf(*recorded);
    if (const pricing::Offer* row = recorded->row ? &*recorded->row : same)
      item.clamped_amount = ClampedAmountOf(*row);
    answer->items.push_back(std::move(item));
    if (recorded->row) prices.Take(*std::move(recorded->row));
  }
  Answer done;
  done.prices = std::move(answer);
  return done;
}

// Of what is sold already a revision cannot have less: it would be shown, and never be had.
absl::Status Group::CheckStock(const pricing::Offer& row) const {
  if (row.withdrawn || row.stock == 0) return absl::OkStatus();
  const pricing::OfferStock* const stock =
      working_.prices.FindStock({row.program_id, row.channel_id, row.offer_id, row.sku});
  if (stock == nullptr || stock->sold < row.stock) return absl::OkStatus();
  return pricing::StockSold(row.stock, stock->sold);
}

absl::StatusOr<Answer> Group::PlanPromotions(const Command& command,
                                             const RecordChannelPromotions& record,
                                             const checkout::Program& program) {
  PriceSet& prices = working_.prices;
  auto answer = std::make_shared<PriceAnswer>();
  for (const PromotionToRecord& one : record.promotions) {
    if (!one.refused.ok()) {
      answer->items.push_back(Refused(one.refused));
      continue;
    }
    auto recorded = pricing::Record(
        one.promotion, prices.FindPromotion({command.program_id, one.promotion.source_key}),
        prices.BookOf(ChannelName{command.program_id, one.promotion.channel_id}), program.prices,
        lane_lock_.now);
    const absl::Status fits = CheckScope(recorded, program);
    answer->items.push_back(fits.ok() ? ItemOf(*recorded) : Refused(fits));
    if (fits.ok() && recorded->row) prices.Take(*std::move(recorded->row));
  }
  Answer done;
  done.prices = std::move(answer);
  return done;
}

}  // namespace fairpoint::engine
