#include "api/shopper.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "api/errors.h"
#include "ledger/errors.h"
#include "pricing/errors.h"

namespace fairpoint::api {
namespace {

constexpr int kPlansMax = 20;
constexpr char kChannelPath[] = "shopper.channel_id";

void ReadLevel(const v1::Shopper& from, Fields& fields, pricing::Shopper& out) {
  if (from.level() < 0 || from.level() > pricing::kLevelMax)
    fields.Wrong("shopper.level", "must be 0 to 1,000");
  if (from.level() != 0 && !from.is_member())
    fields.Wrong("shopper.level", "is for members only: is_member");
  out.level = from.level();
}

void ReadPlans(const v1::Shopper& from, Fields& fields, pricing::Shopper& out) {
  if (from.plan_ids_size() > kPlansMax) {
    fields.Wrong("shopper.plan_ids", absl::StrCat("must be at most ", kPlansMax));
    return;
  }
  for (int i = 0; i < from.plan_ids_size(); ++i) {
    if (!base::IsReference(from.plan_ids(i))) {
      fields.Wrong(absl::StrCat("shopper.plan_ids[", i, "]"),
                   "must be 1-64 printable ASCII characters without spaces");
    }
    out.plan_ids.push_back(from.plan_ids(i));
  }
  std::ranges::sort(out.plan_ids);
  out.plan_ids.erase(std::unique(out.plan_ids.begin(), out.plan_ids.end()), out.plan_ids.end());
}

absl::Status PlaceInStore(const checkout::Program& program, pricing::Shopper& shopper) {
  if (shopper.store_id.empty()) {
    if (shopper.region.empty() || checkout::HasRegion(program, shopper.region))
      return absl::OkStatus();
    return pricing::ScopeUnknown("shopper", {pricing::ScopeKind::kRegion, shopper.region});
  }
  const auto store = program.stores.find(shopper.store_id);
  if (store == program.stores.end())
    return pricing::ScopeUnknown("shopper", {pricing::ScopeKind::kStore, shopper.store_id});
  const std::string& region = store->second.region;
  if (!shopper.region.empty() && shopper.region != region) {
    return base::InvalidFields(
        {{"shopper.region", absl::StrCat("must be empty or the store's: ", region)}});
  }
  shopper.region = region;
  return absl::OkStatus();
}

}  // namespace

pricing::Shopper ShopperFromProto(const v1::Shopper& shopper, const Principal& caller,
                                  Fields& fields) {
  pricing::Shopper out;
  out.channel_id = fields.Reference(kChannelPath, shopper.channel_id());
  if (shopper.channel_id().empty()) fields.Wrong(kChannelPath, "is required");
  out.is_member = shopper.is_member();
  ReadLevel(shopper, fields, out);
  ReadPlans(shopper, fields, out);
  out.newcomer = shopper.newcomer();
  out.store_id = fields.Reference("shopper.store_id", shopper.store_id());
  if (out.store_id.empty()) out.store_id = caller.store_id;
  if (!shopper.region().empty() && !IsLabel(shopper.region()))
    fields.Wrong("shopper.region", absl::StrCat(kNoLabel, ", or empty"));
  out.region = shopper.region();
  out.scene = fields.Reference("shopper.scene", shopper.scene());
  out.session_id = fields.Reference("shopper.session_id", shopper.session_id());
  return out;
}

absl::Status Place(const checkout::Program& program, const Principal& caller,
                   pricing::Shopper& shopper) {
  if (!caller.store_id.empty() && shopper.store_id != caller.store_id)
    return StoreMayNot(caller.store_id, shopper.store_id);
  const pricing::Channel* const channel = pricing::FindChannel(program.prices, shopper.channel_id);
  if (channel == nullptr) return pricing::ChannelUnknown(kChannelPath, shopper.channel_id);
  if (pricing::MakesPrices(*channel, shopper.is_member)) return PlaceInStore(program, shopper);
  if (pricing::MakesPrices(*channel, true))
    return pricing::MembersAlone(kChannelPath, shopper.channel_id);
  return pricing::ChannelRoleWrong(kChannelPath, shopper.channel_id, "PRIVATE");
}

void ToProto(const pricing::Shopper& shopper, v1::Shopper& out) {
  out.set_channel_id(shopper.channel_id);
  out.set_is_member(shopper.is_member);
  out.set_level(shopper.level);
  for (const std::string& plan_id : shopper.plan_ids) out.add_plan_ids(plan_id);
  out.set_newcomer(shopper.newcomer);
  out.set_store_id(shopper.store_id);
  out.set_region(shopper.region);
  out.set_scene(shopper.scene);
  out.set_session_id(shopper.session_id);
}

}  // namespace fairpoint::api
