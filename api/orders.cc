#include "api/orders.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "api/answers.h"
#include "api/digest.h"
#include "api/errors.h"
#include "api/fields.h"
#include "api/roles.h"
#include "checkout/command.h"

namespace fairpoint::api {
namespace {

constexpr int kDiscountsMax = 16;
constexpr int64_t kUnitsMax = std::numeric_limits<int32_t>::max();

struct Draft {
  Fields fields;
  engine::Command command;
};

void ReadMember(const v1::MemberRef& ref, Draft& draft) {
  if (ref.has_member_id()) {
    draft.command.member = draft.fields.MemberId("member.member_id", ref.member_id());
  } else if (ref.has_identity()) {
    ledger::PlainIdentity identity = draft.fields.Identity("member.identity", ref.identity());
    draft.command.posting.by_phone = identity.kind == ledger::kPhoneIdentity;
    draft.command.member = std::move(identity);
  } else {
    draft.fields.Wrong("member", "must be a member_id or an identity");
  }
}

int64_t Units(const std::string& path, int64_t value, Fields& fields) {
  if (value < 1 || value > kUnitsMax) fields.Wrong(path, "must be 1 to 2147483647");
  return value;
}

// True if a list of so many is to be read.
bool CountFits(const char* path, int count, int most, Fields& fields) {
  if (count >= 1 && count <= most) return true;
  fields.Wrong(path, absl::StrCat("must be 1-", most));
  return false;
}

checkout::OrderSource ReadSource(const v1::OrderSource& source, Fields& fields) {
  return {.store_id = fields.Reference("source.store_id", source.store_id()),
          .associate_id = fields.Reference("source.associate_id", source.associate_id()),
          .channel_id = fields.Reference("source.channel_id", source.channel_id()),
          .scene = fields.Reference("source.scene", source.scene()),
          .session_id = fields.Reference("source.session_id", source.session_id()),
          .group_id = fields.Reference("source.group_id", source.group_id()),
          .campaign_id = fields.Reference("source.campaign_id", source.campaign_id())};
}

std::vector<checkout::PlacedLine> ReadLines(const v1::RecordPurchaseRequest& request,
                                            Fields& fields) {
  std::vector<checkout::PlacedLine> lines;
  if (!CountFits("lines", request.lines_size(), checkout::kLinesMax, fields)) return lines;
  int64_t total = 0;
  for (int i = 0; i < request.lines_size(); ++i) {
    const v1::PurchaseLine& line = request.lines(i);
    const std::string path = absl::StrCat("lines[", i, "]");
    checkout::PlacedLine& read = lines.emplace_back();
    read.sku = fields.Label(absl::StrCat(path, ".sku"), line.sku());
    read.quantity = Units(absl::StrCat(path, ".quantity"), line.quantity(), fields);
    read.amount =
        fields.NotNegative(absl::StrCat(path, ".amount_minor_units"), line.amount_minor_units());
    if (line.amount_minor_units() >= 0 &&
        __builtin_add_overflow(total, line.amount_minor_units(), &total)) {
      fields.Wrong(absl::StrCat(path, ".amount_minor_units"), "makes a total beyond 2^63-1");
      return lines;
    }
    if (line.discounts_size() > kDiscountsMax)
      fields.Wrong(absl::StrCat(path, ".discounts"), "must be 0-16");
    for (int j = 0; j < line.discounts_size() && j < kDiscountsMax; ++j) {
      const std::string at = absl::StrCat(path, ".discounts[", j, "].");
      const v1::Discount& discount = line.discounts(j);
      if (discount.minor_units() < 1) fields.Wrong(at + "minor_units", "must be more than 0");
      if (discount.funder().empty()) fields.Wrong(at + "funder", "is required");
      read.discounts.push_back(
          {fields.Reference(at + "funder", discount.funder()), discount.minor_units()});
    }
  }
  return lines;
}

void ReadOwn(const v1::RecordPurchaseRequest& request, Draft& draft) {
  Fields& fields = draft.fields;
  if (request.has_member()) ReadMember(request.member(), draft);
  checkout::RecordPurchase purchase;
  purchase.order_id = fields.RequiredReference("order_id", request.order_id());
  purchase.currency = request.currency();
  if (!IsCurrency(request.currency())) fields.Wrong("currency", kNoCurrency);
  purchase.lines = ReadLines(request, fields);
  purchase.source = ReadSource(request.source(), fields);
  if (!request.has_member() && request.has_expected_seq())
    fields.Wrong("expected_seq", "needs a member");
  draft.command.posting.order_id = purchase.order_id;
  draft.command.operation = std::move(purchase);
}

checkout::ReturnByOrder ReadByOrder(const v1::ReturnByOrder& by_order, Fields& fields) {
  checkout::ReturnByOrder read;
  read.order_id = fields.RequiredReference("by_order.order_id", by_order.order_id());
  if (!CountFits("by_order.lines", by_order.lines_size(), checkout::kLinesMax, fields)) return read;
  std::set<int64_t> seen;
  for (int i = 0; i < by_order.lines_size(); ++i) {
    const v1::ReturnedLine& line = by_order.lines(i);
    const std::string path = absl::StrCat("by_order.lines[", i, "].");
    checkout::ReturnedLine& one = read.lines.emplace_back();
    one.line_number = line.line_number();
    if (line.line_number() < 1) fields.Wrong(path + "line_number", "must be 1 or more");
    if (!seen.insert(line.line_number()).second)
      fields.Wrong(path + "line_number", "is there twice");
    if (line.has_units()) {
      one.units = Units(path + "units", line.units(), fields);
    } else if (line.has_amount_minor_units()) {
      one.amount = line.amount_minor_units();
      if (*one.amount < 1) fields.Wrong(path + "amount_minor_units", "must be more than 0");
    } else {
      fields.Wrong(path + "what", "is required: units or amount_minor_units");
    }
  }
  return read;
}

checkout::ReturnWithoutReceipt ReadWithoutReceipt(const v1::ReturnWithoutReceipt& from,
                                                  Fields& fields) {
  checkout::ReturnWithoutReceipt read;
  if (!CountFits("without_receipt.items", from.items_size(), checkout::kLinesMax, fields))
    return read;
  for (int i = 0; i < from.items_size(); ++i) {
    const std::string path = absl::StrCat("without_receipt.items[", i, "].");
    read.items.push_back({fields.Label(path + "sku", from.items(i).sku()),
                          Units(path + "units", from.items(i).units(), fields)});
  }
  switch (from.match()) {
    case v1::ReturnWithoutReceipt::MATCH_UNSPECIFIED:
    case v1::ReturnWithoutReceipt::LOWEST_PAID:
      read.match = checkout::Match::kLowestPaid;
      break;
    case v1::ReturnWithoutReceipt::LATEST:
      read.match = checkout::Match::kLatest;
      break;
    default:
      fields.Wrong("without_receipt.match", "is not a known value");
  }
  return read;
}

void ReadOwn(const v1::RecordReturnRequest& request, Draft& draft) {
  Fields& fields = draft.fields;
  checkout::RecordReturn read;
  read.return_id = fields.RequiredReference("return_id", request.return_id());
  if (request.has_by_order()) {
    checkout::ReturnByOrder by_order = ReadByOrder(request.by_order(), fields);
    if (request.has_member()) fields.Wrong("member", "must be absent: it is the order's");
    draft.command.member = engine::OrderOwner{by_order.order_id};
    read.from = std::move(by_order);
  } else if (request.has_without_receipt()) {
    ReadMember(request.member(), draft);
    read.from = ReadWithoutReceipt(request.without_receipt(), fields);
  } else {
    fields.Wrong("from", "is required: by_order or without_receipt");
  }
  read.source = ReadSource(request.source(), fields);
  if (request.has_refund()) read.refund = fields.Money("refund", request.refund());
  draft.command.posting.order_id = read.return_id;
  draft.command.operation = std::move(read);
}

void ReadOwn(const v1::ClaimReceiptRequest& request, Draft& draft) {
  ReadMember(request.member(), draft);
  checkout::ClaimReceipt claim;
  claim.order_id = draft.fields.RequiredReference("order_id", request.order_id());
  claim.amount = {request.amount().currency(),
                  draft.fields.NotNegative("amount.minor_units", request.amount().minor_units())};
  if (!IsCurrency(claim.amount.currency)) draft.fields.Wrong("amount.currency", kNoCurrency);
  draft.command.posting.order_id = claim.order_id;
  draft.command.operation = std::move(claim);
}

template <class Request>
absl::StatusOr<engine::Command> Convert(const Request& request, const Origin& origin) {
  Draft draft;
  Fields& fields = draft.fields;
  ledger::Posting& posting = draft.command.posting;
  draft.command.program_id = fields.ProgramId("program_id", request.program_id());
  posting.request_id = fields.RequestId("request_id", request.request_id());
  posting.actor = origin.caller.id;
  posting.reason = fields.Reason("reason", request.reason(), /*required=*/false);
  if constexpr (requires { request.source(); }) posting.store_id = request.source().store_id();
  if constexpr (requires { request.effective_time(); }) {
    if (request.has_effective_time())
      posting.effective_at = fields.Instant("effective_time", request.effective_time());
  }
  if (request.has_expected_seq())
    posting.expected_seq = fields.NotNegative("expected_seq", request.expected_seq());
  ReadOwn(request, draft);
  if (!fields.ok()) return fields.status();
  draft.command.deadline = origin.deadline;
  draft.command.digest = DigestOf(request, {});
  return std::move(draft.command);
}

// What a till leaves out is its store's, as if it had said so.
template <class Request>
absl::StatusOr<engine::Command> ConvertOfStore(const Request& request, const Origin& origin) {
  const std::string& bound = origin.caller.store_id;
  const std::string& named = request.source().store_id();
  if (bound.empty() || named == bound) return Convert(request, origin);
  if (!named.empty()) return StoreMayNot(bound, named);
  Request filled = request;
  filled.mutable_source()->set_store_id(bound);
  return Convert(filled, origin);
}

void ToProto(const checkout::OrderSource& source, v1::OrderSource& out) {
  out.set_store_id(source.store_id);
  out.set_associate_id(source.associate_id);
  out.set_channel_id(source.channel_id);
  out.set_scene(source.scene);
  out.set_session_id(source.session_id);
  out.set_group_id(source.group_id);
  out.set_campaign_id(source.campaign_id);
}

}  // namespace

absl::StatusOr<engine::Command> CommandFromProto(const v1::RecordPurchaseRequest& request,
                                                 const Origin& origin) {
  return ConvertOfStore(request, origin);
}
absl::StatusOr<engine::Command> CommandFromProto(const v1::RecordReturnRequest& request,
                                                 const Origin& origin) {
  // Past the limits that tills keep: for history.
  const Method& imports = MethodNamed("OrderService", "ImportOrders");
  if (request.without_receipt().match() == v1::ReturnWithoutReceipt::LATEST &&
      !imports.Allows(origin.caller.role))
    return RoleMayNot(origin.caller.role, imports);
  return ConvertOfStore(request, origin);
}
absl::StatusOr<engine::Command> CommandFromProto(const v1::ClaimReceiptRequest& request,
                                                 const Origin& origin) {
  return Convert(request, origin);
}

void ToProto(const engine::Answer& answer, bool with_entries, v1::RecordPurchaseResponse& out) {
  out.set_replayed(answer.replayed);
  out.set_points(answer.points.value);
  ToProto(answer, with_entries, *out.mutable_transaction());
}

void ToProto(const engine::Answer& answer, bool with_entries, const std::string& currency,
             v1::RecordReturnResponse& out) {
  const checkout::OrderReturn& row = answer.order_return;
  out.set_replayed(answer.replayed);
  out.set_points(row.points.value);
  base::Points taken;
  for (const checkout::OrderTaken& of_order : row.taken) taken += of_order.taken;
  out.set_points_taken(taken.value);
  ToProto(answer, with_entries, *out.mutable_transaction());
  for (const checkout::MatchedReturn& matched : row.matched) {
    v1::MatchedReturn& one = *out.add_matched();
    one.set_order_id(matched.order_id);
    one.set_line_number(matched.line_number);
    one.set_sku(matched.sku);
    one.set_units(matched.units);
    one.set_amount_minor_units(matched.amount);
    one.set_points(matched.points.value);
    one.set_credited_minor_units(matched.credited);
  }
  for (const checkout::ReturnedItem& item : row.unmatched) {
    v1::ReturnedItem& one = *out.add_unmatched();
    one.set_sku(item.sku);
    one.set_units(item.units);
  }
  if (row.deduct_minor_units > 0) {
    out.mutable_deduct_from_refund()->set_currency(currency);
    out.mutable_deduct_from_refund()->set_minor_units(row.deduct_minor_units);
  }
}

void ToProto(const engine::Answer& answer, v1::ClaimReceiptResponse& out) {
  out.set_replayed(answer.replayed);
  out.set_points(answer.points.value);
  ToProto(answer, /*with_entries=*/true, *out.mutable_transaction());
}

void ToProto(const checkout::Placement& placement, const checkout::Order& order, v1::Order& out) {
  out.set_program_id(order.program_id.value());
  out.set_order_id(order.order_id);
  out.set_member_id(order.member_id.value());
  out.set_currency(placement.currency);
  out.set_amount_minor_units(placement.amount);
  out.set_points(placement.points.value);
  ToProto(placement.source, *out.mutable_source());
  out.set_legal_entity(placement.legal_entity);
  ToProto(placement.effective_at, *out.mutable_effective_time());
  ToProto(placement.recorded_at, *out.mutable_record_time());
  if (order.claimed_at) ToProto(*order.claimed_at, *out.mutable_claim_time());
  if (order.earn_seq != 0)
    out.set_entry_id(base::ToString(base::EntryName{order.member_id, order.earn_seq}));
  out.set_actor(placement.actor);
  out.set_reason(placement.reason);
  out.mutable_hash()->assign(base::AsBytes(placement.hash));
}

void ToProto(const checkout::PlacedLine& placed, const checkout::OrderLine& line,
             v1::Order::Line& out) {
  out.set_line_number(line.line_number);
  out.set_sku(placed.sku);
  out.set_quantity(placed.quantity);
  out.set_amount_minor_units(placed.amount);
  for (const checkout::Discount& discount : placed.discounts) {
    v1::Discount& one = *out.add_discounts();
    one.set_funder(discount.funder);
    one.set_minor_units(discount.minor_units);
  }
  out.set_points(placed.points.value);
  out.set_units_returned(line.units_returned);
  out.set_amount_returned_minor_units(line.amount_returned);
  out.set_points_returned(line.points_returned.value);
}

}  // namespace fairpoint::api
