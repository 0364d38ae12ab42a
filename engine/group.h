// One worker's machine: it runs commands as a transaction, one stage a step, until each is
// answered. It owns a session and a journal lane, and no thread: the engine's shell steps it
// against a real store, the simulation steps several against a fake one in any interleaving.
//
//   begin -> lock members -> lock orders -> lock programmes -> lock prices -> lock lane -> load
//   -> plan -> write -> commit -> deliver
//
// Any error rolls back and begins again; what fails too often as a group is run one by one, and one
// that keeps waiting for somebody's lock is put aside, so that it delays only those for the same
// member. Not thread-safe.
#ifndef FAIRPOINT_ENGINE_GROUP_H_
#define FAIRPOINT_ENGINE_GROUP_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/keyring.h"
#include "checkout/basket.h"
#include "checkout/credits.h"
#include "engine/command.h"
#include "engine/observer.h"
#include "engine/price_catalog.h"
#include "engine/program_cache.h"
#include "engine/store.h"
#include "engine/working_set.h"

namespace fairpoint::engine {

class Group {
 public:
  struct Options {
    std::string owner;
    int64_t lease_seconds = 30;
    int attempts_max = 6;  // of one transaction, before it is split or given up
    // Whoever lost a race after as long was waiting for a lock: those who need it not go first.
    absl::Duration long_wait = absl::Seconds(1);
    absl::Duration give_up_after = absl::Seconds(10);  // without a reachable database
  };

  // All must outlive the group.
  Group(Store& store, ProgramCache& programs, PriceCatalog& catalog, const base::Keyring& keyring,
        Observer& observer, Options options);

  // Takes more commands; they run after those that are here, but before what is put aside. Requires
  // between_batches().
  void Start(std::vector<Pending> commands);

  enum class Step {
    kAgain,    // call Next again
    kBlocked,  // fakes only: waiting for another transaction's lock; call again when it may have
               // ended
    kPause,    // the database is unreachable or contended; call again after pause()
    kIdle,     // everything is answered
  };
  // Performs one stage. `now` is of a clock that never goes back (base::SteadyNow): for deadlines
  // and for giving up, never for what is recorded.
  Step Next(absl::Time now);
  // Grows while the same batch is tried again.
  absl::Duration pause() const { return pause_; }

  // No transaction is under way.
  bool between_batches() const { return running_.tasks.empty(); }
  // Everything is answered.
  bool idle() const { return running_.tasks.empty() && waiting_.empty() && aside_.empty(); }
  // The stage that the next step performs, for measuring: "begin", "lock_members" ...
  const char* StageName() const;

 private:
  enum class Stage {
    kBegin,
    kLockMembers,
    kLockOrders,
    kLockPrograms,
    kLockPrices,
    kLockLane,
    kLoad,
    kPlan,
    kWrite,
    kCommit,
    kDeliver
  };

  // A command under way. Its identities' names are HMACs: computed once.
  struct Task {
    Command command;
    Completion done;
    std::vector<IdentityName> identity_names;
    std::optional<IdentityName> other;  // of them: whom a transfer is to, what is to be linked
  };
  // The commands of one transaction.
  struct Batch {
    std::vector<Task> tasks;
    int attempts = 0;
    bool commit_unknown = false;          // an attempt of it may have been committed
    bool trouble_told = false;            // the operator knows
    std::optional<absl::Time> lost_race;  // when the step began that lost the last race
  };

  Task TaskOf(Pending pending) const;
  static bool Publishes(const Task& task) {
    return OperationAs<ledger::PublishProgram>(task.command) != nullptr;
  }
  // In a transaction of its own: it changes what others were resolved by.
  static bool RunsAlone(const Task& task);
  static bool AreOfOneMember(const Task& one, const Task& other);
  void TakeBatch();
  void DropExpired(absl::Time now);
  Step Handle(const absl::Status& status, absl::Time now);
  Step BeginAgain(const absl::Status& why, absl::Time now);
  Step Pause();
  Step Split();
  Step PutAside();
  Step AnswerAll(const absl::Status& status);

  absl::Status Begin();
  absl::Status FindIdentities(std::vector<ledger::Identity>& found);
  absl::Status LockMembers();
  // Those who were merged answer through others, who must be locked too.
  absl::Status FollowMerged(const std::vector<ledger::Member>& locked);
  // Those merged into the members that the commands merge or erase.
  absl::Status FindMergedFrom(std::map<MemberName, std::vector<ledger::Member>>& found);
  absl::Status ResolveOrders();
  // The quotes of baskets, and what committed them.
  absl::Status LoadQuotes(bool of_replays = false);  // or of all
  absl::Status LockOrders();
  absl::Status LockPrograms();
  // Of commands that write prices their heads, exclusively; of baskets theirs, shared, and the
  // stocks of their offers.
  absl::Status LockPrices();
  void AddWrittenPrices(const Task& task, std::set<SkuName>& skus,
                        std::set<ChannelName>& channels) const;
  absl::Status LockChannels(const std::vector<ChannelName>& ascending, bool exclusive);
  absl::Status LockBaskets();
  absl::Status LockBooks(const std::vector<SkuName>& ascending, bool exclusive);
  absl::Status LoadQuotedOffers();
  absl::Status LockStocks();
  // Of the offers with stock that are revised.
  absl::Status LockRevisedStocks();
  absl::Status LockStocks(const std::set<OfferStockName>& names);
  absl::Status LockLane();
  absl::Status Load();
  absl::Status LoadPrograms();
  absl::Status CheckResolution();
  absl::Status CheckMergedFrom();
  // What was locked for baskets is what their quotes and the programme, as both now are, rest on.
  absl::Status CheckBasketsLocked() const;
  // Rows whose source's number may be repeated.
  absl::Status LoadStoredPrices();
  absl::Status LoadReplays();
  // What price protection looks at, and what is to be settled.
  absl::Status LoadCredits();
  absl::Status LoadHistories();
  absl::Status LoadOrders();
  absl::Status LoadWantedOrders(const std::set<OrderName>& names);
  // Adds to the wanted units those that are returned by order. Requires the orders' lines.
  void CountUnitsByOrder();
  absl::Status LoadNeeds();
  absl::Status LoadTargets(const std::vector<MemberSeq>& targets);
  absl::Status LoadSecrets();
  absl::Status LoadPersons(const std::set<MemberName>& persons);
  // What limits count: points given today, returns without a receipt; also of those merged into the
  // member.
  absl::Status LoadCounts();
  absl::Status CountGiven(const MemberName& name, base::Instant since);
  absl::Status CountReturns(const MemberName& name, base::Instant since);
  // Those merged into the members of the returns.
  absl::Status LoadMergedFrom();
  // What became of the lots of orders that they brought in.
  absl::Status LoadMoved(const std::set<OrderName>& orders);
  absl::Status LoadMergeEntries(const MemberName& source, int64_t last_seq);
  absl::Status LoadMovedLot(const MemberName& target, const checkout::Order& order);
  void Plan();
  absl::Status Write();
  absl::Status Commit();
  void Deliver();

  std::optional<MemberName> MemberOf(const Task& task) const;
  // The other member of a transfer or a merge.
  std::optional<MemberName> OtherMemberOf(const Task& task) const;
  // Whom the member was merged into; itself, unless it was.
  MemberName MergedTargetOf(const MemberName& name) const;
  // The member whom the command names, whether or not it was merged.
  std::optional<MemberName> NamedBy(const Task& task) const;
  // The members that the command may turn out to be about: an identity that nobody holds yet may be
  // linked, by an enrolment of this group, to one who is here already (`enrolled`).
  std::vector<MemberName> CandidatesOf(const Task& task,
                                       const std::vector<MemberName>& enrolled) const;
  // Those to whom this group may give the order.
  std::vector<MemberName> OwnersToBe(const OrderName& name) const;
  // The lots that the command's return may reach for.
  std::vector<int64_t> LotsOf(const Task& task, const MemberName& member,
                              const ledger::Program& program, base::Instant now);
  // The members known so far who hold an identity that an enrolment of this group names.
  std::vector<MemberName> EnrolledAlready() const;
  // The transaction's instant for a member, whose time never goes back; null: nobody's.
  base::Instant NowOf(const ledger::Ledger* ledger) const;
  // The version in force at the command's business time, which is never after `now`.
  ProgramCache::Version ProgramOf(const Command& command, base::Instant now) const;
  absl::StatusOr<Answer> PlanOne(const Task& task);
  absl::StatusOr<Answer> PlanOperation(const Task& task);
  absl::StatusOr<Answer> PlanEnrolment(const Task& task);
  absl::StatusOr<Answer> PlanImport(const Task& task);
  absl::StatusOr<ledger::MemberChanges> Enrol(const Task& task) const;
  absl::StatusOr<ledger::MemberChanges> ChangeMember(const Task& task, const MemberName& name,
                                                     const ledger::Ledger& ledger) const;
  // Everything that is known of who it is; nothing where no key is there.
  std::optional<ledger::IdentityHolder> HolderOf(const MemberName& name) const;
  std::optional<ledger::Person> PersonOf(const MemberName& name) const;
  absl::StatusOr<Answer> PlanMemberChange(const Task& task);
  absl::StatusOr<Answer> PlanTransfer(const Task& task);
  absl::StatusOr<Answer> PlanMerge(const Task& task);
  absl::StatusOr<Answer> PlanErasure(const Task& task);
  absl::StatusOr<Answer> PlanProgram(const Command& command);
  absl::StatusOr<Answer> PlanOrder(const Task& task);
  // Nobody: what the command names is the order of nobody.
  absl::StatusOr<checkout::Changes> PlanOrderChanges(const Task& task, const ledger::Ledger* ledger,
                                                     Answer& answer);
  absl::StatusOr<checkout::Changes> PlanCommit(const Task& task,
                                               const checkout::Circumstances& circumstances,
                                               const pricing::Rules& rules, Answer& answer);
  // Null: there is no such quote, or it commits none.
  const pricing::Evidence* QuoteOf(const Task& task) const;
  std::vector<const pricing::SkuBook*> BooksOf(const pricing::Evidence& quote) const;
  const pricing::ChannelBook* OwnBookOf(const pricing::Evidence& quote) const;
  absl::StatusOr<Answer> PlanPrices(const Task& task);
  absl::StatusOr<Answer> PlanFacts(const Command& command, const RecordPriceFacts& record,
                                   const checkout::Program& program);
  absl::StatusOr<std::optional<pricing::FeedReport>> ReportOf(const Command& command,
                                                              const RecordPriceFacts& record,
                                                              const pricing::Rules& rules) const;
  RecordedItem PlanFact(const Command& command, const FactToRecord& one,
                        const checkout::Program& program);
  absl::StatusOr<Answer> PlanConfirmation(const Command& command, const ConfirmPriceFact& confirm);
  absl::StatusOr<Answer> PlanOffers(const Command& command, const RecordOffers& record,
                                    const checkout::Program& program);
  absl::StatusOr<Answer> PlanPromotions(const Command& command,
                                        const RecordChannelPromotions& record,
                                        const checkout::Program& program);
  absl::Status CheckStock(const pricing::Offer& row) const;
  absl::StatusOr<Answer> PlanQuote(const KeepQuote& keep);
  absl::StatusOr<Answer> PlanCredits(const Task& task);
  absl::StatusOr<Answer> PlanMark(const Task& task);
  absl::StatusOr<Answer> MarkAnswer(const MarkPriceCredit& mark, const base::ProgramId& program_id,
                                    int64_t settlement_seq) const;
  absl::StatusOr<Answer> PlanCursors(const KeepCursors& keep);
  // A purchase's points go back with its goods.
  absl::Status CheckNotOfOrder(const ledger::TargetTransaction& target);
  absl::StatusOr<Answer> Replay(const Command& command, const Receipt& receipt) const;
  void KeepReceipt(const Command& command, const MemberName& name, Receipt receipt);
  // The answer that the changes of one member's points make, and the receipt's part of them.
  static Answer AnswerOf(const ledger::Changes& changes, Receipt& receipt);

  Store& store_;
  ProgramCache& programs_;
  PriceCatalog& catalog_;
  const base::Keyring& keyring_;
  Observer& observer_;
  const Options options_;

  std::unique_ptr<WriteSession> session_;
  int64_t lane_ = 0;  // 0: none leased

  std::deque<Batch> waiting_;  // still to run
  // One command each, waiting for somebody's lock; tried when nothing else is left to run.
  std::deque<Batch> aside_;
  Batch running_;  // of the present transaction
  Stage stage_ = Stage::kBegin;
  absl::Duration pause_;
  // Outlives batches: in an outage only the first waits, the others are told at once.
  std::optional<absl::Time> unreachable_since_;
  // Who was merged into whom, as far as met: a hint for what to lock.
  std::map<MemberName, MemberName> merged_into_;

  // Of the present attempt.
  std::vector<MemberName> to_lock_;
  WorkingSet working_;
  LaneLock lane_lock_;
  // What of price protection was loaded, as the plans left it.
  struct Credits {
    std::vector<pricing::ProtectedOrder> orders;
    std::vector<pricing::Evidence> baskets;
    std::map<base::ProgramId, checkout::PriceHistory> histories;
    std::vector<pricing::PriceCredit> credits;
    std::vector<pricing::CreditSettlement> settlements;
  };
  Credits credits_;
  // The versions of programmes whose channels were locked for baskets.
  std::map<base::ProgramId, int64_t> locked_channels_;
  std::set<EvidenceName> locked_quotes_;  // whose SKUs are locked, as far as they have heads
  // Of baskets whose quotes saw offers that were revised since, with others of their SKUs.
  std::vector<pricing::Offer> quoted_offers_;
  // What the returns of this attempt want of each SKU, together.
  std::map<MemberSku, int64_t> wanted_units_;
  std::map<MemberName, std::vector<ledger::Member>> merged_from_;
  std::set<MemberName> merged_targets_;
  // By source and lot: the entries with which its lots went over.
  std::map<MemberName, std::map<int64_t, ledger::Entry>> merge_entries_;
  std::vector<absl::StatusOr<Answer>> answers_;  // parallel to running_.tasks
  WriteSet writes_;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_GROUP_H_
