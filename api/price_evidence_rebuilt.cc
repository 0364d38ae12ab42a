// The books behind an evidence, from their rows.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "api/member_lookup.h"
#include "api/price_evidence.h"
#include "engine/errors.h"
#include "pricing/errors.h"

namespace fairpoint::api {
namespace {

// Rows up to a head's version, moved from those of all heads.
template <class Row, class Sort>
void Deal(std::vector<Row> rows, const Sort& of) {
  for (Row& row : rows) {
    auto* const place = of(row);
    if (place != nullptr) place->push_back(std::move(row));
  }
}

absl::Status RebuildSkus(const Source& source, Rebuilt& out) {
  const pricing::Evidence& evidence = out.evidence;
  for (const pricing::EvidenceLine& line : evidence.body.lines) {
    const auto [sku, is_new] = out.skus.try_emplace(line.sku);
    if (!is_new && sku->second.version != line.head_version) return engine::StoredDataBroken();
    sku->second.version = line.head_version;
  }
  std::vector<engine::SkuName> names;
  for (const auto& [sku, rows] : out.skus) names.push_back({evidence.program_id, sku});
  std::vector<pricing::PriceFact> facts;
  std::vector<pricing::Offer> offers;
  if (absl::Status read = source.session.LoadFactsOf(names, facts); !read.ok()) return read;
  if (absl::Status read = source.session.LoadOffersOf(names, offers); !read.ok()) return read;
  const auto rows_of = [&out](const auto& row) -> Rebuilt::Sku* {
    const auto sku = out.skus.find(row.sku);
    return sku == out.skus.end() || row.head_seq > sku->second.version ? nullptr : &sku->second;
  };
  Deal(std::move(facts), [&](const pricing::PriceFact& fact) {
    Rebuilt::Sku* const sku = rows_of(fact);
    return sku == nullptr ? nullptr : &sku->facts;
  });
  Deal(std::move(offers), [&](const pricing::Offer& offer) {
    Rebuilt::Sku* const sku = rows_of(offer);
    return sku == nullptr ? nullptr : &sku->offers;
  });
  for (auto& [name, sku] : out.skus) {
    sku.book = pricing::SkuBook().With(sku.facts, sku.offers);
    if (sku.book.version() != sku.version) return engine::StoredDataBroken();
  }
  for (const pricing::EvidenceLine& line : evidence.body.lines)
    out.books.push_back(&out.skus.find(line.sku)->second.book);
  return absl::OkStatus();
}

absl::Status LoadChannels(const Source& source, Rebuilt& out) {
  std::vector<engine::ChannelName> names;
  for (const auto& [channel_id, channel] : out.channels)
    names.push_back({out.evidence.program_id, channel_id});
  engine::ChannelHistory history;
  if (absl::Status read = source.session.LoadChannelRows(names, history); !read.ok()) return read;
  const auto rows_of = [&out](const auto& row) -> Rebuilt::Channel* {
    const auto channel = out.channels.find(row.channel_id);
    const bool is_of_it = channel != out.channels.end() && row.head_seq <= channel->second.version;
    return is_of_it ? &channel->second : nullptr;
  };
  Deal(std::move(history.promotions), [&](const pricing::ChannelPromotion& promotion) {
    Rebuilt::Channel* const channel = rows_of(promotion);
    return channel == nullptr ? nullptr : &channel->promotions;
  });
  Deal(std::move(history.reports), [&](const pricing::FeedReport& report) {
    Rebuilt::Channel* const channel = rows_of(report);
    return channel == nullptr ? nullptr : &channel->reports;
  });
  Deal(std::move(history.offers), [&](const pricing::Offer& offer) {
    Rebuilt::Channel* const channel = rows_of(offer);
    return channel == nullptr ? nullptr : &channel->offers;
  });
  return absl::OkStatus();
}

absl::Status RebuildChannels(const Source& source, Rebuilt& out) {
  const pricing::EvidenceBody& body = out.evidence.body;
  out.channels[body.shopper.channel_id].version = body.own_version;
  for (const pricing::EvidenceReference& reference : body.references)
    out.channels[reference.channel_id].version = reference.head_version;
  if (absl::Status read = LoadChannels(source, out); !read.ok()) return read;
  for (auto& [name, channel] : out.channels) {
    channel.book =
        pricing::ChannelBook().With({channel.promotions, channel.reports, channel.offers});
    if (channel.book.version() != channel.version) return engine::StoredDataBroken();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Rebuild(const Source& source, const engine::EvidenceName& name, Rebuilt& out) {
  if (absl::Status known = KnowProgram(source, name.program_id); !known.ok()) return known;
  std::vector<pricing::Evidence> found;
  if (absl::Status read = source.session.LoadEvidence({&name, 1}, found); !read.ok()) return read;
  if (found.empty()) return pricing::EvidenceNotFound(name.evidence_id);
  out.evidence = std::move(found.front());
  out.program = source.programs.Numbered(name.program_id, out.evidence.program_version);
  if (out.program == nullptr) return engine::StoredDataBroken();
  if (absl::Status read = RebuildSkus(source, out); !read.ok()) return read;
  if (absl::Status read = RebuildChannels(source, out); !read.ok()) return read;
  out.market = pricing::MakeMarket(
      out.program->prices, out.evidence.body.shopper.channel_id, out.evidence.priced_at,
      [&out](std::string_view channel_id) -> const pricing::ChannelBook* {
        const auto channel = out.channels.find(channel_id);
        // No rows: as a catalogue that does not have it.
        return channel == out.channels.end() || channel->second.version == 0
                   ? nullptr
                   : &channel->second.book;
      });
  const std::optional<std::string> differs = pricing::Differs(out.evidence, out.market, out.books);
  if (!differs) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("evidence ", out.evidence.evidence_id, " of programme ",
                                          name.program_id.value(), ": ", *differs));
}

}  // namespace fairpoint::api
