#include "audit/price_books.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "audit/channel_walk.h"
#include "audit/price_numbers.h"

namespace fairpoint::audit {
namespace {

using engine::ChannelName;
using engine::SkuName;
using pricing::ChannelBook;
using pricing::Evidence;
using pricing::Offer;
using pricing::PriceFact;
using pricing::SkuBook;

template <class Row>
bool AreSound(const std::vector<Row>& rows) {
  return std::ranges::all_of(rows, [](const Row& row) { return HasSoundNumbers(row); });
}

bool HaveNoGaps(const std::vector<PriceFact>& facts, const std::vector<Offer>& offers) {
  std::vector<int64_t> seqs;
  for (const PriceFact& row : facts) seqs.push_back(row.head_seq);
  for (const Offer& row : offers) seqs.push_back(row.head_seq);
  std::ranges::sort(seqs);
  for (size_t i = 0; i < seqs.size(); ++i) {
    if (seqs[i] != static_cast<int64_t>(i) + 1) return false;
  }
  return true;
}

// Those up to a number, taken off `rows`, which ascend.
template <class Row>
std::span<const Row> TakeUpTo(int64_t head_seq, std::span<const Row>& rows) {
  const auto count = static_cast<size_t>(
      std::ranges::upper_bound(rows, head_seq, {}, &Row::head_seq) - rows.begin());
  const std::span<const Row> taken = rows.first(count);
  rows = rows.subspan(count);
  return taken;
}

template <class Versions, class Name>
auto Find(const std::map<Name, Versions>& all, const Name& name, int64_t version) -> const
    typename decltype(Versions::books)::mapped_type* {
  if (version == 0) return nullptr;
  const auto of_name = all.find(name);
  if (of_name == all.end()) return nullptr;
  const auto book = of_name->second.books.find(version);
  return book == of_name->second.books.end() ? nullptr : &book->second;
}

template <class All, class Name>
std::optional<RowPlace> NextIn(const All& all, const Name& name, int64_t version) {
  const auto of_name = all.find(name);
  if (of_name == all.end()) return std::nullopt;
  const auto next = of_name->second.next.find(version);
  if (next == of_name->second.next.end()) return std::nullopt;
  return next->second;
}

}  // namespace

absl::Status PriceBooks::Load(Context& context, std::span<const Evidence> page) {
  for (const Evidence& row : page) {
    const pricing::EvidenceBody& body = row.body;
    for (const pricing::EvidenceLine& line : body.lines)
      skus_[{row.program_id, line.sku}].books.try_emplace(line.head_version);
    for (const pricing::EvidenceReference& reference : body.references)
      channels_[{row.program_id, reference.channel_id}].books.try_emplace(reference.head_version);
    channels_[{row.program_id, body.shopper.channel_id}].books.try_emplace(body.own_version);
  }
  for (auto& [name, versions] : skus_) {
    if (absl::Status loaded = Load(context, name, versions); !loaded.ok()) return loaded;
  }
  for (auto& [name, versions] : channels_) {
    if (absl::Status loaded = Load(context, name, versions); !loaded.ok()) return loaded;
  }
  return absl::OkStatus();
}

absl::Status PriceBooks::Load(Context& context, const SkuName& name, OfSku& versions) {
  if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
  std::vector<PriceFact> facts;
  std::vector<Offer> offers;
  if (absl::Status read = context.session.LoadFactsOf({&name, 1}, facts); !read.ok()) return read;
  if (absl::Status read = context.session.LoadOffersOf({&name, 1}, offers); !read.ok()) return read;
  versions.is_sound = AreSound(facts) && AreSound(offers) && HaveNoGaps(facts, offers);
  if (!versions.is_sound) return absl::OkStatus();
  SkuBook book;
  std::span<const PriceFact> facts_left = facts;
  std::span<const Offer> offers_left = offers;
  for (auto& [version, found] : versions.books) {
    book = book.With(TakeUpTo(version, facts_left), TakeUpTo(version, offers_left));
    found = book;
    const bool is_fact =
        !facts_left.empty() &&
        (offers_left.empty() || facts_left.front().head_seq < offers_left.front().head_seq);
    if (is_fact)
      versions.next[version] = PlaceOf(facts_left.front());
    else if (!offers_left.empty())
      versions.next[version] = PlaceOf(offers_left.front());
  }
  return absl::OkStatus();
}

absl::Status PriceBooks::Load(Context& context, const ChannelName& name, OfChannel& versions) {
  ChannelWalk walk(context, name);
  for (auto& [version, found] : versions.books) {
    if (absl::Status walked = walk.Advance(version); !walked.ok()) return walked;
    found = walk.book();
    if (const auto next = walk.next()) versions.next[version] = *next;
  }
  versions.is_sound = walk.is_sound();
  return absl::OkStatus();
}

const SkuBook* PriceBooks::Of(const SkuName& name, int64_t version) const {
  return Find(skus_, name, version);
}

const ChannelBook* PriceBooks::Of(const ChannelName& name, int64_t version) const {
  return Find(channels_, name, version);
}

std::optional<RowPlace> PriceBooks::NextAfter(const SkuName& name, int64_t version) const {
  return NextIn(skus_, name, version);
}

std::optional<RowPlace> PriceBooks::NextAfter(const ChannelName& name, int64_t version) const {
  return NextIn(channels_, name, version);
}

bool PriceBooks::HasAllOf(const Evidence& evidence) const {
  const pricing::EvidenceBody& body = evidence.body;
  const auto has_channel = [&](const std::string& channel_id) {
    return channels_.at({evidence.program_id, channel_id}).is_sound;
  };
  return has_channel(body.shopper.channel_id) &&
         std::ranges::all_of(body.lines,
                             [&](const pricing::EvidenceLine& line) {
                               return skus_.at({evidence.program_id, line.sku}).is_sound;
                             }) &&
         std::ranges::all_of(body.references, [&](const pricing::EvidenceReference& reference) {
           return has_channel(reference.channel_id);
         });
}

}  // namespace fairpoint::audit
