// Who writes about a SKU, a channel or an offer's stock waits for whoever has locked it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "storage/testing/conformance.h"
#include "storage/testing/sample_rows.h"

namespace fairpoint::storage::testing {
namespace {

using engine::ChannelName;
using engine::OfferStockName;
using engine::SkuName;

// Long enough for a call that does not wait to be done.
constexpr absl::Duration kLongerThanACall = absl::Milliseconds(150);

const base::ProgramId kSample("sample");

class PriceWaitsConformance : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    engine::WriteSet changes;
    changes.prices.new_heads = {{kSample, "A", 1, "book"}, {kSample, "B", 1, "book"}};
    changes.prices.new_channel_heads = {{kSample, "C", 1, "book"}};
    changes.prices.new_offer_stocks = {{kSample, "C", "O", "A", 1}};
    ASSERT_OK(Commit(changes));
  }

  using Lock = std::function<absl::Status(engine::WriteSession&)>;
  // The second lock is had only once the first one's transaction has ended.
  void ExpectWaits(const Lock& first, const Lock& second) {
    auto holder = Writer();
    ASSERT_OK(holder->Begin());
    ASSERT_OK(first(*holder));
    absl::Notification done;
    absl::Status status;
    std::thread other([&] {
      auto session = Writer();
      status = session->Begin();
      if (status.ok()) status = second(*session);
      done.Notify();
      session->Rollback();
    });
    EXPECT_FALSE(done.WaitForNotificationWithTimeout(kLongerThanACall))
        << "the second did not wait";
    EXPECT_OK(holder->Commit());
    other.join();
    EXPECT_OK(status);
  }

  static Lock Head(bool exclusive, const char* sku = "A") {
    return [=](engine::WriteSession& session) {
      std::vector<pricing::PriceHead> found;
      const SkuName name{kSample, sku};
      return session.LockPriceHeads(One(name), exclusive, found);
    };
  }
  static Lock Channel(bool exclusive) {
    return [=](engine::WriteSession& session) {
      std::vector<pricing::ChannelHead> found;
      const ChannelName name{kSample, "C"};
      return session.LockChannelHeads(One(name), exclusive, found);
    };
  }
  static Lock Stock() {
    return [](engine::WriteSession& session) {
      std::vector<pricing::OfferStock> found;
      const OfferStockName name{kSample, "C", "O", "A"};
      return session.LockOfferStocks(One(name), found);
    };
  }
};

TEST_F(PriceWaitsConformance, AWriterWaitsForABasket) {
  ExpectWaits(Head(/*exclusive=*/false), Head(/*exclusive=*/true));
  ExpectWaits(Channel(/*exclusive=*/false), Channel(/*exclusive=*/true));
}

TEST_F(PriceWaitsConformance, ABasketWaitsForAWriter) {
  ExpectWaits(Head(/*exclusive=*/true), Head(/*exclusive=*/false));
  ExpectWaits(Channel(/*exclusive=*/true), Channel(/*exclusive=*/false));
}

TEST_F(PriceWaitsConformance, ABasketWaitsForStockThatAnotherTakes) {
  ExpectWaits(Stock(), Stock());
}

TEST_F(PriceWaitsConformance, BasketsShareAndOtherSkusAreFree) {
  if (under_test_->dialect() == Dialect::kSqlite)  // one writer at a time
    return ExpectWaits(Head(/*exclusive=*/false), Head(/*exclusive=*/false, "B"));
  auto one = Writer();
  auto other = Writer();
  ASSERT_OK(one->Begin());
  ASSERT_OK(other->Begin());
  EXPECT_OK(Head(/*exclusive=*/false)(*one));
  EXPECT_OK(Channel(/*exclusive=*/false)(*one));
  EXPECT_OK(Head(/*exclusive=*/false)(*other));
  EXPECT_OK(Channel(/*exclusive=*/false)(*other));
  EXPECT_OK(Head(/*exclusive=*/true, "B")(*other));
}

}  // namespace
}  // namespace fairpoint::storage::testing
