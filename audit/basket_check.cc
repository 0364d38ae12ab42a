#include "audit/basket_check.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/lookup.h"
#include "audit/price_rows.h"
#include "checkout/basket.h"

namespace fairpoint::audit {
namespace {

using checkout::Placement;
using pricing::Evidence;
using pricing::EvidenceKind;
using pricing::EvidenceLine;

// More members than that are not merged one after another.
constexpr int kMergesMax = 64;

class BasketCheck {
 public:
  BasketCheck(Context& context, const Evidence& basket) : context_(context), basket_(basket) {}

  absl::Status AgainstMemberOf(const Evidence& quote) {
    return Answers("member_id, by its quote", quote.member_id, basket_.member_id);
  }

  void AgainstQuote(const Evidence* quote) {
    if (quote == nullptr || quote->kind != EvidenceKind::kQuote)
      return Find("quote_id", "a quote", quote == nullptr ? "none" : "a basket");
    Expect("evidence_id", checkout::EvidenceIdOf(quote->evidence_id), basket_.evidence_id);
    Expect("expires_at, by its quote", quote->expires_at, basket_.expires_at);
    if (quote->body.shopper != basket_.body.shopper)
      Find("shopper", "as its quote has it", "another");
    Expect("shipping, by its quote", quote->body.shipping, basket_.body.shipping);
    const auto& quoted = quote->body.lines;
    const auto& lines = basket_.body.lines;
    if (quoted.size() != lines.size())
      return Find("lines, by its quote", absl::StrCat(quoted.size()), absl::StrCat(lines.size()));
    const bool is_honoured = basket_.priced_at < quote->expires_at;
    for (size_t i = 0; i < lines.size(); ++i) {
      const std::string line = absl::StrCat("lines[", i, "].");
      Expect(line + "sku, by its quote", quoted[i].sku, lines[i].sku);
      Expect(line + "quantity, by its quote", quoted[i].quantity, lines[i].quantity);
      Expect(line + "quoted", is_honoured ? quoted[i].amount : pricing::kAbsent, lines[i].quoted);
      if (is_honoured && lines[i].amount > quoted[i].amount)
        Find(line + "amount", absl::StrCat("at most what was quoted, ", quoted[i].amount),
             Shown(lines[i].amount));
    }
  }

  absl::Status AgainstOrder(const Placement* placement) {
    if (placement == nullptr) {
      Find("order_id", "an order", "none");
      return absl::OkStatus();
    }
    const pricing::Shopper& shopper = basket_.body.shopper;
    Expect("program_version, by its order", placement->program_version, basket_.program_version);
    Expect("recorded_at, by its order", placement->recorded_at, basket_.recorded_at);
    Expect("actor, by its order", placement->actor, basket_.actor);
    Expect("total, by its order", placement->amount, basket_.total);
    Expect("channel_id, by its order", placement->source.channel_id, shopper.channel_id);
    Expect("store_id, by its order", placement->source.store_id, shopper.store_id);
    if (placement->points.value != 0 || placement->earn_seq != 0)
      Find("points of its order", "0: private prices earn none", Shown(placement->points));
    AgainstLines(*placement);
    return Answers("member_id, by its order", basket_.member_id, placement->member_id);
  }

 private:
  void AgainstLines(const Placement& placement) {
    const auto& lines = basket_.body.lines;
    if (placement.lines.size() != lines.size())
      return Find("lines, by its order", absl::StrCat(placement.lines.size()),
                  absl::StrCat(lines.size()));
    for (size_t i = 0; i < lines.size(); ++i) {
      const std::string line = absl::StrCat("lines[", i, "].");
      Expect(line + "sku, by its order", placement.lines[i].sku, lines[i].sku);
      Expect(line + "quantity, by its order", placement.lines[i].quantity, lines[i].quantity);
      Expect(line + "amount, by its order", placement.lines[i].amount, lines[i].amount);
    }
  }

  // Who a member was merged into, once or more, answers for it.
  absl::Status Answers(const char* what, const base::MemberId& named,
                       const base::MemberId& answering) {
    base::MemberId by_now = named;
    for (int merges = 0; by_now != answering && !by_now.empty() && merges < kMergesMax; ++merges) {
      const auto merge = FindMergeOf(context_.session, {basket_.program_id, by_now});
      if (!merge.ok()) return merge.status();
      if (!*merge) break;
      by_now = base::MemberId((*merge)->detail);
    }
    if (by_now != answering) Find(what, Shown(named.value()), Shown(answering.value()));
    return absl::OkStatus();
  }

  void Find(std::string what, std::string expected, std::string found) {
    FindOf(context_, basket_, std::move(what), std::move(expected), std::move(found));
  }
  template <class T>
  void Expect(std::string what, const T& expected, const T& found) {
    if (expected != found) Find(std::move(what), Shown(expected), Shown(found));
  }

  Context& context_;
  const Evidence& basket_;
};

}  // namespace

void CheckKind(Context& context, const Evidence& row) {
  const bool is_quote = row.kind == EvidenceKind::kQuote;
  const auto expect_none = [&](const char* what, const std::string& found) {
    if (found.empty() != is_quote)
      FindOf(context, row, what, is_quote ? "none: it is a quote" : "one: it is a basket",
             Shown(found));
  };
  expect_none("quote_id", row.quote_id);
  expect_none("order_id", row.order_id);
  if (!is_quote) return;
  for (size_t i = 0; i < row.body.lines.size(); ++i) {
    const EvidenceLine& line = row.body.lines[i];
    if (line.quoted != pricing::kAbsent)
      FindOf(context, row, absl::StrCat("lines[", i, "].quoted"), "none: it is a quote",
             Shown(line.quoted));
  }
}

absl::Status CheckBasket(Context& context, const Evidence& basket, const Evidence* quote,
                         const Placement* placement) {
  BasketCheck check(context, basket);
  check.AgainstQuote(quote);
  if (quote != nullptr) {
    if (absl::Status read = check.AgainstMemberOf(*quote); !read.ok()) return read;
  }
  return check.AgainstOrder(placement);
}

}  // namespace fairpoint::audit
