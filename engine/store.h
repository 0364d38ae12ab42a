// The port: what the engine, the readers and the verifier ask of a database. Storage implements it;
// a fake implements it for the simulation. Nothing here names a driver.
//
// Errors of every call, beside OK:
// clang-format off
//   ABORTED              lost a race (deadlock, lock wait, serialization): roll back, run it again
//   ALREADY_EXISTS       Write only: a unique key is taken: the same, its row will now be found
//   OUT_OF_RANGE         Write only: the journal has the lane's next row already: its head is wrong
//   UNAVAILABLE          the database is away or went away: nothing is committed, unless by Commit
//   UNKNOWN              Commit only: the reply was lost; it may or may not be committed
//   RESOURCE_EXHAUSTED   the store is full (disk, quota)
//   FAILED_PRECONDITION  writes are refused, or it is no Fairpoint store, or of another version
//   DATA_LOSS            a row cannot be read as what it should be
//   CANCELLED            fakes only: it would wait for a lock: call it again later
// clang-format on
// After any error but CANCELLED the transaction must be ended with Rollback.
#ifndef FAIRPOINT_ENGINE_STORE_H_
#define FAIRPOINT_ENGINE_STORE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/points.h"
#include "base/sha256.h"
#include "base/time.h"
#include "checkout/order.h"
#include "engine/journal.h"
#include "engine/names.h"
#include "engine/price_store.h"
#include "engine/receipt.h"
#include "engine/reversal.h"
#include "ledger/entry.h"
#include "ledger/hold.h"
#include "ledger/lot.h"
#include "ledger/member.h"
#include "ledger/program.h"

namespace fairpoint::engine {

// Everything one transaction writes. `new_*` are inserted; a taken key is ALREADY_EXISTS. The
// others replace rows that were locked.
struct WriteSet {
  std::vector<ledger::Member> new_members;
  std::vector<ledger::Member> members;
  std::vector<ledger::MemberKey> new_member_keys;
  std::vector<ledger::Identity> new_identities;
  std::vector<ledger::Identity> identities;
  std::vector<IdentityName> deleted_identities;
  std::vector<ledger::MemberTags> tags;  // inserted or replaced
  // Whose tags and keys are deleted: erased members.
  std::vector<MemberName> deleted_member_keys;
  std::vector<ledger::MemberEvent> events;  // append-only
  std::vector<ledger::Entry> entries;       // append-only
  std::vector<ledger::Lot> new_lots;
  std::vector<ledger::Lot> lots;
  std::vector<ledger::Hold> new_holds;
  std::vector<ledger::Hold> holds;
  std::vector<Reversal> reversals;                   // append-only
  std::vector<Receipt> receipts;                     // append-only
  std::vector<checkout::Placement> placements;       // append-only
  std::vector<checkout::OrderReturn> order_returns;  // append-only
  std::vector<checkout::OrderClaim> order_claims;    // append-only
  std::vector<checkout::Order> new_orders;
  std::vector<checkout::Order> orders;
  std::vector<checkout::OrderLine> new_order_lines;
  std::vector<checkout::OrderLine> order_lines;
  std::vector<checkout::ReturnPart> new_return_parts;
  std::vector<ledger::ProgramVersion> program_versions;  // append-only
  std::vector<ledger::ProgramHead> new_program_heads;
  std::vector<ledger::ProgramHead> program_heads;
  PriceWriteSet prices;
  std::optional<JournalRow> journal;  // append-only
  std::optional<JournalLane> lane;    // replaces the locked lane row
};

// What LockLane saw.
struct LaneLock {
  JournalLane lane;
  base::Instant now;  // the database's clock, read after the lock
};

// One connection that writes, one transaction at a time: Begin, resolve, lock, load, Write, Commit
// or Rollback. READ COMMITTED on a server; BEGIN IMMEDIATE on SQLite. Not thread-safe. Locks are
// taken in this order of calls: LockMembers, LockOrders, LockProgramHeads, LockPriceHeads,
// LockChannelHeads, LockOfferStocks, LockLane.
class WriteSession : public PriceWriteSession {
 public:
  virtual absl::Status Begin() = 0;

  // Plain reads, before or after the locks. Absent rows are left out; any order.
  virtual absl::Status FindIdentities(std::span<const IdentityName> names,
                                      std::vector<ledger::Identity>& found) = 0;
  virtual absl::Status LoadOrders(std::span<const OrderName> names,
                                  std::vector<checkout::Order>& found) = 0;
  // Those merged into a member, in any order.
  virtual absl::Status FindMergedInto(const MemberName& member,
                                      std::vector<ledger::Member>& found) = 0;

  // Locks the rows exclusively in ascending order. `ascending` is sorted, without repeats. Absent
  // rows are left out and not guarded.
  virtual absl::Status LockMembers(std::span<const MemberName> ascending,
                                   std::vector<ledger::Member>& found) = 0;
  // Likewise. An order that has a member is guarded by its member's row too.
  virtual absl::Status LockOrders(std::span<const OrderName> ascending,
                                  std::vector<checkout::Order>& found) = 0;
  // Shared for postings, exclusive for publishing.
  virtual absl::Status LockProgramHeads(std::span<const base::ProgramId> ascending, bool exclusive,
                                        std::vector<ledger::ProgramHead>& found) = 0;
  // Locks the lane row exclusively and reads the clock. NOT_FOUND if there is no such lane.
  virtual absl::Status LockLane(int64_t lane, LaneLock& lock) = 0;

  // Reads under the locks. Absent rows are left out; rows of one member come in ascending seq.
  virtual absl::Status LoadReceipts(std::span<const RequestName> names,
                                    std::vector<Receipt>& found) = 0;
  virtual absl::Status LoadOpenLots(std::span<const MemberName> members,
                                    std::vector<ledger::Lot>& found) = 0;
  virtual absl::Status LoadOpenHolds(std::span<const MemberName> members,
                                     std::vector<ledger::Hold>& found) = 0;
  virtual absl::Status LoadLots(std::span<const MemberSeq> names,
                                std::vector<ledger::Lot>& found) = 0;
  virtual absl::Status LoadHolds(std::span<const MemberSeq> names,
                                 std::vector<ledger::Hold>& found) = 0;
  // All entries of the transaction that the entry belongs to; none if there is no such entry.
  virtual absl::Status LoadTransaction(const MemberSeq& entry,
                                       std::vector<ledger::Entry>& found) = 0;
  virtual absl::Status LoadEntries(std::span<const EntrySpan> spans,
                                   std::vector<ledger::Entry>& found) = 0;
  virtual absl::Status LoadReversals(std::span<const MemberSeq> transactions,
                                     std::vector<Reversal>& found) = 0;
  virtual absl::Status LoadMemberKeys(std::span<const MemberName> members,
                                      std::vector<ledger::MemberKey>& found) = 0;
  virtual absl::Status LoadIdentitiesOf(std::span<const MemberName> members,
                                        std::vector<ledger::Identity>& found) = 0;
  virtual absl::Status LoadMemberTags(std::span<const MemberName> members,
                                      std::vector<ledger::MemberTags>& found) = 0;
  // Points that left members by kTransferOut, recorded at `since` or later.
  virtual absl::Status SumTransferred(const MemberName& member, base::Instant since,
                                      base::Points& sum) = 0;
  // Returns of members without a receipt, effective at `since` or later.
  virtual absl::Status CountReturnsWithoutReceipt(const MemberName& member, base::Instant since,
                                                  int64_t& count) = 0;
  virtual absl::Status LoadProgramVersions(const base::ProgramId& program_id, int64_t after_version,
                                           std::vector<ledger::ProgramVersion>& found) = 0;

  // All lines of the orders.
  virtual absl::Status LoadOrderLines(std::span<const OrderName> orders,
                                      std::vector<checkout::OrderLine>& found) = 0;
  // Those of which units are left.
  virtual absl::Status LoadOpenOrderLines(std::span<const MemberSku> names,
                                          std::vector<checkout::OrderLine>& found) = 0;
  virtual absl::Status LoadPlacements(std::span<const OrderName> names,
                                      std::vector<checkout::Placement>& found) = 0;
  virtual absl::Status LoadOrderReturns(std::span<const OrderName> returns,
                                        std::vector<checkout::OrderReturn>& found) = 0;

  virtual absl::Status Write(const WriteSet& changes) = 0;
  virtual absl::Status Commit() = 0;
  // Ends the transaction whatever its state; harmless when there is none.
  virtual void Rollback() = 0;
};

// The keys of one member-keyed table: (program_id, member_id) after `after` (exclusive; empty: from
// the start) up to `until` (inclusive; nothing: to the end).
struct MemberRange {
  MemberName after;
  std::optional<MemberName> until;
};

// Orders after `after` (exclusive; nothing: from the start) up to `until` (inclusive; nothing: to
// the end).
struct OrderRange {
  std::optional<OrderName> after;
  std::optional<OrderName> until;
};

// One connection that reads. Between BeginSnapshot and EndSnapshot all reads see one instant. Not
// thread-safe.
class ReadSession : public PriceReadSession {
 public:
  virtual absl::Status BeginSnapshot() = 0;
  virtual void EndSnapshot() = 0;

  virtual absl::StatusOr<base::Instant> Now() = 0;

  virtual absl::Status FindIdentities(std::span<const IdentityName> names,
                                      std::vector<ledger::Identity>& found) = 0;
  virtual absl::Status FindMembers(std::span<const MemberName> names,
                                   std::vector<ledger::Member>& found) = 0;
  virtual absl::Status LoadOpenLots(std::span<const MemberName> members,
                                    std::vector<ledger::Lot>& found) = 0;
  virtual absl::Status LoadOpenHolds(std::span<const MemberName> members,
                                     std::vector<ledger::Hold>& found) = 0;
  virtual absl::Status LoadMemberKeys(std::span<const MemberName> members,
                                      std::vector<ledger::MemberKey>& found) = 0;
  virtual absl::Status LoadIdentitiesOf(std::span<const MemberName> members,
                                        std::vector<ledger::Identity>& found) = 0;
  virtual absl::Status LoadMemberTags(std::span<const MemberName> members,
                                      std::vector<ledger::MemberTags>& found) = 0;
  virtual absl::Status FindMergedInto(const MemberName& member,
                                      std::vector<ledger::Member>& found) = 0;
  // Rows whose head_hash cannot be read are found too, with zeros for it; `unreadable` says why.
  virtual absl::Status LoadProgramHeads(std::vector<ledger::ProgramHead>& found,
                                        std::map<base::ProgramId, std::string>& unreadable) = 0;
  virtual absl::Status LoadProgramVersions(const base::ProgramId& program_id, int64_t after_version,
                                           std::vector<ledger::ProgramVersion>& found) = 0;
  virtual absl::Status LoadReceipts(std::span<const RequestName> names,
                                    std::vector<Receipt>& found) = 0;
  virtual absl::Status LoadOrders(std::span<const OrderName> names,
                                  std::vector<checkout::Order>& found) = 0;
  virtual absl::Status LoadOrderLines(std::span<const OrderName> orders,
                                      std::vector<checkout::OrderLine>& found) = 0;
  virtual absl::Status LoadPlacements(std::span<const OrderName> names,
                                      std::vector<checkout::Placement>& found) = 0;
  virtual absl::Status LoadOrderReturns(std::span<const OrderName> returns,
                                        std::vector<checkout::OrderReturn>& found) = 0;
  // A member's orders with order_seq below `before_order_seq`, the latest first.
  virtual absl::Status ReadOrders(const MemberName& member, int64_t before_order_seq, size_t limit,
                                  std::vector<checkout::Order>& found) = 0;
  // A statement's page: entries with seq in (after_seq, before_seq), ascending, or descending if
  // `newest_first`.
  virtual absl::Status ReadEntries(const MemberName& member, int64_t after_seq, int64_t before_seq,
                                   bool newest_first, size_t limit,
                                   std::vector<ledger::Entry>& found) = 0;
  // Members whose next_due_at is at or before `now`, earliest first, after `resume_after`.
  virtual absl::Status ScanDueMembers(base::Instant now,
                                      const std::optional<DueMember>& resume_after, size_t limit,
                                      std::vector<DueMember>& found) = 0;

  // History in key order, for the verifier and exports; at most `limit` rows, fewer only at the end
  // of the range.
  virtual absl::Status ScanMembers(const MemberRange& range, size_t limit,
                                   std::vector<ledger::Member>& found) = 0;
  // Their keys alone: where a row cannot be read this tells whose it is.
  virtual absl::Status ScanMemberNames(const MemberRange& range, size_t limit,
                                       std::vector<MemberName>& found) = 0;
  // `resume_after` continues a range after a row that an earlier call returned.
  virtual absl::Status ScanEntries(const MemberRange& range,
                                   const std::optional<MemberSeq>& resume_after, size_t limit,
                                   std::vector<ledger::Entry>& found) = 0;
  virtual absl::Status ScanEvents(const MemberRange& range,
                                  const std::optional<MemberSeq>& resume_after, size_t limit,
                                  std::vector<ledger::MemberEvent>& found) = 0;
  virtual absl::Status ScanLots(const MemberRange& range,
                                const std::optional<MemberSeq>& resume_after, size_t limit,
                                std::vector<ledger::Lot>& found) = 0;
  virtual absl::Status ScanHolds(const MemberRange& range,
                                 const std::optional<MemberSeq>& resume_after, size_t limit,
                                 std::vector<ledger::Hold>& found) = 0;
  virtual absl::Status ScanReversals(const MemberRange& range,
                                     const std::optional<MemberSeq>& resume_after, size_t limit,
                                     std::vector<Reversal>& found) = 0;
  virtual absl::Status ScanReceipts(const std::optional<RequestName>& after, size_t limit,
                                    std::vector<Receipt>& found) = 0;
  virtual absl::Status ScanPlacements(const std::optional<OrderName>& after, size_t limit,
                                      std::vector<checkout::Placement>& found) = 0;
  virtual absl::Status ScanOrderReturns(const std::optional<OrderName>& after, size_t limit,
                                        std::vector<checkout::OrderReturn>& found) = 0;
  // All rows of a range of orders.
  virtual absl::Status ScanOrders(const OrderRange& range, std::vector<checkout::Order>& found) = 0;
  virtual absl::Status ScanOrderLines(const OrderRange& range,
                                      std::vector<checkout::OrderLine>& found) = 0;
  virtual absl::Status ScanReturnParts(const OrderRange& range,
                                       std::vector<checkout::ReturnPart>& found) = 0;
  virtual absl::Status ScanOrderClaims(const OrderRange& range,
                                       std::vector<checkout::OrderClaim>& found) = 0;
  virtual absl::Status ScanIdentities(const std::optional<IdentityName>& after, size_t limit,
                                      std::vector<ledger::Identity>& found) = 0;
  // As LoadProgramHeads.
  virtual absl::Status LoadLanes(std::vector<JournalLane>& found,
                                 std::map<int64_t, std::string>& unreadable) = 0;
  virtual absl::Status ScanJournal(int64_t lane, int64_t after_lane_seq, size_t limit,
                                   std::vector<JournalRow>& found) = 0;
  // The next lane of which the journal has rows, and the next programme that has versions, whether
  // or not there is a row of the lane or programme itself; nothing past the last.
  virtual absl::Status FindNextLane(std::optional<int64_t> after, std::optional<int64_t>& next) = 0;
  virtual absl::Status FindNextProgram(const std::optional<base::ProgramId>& after,
                                       std::optional<base::ProgramId>& next) = 0;
};

// A caller's key as it is stored: never the secret, only its hash.
struct ApiKey {
  std::string key_id;         // public part
  std::string secret_sha256;  // 32 bytes; of the secret, or of the client certificate's DER
  bool is_certificate = false;
  std::string role;      // "member-app", "pos", "operator", "auditor", "admin"
  std::string store_id;  // for pos
  std::string label;
  base::Instant created_at;
  std::optional<base::Instant> revoked_at;
  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

// Something about the database that breaks a promise, and what to do about it.
struct Finding {
  bool fatal = true;
  std::string what;
  std::string how_to_mend;
};

// A database. Thread-safe; sessions are not.
class Store {
 public:
  virtual ~Store() = default;

  virtual absl::StatusOr<std::unique_ptr<WriteSession>> OpenWriteSession() = 0;
  virtual absl::StatusOr<std::unique_ptr<ReadSession>> OpenReadSession() = 0;

  // Takes a lane whose lease ended before the database's now, or makes a new one, for `owner` until
  // now + lease_seconds.
  virtual absl::StatusOr<int64_t> LeaseLane(const std::string& owner, int64_t lease_seconds) = 0;

  // One cheap round trip.
  virtual absl::Status Ping() = 0;
  // Isolation, durability, timeouts, TLS, and that append-only tables refuse UPDATE and DELETE.
  virtual absl::StatusOr<std::vector<Finding>> Inspect() = 0;

  virtual absl::Status InsertApiKey(const ApiKey& key) = 0;  // refuses a certificate in use
  virtual absl::StatusOr<std::vector<ApiKey>> LoadApiKeys() = 0;
  // NOT_FOUND if there is none; harmless if it is revoked already.
  virtual absl::Status RevokeApiKey(const std::string& key_id) = 0;

  // Small facts about the store (the keyring's fingerprint): set once, then only read. Returns the
  // value that stands.
  virtual absl::StatusOr<std::string> SetMetaOnce(const std::string& name,
                                                  const std::string& value) = 0;
  // All of them by name.
  virtual absl::StatusOr<std::map<std::string, std::string>> LoadMeta() = 0;
};

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_STORE_H_
