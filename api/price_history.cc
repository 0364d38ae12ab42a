// PricingService.GetPriceHistory.
#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/member_lookup.h"
#include "api/offers.h"
#include "api/page_token.h"
#include "api/price_facts.h"
#include "api/price_reads.h"
#include "pricing/errors.h"
#include "pricing/history.h"
#include "pricing/rules.h"

namespace fairpoint::api {
namespace {

constexpr int32_t kRowsMax = 1'000;
constexpr int32_t kRowsUsual = 100;
constexpr int32_t kDaysMax = 3'650;
constexpr int32_t kDaysUsual = 30;
constexpr absl::Duration kDay = absl::Hours(24);

struct Question {
  engine::SkuName name;
  std::string channel_id;  // empty: all
  std::optional<base::Instant> recorded_by, as_of;
  int64_t days = 0;
  size_t page_size = 0;
  int64_t before_seq = std::numeric_limits<int64_t>::max();
};

Question QuestionFromProto(const v1::GetPriceHistoryRequest& request, Fields& fields) {
  Question question;
  question.name = {fields.ProgramId("program_id", request.program_id()),
                   fields.Label("sku", request.sku())};
  question.channel_id = fields.Reference("channel_id", request.channel_id());
  if (request.has_recorded_by())
    question.recorded_by = fields.Instant("recorded_by", request.recorded_by());
  if (request.has_as_of()) question.as_of = fields.Instant("as_of", request.as_of());
  question.days = fields.PageSize("least_days", request.least_days(), kDaysMax, kDaysUsual);
  question.page_size =
      static_cast<size_t>(fields.PageSize("page_size", request.page_size(), kRowsMax, kRowsUsual));
  return question;
}

PageScope ScopeOf(const Question& question) {
  const auto stored = [](const std::optional<base::Instant>& at) {
    return at ? absl::StrCat(at->micros) : std::string("-");
  };
  return {"GetPriceHistory", question.name.program_id,
          absl::StrCat(stored(question.recorded_by), "/", stored(question.as_of), "/",
                       question.channel_id, "/", question.name.sku)};
}

// All rows of the SKU that the question is about.
struct Rows {
  std::vector<pricing::PriceFact> facts;
  std::vector<pricing::Offer> offers;
};

template <class Row>
void LeaveOutLater(const std::optional<base::Instant>& recorded_by, std::vector<Row>& rows) {
  if (!recorded_by) return;
  std::erase_if(rows, [&](const Row& row) { return row.recorded_at > *recorded_by; });
}

absl::Status Load(const Source& source, const Question& question, Rows& rows) {
  const std::span<const engine::SkuName> names(&question.name, 1);
  if (absl::Status read = source.session.LoadFactsOf(names, rows.facts); !read.ok()) return read;
  if (absl::Status read = source.session.LoadOffersOf(names, rows.offers); !read.ok()) return read;
  if (rows.facts.empty() && rows.offers.empty())
    return pricing::SkuUnknown("sku", question.name.sku);
  return absl::OkStatus();
}

// One that the programme has, or had when a row was recorded.
absl::Status KnowChannel(const Source& source, const Question& question, base::Instant as_of,
                         const Rows& rows) {
  const auto is_of_it = [&](const auto& row) { return row.channel_id == question.channel_id; };
  const auto program = source.programs.InForceOrLatest(question.name.program_id, as_of);
  const bool is_known = question.channel_id.empty() ||
                        pricing::FindChannel(program->prices, question.channel_id) != nullptr ||
                        std::ranges::any_of(rows.facts, is_of_it) ||
                        std::ranges::any_of(rows.offers, is_of_it);
  return is_known ? absl::OkStatus() : pricing::ChannelUnknown("channel_id", question.channel_id);
}

// The head_seqs of rows that counted.
std::set<int64_t> CountingAt(const pricing::SkuBook& history, base::Instant as_of) {
  std::set<int64_t> counting;
  for (const pricing::Listing& listing : history.listings()) {
    for (const pricing::Series& series : history.SeriesOf(listing)) {
      pricing::VisitCounting(history, listing, series, as_of, as_of, as_of,
                             [&counting](const pricing::LiveFact& fact, base::Instant) {
                               counting.insert(fact.head_seq);
                             });
    }
    for (const pricing::Withdrawal& withdrawal : history.WithdrawalsOf(listing)) {
      if (withdrawal.from <= as_of) counting.insert(withdrawal.head_seq);
    }
  }
  for (const pricing::LiveOffer& offer : history.offers()) {
    if (offer.from <= as_of && as_of < offer.until) counting.insert(offer.head_seq);
  }
  return counting;
}

void RowToProto(const pricing::PriceFact& fact, v1::PriceRow& out) {
  out.set_source(fact.source);
  if (fact.held_until) ToProto(*fact.held_until, *out.mutable_held_until());
  switch (fact.kind) {
    case pricing::FactKind::kPrice:
      return ToProto(fact, *out.mutable_fact());
    case pricing::FactKind::kWithdrawal:
      return ToProto(fact, *out.mutable_withdrawal());
    case pricing::FactKind::kConfirmation:
      return out.set_confirms_seq(fact.confirms_seq);
  }
}
void RowToProto(const pricing::Offer& offer, v1::PriceRow& out) {
  ToProto(offer, *out.mutable_offer());
}

// Facts and offers together, the latest recorded first.
class Page {
 public:
  explicit Page(const Question& question) : question_(question) {}

  template <class Row>
  void Take(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      if (row.head_seq >= question_.before_seq) continue;
      if (!question_.channel_id.empty() && row.channel_id != question_.channel_id) continue;
      rows_.emplace(row.head_seq, &row);
      // One more than asked for tells whether there is another page.
      if (rows_.size() > question_.page_size + 1) rows_.erase(std::prev(rows_.end()));
    }
  }

  // 0: nothing follows; else the last row that was given.
  int64_t Give(const std::set<int64_t>& counting, v1::GetPriceHistoryResponse& out) const {
    for (const auto& [seq, either] : rows_) {
      if (static_cast<size_t>(out.rows_size()) == question_.page_size)
        return out.rows(out.rows_size() - 1).seq();
      v1::PriceRow& one = *out.add_rows();
      one.set_seq(seq);
      one.set_counts(counting.contains(seq));
      std::visit(
          [&one](const auto* row) {
            ToProto(row->recorded_at, *one.mutable_record_time());
            one.set_actor(row->actor);
            RowToProto(*row, one);
          },
          either);
    }
    return 0;
  }

 private:
  const Question& question_;
  std::map<int64_t, std::variant<const pricing::PriceFact*, const pricing::Offer*>, std::greater<>>
      rows_;
};

absl::Status GiveLeast(const Source& source, const Question& question, base::Instant as_of,
                       const pricing::SkuBook& history, v1::GetPriceHistoryResponse& out) {
  const auto program = source.programs.InForceOrLatest(question.name.program_id, as_of);
  const base::Instant from = as_of + -kDay * question.days;
  for (const pricing::Channel& channel : program->prices.channels) {
    if (!question.channel_id.empty() && channel.channel_id != question.channel_id) continue;
    std::vector<pricing::Offer> wide;
    if (channel.role == pricing::ChannelRole::kPrivate) {
      const engine::ChannelName name{question.name.program_id, channel.channel_id};
      if (absl::Status read = source.session.LoadWideOffersOf({&name, 1}, wide); !read.ok())
        return read;
      LeaveOutLater(question.recorded_by, wide);
    }
    const auto book =
        pricing::ChannelBook::OfHistory({.promotions = {}, .reports = {}, .offers = wide});
    const auto least =
        pricing::LeastOfferedIn(history, book, program->prices, channel, from, as_of);
    if (!least) continue;
    v1::LeastOffered& one = *out.add_least();
    one.set_channel_id(channel.channel_id);
    one.set_amount(least->amount);
    one.set_seq(least->head_seq);
    one.set_offer_for_all(least->is_wide);
    ToProto(least->at, *one.mutable_since());
    one.set_carried_in(least->carried_in);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadPriceHistory(const Source& source, const v1::GetPriceHistoryRequest& request,
                              v1::GetPriceHistoryResponse& out) {
  Fields fields;
  Question question = QuestionFromProto(request, fields);
  if (!fields.ok()) return fields.status();
  if (absl::Status known = KnowProgram(source, question.name.program_id); !known.ok()) return known;
  const absl::StatusOr<base::Instant> now = source.session.Now();
  if (!now.ok()) return now.status();
  const PageScope scope = ScopeOf(question);
  if (!request.page_token().empty()) {
    const auto before = ReadPageToken(source.keyring, scope, request.page_token());
    if (!before) return PageTokenWrong();
    question.before_seq = *before;
  }
  Rows rows;
  if (absl::Status read = Load(source, question, rows); !read.ok()) return read;
  const base::Instant as_of = question.as_of.value_or(*now);
  if (absl::Status known = KnowChannel(source, question, as_of, rows); !known.ok()) return known;
  LeaveOutLater(question.recorded_by, rows.facts);
  LeaveOutLater(question.recorded_by, rows.offers);
  const pricing::SkuBook history = pricing::SkuBook::OfHistory(rows.facts, rows.offers);
  Page page(question);
  page.Take(rows.facts);
  page.Take(rows.offers);
  if (const int64_t last = page.Give(CountingAt(history, as_of), out); last != 0)
    out.set_next_page_token(MakePageToken(source.keyring, scope, last));
  if (!request.page_token().empty()) return absl::OkStatus();
  return GiveLeast(source, question, as_of, history, out);
}

}  // namespace fairpoint::api
