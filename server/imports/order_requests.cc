#include "server/imports/order_requests.h"

#include <cstdlib>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "server/imports/timestamps.h"

namespace fairpoint::server::imports {
namespace {

constexpr size_t kHexDigits = 40;

std::string IdOf(std::string_view program_id, std::string_view what, std::string_view number) {
  std::string key;
  for (const std::string_view part : {program_id, what, number}) {
    absl::StrAppend(&key, part.size(), ":");
    key += part;
  }
  const base::Hash hash = base::Sha256(key);
  return absl::StrCat("imp-", base::ToHex(base::AsBytes(hash)).substr(0, kHexDigits));
}

template <class Request>
void FillCommon(const Book& book, const Order& order, const std::string& program_id,
                const std::string& number, Request& request) {
  request.set_program_id(program_id);
  const Source& source = book.sources[order.source];
  if (source != Source{}) {
    v1::OrderSource& out = *request.mutable_source();
    out.set_store_id(book.texts[source[kStore]]);
    out.set_channel_id(book.texts[source[kChannel]]);
    out.set_associate_id(book.texts[source[kAssociate]]);
    out.set_scene(book.texts[source[kScene]]);
    out.set_session_id(book.texts[source[kSession]]);
    out.set_group_id(book.texts[source[kGroup]]);
    out.set_campaign_id(book.texts[source[kCampaign]]);
  }
  constexpr bool kIsReturn = std::is_same_v<Request, v1::RecordReturnRequest>;
  request.set_request_id(RequestIdOf(program_id, kIsReturn, number));
  *request.mutable_effective_time() = ToProto(order.time);
}

}  // namespace

std::string RequestIdOf(std::string_view program_id, bool is_return, std::string_view number) {
  return IdOf(program_id, is_return ? "return" : "purchase", number);
}

std::string EnrolmentIdOf(std::string_view program_id, std::string_view number) {
  return IdOf(program_id, "customer", number);
}

v1::ImportOrdersRequest RequestOf(const Book& book, const Sending& sending,
                                  const std::string& program_id, const std::string& currency,
                                  const std::string& member_id) {
  const Order& order = book.orders[sending.order];
  const std::string number = book.NumberOf(sending);
  v1::ImportOrdersRequest request;
  request.set_omit_entries(true);
  if (sending.is_return) {
    v1::RecordReturnRequest& out = *request.mutable_record_return();
    FillCommon(book, order, program_id, number, out);
    out.set_return_id(number);
    v1::ReturnWithoutReceipt& items = *out.mutable_without_receipt();
    out.mutable_member()->set_member_id(member_id);
    items.set_match(v1::ReturnWithoutReceipt::LATEST);
    for (const Line& line : book.LinesOf(order)) {
      if (!book.IsOf(line, sending)) continue;
      v1::ReturnedItem& item = *items.add_items();
      item.set_sku(book.texts[line.sku]);
      item.set_units(std::abs(int64_t{line.units}));
    }
    return request;
  }
  v1::RecordPurchaseRequest& out = *request.mutable_record_purchase();
  FillCommon(book, order, program_id, number, out);
  out.mutable_member()->set_member_id(member_id);
  out.set_order_id(number);
  out.set_currency(currency);
  for (const Line& line : book.LinesOf(order)) {
    if (!book.IsOf(line, sending)) continue;
    v1::PurchaseLine& item = *out.add_lines();
    item.set_sku(book.texts[line.sku]);
    item.set_quantity(line.units);
    item.set_amount_minor_units(line.amount_minor_units);
  }
  return request;
}

}  // namespace fairpoint::server::imports
