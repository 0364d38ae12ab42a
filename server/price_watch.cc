#include "server/price_watch.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/logging.h"

namespace fairpoint::server {
namespace {

// Half of what a fact may take to be known to other servers, and less.
constexpr absl::Duration kFollowEvery = absl::Milliseconds(200);
constexpr absl::Duration kFindEvery = absl::Seconds(1);
constexpr size_t kBrokenTold = 10;

// Tells a change: that it fails, why, and that it works again.
void TellChange(const absl::Status& status, const char* failing, const char* working,
                std::string& why) {
  // A message may tell times: what is told again is another kind of failure.
  const std::string kind(status.ok() ? "" : absl::StatusCodeToString(status.code()));
  if (why == kind) return;
  why = kind;
  Log(status.ok() ? LogLevel::kInfo : LogLevel::kWarning, status.ok() ? working : failing,
      {{"why", std::string(status.message())}});
}

void TellBroken(const std::vector<std::string>& broken) {
  for (size_t i = 0; i < broken.size() && i < kBrokenTold; ++i)
    Log(LogLevel::kError, "what prices rest on cannot be read: run fairpoint verify",
        {{"what", broken[i]}});
}

}  // namespace

PriceWatch::PriceWatch(Parts& parts)
    : parts_(parts),
      feed_(*parts.store, parts.programs, parts.prices, parts.clock),
      finder_(*parts.store, *parts.engine, parts.programs) {}

PriceWatch::~PriceWatch() { Stop(); }

absl::Status PriceWatch::Load() {
  if (const absl::Status loaded = feed_.Load(); !loaded.ok()) return loaded;
  TellBroken(feed_.broken());
  const engine::PriceCatalog::Size size = parts_.prices.size();
  Log(LogLevel::kInfo, "prices are loaded",
      {{"skus", absl::StrCat(size.skus)},
       {"live_facts", absl::StrCat(size.live_facts)},
       {"bytes", absl::StrCat(size.bytes)}});
  return absl::OkStatus();
}

void PriceWatch::Start() {
  follows_ = std::make_unique<Ticker>(kFollowEvery, kFollowEvery, [this] { Follow(); });
  finds_ = std::make_unique<Ticker>(kFindEvery, kFindEvery, [this] { FindCredits(); });
}

void PriceWatch::Stop() {
  stopping_ = true;
  finds_.reset();
  follows_.reset();
}

void PriceWatch::Follow() {
  TellChange(feed_.Step(), "prices of other servers are not followed",
             "prices of other servers are followed again", feed_why_);
  TellBroken(feed_.broken());
}

void PriceWatch::FindCredits() {
  absl::Status found;
  for (bool more = true; more && found.ok() && !stopping_;) {
    found = finder_.Step(more);
    TellBroken(finder_.broken());
  }
  TellChange(found, "price protection stands still", "price protection goes on", finder_why_);
}

}  // namespace fairpoint::server
