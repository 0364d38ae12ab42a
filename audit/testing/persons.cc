#include "audit/testing/persons.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "audit/testing/story.h"

namespace fairpoint::audit {

using base::Points;

Persons::Persons() : workload_(store_, 11) {
  workload_.Publish(kProgram, 1 + 3 * 4 * 2 * 2);  // at once, unlimited, never expires
  std::vector<base::MemberId> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(workload_.Enroll(kProgram));
  std::ranges::sort(ids);
  engine::MemberName* const names[] = {&source, &middle, &last, &erased, &giver, &taker};
  for (size_t i = 0; i < ids.size(); ++i) *names[i] = {kProgram, ids[i]};

  Do(source, ledger::EarnPoints{Points{50}});
  Do(source, ledger::SetTags{{"gold", "vip"}});
  checkout::RecordPurchase purchase{
      .order_id = "SO-1", .currency = "CNY", .lines = {}, .source = {}};
  checkout::PlacedLine& line = purchase.lines.emplace_back();
  line.sku = "tea";
  line.quantity = 3;
  line.amount = 6000;
  Do(source.member_id, "SO-1", purchase);
  Do(giver, ledger::EarnPoints{Points{100}});
  Do(giver, ledger::TransferPoints{.to = taker.member_id, .points = Points{40}});
  Do(source, ledger::MergeMembers{middle.member_id});
  Do(middle, ledger::MergeMembers{last.member_id});
  checkout::ReturnByOrder by_order{.order_id = "SO-1", .lines = {}};
  by_order.lines.push_back({.line_number = 1, .units = 1, .amount = {}});
  Do(engine::OrderOwner{"SO-1"}, "RT-1",
     checkout::RecordReturn{.return_id = "RT-1", .from = by_order, .source = {}, .refund = {}});
  Do(erased, ledger::SetTags{{"new"}});
  Do(erased, ledger::EarnPoints{Points{5}});
  before_erasure = store_.tables;
  Do(erased, ledger::EraseMember{});
}

void Persons::Do(const engine::MemberName& member, ledger::Operation operation) {
  store_.now = store_.now + absl::Seconds(1);
  workload_.Do(kProgram, member.member_id, std::move(operation));
}

void Persons::Do(engine::MemberRef member, const std::string& order_id,
                 checkout::Operation operation) {
  store_.now = store_.now + absl::Seconds(1);
  engine::Command command = workload_.CommandFor(kProgram, {}, ledger::Settle{});
  command.member = std::move(member);
  command.posting.order_id = order_id;
  command.operation = std::move(operation);
  std::vector<engine::Command> commands;
  commands.push_back(std::move(command));
  if (!workload_.Run(std::move(commands)).front().ok()) std::abort();
}

const Persons& ThePersons() {
  static const Persons& persons = *new Persons;
  return persons;
}

}  // namespace fairpoint::audit
