#include "engine/price_catalog.h"

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"

namespace fairpoint::engine {
namespace {

const PriceCatalog::ChannelBooksPtr& NoChannels() {
  static const auto* const none =
      new PriceCatalog::ChannelBooksPtr(std::make_shared<const PriceCatalog::ChannelBooks>());
  return *none;
}

absl::Status Broken(std::string_view what, const base::ProgramId& program_id,
                    std::string_view key) {
  return absl::DataLossError(absl::StrCat("the book of ", std::string(what), " ", std::string(key),
                                          " of programme ", program_id.value(), " cannot be read"));
}

}  // namespace

std::vector<PriceCatalog::SkuBookPtr> PriceCatalog::Find(
    const base::ProgramId& program_id, std::span<const std::string_view> skus) const {
  std::vector<SkuBookPtr> found(skus.size());
  const std::shared_lock lock(mutex_);
  const auto programme = programmes_.find(program_id);
  if (programme == programmes_.end()) return found;
  // Every step waits for memory that is far away; each is begun for all SKUs before the next.
  const auto& books = programme->second.books;
  const auto key = [](std::string_view sku) { return absl::string_view(sku.data(), sku.size()); };
  for (const std::string_view sku : skus) books.prefetch(key(sku));
  std::vector<const SkuBookPtr*> places(skus.size());
  for (size_t i = 0; i < skus.size(); ++i) {
    const auto book = books.find(key(skus[i]));
    if (book == books.end()) continue;
    places[i] = &book->second;
    book->second->Prefetch();
  }
  for (size_t i = 0; i < skus.size(); ++i) {
    if (places[i] == nullptr) continue;
    found[i] = *places[i];
    found[i]->PrefetchOffers();
  }
  return found;
}

PriceCatalog::SkuBookPtr PriceCatalog::Find(const base::ProgramId& program_id,
                                            std::string_view sku) const {
  return std::move(Find(program_id, std::span(&sku, 1)).front());
}

PriceCatalog::ChannelBooksPtr PriceCatalog::Channels(const base::ProgramId& program_id) const {
  const std::shared_lock lock(mutex_);
  const auto programme = programmes_.find(program_id);
  return programme == programmes_.end() ? NoChannels() : programme->second.channels;
}

bool PriceCatalog::IsFed(const base::ProgramId& program_id, std::string_view channel_id) const {
  const ChannelBooksPtr channels = Channels(program_id);
  const pricing::ChannelBook* const book = channels->Find(channel_id);
  return book != nullptr && book->was_fed();
}

void PriceCatalog::Put(const base::ProgramId& program_id, const std::string& sku, SkuBookPtr book) {
  SkuBookPtr before;  // freed outside the lock
  const std::lock_guard lock(mutex_);
  SkuBookPtr& place = programmes_[program_id].books[sku];
  if (place != nullptr && place->version() >= book->version()) return;
  if (place != nullptr) {
    size_.live_facts -= place->facts().size();
    size_.bytes -= place->BytesUsed();
  } else {
    ++size_.skus;
  }
  size_.live_facts += book->facts().size();
  size_.bytes += book->BytesUsed();
  before = std::exchange(place, std::move(book));
}

void PriceCatalog::Put(const base::ProgramId& program_id, const std::string& channel_id,
                       ChannelBookPtr book) {
  const std::lock_guard changing(channels_mutex_);
  const ChannelBooksPtr before = Channels(program_id);  // freed outside the lock of readers
  const pricing::ChannelBook* const known = before->Find(channel_id);
  if (known != nullptr && known->version() >= book->version()) return;
  auto next = std::make_shared<ChannelBooks>(*before);
  if (known == nullptr || known->promotions() != book->promotions()) ++next->promotions_serial;
  next->books.insert_or_assign(channel_id, std::move(book));
  const std::lock_guard lock(mutex_);
  programmes_[program_id].channels = std::move(next);
}

absl::Status PriceCatalog::Put(const pricing::PriceHead& head) {
  auto book = std::make_shared<pricing::SkuBook>();
  if (!pricing::SkuBook::Decode(head.book, *book) || book->version() != head.version)
    return Broken("SKU", head.program_id, head.sku);
  Put(head.program_id, head.sku, std::move(book));
  return absl::OkStatus();
}

absl::Status PriceCatalog::Put(const pricing::ChannelHead& head) {
  auto book = std::make_shared<pricing::ChannelBook>();
  if (!pricing::ChannelBook::Decode(head.book, *book) || book->version() != head.version)
    return Broken("channel", head.program_id, head.channel_id);
  Put(head.program_id, head.channel_id, std::move(book));
  return absl::OkStatus();
}

void PriceCatalog::TellTime(base::Instant at) {
  int64_t before = told_at_micros_.load(std::memory_order_relaxed);
  while (before < at.micros &&
         !told_at_micros_.compare_exchange_weak(before, at.micros, std::memory_order_release)) {
  }
}

PriceCatalog::Size PriceCatalog::size() const {
  const std::shared_lock lock(mutex_);
  return size_;
}

}  // namespace fairpoint::engine
