#include "audit/stock_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/findings.h"
#include "audit/snapshot.h"

namespace fairpoint::audit {
namespace {

using engine::OfferStockName;
using pricing::LiveOffer;
using pricing::OfferStock;

constexpr char kStockRecord[] = "offer stock";

const LiveOffer* FindIn(const auto* book, int64_t head_seq) {
  if (book == nullptr) return nullptr;
  const auto found = std::ranges::find(book->offers(), head_seq, &LiveOffer::head_seq);
  return found == book->offers().end() ? nullptr : &*found;
}

// That which a line of the evidence names; null: none.
const LiveOffer* OfferOf(const pricing::Evidence& evidence, const pricing::EvidenceLine& line,
                         const PriceBooks& books) {
  if (line.offer_seq == 0) return nullptr;
  if (!line.is_wide)
    return FindIn(books.Of(engine::SkuName{evidence.program_id, line.sku}, line.head_version),
                  line.offer_seq);
  const engine::ChannelName own{evidence.program_id, evidence.body.shopper.channel_id};
  return FindIn(books.Of(own, evidence.body.own_version), line.offer_seq);
}

}  // namespace

absl::Status StockCheck::Begin() { return Read(&Sold::before); }

absl::Status StockCheck::Read(int64_t Sold::*sold) {
  const size_t limit = context_.options.page_rows;
  std::optional<OfferStockName> after;
  for (bool more = true; more;) {
    if (const absl::Status ticked = context_.Tick(); !ticked.ok()) return ticked;
    const Snapshot snapshot(context_.session);
    if (!snapshot.status().ok()) return snapshot.status();
    std::vector<OfferStock> page;
    if (absl::Status read = context_.session.ScanOfferStocks(after, limit, page); !read.ok())
      return read;
    more = page.size() == limit;
    for (const OfferStock& row : page) {
      after = OfferStockName{row.program_id, row.channel_id, row.offer_id, row.sku};
      Sold& stock = stocks_[*after];
      stock.*sold = row.sold;
      stock.is_there = true;
    }
  }
  return absl::OkStatus();
}

void StockCheck::Add(const pricing::Evidence& basket, const pricing::Evidence& quote,
                     const std::vector<bool>& as_quoted, const PriceBooks& books) {
  for (size_t i = 0; i < basket.body.lines.size(); ++i) {
    const pricing::Evidence& priced = as_quoted[i] ? quote : basket;
    const pricing::EvidenceLine& line = priced.body.lines[i];
    const LiveOffer* const offer = OfferOf(priced, line, books);
    if (offer == nullptr || offer->stock == 0) continue;
    const OfferStockName name{basket.program_id, basket.body.shopper.channel_id, offer->offer_id,
                              line.is_wide ? std::string() : line.sku};
    stocks_[name].taken += line.quantity;
  }
}

absl::Status StockCheck::End() {
  if (absl::Status read = Read(&Sold::after); !read.ok()) return read;
  if (!is_known_) return absl::OkStatus();
  for (const auto& [name, sold] : stocks_) {
    const auto find = [&](const char* what, std::string expected, std::string found) {
      std::string offer = absl::StrCat(name.channel_id, ".", name.offer_id);
      if (!name.sku.empty()) absl::StrAppend(&offer, ".", name.sku);
      context_.findings.Add({kStockRecord, name.program_id.value(), std::move(offer), what,
                             std::move(expected), std::move(found)});
    };
    if (!sold.is_there) {
      find("row", absl::StrCat("one: baskets took ", Shown(sold.taken)), "none");
    } else if (sold.taken < sold.before || sold.taken > sold.after) {
      find("sold", Shown(sold.taken), Shown(sold.after));
    }
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::audit
