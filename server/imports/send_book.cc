#include "server/imports/send_book.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/imports/members.h"
#include "server/imports/order_requests.h"

namespace fairpoint::server::imports {
namespace {

constexpr char kHeldBack[] =
    "not sent: an order of this customer with such goods was rejected, and these may be of it; "
    "mend "
    "that one first";

// What rejected orders had of each customer and SKU. Returned units would be matched without it,
// for ever.
class Rejected {
 public:
  explicit Rejected(const Book& book) : book_(book) {
    for (const RejectedRow& row : book.rejected_rows) skus_.insert({row.customer, row.sku});
    for (const Order& order : book.orders) {
      if (order.fault != 0) Add(order);
    }
  }

  void Add(const Order& order) {
    for (const Line& line : book_.LinesOf(order)) skus_.insert({order.customer, line.sku});
  }

  bool HoldsBack(const Sending& sending) const {
    if (!sending.is_return || skus_.empty()) return false;
    const Order& order = book_.orders[sending.order];
    return std::ranges::any_of(book_.LinesOf(order), [&](const Line& line) {
      return book_.IsOf(line, sending) && skus_.contains({order.customer, line.sku});
    });
  }

 private:
  const Book& book_;
  absl::flat_hash_set<std::pair<TextId, TextId>> skus_;
};

// Of each customer: the member's id, or 0.
using Members = absl::flat_hash_map<TextId, TextId>;

absl::StatusOr<Members> MembersOf(const Client& client, const SendOptions& options, Book& book,
                                  Progress& progress, Outcome& outcome) {
  absl::flat_hash_map<TextId, TextId> first_numbers;
  for (const Order& order : book.orders) first_numbers.try_emplace(order.customer, order.number);
  std::vector<Customer> customers;
  customers.reserve(book.customers.size());
  for (const TextId customer : book.customers)
    customers.push_back({book.texts[customer], book.texts[first_numbers.at(customer)]});
  MemberSearch search;
  search.program_id = options.program_id;
  search.identity_kind = options.identity_kind;
  search.patience = options.stream.patience;
  progress.Begin("members", std::ssize(customers));
  const absl::StatusOr<std::vector<FoundMember>> found =
      FindMembers(client, search, customers,
                  [&progress](size_t known) { progress.Update(static_cast<int64_t>(known)); });
  progress.End();
  if (!found.ok()) return found.status();
  Members members;
  absl::flat_hash_map<TextId, TextId> faults;
  for (size_t i = 0; i < found->size(); ++i) {
    const FoundMember& member = (*found)[i];
    members[book.customers[i]] = book.texts.Intern(member.member_id);
    outcome.members_new += member.is_new ? 1 : 0;
    outcome.customers_refused += member.member_id.empty() ? 1 : 0;
    if (member.member_id.empty()) faults[book.customers[i]] = book.texts.Intern(member.fault);
  }
  for (const Sending& sending : book.sendings) {
    const auto fault = faults.find(book.orders[sending.order].customer);
    if (fault == faults.end()) continue;
    book.Reject(sending, book.texts[fault->second]);
    ++book.counts.orders_rejected;
  }
  return members;
}

}  // namespace

absl::Status SendBook(const Client& client, const SendOptions& options, Book& book,
                      Progress& progress, Outcome& outcome) {
  const absl::StatusOr<Members> members = MembersOf(client, options, book, progress, outcome);
  if (!members.ok()) return members.status();
  std::vector<Sending> sendings;
  OrderFeed feed;
  for (const Sending& sending : book.sendings) {
    const TextId member = members->at(book.orders[sending.order].customer);
    if (member == 0) continue;
    sendings.push_back(sending);
    feed.members.push_back(member);
  }
  feed.request = [&](size_t i) {
    return RequestOf(book, sendings[i], options.program_id, options.currency,
                     book.texts[feed.members[i]]);
  };
  Rejected rejected(book);
  feed.is_held_back = [&](size_t i) {
    if (!rejected.HoldsBack(sendings[i])) return false;
    book.Reject(sendings[i], kHeldBack);
    ++book.counts.orders_rejected;
    return true;
  };
  feed.on_answer = [&](size_t i, const v1::ImportOrdersResponse& answer) {
    TakeAnswer(answer, sendings[i], book, outcome);
    if (answer.has_error()) rejected.Add(book.orders[sendings[i].order]);
  };
  feed.on_progress = [&](size_t done) { progress.Update(static_cast<int64_t>(done)); };
  progress.Begin("orders", std::ssize(sendings));
  const absl::Status sent = SendOrders(client, options.stream, feed);
  progress.End();
  return sent;
}

}  // namespace fairpoint::server::imports
