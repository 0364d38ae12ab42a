#include "engine/price_feed.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace fairpoint::engine {
namespace {

constexpr size_t kPage = 1'000;
constexpr size_t kHeadsAtOnce = 500;

void Raise(int64_t& value, int64_t to) { value = std::max(value, to); }

}  // namespace

absl::Status PriceFeed::Open() {
  if (session_ != nullptr) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<ReadSession>> session = store_.OpenReadSession();
  if (!session.ok()) return session.status();
  session_ = std::move(*session);
  return absl::OkStatus();
}

template <class Head>
void PriceFeed::Put(const std::vector<Head>& heads) {
  for (const Head& head : heads) {
    const absl::Status status = catalog_.Put(head);
    if (!status.ok()) broken_.emplace_back(status.message());
  }
}

absl::Status PriceFeed::Load() {
  broken_.clear();
  if (const absl::Status status = Open(); !status.ok()) return status;
  const absl::StatusOr<base::Instant> now = session_->Now();
  if (!now.ok()) return now.status();
  clock_.Set(*now);
  // The places first: what is written meanwhile is read again, which does no harm.
  std::vector<JournalLane> lanes;
  std::map<int64_t, std::string> unreadable;
  if (const absl::Status status = session_->LoadLanes(lanes, unreadable); !status.ok())
    return status;
  positions_.clear();
  for (const JournalLane& lane : lanes) positions_[lane.lane] = lane.lane_seq;
  if (const absl::Status status = LoadProgrammes(); !status.ok()) return status;
  return LoadBooks();
}

absl::Status PriceFeed::LoadProgrammes() {
  std::vector<ledger::ProgramHead> heads;
  std::map<base::ProgramId, std::string> unreadable_heads;
  if (const absl::Status status = session_->LoadProgramHeads(heads, unreadable_heads); !status.ok())
    return status;
  for (const ledger::ProgramHead& head : heads) {
    if (const absl::Status status = LoadProgramme(head.program_id); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PriceFeed::LoadProgramme(const base::ProgramId& program_id) {
  const absl::Status status = ReadNewVersions(*session_, program_id, programs_);
  if (!absl::IsDataLoss(status)) return status;
  broken_.emplace_back(status.message());
  return absl::OkStatus();
}

absl::Status PriceFeed::LoadBooks() {
  std::vector<pricing::PriceHead> heads;
  std::optional<SkuName> after;
  do {
    if (const absl::Status status = session_->ScanPriceHeads(after, kPage, heads); !status.ok())
      return status;
    Put(heads);
    if (!heads.empty()) after = SkuName{heads.back().program_id, heads.back().sku};
  } while (heads.size() == kPage);

  std::vector<pricing::ChannelHead> channels;
  std::optional<ChannelName> after_channel;
  do {
    if (const absl::Status status = session_->ScanChannelHeads(after_channel, kPage, channels);
        !status.ok())
      return status;
    Put(channels);
    if (!channels.empty())
      after_channel = ChannelName{channels.back().program_id, channels.back().channel_id};
  } while (channels.size() == kPage);
  return absl::OkStatus();
}

absl::Status PriceFeed::Step() {
  broken_.clear();
  if (const absl::Status status = Open(); !status.ok()) return status;
  const absl::Status status = Follow();
  if (!status.ok()) session_.reset();
  return status;
}

absl::Status PriceFeed::Follow() {
  const absl::StatusOr<base::Instant> now = session_->Now();
  if (!now.ok()) return now.status();
  clock_.Set(*now);
  std::vector<JournalLane> lanes;
  std::map<int64_t, std::string> unreadable;
  if (const absl::Status loaded = session_->LoadLanes(lanes, unreadable); !loaded.ok())
    return loaded;
  for (const JournalLane& lane : lanes) {
    if (positions_[lane.lane] >= lane.lane_seq) continue;
    if (const absl::Status followed = FollowLane(lane); !followed.ok()) return followed;
  }
  if (!has_gap_) return absl::OkStatus();
  if (const absl::Status loaded = LoadProgrammes(); !loaded.ok()) return loaded;
  if (const absl::Status loaded = LoadBooks(); !loaded.ok()) return loaded;
  has_gap_ = false;
  return absl::OkStatus();
}

absl::Status PriceFeed::FollowLane(const JournalLane& lane) {
  News news;
  int64_t after = positions_[lane.lane];
  while (after < lane.lane_seq) {
    absl::StatusOr<JournalStretch> stretch = ReadStretch(*session_, lane, after, kPage);
    if (!stretch.ok()) return stretch.status();
    for (const JournalStretch::Row& row : stretch->rows) Read(row, news);
    has_gap_ |= !stretch->broken.empty();
    std::ranges::move(stretch->broken, std::back_inserter(broken_));
    after = stretch->last;
  }
  if (const absl::Status taken = Take(news); !taken.ok()) return taken;
  positions_[lane.lane] = after;
  return absl::OkStatus();
}

void PriceFeed::Read(const JournalStretch::Row& row, News& news) {
  for (const JournalLeaf& leaf : row.leaves) {
    const base::ProgramId program_id(leaf.program_id);
    if (leaf.table == JournalTable::kProgramVersion) {
      Raise(news.programmes[program_id], leaf.seq);
    } else if (const std::optional<std::string> channel = ChannelOf(leaf)) {
      Raise(news.channels[{program_id, *channel}], leaf.seq);
    } else if (leaf.table == JournalTable::kPriceFact || leaf.table == JournalTable::kOffer) {
      Raise(news.skus[{program_id, leaf.key}], leaf.seq);
    }
  }
}

absl::Status PriceFeed::Take(const News& news) {
  for (const auto& [program_id, version] : news.programmes) {
    if (programs_.LatestVersion(program_id) >= version) continue;
    if (const absl::Status status = LoadProgramme(program_id); !status.ok()) return status;
  }
  std::vector<ChannelName> channels;
  for (const auto& [name, seq] : news.channels) {
    const PriceCatalog::ChannelBooksPtr known = catalog_.Channels(name.program_id);
    const pricing::ChannelBook* const book = known->Find(name.channel_id);
    if (book == nullptr || book->version() < seq) channels.push_back(name);
  }
  if (!channels.empty()) {
    std::vector<pricing::ChannelHead> heads;
    if (const absl::Status status = session_->LoadChannelHeads(channels, heads); !status.ok())
      return status;
    Put(heads);
  }
  return TakeSkus(news.skus);
}

absl::Status PriceFeed::TakeSkus(const std::map<SkuName, int64_t>& skus) {
  std::vector<SkuName> behind;
  for (const auto& [name, seq] : skus) {
    const PriceCatalog::SkuBookPtr book = catalog_.Find(name.program_id, name.sku);
    if (book == nullptr || book->version() < seq) behind.push_back(name);
  }
  std::vector<pricing::PriceHead> heads;
  for (size_t begin = 0; begin < behind.size(); begin += kHeadsAtOnce) {
    const std::span<const SkuName> names(behind);
    const size_t count = std::min(kHeadsAtOnce, behind.size() - begin);
    if (const absl::Status status = session_->LoadPriceHeads(names.subspan(begin, count), heads);
        !status.ok())
      return status;
    Put(heads);
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::engine
