// What the engine's tests share: commands in a line each, one group on a fake store that is stepped
// until it rests, faults by the stage they strike, and everything that was written, read back.
#ifndef FAIRPOINT_ENGINE_TESTING_WORLD_H_
#define FAIRPOINT_ENGINE_TESTING_WORLD_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/keyring.h"
#include "engine/command.h"
#include "engine/group.h"
#include "engine/observer.h"
#include "engine/program_cache.h"
#include "engine/testing/fake_store.h"

namespace fairpoint::engine::testing {

inline constexpr base::Instant kStart{1'767'225'600 * base::kMicrosPerSecond};  // 2026-01-01

base::ProgramId Brand();
const base::Keyring& TestKeyring();
// The text of a programme is its currency and words: "pending" (released on an event), "shop" (with
// channels "app", private, and "jd", to compare with; "protected": for 30 days), "broken" (cannot
// be read).
absl::StatusOr<checkout::Program> ParseProgram(const ledger::ProgramVersion& version);

// ---- commands; the digest follows from what is given ----

ledger::PlainIdentity Phone(std::string_view number);
ledger::PlainIdentity Card(std::string_view number);
MemberRef Id(std::string_view member_id);
Command Ask(std::string_view request_id, const MemberRef& member,
            const ledger::Operation& operation);
Command Earn(std::string_view request_id, const MemberRef& member, int64_t points);
Command Redeem(std::string_view request_id, const MemberRef& member, int64_t points);
Command Enrol(std::string_view request_id, std::string_view new_member_id,
              const std::vector<ledger::PlainIdentity>& identities);
Command Publish(std::string_view request_id, std::string_view text = "CNY");

// ---- what was told and written ----

// Thread-safe.
class RecordingObserver final : public Observer {
 public:
  void OnStage(std::string_view stage, absl::Duration took) override;
  void OnGroup(size_t commands) override;
  void OnRetry(const absl::Status& why) override;
  void OnRefusal(const absl::Status& why) override;
  void OnTrouble(const absl::Status& what) override;

  std::vector<std::string> stages() const;
  std::vector<size_t> groups() const;  // how many commands each committed group had
  std::vector<absl::Status> retries() const;
  std::vector<absl::Status> refusals() const;
  std::vector<absl::Status> troubles() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> stages_;
  std::vector<size_t> groups_;
  std::vector<absl::Status> retries_, refusals_, troubles_;
};

// Every row there is of Brand(), in key order.
struct History {
  std::vector<ledger::Member> members;
  std::vector<ledger::Entry> entries;
  std::vector<ledger::MemberEvent> events;
  std::vector<Receipt> receipts;
  std::vector<Reversal> reversals;
  std::vector<checkout::Placement> placements;
  std::vector<checkout::OrderReturn> order_returns;
  std::vector<checkout::OrderClaim> order_claims;
  std::vector<ledger::ProgramVersion> versions;
  std::vector<JournalLane> lanes;
  std::vector<JournalRow> journal;

  // Fails the test when there is none.
  ledger::Member Member(std::string_view member_id) const;
};
History ReadHistory(FakeStore& store);
// Every append-only row is listed once, where it says it is, with its hash; lanes have no gaps and
// their hashes chain. Anything else fails the test.
void ExpectJournalHolds(const History& history);

// "REASON" of a refusal, "" of an answer.
std::string ReasonOf(const absl::StatusOr<Answer>& answer);

// One group on one store; what the store calls a violation fails the test. Brand() is published,
// and nobody is enrolled.
class World {
 public:
  explicit World(std::string_view program_text = "CNY");

  FakeStore store;
  ProgramCache programs{ParseProgram};
  PriceCatalog prices;
  RecordingObserver observer;
  absl::Time now = absl::UnixEpoch();
  std::map<std::string, std::vector<absl::StatusOr<Answer>>> answers;  // by request id
  int pauses = 0;

  // The next call in the stage fails so; faults strike in this order. With `call`: the next such
  // call.
  void Strike(std::string_view stage, FakeFault fault,
              const std::optional<FakeCall>& call = std::nullopt);
  size_t strikes_left() const { return strikes_.size(); }
  // The write of a group that holds this request always fails so.
  void Poison(std::string_view request_id, FakeFault fault);

  // A fresh group, as of a process that begins.
  void Restart(Group::Options options = {.owner = "worker"});
  Group& group() { return *group_; }
  void Start(std::vector<Command> commands);
  // One step; a pause takes 100 ms.
  Group::Step Step();
  // Steps until the stage is to be performed next, or until all is answered.
  void StepTo(std::string_view stage);
  void Run() { StepTo("rest"); }
  // The first answers, in the order of the commands.
  std::vector<absl::StatusOr<Answer>> DoAll(std::vector<Command> commands);
  absl::StatusOr<Answer> Do(Command command) { return DoAll({std::move(command)}).front(); }

 private:
  struct Fault {
    std::string stage;
    FakeFault fault{};
    std::optional<FakeCall> call;
  };
  FakeFault Draw(FakeCall call, const WriteSet* changes);

  std::deque<Fault> strikes_;
  std::map<std::string, FakeFault> poison_;
  std::unique_ptr<Group> group_;
};

// Another server: runs a command to its end while the world's group stands still.
absl::StatusOr<Answer> Elsewhere(World& world, Command command);

}  // namespace fairpoint::engine::testing

#endif  // FAIRPOINT_ENGINE_TESTING_WORLD_H_
