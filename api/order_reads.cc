// The reads of OrderService.
#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/member_lookup.h"
#include "api/orders.h"
#include "api/page_token.h"
#include "api/reads.h"
#include "checkout/errors.h"
#include "engine/errors.h"

namespace fairpoint::api {
namespace {

constexpr int32_t kOrdersMax = 100;
constexpr int32_t kOrdersUsual = 20;

// Where a list goes on: before this order of the owner at this place.
constexpr int64_t kOwnerFactor = int64_t{1} << 40;
constexpr int64_t kNewest = kOwnerFactor - 1;
struct OrderPosition {
  int64_t owner = 0;
  int64_t before_order_seq = kNewest;
};
int64_t Stored(const OrderPosition& position) {
  return position.owner * kOwnerFactor + position.before_order_seq;
}
OrderPosition PositionOf(int64_t stored) { return {stored / kOwnerFactor, stored % kOwnerFactor}; }

// The member and those who were merged into it, whose orders stay theirs.
absl::StatusOr<std::vector<base::MemberId>> OwnersOf(const Source& source,
                                                     const ledger::Member& member) {
  std::vector<base::MemberId> owners{member.member_id};
  if (member.merged_count == 0) return owners;
  std::vector<ledger::Member> merged;
  if (absl::Status read =
          source.session.FindMergedInto({member.program_id, member.member_id}, merged);
      !read.ok())
    return read;
  for (const ledger::Member& each : merged) owners.push_back(each.member_id);
  std::sort(owners.begin() + 1, owners.end());
  return owners;
}

}  // namespace

absl::Status ReadOrder(const Source& source, const v1::GetOrderRequest& request, v1::Order& out) {
  Fields fields;
  const engine::OrderName name{fields.ProgramId("program_id", request.program_id()),
                               fields.Reference("order_id", request.order_id())};
  if (request.order_id().empty()) fields.Wrong("order_id", "is required");
  if (!fields.ok()) return fields.status();
  if (absl::Status known = KnowProgram(source, name.program_id); !known.ok()) return known;
  std::vector<checkout::Order> orders;
  std::vector<checkout::Placement> placements;
  std::vector<checkout::OrderLine> lines;
  if (absl::Status read = source.session.LoadOrders({&name, 1}, orders); !read.ok()) return read;
  if (orders.empty()) return checkout::OrderNotFound(name.order_id);
  if (absl::Status read = source.session.LoadPlacements({&name, 1}, placements); !read.ok())
    return read;
  if (absl::Status read = source.session.LoadOrderLines({&name, 1}, lines); !read.ok()) return read;
  if (placements.empty() || lines.size() != placements.front().lines.size())
    return engine::StoredDataBroken();
  ToProto(placements.front(), orders.front(), out);
  for (size_t i = 0; i < lines.size(); ++i)
    ToProto(placements.front().lines[i], lines[i], *out.add_lines());
  return absl::OkStatus();
}

absl::Status ReadOrders(const Source& source, const v1::ListOrdersRequest& request,
                        v1::ListOrdersResponse& out) {
  Fields fields;
  const base::ProgramId program_id = fields.ProgramId("program_id", request.program_id());
  const Ref ref = RefFromProto(request.member(), fields);
  const int64_t page_size =
      fields.PageSize("page_size", request.page_size(), kOrdersMax, kOrdersUsual);
  if (!fields.ok()) return fields.status();
  const absl::StatusOr<ledger::Member> member = FindMember(source, program_id, ref);
  if (!member.ok()) return member.status();

  // A merge between two pages would make other owners of the positions.
  const PageScope scope{"ListOrders", program_id,
                        absl::StrCat(member->member_id.value(), "/", member->merged_count)};
  OrderPosition position;
  if (!request.page_token().empty()) {
    const auto stored = ReadPageToken(source.keyring, scope, request.page_token());
    if (!stored) return PageTokenWrong();
    position = PositionOf(*stored);
  }
  // One more than asked for tells whether there is another page.
  const auto limit = static_cast<size_t>(page_size) + 1;
  const absl::StatusOr<std::vector<base::MemberId>> owners = OwnersOf(source, *member);
  if (!owners.ok()) return owners.status();
  std::vector<checkout::Order> orders;
  std::vector<OrderPosition> positions;
  for (; position.owner < static_cast<int64_t>(owners->size()) && orders.size() < limit;
       position = {position.owner + 1, kNewest}) {
    std::vector<checkout::Order> page;
    const engine::MemberName owner{program_id, (*owners)[static_cast<size_t>(position.owner)]};
    if (absl::Status read = source.session.ReadOrders(owner, position.before_order_seq,
                                                      limit - orders.size(), page);
        !read.ok())
      return read;
    for (checkout::Order& order : page) {
      positions.push_back({position.owner, order.order_seq});
      orders.push_back(std::move(order));
    }
  }
  if (orders.size() == limit) {
    orders.pop_back();
    positions.pop_back();
    out.set_next_page_token(MakePageToken(source.keyring, scope, Stored(positions.back())));
  }
  if (orders.empty()) return absl::OkStatus();
  std::vector<engine::OrderName> names;
  names.reserve(orders.size());
  for (const checkout::Order& order : orders) names.push_back({program_id, order.order_id});
  std::vector<checkout::Placement> placements;
  if (absl::Status read = source.session.LoadPlacements(names, placements); !read.ok()) return read;
  for (const checkout::Order& order : orders) {
    const auto placement =
        std::ranges::find(placements, order.order_id, &checkout::Placement::order_id);
    if (placement == placements.end()) return engine::StoredDataBroken();
    ToProto(*placement, order, *out.add_orders());
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::api
