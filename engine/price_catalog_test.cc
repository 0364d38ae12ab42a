#include "engine/price_catalog.h"

#include <gtest/gtest.h>

#include <memory>

namespace fairpoint::engine {
namespace {

TEST(PriceCatalog, TellsTheLatestInstantThatItWasTold) {
  PriceCatalog catalog;
  EXPECT_EQ(catalog.told_at().micros, INT64_MIN);
  catalog.TellTime({20});
  catalog.TellTime({10});
  EXPECT_EQ(catalog.told_at().micros, 20);
}

std::shared_ptr<const pricing::ChannelBook> BookAt(int64_t version, bool is_promoted) {
  pricing::ChannelBook book;
  for (int64_t seq = 1; seq <= version; ++seq) {
    if (is_promoted && seq == version) {
      pricing::ChannelPromotion promotion;
      promotion.promotion_id = "p";
      promotion.source_seq = seq;
      promotion.head_seq = seq;
      book = book.With({.promotions = {&promotion, 1}, .reports = {}, .offers = {}});
    } else {
      pricing::FeedReport report;
      report.head_seq = seq;
      book = book.With({.promotions = {}, .reports = {&report, 1}, .offers = {}});
    }
  }
  return std::make_shared<const pricing::ChannelBook>(std::move(book));
}

TEST(PriceCatalog, ChangesItsSerialWithItsPromotions) {
  const base::ProgramId brand("brand");
  PriceCatalog catalog;
  const auto serial = [&] { return catalog.Channels(brand)->promotions_serial; };
  catalog.Put(brand, "jd", BookAt(1, false));
  const int64_t first = serial();
  EXPECT_GT(first, 0);
  catalog.Put(brand, "jd", BookAt(2, false));
  EXPECT_EQ(serial(), first) << "a statement of the feed";
  catalog.Put(brand, "jd", BookAt(3, true));
  const int64_t second = serial();
  EXPECT_GT(second, first);
  catalog.Put(brand, "jd", BookAt(2, false));
  EXPECT_EQ(serial(), second) << "an older book";
}

}  // namespace
}  // namespace fairpoint::engine
