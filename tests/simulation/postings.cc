// Requests on points: which, of whom, how many, when.
#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "tests/simulation/weather.h"
#include "tests/simulation/workload.h"

namespace fairpoint::simulation {
namespace {

constexpr int64_t kMinute = int64_t{60} * 1'000'000;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

Kind UsualKind(int64_t percent) {
  if (percent < 30) return Kind::kEarnPoints;
  if (percent < 46) return Kind::kRedeemPoints;
  if (percent < 60) return Kind::kHoldPoints;
  if (percent < 72) return Kind::kCaptureHold;
  if (percent < 77) return Kind::kReleaseHold;
  if (percent < 83) return Kind::kReleasePending;
  return percent < 95 ? Kind::kReverseEntry : Kind::kSettle;
}

}  // namespace

int64_t Workload::Amount() {
  if (random_.Chance(2'000)) return std::numeric_limits<int64_t>::max() - random_.Below(3);
  if (random_.Chance(3'000)) return int64_t{1} << random_.Between(40, 62);
  return random_.Between(1, random_.Percent(80) ? 30 : 400);
}

// Mostly a number that means something to a member, sometimes one that is only near it.
int64_t Workload::Seq(const std::vector<int64_t>& known, int64_t last) {
  if (!known.empty() && random_.Percent(85)) {
    // Mostly a late one.
    const auto count = static_cast<int64_t>(known.size());
    const int64_t back = std::min(random_.Below(count), random_.Below(count));
    return known[static_cast<size_t>(count - 1 - back)];
  }
  return random_.Between(1, last + 2);
}

Request Workload::Posting(int64_t now) {
  Request r;
  NameMember(r);
  r.kind = UsualKind(random_.Below(100));
  const bool names_a_number = r.kind == Kind::kCaptureHold || r.kind == Kind::kReleaseHold ||
                              r.kind == Kind::kReleasePending || r.kind == Kind::kReverseEntry;
  if (names_a_number && !members_.empty() && random_.Percent(90)) NameKnownMember(r);
  static const Known kNobody;
  const auto named = std::ranges::find_if(
      members_, [&](const Known& m) { return m.program == r.program && m.id == r.member_id; });
  const Known& known = named == members_.end() ? kNobody : *named;
  const bool has_target =
      !known.holds.empty() || (r.kind != Kind::kCaptureHold && r.kind != Kind::kReleaseHold);
  if (!has_target && random_.Percent(90)) r.kind = Kind::kHoldPoints;
  switch (r.kind) {
    case Kind::kEarnPoints:
      r.points = Amount();
      if (r.points < 1'000) r.points *= 2;
      if (random_.Percent(30)) {
        r.currency = random_.Percent(97) ? "CNY" : "EUR";
        r.minor_units =
            random_.Percent(3) ? std::numeric_limits<int64_t>::max() : random_.Between(1, 60) * 50;
        r.points = 0;
      }
      break;
    case Kind::kHoldPoints:
      r.points = random_.Between(1, 40);
      if (random_.Percent(60))
        r.expires_at = now + (random_.Percent(95) ? random_.Between(kMinute, 3 * kDay)
                                                  : random_.Between(-kDay, 100 * kDay));
      break;
    case Kind::kCaptureHold:
      r.target_seq = Seq(known.holds, known.last_seq);
      if (random_.Percent(50)) r.part = random_.Between(1, 30);
      break;
    case Kind::kReleaseHold:
      r.target_seq = Seq(known.holds, known.last_seq);
      break;
    case Kind::kReleasePending:
      r.target_seq = Seq(known.earned, known.last_seq);
      break;
    case Kind::kReverseEntry:
      r.target_seq = Seq(random_.Percent(50) ? known.earned : known.spent, known.last_seq);
      r.reason = "returned";
      if (random_.Percent(50)) {
        r.currency = random_.Percent(97) ? "CNY" : "EUR";
        r.minor_units = random_.Between(1, 500);
      }
      break;
    case Kind::kSettle:
      return r;
    default:
      r.points = Amount();
      break;
  }
  const bool may_be_late = r.kind == Kind::kEarnPoints || r.kind == Kind::kRedeemPoints;
  if (may_be_late && random_.Percent(20)) {
    switch (random_.Below(4)) {
      case 0:
        r.effective_at = now - random_.Below(3 * kHour);
        break;
      case 1:
        r.effective_at = now - random_.Below(90 * kDay);
        break;
      case 2:
        r.effective_at = now + random_.Below(10 * kMinute);
        break;
      default:
        r.effective_at = now - random_.Below(10 * kDay);
        break;
    }
  }
  if (random_.Percent(25)) r.store_id = absl::StrCat("s", random_.Percent(5) ? 4 : 1);
  if (random_.Percent(30)) r.order_id = absl::StrCat("order-", random_.Below(50));
  if (random_.Percent(1)) r.order_id = kPoison;
  if (random_.Percent(10)) r.order_line = random_.Below(4);
  if (random_.Percent(5)) r.expected_seq = known.last_seq + (random_.Percent(30) ? 1 : 0);
  return r;
}

}  // namespace fairpoint::simulation
