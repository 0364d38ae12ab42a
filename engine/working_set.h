// What one transaction knows and will write: the rows it locked and loaded, changed by each
// command's plan in turn, so that the next command sees them. Thrown away on rollback.
#ifndef FAIRPOINT_ENGINE_WORKING_SET_H_
#define FAIRPOINT_ENGINE_WORKING_SET_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/keyring.h"
#include "checkout/order_book.h"
#include "checkout/plan.h"
#include "engine/command.h"
#include "engine/price_set.h"
#include "engine/store.h"
#include "ledger/enroll.h"
#include "ledger/merge.h"
#include "ledger/plan.h"
#include "ledger/publish.h"
#include "ledger/state.h"
#include "ledger/transfer.h"

namespace fairpoint::engine {

class WorkingSet {
 public:
  WorkingSet() = default;
  WorkingSet(WorkingSet&&) = default;
  WorkingSet& operator=(WorkingSet&&) = default;

  // Who holds an identity: as resolved, plus what this transaction linked.
  std::map<IdentityName, base::MemberId> identities;
  // Receipts of the commands' request ids: as loaded, plus those made here.
  std::map<RequestName, Receipt> receipts;
  std::map<base::ProgramId, ledger::ProgramHead> program_heads;
  // Whose the orders are that commands name, as resolved; empty: nobody's.
  std::map<OrderName, base::MemberId> order_owners;
  // What members gave since the programme's midnight, and returned without a receipt, before this
  // transaction.
  std::map<MemberName, base::Points> given_today;
  std::map<std::pair<MemberName, base::Instant>, int64_t> returns_since;
  // Books and rows of prices.
  PriceSet prices;

  void AddMembers(const std::vector<ledger::Member>& members);
  void AddLots(const std::vector<ledger::Lot>& lots);
  void AddHolds(const std::vector<ledger::Hold>& holds);
  void AddEntries(
      const std::vector<ledger::Entry>& entries);  // of replayed answers and of operations to undo
  void AddReversals(const std::vector<Reversal>& reversals);
  void AddIdentityRows(const std::vector<ledger::Identity>& identities);
  void AddOrders(const std::vector<checkout::Order>& orders);
  void AddOrderLines(const std::vector<checkout::OrderLine>& lines);
  void AddPlacements(const std::vector<checkout::Placement>& placements);
  void AddOrderReturns(const std::vector<checkout::OrderReturn>& returns);
  void AddTags(const std::vector<ledger::MemberTags>& tags);
  // Those merged into the member.
  void AddMerged(const MemberName& member, const std::vector<ledger::Member>& sources);
  void Add(const base::ProgramId& program_id, const checkout::MovedLot& lot);
  void AddProgramVersions(const std::vector<ledger::ProgramVersion>& versions);
  absl::Status AddSecrets(const std::vector<ledger::MemberKey>& keys, const base::Keyring& keyring);
  void MarkOpenLoaded(const MemberName& name);

  // Null when not there.
  const ledger::Ledger* Find(const MemberName& name) const;
  const std::string* FindSecret(const MemberName& name) const;
  const ledger::ProgramVersion* FindProgramVersion(const base::ProgramId& program_id,
                                                   int64_t version) const;
  std::vector<ledger::Entry> EntriesOf(const EntrySpan& span) const;  // those that are here
  ledger::TargetTransaction TargetOf(const MemberSeq& entry) const;
  const checkout::OrderBook& OrdersOf(const base::ProgramId& program_id);
  const checkout::Placement* FindPlacement(const OrderName& name) const;
  const checkout::OrderReturn* FindOrderReturn(const OrderName& name) const;
  std::vector<ledger::Identity> IdentitiesOf(const MemberName& name) const;
  const ledger::MemberTags* FindTags(const MemberName& name) const;
  // Empty where none were added.
  const std::vector<ledger::Member>& MergedInto(const MemberName& name) const;
  // With what this transaction books.
  base::Points GivenToday(const MemberName& name) const;
  int64_t ReturnsSince(const MemberName& name, base::Instant since) const;

  // Take what a planner decided; cannot fail.
  void Take(const MemberName& name, ledger::Changes changes);
  void Take(const ledger::MemberChanges& changes, const std::string& secret);
  void Take(const MemberName& giver, const MemberName& taker, ledger::TransferChanges changes);
  void Take(const MemberName& source, const MemberName& target, ledger::MergeChanges changes);
  void Take(const MemberName& name, ledger::EraseChanges changes);
  void Take(const ledger::PublishChanges& changes);
  void Take(checkout::Changes changes);
  void Take(Receipt receipt);

  bool HasChanges() const;
  // Everything to write, with its journal row appended to the lane. Empties the set.
  WriteSet Finish(const JournalLane& lane, base::Instant now, int64_t lease_seconds);

 private:
  using LineName = std::pair<OrderName, int64_t>;

  const ledger::Entry* FindEntry(const MemberSeq& name) const;
  WriteSet TakeRows();
  void TakeOrderRows(WriteSet& rows);
  void Forget(const std::vector<ledger::Identity>& identities);
  void Put(const ledger::MemberTags& tags);

  std::map<MemberName, ledger::Ledger> members_;
  std::map<MemberName, std::string> secrets_;
  std::map<MemberSeq, ledger::Entry> loaded_entries_;
  std::map<MemberSeq, int64_t> reversals_;  // by_txn_seq of a transaction
  std::map<IdentityName, ledger::Identity> identity_rows_;
  std::map<MemberName, ledger::MemberTags> tags_;
  std::map<MemberName, std::vector<ledger::Member>> merged_;  // by target
  std::map<std::pair<base::ProgramId, int64_t>, ledger::ProgramVersion> program_versions_;
  std::map<base::ProgramId, checkout::OrderBook> order_books_;
  std::map<OrderName, checkout::Placement> placements_;       // loaded and made
  std::map<OrderName, checkout::OrderReturn> order_returns_;  // likewise

  // What is to be written, as keys into the above, or as rows of its own.
  std::map<MemberSeq, size_t> made_entries_;  // places in appended_.entries
  std::vector<Receipt*> made_receipts_;       // in receipts
  std::set<MemberName> new_members_, changed_members_, changed_tags_;
  std::set<MemberSeq> new_lots_, changed_lots_, new_holds_, changed_holds_;
  std::set<base::ProgramId> new_heads_, changed_heads_;
  std::set<OrderName> new_orders_, changed_orders_;
  std::set<LineName> new_lines_, changed_lines_;
  WriteSet appended_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_WORKING_SET_H_
