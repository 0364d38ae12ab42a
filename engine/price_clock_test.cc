#include "engine/price_clock.h"

#include <gtest/gtest.h>

namespace fairpoint::engine {
namespace {

TEST(PriceClock, IsTheSystemsUntilItIsSet) {
  const PriceClock clock;
  const base::Instant before = base::SystemClock().Now();
  const base::Instant told = clock.Now();
  EXPECT_GE(told, before);
  EXPECT_LE(told, base::SystemClock().Now());
}

TEST(PriceClock, GoesOnFromWhatTheDatabaseSaid) {
  PriceClock clock;
  const base::Instant said = base::SystemClock().Now() + absl::Hours(5);
  clock.Set(said);
  const base::Instant told = clock.Now();
  EXPECT_GE(told, said);
  EXPECT_LT(told, said + absl::Hours(1));
}

TEST(PriceClock, MayBePutBack) {
  PriceClock clock;
  const base::Instant said = base::SystemClock().Now();
  clock.Set(said + absl::Hours(5));
  clock.Set(said + absl::Hours(-5));
  EXPECT_LT(clock.Now(), said);
}

}  // namespace
}  // namespace fairpoint::engine
