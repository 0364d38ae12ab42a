// PricingService.ListParityAlerts.
#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/member_lookup.h"
#include "api/page_token.h"
#include "api/price_reads.h"
#include "api/price_text.h"
#include "base/canonical.h"
#include "engine/errors.h"
#include "pricing/alerts.h"
#include "pricing/market.h"

namespace fairpoint::api {
namespace {

constexpr int32_t kAlertsMax = 1'000;
constexpr int32_t kAlertsUsual = 100;
constexpr size_t kHeadsAtOnce = 1'000;
constexpr size_t kHeadsMax = 20'000;  // of one call
constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

// What was given: all of the SKUs before, and so many of this one's. An empty SKU: of the channels.
struct Position {
  std::string sku;
  int64_t given = 0;
};
std::string Stored(const Position& position) {
  base::CanonicalWriter out;
  out.Bytes(position.sku).I64(position.given);
  return std::move(out).bytes();
}
std::optional<Position> PositionOf(std::string_view stored) {
  base::CanonicalReader in(stored);
  Position position;
  position.sku = in.Bytes();
  position.given = in.I64();
  if (!in.ok() || !in.AtEnd()) return std::nullopt;
  return position;
}

using Channels = std::map<std::string, pricing::ChannelBook, std::less<>>;

absl::Status Load(const Source& source, const base::ProgramId& program_id, Channels& channels) {
  std::vector<pricing::ChannelHead> heads;
  if (absl::Status read = source.session.LoadChannelHeadsOf(program_id, heads); !read.ok())
    return read;
  for (const pricing::ChannelHead& head : heads) {
    if (!pricing::ChannelBook::Decode(head.book, channels[head.channel_id]))
      return engine::StoredDataBroken();
  }
  return absl::OkStatus();
}

void AlertToProto(const pricing::Alert& alert, const PriceText& text, v1::ParityAlert& out) {
  // The proto's numbers are pricing's; a test compares them.
  out.set_kind(static_cast<v1::ParityAlert::Kind>(alert.kind));
  out.set_sku(alert.sku);
  out.set_channel_id(alert.channel_id);
  out.set_other_channel_id(alert.other_channel_id);
  out.set_fact_seq(alert.fact_seq);
  out.set_offer_id(alert.offer_id);
  out.set_offered_amount(alert.offered);
  out.set_cap(alert.cap);
  if (alert.at != base::Instant()) ToProto(alert.at, *out.mutable_since());
  Explain(text, out, alert, *out.mutable_explanation());
}

// One page of alerts, taken up subject by subject.
class Page {
 public:
  Page(const Source& source, const v1::ListParityAlertsRequest& request, size_t size,
       const pricing::Market& market, const PriceText& text, v1::ListParityAlertsResponse& out)
      : source_(source),
        size_(size),
        market_(market),
        text_(text),
        out_(out),
        program_id_(request.program_id()) {
    for (const int kind : request.kinds()) kinds_.insert(kind);
  }

  // From `position` on; where it ended is `position` then, or nothing at the end.
  absl::Status Fill(std::optional<Position>& position) {
    if (position->given != kAll) {
      bool is_full = false;
      if (absl::Status status = GiveRest(*position, is_full); !status.ok()) return status;
      if (is_full) return absl::OkStatus();
    }
    for (size_t scanned = 0; scanned < kHeadsMax; scanned += kHeadsAtOnce) {
      std::vector<pricing::PriceHead> heads;
      const engine::SkuName after{program_id_, position->sku};
      if (absl::Status read = source_.session.ScanPriceHeads(after, kHeadsAtOnce, heads);
          !read.ok())
        return read;
      for (const pricing::PriceHead& head : heads) {
        if (head.program_id != program_id_) return End(position);
        *position = {head.sku, 0};
        bool is_full = false;
        if (absl::Status status = Give(head, *position, is_full); !status.ok()) return status;
        if (is_full) return absl::OkStatus();
      }
      if (heads.size() < kHeadsAtOnce) return End(position);
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status End(std::optional<Position>& position) {
    position.reset();
    return absl::OkStatus();
  }

  // What an earlier page left of its last subject.
  absl::Status GiveRest(Position& position, bool& is_full) {
    if (position.sku.empty()) {
      is_full = !Give(pricing::ChannelAlerts(market_), position);
      return absl::OkStatus();
    }
    const engine::SkuName name{program_id_, position.sku};
    std::vector<pricing::PriceHead> heads;
    if (absl::Status read = source_.session.LoadPriceHeads({&name, 1}, heads); !read.ok())
      return read;
    return heads.empty() ? absl::OkStatus() : Give(heads.front(), position, is_full);
  }

  absl::Status Give(const pricing::PriceHead& head, Position& position, bool& is_full) {
    pricing::SkuBook book;
    if (!pricing::SkuBook::Decode(head.book, book)) return engine::StoredDataBroken();
    is_full = !Give(pricing::AlertsOf(head.sku, book, market_), position);
    return absl::OkStatus();
  }

  // False: the page is full before all of them were given.
  bool Give(const std::vector<pricing::Alert>& alerts, Position& position) {
    int64_t index = 0;
    for (const pricing::Alert& alert : alerts) {
      if (!kinds_.empty() && !kinds_.contains(static_cast<int>(alert.kind))) continue;
      if (index++ < position.given) continue;
      if (static_cast<size_t>(out_.alerts_size()) == size_) return false;
      AlertToProto(alert, text_, *out_.add_alerts());
      ++position.given;
    }
    position.given = kAll;
    return true;
  }

  const Source& source_;
  const size_t size_;
  const pricing::Market& market_;
  const PriceText& text_;
  v1::ListParityAlertsResponse& out_;
  const base::ProgramId program_id_;
  std::set<int> kinds_;  // empty: all
};

std::string NamesOf(const v1::ListParityAlertsRequest& request) {
  const std::set<int> kinds(request.kinds().begin(), request.kinds().end());
  std::string names;
  for (const int kind : kinds) absl::StrAppend(&names, kind, "/");
  return names;
}

}  // namespace

absl::Status ReadParityAlerts(const Source& source, const v1::ListParityAlertsRequest& request,
                              v1::ListParityAlertsResponse& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const int64_t page_size =
      fields.PageSize("page_size", request.page_size(), kAlertsMax, kAlertsUsual);
  for (int i = 0; i < request.kinds_size(); ++i) {
    if (request.kinds(i) < v1::ParityAlert::PRIVATE_ABOVE_CAP ||
        request.kinds(i) > v1::ParityAlert::Kind_MAX)
      fields.Wrong(absl::StrCat("kinds[", i, "]"), "is no kind of alert");
  }
  if (!fields.ok()) return fields.status();
  if (absl::Status known = KnowProgram(source, program_id); !known.ok()) return known;
  const PageScope scope{"ListParityAlerts", program_id, NamesOf(request)};
  std::optional<Position> position = Position{};
  if (!request.page_token().empty()) {
    const auto stored = ReadPageTokenBytes(source.keyring, scope, request.page_token());
    position = stored ? PositionOf(*stored) : std::nullopt;
    if (!position) return PageTokenWrong();
  }
  const absl::StatusOr<base::Instant> now = source.session.Now();
  if (!now.ok()) return now.status();
  Channels channels;
  if (absl::Status read = Load(source, program_id, channels); !read.ok()) return read;
  const auto program = source.programs.InForceOrLatest(program_id, *now);
  const pricing::Market market =
      pricing::MakeMarket(program->prices, /*shopper_channel=*/"", *now,
                          [&channels](std::string_view channel_id) -> const pricing::ChannelBook* {
                            const auto book = channels.find(channel_id);
                            return book == channels.end() ? nullptr : &book->second;
                          });
  const PriceText text(*program);
  Page page(source, request, static_cast<size_t>(page_size), market, text, out);
  if (absl::Status read = page.Fill(position); !read.ok()) return read;
  if (position) out.set_next_page_token(MakePageToken(source.keyring, scope, Stored(*position)));
  return absl::OkStatus();
}

}  // namespace fairpoint::api
