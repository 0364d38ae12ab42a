#include "engine/working_set.h"

#include <utility>

namespace fairpoint::engine {
namespace {

MemberName NameOf(const ledger::Lot& lot) { return {lot.program_id, lot.member_id}; }
MemberName NameOf(const ledger::Hold& hold) { return {hold.program_id, hold.member_id}; }

// Numbers each row's place in the journal and lists its leaf.
template <class Row>
void Journalise(std::vector<Row>& rows, JournalTable table, const JournalRow& journal,
                std::vector<JournalLeaf>& leaves) {
  for (Row& row : rows) {
    row.lane = journal.lane;
    row.lane_seq = journal.lane_seq;
    JournalLeaf leaf{
        .table = table, .program_id = row.program_id.value(), .key = {}, .seq = 0, .hash = {}};
    if constexpr (requires { row.hash; }) {
      leaf.hash = row.hash;
    } else {
      leaf.hash = HashOf(row);
    }
    if constexpr (std::is_same_v<Row, Receipt>) {
      leaf.key = row.request_id.value();
    } else if constexpr (requires { row.return_id; }) {
      leaf.key = row.return_id;
    } else if constexpr (std::is_same_v<Row, checkout::Placement> ||
                         std::is_same_v<Row, checkout::OrderClaim>) {
      leaf.key = row.order_id;
    } else if constexpr (std::is_same_v<Row, ledger::ProgramVersion>) {
      leaf.seq = row.version;
    } else if constexpr (std::is_same_v<Row, pricing::PriceCredit>) {
      leaf.key = row.order_id;
      leaf.seq = row.credit_seq;
    } else if constexpr (std::is_same_v<Row, pricing::CreditSettlement>) {
      leaf.key = row.order_id + ' ' + std::to_string(row.credit_seq);
      leaf.seq = row.settlement_seq;
    } else if constexpr (std::is_same_v<Row, pricing::Evidence>) {
      leaf.key = row.evidence_id;
    } else if constexpr (std::is_same_v<Row, pricing::PriceFact>) {
      leaf.key = row.sku;
      leaf.seq = row.head_seq;
    } else if constexpr (std::is_same_v<Row, pricing::Offer>) {
      leaf.key = row.sku.empty() ? KeyOfChannel(row.channel_id) : row.sku;
      leaf.seq = row.head_seq;
    } else if constexpr (std::is_same_v<Row, pricing::ChannelPromotion> ||
                         std::is_same_v<Row, pricing::FeedReport>) {
      leaf.key = row.channel_id;
      leaf.seq = row.head_seq;
    } else {
      leaf.key = row.member_id.value();
      if constexpr (std::is_same_v<Row, ledger::Entry>) leaf.seq = row.seq;
      if constexpr (std::is_same_v<Row, ledger::MemberEvent>) leaf.seq = row.event_seq;
      if constexpr (std::is_same_v<Row, Reversal>) leaf.seq = row.txn_seq;
    }
    leaves.push_back(std::move(leaf));
  }
}

}  // namespace

void WorkingSet::AddMembers(const std::vector<ledger::Member>& members) {
  for (const ledger::Member& member : members)
    members_[{member.program_id, member.member_id}].member = member;
}

void WorkingSet::AddLots(const std::vector<ledger::Lot>& lots) {
  for (const ledger::Lot& lot : lots) members_[NameOf(lot)].lots.insert_or_assign(lot.lot_seq, lot);
}

void WorkingSet::AddHolds(const std::vector<ledger::Hold>& holds) {
  for (const ledger::Hold& hold : holds)
    members_[NameOf(hold)].holds.insert_or_assign(hold.hold_seq, hold);
}

void WorkingSet::AddEntries(const std::vector<ledger::Entry>& entries) {
  for (const ledger::Entry& entry : entries)
    loaded_entries_.insert_or_assign({{entry.program_id, entry.member_id}, entry.seq}, entry);
}

void WorkingSet::AddReversals(const std::vector<Reversal>& reversals) {
  for (const Reversal& reversal : reversals) {
    reversals_.insert_or_assign({{reversal.program_id, reversal.member_id}, reversal.txn_seq},
                                reversal.by_txn_seq);
  }
}

void WorkingSet::AddIdentityRows(const std::vector<ledger::Identity>& rows) {
  for (const ledger::Identity& row : rows)
    identity_rows_.insert_or_assign({row.program_id, row.lookup_hash}, row);
}

void WorkingSet::AddProgramVersions(const std::vector<ledger::ProgramVersion>& versions) {
  for (const ledger::ProgramVersion& version : versions)
    program_versions_.insert_or_assign({version.program_id, version.version}, version);
}

absl::Status WorkingSet::AddSecrets(const std::vector<ledger::MemberKey>& keys,
                                    const base::Keyring& keyring) {
  for (const ledger::MemberKey& key : keys) {
    absl::StatusOr<std::string> secret =
        keyring.Unwrap(key.program_id, key.member_id, key.key_version, key.wrapped);
    if (!secret.ok()) return absl::DataLossError(secret.status().message());
    secrets_.insert_or_assign({key.program_id, key.member_id}, std::move(*secret));
  }
  return absl::OkStatus();
}

void WorkingSet::MarkOpenLoaded(const MemberName& name) { members_[name].open_loaded = true; }

const ledger::Ledger* WorkingSet::Find(const MemberName& name) const {
  const auto found = members_.find(name);
  return found == members_.end() ? nullptr : &found->second;
}

const std::string* WorkingSet::FindSecret(const MemberName& name) const {
  const auto found = secrets_.find(name);
  return found == secrets_.end() ? nullptr : &found->second;
}

const ledger::ProgramVersion* WorkingSet::FindProgramVersion(const base::ProgramId& program_id,
                                                             int64_t version) const {
  const auto found = program_versions_.find({program_id, version});
  return found == program_versions_.end() ? nullptr : &found->second;
}

const ledger::Entry* WorkingSet::FindEntry(const MemberSeq& name) const {
  if (const auto made = made_entries_.find(name); made != made_entries_.end())
    return &appended_.entries[made->second];
  const auto loaded = loaded_entries_.find(name);
  return loaded == loaded_entries_.end() ? nullptr : &loaded->second;
}

std::vector<ledger::Entry> WorkingSet::EntriesOf(const EntrySpan& span) const {
  std::vector<ledger::Entry> entries;
  for (int64_t i = 0; i < span.count; ++i) {
    if (const ledger::Entry* const entry = FindEntry({span.member, span.first_seq + i}))
      entries.push_back(*entry);
  }
  return entries;
}

ledger::TargetTransaction WorkingSet::TargetOf(const MemberSeq& name) const {
  ledger::TargetTransaction target;
  const ledger::Entry* const named = FindEntry(name);
  if (named == nullptr) return target;
  // A transaction's entries stand together, from its first one on.
  const int64_t txn_seq = named->txn_seq;
  for (int64_t seq = txn_seq;; ++seq) {
    const ledger::Entry* const entry = FindEntry({name.member, seq});
    if (entry == nullptr || entry->txn_seq != txn_seq) break;
    target.entries.push_back(*entry);
  }
  if (const auto reversal = reversals_.find({name.member, txn_seq}); reversal != reversals_.end())
    target.reversed_by_txn_seq = reversal->second;
  return target;
}

std::vector<ledger::Identity> WorkingSet::IdentitiesOf(const MemberName& name) const {
  std::vector<ledger::Identity> held;
  for (const auto& [key, row] : identity_rows_) {
    if (row.program_id == name.program_id && row.member_id == name.member_id) held.push_back(row);
  }
  return held;
}

void WorkingSet::Take(const MemberName& name, ledger::Changes changes) {
  ledger::Ledger& ledger = members_[name];
  const bool is_nothing = changes.entries.empty() && changes.new_lots.empty() &&
                          changes.lots.empty() && changes.new_holds.empty() &&
                          changes.holds.empty() && !changes.reversed_txn_seq &&
                          changes.member == ledger.member;
  if (is_nothing) return;
  ledger::Take(changes, ledger);
  if (!new_members_.contains(name)) changed_members_.insert(name);
  for (ledger::Entry& entry : changes.entries) {
    made_entries_.insert_or_assign({name, entry.seq}, appended_.entries.size());
    appended_.entries.push_back(std::move(entry));
  }
  for (const ledger::Lot& lot : changes.new_lots) new_lots_.insert({name, lot.lot_seq});
  for (const ledger::Lot& lot : changes.lots) {
    if (!new_lots_.contains({name, lot.lot_seq})) changed_lots_.insert({name, lot.lot_seq});
  }
  for (const ledger::Hold& hold : changes.new_holds) new_holds_.insert({name, hold.hold_seq});
  for (const ledger::Hold& hold : changes.holds) {
    if (!new_holds_.contains({name, hold.hold_seq})) changed_holds_.insert({name, hold.hold_seq});
  }
  if (changes.reversed_txn_seq) {
    const Reversal reversal{.program_id = name.program_id,
                            .member_id = name.member_id,
                            .txn_seq = *changes.reversed_txn_seq,
                            .by_txn_seq = changes.operation_first};
    AddReversals({reversal});
    appended_.reversals.push_back(reversal);
  }
}

void WorkingSet::Take(const ledger::MemberChanges& changes, const std::string& secret) {
  const MemberName name{changes.member.program_id, changes.member.member_id};
  if (changes.events.empty() && changes.new_identities.empty() && !changes.is_new) return;
  ledger::Ledger& ledger = members_[name];
  ledger.member = changes.member;
  if (changes.is_new) {
    // Nothing can be in the store of a member who was not there.
    ledger.open_loaded = true;
    new_members_.insert(name);
    secrets_.insert_or_assign(name, secret);
  } else if (!new_members_.contains(name)) {
    changed_members_.insert(name);
  }
  appended_.events.insert(appended_.events.end(), changes.events.begin(), changes.events.end());
  for (const ledger::Identity& identity : changes.new_identities) {
    identities.insert_or_assign({identity.program_id, identity.lookup_hash}, identity.member_id);
    appended_.new_identities.push_back(identity);
  }
  AddIdentityRows(changes.new_identities);
  Forget(changes.deleted_identities);
  if (changes.tags) Put(*changes.tags);
  if (changes.new_key) appended_.new_member_keys.push_back(*changes.new_key);
}

void WorkingSet::Take(const ledger::PublishChanges& changes) {
  program_heads.insert_or_assign(changes.head.program_id, changes.head);
  (changes.is_first ? new_heads_ : changed_heads_).insert(changes.head.program_id);
  AddProgramVersions({changes.version});
  appended_.program_versions.push_back(changes.version);
}

void WorkingSet::Take(Receipt receipt) {
  RequestName name{receipt.program_id, receipt.request_id};
  const auto kept = receipts.insert_or_assign(std::move(name), std::move(receipt)).first;
  made_receipts_.push_back(&kept->second);
}

bool WorkingSet::HasChanges() const {
  return !made_receipts_.empty() || !appended_.entries.empty() || !appended_.events.empty() ||
         !changed_members_.empty() || prices.HasChanges();
}

WriteSet WorkingSet::TakeRows() {
  WriteSet rows = std::move(appended_);
  for (Receipt* const receipt : made_receipts_) rows.receipts.push_back(std::move(*receipt));
  for (const MemberSeq& key : new_lots_)
    rows.new_lots.push_back(std::move(members_.at(key.member).lots.at(key.seq)));
  for (const MemberSeq& key : changed_lots_)
    rows.lots.push_back(std::move(members_.at(key.member).lots.at(key.seq)));
  for (const MemberSeq& key : new_holds_)
    rows.new_holds.push_back(std::move(members_.at(key.member).holds.at(key.seq)));
  for (const MemberSeq& key : changed_holds_)
    rows.holds.push_back(std::move(members_.at(key.member).holds.at(key.seq)));
  for (const MemberName& name : new_members_)
    rows.new_members.push_back(std::move(members_.at(name).member));
  for (const MemberName& name : changed_members_)
    rows.members.push_back(std::move(members_.at(name).member));
  for (const MemberName& name : changed_tags_) rows.tags.push_back(std::move(tags_.at(name)));
  TakeOrderRows(rows);
  for (const base::ProgramId& id : new_heads_)
    rows.new_program_heads.push_back(program_heads.at(id));
  for (const base::ProgramId& id : changed_heads_)
    rows.program_heads.push_back(program_heads.at(id));
  prices.MoveInto(rows.prices);
  PriceSet kept = std::move(prices);
  *this = WorkingSet();
  prices = std::move(kept);  // what they say is told when it is committed
  return rows;
}

WriteSet WorkingSet::Finish(const JournalLane& lane, base::Instant now, int64_t lease_seconds) {
  WriteSet rows = TakeRows();
  JournalRow journal;
  journal.lane = lane.lane;
  journal.lane_seq = lane.lane_seq + 1;
  journal.recorded_at = now;
  journal.prev_hash = lane.head_hash;
  std::vector<JournalLeaf> leaves;
  leaves.reserve(rows.entries.size() + rows.receipts.size() + rows.events.size() +
                 rows.reversals.size() + rows.program_versions.size() + rows.placements.size() +
                 rows.order_returns.size() + rows.order_claims.size() + rows.prices.facts.size() +
                 rows.prices.offers.size() + rows.prices.evidence.size());
  Journalise(rows.entries, JournalTable::kEntry, journal, leaves);
  Journalise(rows.events, JournalTable::kMemberEvent, journal, leaves);
  Journalise(rows.receipts, JournalTable::kReceipt, journal, leaves);
  Journalise(rows.program_versions, JournalTable::kProgramVersion, journal, leaves);
  Journalise(rows.reversals, JournalTable::kReversal, journal, leaves);
  Journalise(rows.placements, JournalTable::kPlacement, journal, leaves);
  Journalise(rows.order_returns, JournalTable::kOrderReturn, journal, leaves);
  Journalise(rows.order_claims, JournalTable::kOrderClaim, journal, leaves);
  Journalise(rows.prices.facts, JournalTable::kPriceFact, journal, leaves);
  Journalise(rows.prices.offers, JournalTable::kOffer, journal, leaves);
  Journalise(rows.prices.promotions, JournalTable::kChannelPromotion, journal, leaves);
  Journalise(rows.prices.reports, JournalTable::kFeedReport, journal, leaves);
  Journalise(rows.prices.evidence, JournalTable::kPriceEvidence, journal, leaves);
  Journalise(rows.prices.credits, JournalTable::kPriceCredit, journal, leaves);
  Journalise(rows.prices.settlements, JournalTable::kCreditSettlement, journal, leaves);
  journal.body = EncodeLeaves(leaves);
  journal.hash = HashOf(journal);

  JournalLane next = lane;
  next.lane_seq = journal.lane_seq;
  next.head_hash = journal.hash;
  next.lease_until = now + absl::Seconds(lease_seconds);
  rows.journal = std::move(journal);
  rows.lane = std::move(next);
  return rows;
}

}  // namespace fairpoint::engine
