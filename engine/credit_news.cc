#include "engine/credit_news.h"

#include <algorithm>
#include <iterator>

#include "pricing/sku_book.h"

namespace fairpoint::engine {
namespace {

constexpr size_t kFactsAtOnce = 500;
constexpr size_t kOrdersAtOnce = 500;

std::optional<int64_t> LongestProtection(const ProgramCache& programs,
                                         const base::ProgramId& program_id) {
  std::optional<int64_t> longest;
  for (int64_t version = programs.LatestVersion(program_id); version > 0; --version)
    longest = std::max(longest, programs.Numbered(program_id, version)->prices.protection_micros);
  return longest;
}

}  // namespace

void CreditNews::Stretch::Widen(const pricing::Window& window) {
  from = std::min(from, window.from);
  until = std::max(until, window.until.value_or(pricing::kNever));
}

void CreditNews::Take(int64_t lane, const JournalStretch::Row& row) {
  for (const JournalLeaf& leaf : row.leaves) {
    const base::ProgramId program_id(leaf.program_id);
    if (leaf.table == JournalTable::kPriceFact) {
      facts_.insert({{program_id, leaf.key}, leaf.seq});
    } else if (leaf.table == JournalTable::kChannelPromotion) {
      promotions_.insert({{program_id, leaf.key}, leaf.seq});
    } else {
      continue;
    }
    before_[program_id].try_emplace(lane, row.lane_seq - 1);
  }
}

absl::Status CreditNews::Find(ReadSession& session, ProgramCache& programs) {
  if (const absl::Status status = FindProtections(session, programs); !status.ok()) return status;
  if (const absl::Status status = FindSkus(session, facts_); !status.ok()) return status;
  return FindChannels(session);
}

absl::Status CreditNews::FindProtections(ReadSession& session, ProgramCache& programs) {
  for (const auto& [program_id, places] : before_) {
    const absl::Status status = ReadNewVersions(session, program_id, programs);
    if (absl::IsDataLoss(status)) {
      unreadable_[program_id] = {places, std::string(status.message())};
      continue;
    }
    if (!status.ok()) return status;
    if (const std::optional<int64_t> longest = LongestProtection(programs, program_id))
      protections_[program_id] = *longest;
  }
  return absl::OkStatus();
}

absl::Status CreditNews::FindSkus(ReadSession& session, const std::set<SkuSeq>& names) {
  std::vector<SkuSeq> all;
  std::ranges::copy_if(names, std::back_inserter(all), [this](const SkuSeq& name) {
    return protections_.contains(name.sku.program_id);
  });
  std::vector<pricing::PriceFact> facts;
  for (size_t begin = 0; begin < all.size(); begin += kFactsAtOnce) {
    const size_t count = std::min(kFactsAtOnce, all.size() - begin);
    const absl::Status status =
        LoadFacts(session, std::span<const SkuSeq>(all).subspan(begin, count), facts);
    if (!status.ok()) return status;
  }
  std::set<SkuSeq> confirmed;
  std::map<SkuName, Stretch> stretches;  // from the first to the last of a SKU
  for (const pricing::PriceFact& fact : facts) {
    const SkuName sku{fact.program_id, fact.sku};
    if (fact.kind == pricing::FactKind::kConfirmation) {
      confirmed.insert({sku, fact.confirms_seq});
    } else {
      // A withdrawal too: what is left of a basket there may cost less than its part before.
      stretches[sku].Widen(fact.window);
    }
  }
  for (const auto& [sku, stretch] : stretches) Search(sku.program_id, stretch, sku.sku);
  return confirmed.empty() ? absl::OkStatus() : FindSkus(session, confirmed);
}

absl::Status CreditNews::LoadFacts(ReadSession& session, std::span<const SkuSeq> names,
                                   std::vector<pricing::PriceFact>& facts) {
  std::vector<pricing::PriceFact> found;
  const absl::Status status = session.LoadFactsBySeq(names, found);
  // One that cannot be read hides those beside it.
  if (absl::IsDataLoss(status) && names.size() > 1) {
    const size_t half = names.size() / 2;
    const absl::Status first = LoadFacts(session, names.first(half), facts);
    return first.ok() ? LoadFacts(session, names.subspan(half), facts) : first;
  }
  if (absl::IsDataLoss(status)) {
    broken_.emplace_back(status.message());
    return absl::OkStatus();
  }
  std::ranges::move(found, std::back_inserter(facts));
  return status;
}

absl::Status CreditNews::FindChannels(ReadSession& session) {
  std::map<ChannelName, std::set<int64_t>> seqs;
  for (const ChannelSeq& row : promotions_) {
    if (protections_.contains(row.channel.program_id)) seqs[row.channel].insert(row.head_seq);
  }
  for (const auto& [channel, of_channel] : seqs) {
    std::vector<pricing::ChannelPromotion> promotions;
    const absl::Status status = session.LoadPromotionsOf(std::span(&channel, 1), promotions);
    if (absl::IsDataLoss(status)) {
      broken_.emplace_back(status.message());
      continue;
    }
    if (!status.ok()) return status;
    Stretch stretch;  // from the first to the last of the channel
    for (const pricing::ChannelPromotion& row : promotions) {
      if (!row.withdrawn && of_channel.contains(row.head_seq)) stretch.Widen(row.window);
    }
    if (stretch.from <= stretch.until) Search(channel.program_id, stretch, std::nullopt);
  }
  return absl::OkStatus();
}

void CreditNews::Search(const base::ProgramId& program_id, const Stretch& stretch,
                        const std::optional<std::string>& sku) {
  searches_.push_back({.page = {.program_id = program_id,
                                .from = {stretch.from.micros - protections_.at(program_id)},
                                .until = stretch.until,
                                .resume_after = std::nullopt,
                                .limit = kOrdersAtOnce},
                       .sku = sku});
}

}  // namespace fairpoint::engine
