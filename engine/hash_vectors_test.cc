// The vectors of docs/hashing.md, which tests/hash_vectors.py recomputes from the page: the program
// must compute the same.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "checkout/order.h"
#include "engine/journal.h"
#include "engine/receipt.h"
#include "engine/reversal.h"
#include "ledger/entry.h"
#include "ledger/member.h"
#include "ledger/program.h"

namespace fairpoint::engine {
namespace {

using Json = nlohmann::json;

std::vector<Json> ReadVectors() {
  std::ifstream file("docs/hashing.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::string text = page.str();
  const std::string opening = "```json vector\n";
  std::vector<Json> vectors;
  for (size_t at = text.find(opening); at != std::string::npos; at = text.find(opening, at)) {
    at += opening.size();
    vectors.push_back(Json::parse(text.substr(at, text.find("\n```", at) - at)));
  }
  return vectors;
}

std::string FromHex(const Json& hex) { return absl::HexStringToBytes(hex.get<std::string>()); }
base::Hash HashFrom(const Json& hex) { return base::HashFromBytes(FromHex(hex)); }
base::Instant InstantFrom(const Json& micros) { return base::Instant{micros.get<int64_t>()}; }
std::optional<base::Instant> MaybeInstantFrom(const Json& micros) {
  return micros.is_null() ? std::nullopt : std::optional(InstantFrom(micros));
}

ledger::Entry EntryFrom(const Json& fields) {
  ledger::Entry entry;
  entry.program_id = base::ProgramId(fields.at("program_id").get<std::string>());
  entry.member_id = base::MemberId(fields.at("member_id").get<std::string>());
  entry.seq = fields.at("seq");
  entry.txn_seq = fields.at("txn_seq");
  entry.kind = static_cast<ledger::EntryKind>(fields.at("kind").get<int>());
  entry.from = static_cast<ledger::Account>(fields.at("from_account").get<int>());
  entry.to = static_cast<ledger::Account>(fields.at("to_account").get<int>());
  entry.points.value = fields.at("points");
  entry.lot_seq = fields.at("lot_seq");
  entry.hold_seq = fields.at("hold_seq");
  entry.reverses_seq = fields.at("reverses_seq");
  entry.available_at = MaybeInstantFrom(fields.at("available_at"));
  entry.expires_at = MaybeInstantFrom(fields.at("expires_at"));
  entry.effective_at = InstantFrom(fields.at("effective_at"));
  entry.recorded_at = InstantFrom(fields.at("recorded_at"));
  entry.order_id = fields.at("order_id");
  if (!fields.at("order_line").is_null()) entry.order_line = fields.at("order_line").get<int64_t>();
  entry.store_id = fields.at("store_id");
  entry.legal_entity = fields.at("legal_entity");
  entry.reason = fields.at("reason");
  entry.actor = fields.at("actor");
  entry.request_id = base::RequestId(fields.at("request_id").get<std::string>());
  entry.program_version = fields.at("program_version");
  entry.available_after.value = fields.at("available_after");
  entry.pending_after.value = fields.at("pending_after");
  entry.held_after.value = fields.at("held_after");
  entry.debt_after.value = fields.at("debt_after");
  // Of version 2 only.
  entry.peer_id = base::MemberId(fields.value("peer_id", ""));
  entry.peer_seq = fields.value("peer_seq", 0);
  if (fields.contains("earned_at")) entry.earned_at = MaybeInstantFrom(fields.at("earned_at"));
  entry.prev_hash = HashFrom(fields.at("prev_hash"));
  return entry;
}

ledger::MemberEvent EventFrom(const Json& fields) {
  ledger::MemberEvent event;
  event.program_id = base::ProgramId(fields.at("program_id").get<std::string>());
  event.member_id = base::MemberId(fields.at("member_id").get<std::string>());
  event.event_seq = fields.at("event_seq");
  event.kind = static_cast<ledger::MemberEventKind>(fields.at("kind").get<int>());
  event.phone_only = fields.at("phone_only");
  event.reason = fields.at("reason");
  event.actor = fields.at("actor");
  event.request_id = base::RequestId(fields.at("request_id").get<std::string>());
  event.recorded_at = InstantFrom(fields.at("recorded_at"));
  event.detail = fields.value("detail", "");
  event.prev_hash = HashFrom(fields.at("prev_hash"));
  return event;
}

ledger::ProgramVersion VersionFrom(const Json& fields) {
  ledger::ProgramVersion version;
  version.program_id = base::ProgramId(fields.at("program_id").get<std::string>());
  version.version = fields.at("version");
  version.effective_from = InstantFrom(fields.at("effective_from"));
  version.text = fields.at("text");
  version.text_sha256 = base::Sha256(version.text);
  version.actor = fields.at("actor");
  version.request_id = base::RequestId(fields.at("request_id").get<std::string>());
  version.recorded_at = InstantFrom(fields.at("recorded_at"));
  version.prev_hash = HashFrom(fields.at("prev_hash"));
  return version;
}

Receipt ReceiptFrom(const Json& fields) {
  Receipt receipt;
  receipt.program_id = base::ProgramId(fields.at("program_id").get<std::string>());
  receipt.request_id = base::RequestId(fields.at("request_id").get<std::string>());
  receipt.kind = static_cast<ledger::OperationKind>(fields.at("kind").get<int>());
  receipt.member_id = base::MemberId(fields.at("member_id").get<std::string>());
  receipt.request_hash = HashFrom(fields.at("request_hash"));
  receipt.field_hashes = FromHex(fields.at("field_hashes"));
  receipt.first_seq = fields.at("first_seq");
  receipt.entry_count = fields.at("entry_count");
  receipt.event_seq = fields.at("event_seq");
  receipt.outcome = fields.at("outcome");
  receipt.recorded_at = InstantFrom(fields.at("recorded_at"));
  return receipt;
}

Reversal ReversalFrom(const Json& fields) {
  return {.program_id = base::ProgramId(fields.at("program_id").get<std::string>()),
          .member_id = base::MemberId(fields.at("member_id").get<std::string>()),
          .txn_seq = fields.at("txn_seq"),
          .by_txn_seq = fields.at("by_txn_seq")};
}

JournalRow JournalFrom(const Json& fields) {
  JournalRow row;
  row.lane = fields.at("lane");
  row.lane_seq = fields.at("lane_seq");
  row.recorded_at = InstantFrom(fields.at("recorded_at"));
  row.body = FromHex(fields.at("body"));
  row.prev_hash = HashFrom(fields.at("prev_hash"));
  return row;
}

checkout::OrderSource SourceFrom(const Json& fields) {
  return {.store_id = fields.at("store_id"),
          .associate_id = fields.at("associate_id"),
          .channel_id = fields.at("channel_id"),
          .scene = fields.at("scene"),
          .session_id = fields.at("session_id"),
          .group_id = fields.at("group_id"),
          .campaign_id = fields.at("campaign_id")};
}

// What all rows of orders have.
template <class Row>
Row OrderRowFrom(const Json& fields) {
  Row row;
  row.program_id = base::ProgramId(fields.at("program_id").get<std::string>());
  row.member_id = base::MemberId(fields.at("member_id").get<std::string>());
  row.points.value = fields.at("points");
  row.reason = fields.at("reason");
  row.actor = fields.at("actor");
  row.request_id = base::RequestId(fields.at("request_id").get<std::string>());
  row.program_version = fields.at("program_version");
  row.recorded_at = InstantFrom(fields.at("recorded_at"));
  return row;
}

checkout::Placement PlacementFrom(const Json& fields) {
  auto row = OrderRowFrom<checkout::Placement>(fields);
  row.order_id = fields.at("order_id");
  row.currency = fields.at("currency");
  row.amount = fields.at("amount");
  row.earn_seq = fields.at("earn_seq");
  for (const Json& one : fields.at("placed_lines")) {
    checkout::PlacedLine& line = row.lines.emplace_back();
    line.sku = one.at("sku");
    line.quantity = one.at("quantity");
    line.amount = one.at("amount");
    line.points.value = one.at("points");
    for (const Json& discount : one.at("discounts"))
      line.discounts.push_back({discount.at("funder"), discount.at("minor_units")});
  }
  row.source = SourceFrom(fields);
  row.legal_entity = fields.at("legal_entity");
  row.effective_at = InstantFrom(fields.at("effective_at"));
  return row;
}

checkout::OrderReturn OrderReturnFrom(const Json& fields) {
  auto row = OrderRowFrom<checkout::OrderReturn>(fields);
  row.return_id = fields.at("return_id");
  for (const Json& one : fields.at("matched")) {
    row.matched.push_back({one.at("order_id"), one.at("line_number"), one.at("sku"),
                           one.at("units"), one.at("amount"), base::Points{one.at("points")}});
  }
  row.without_receipt = fields.at("without_receipt");
  for (const Json& one : fields.at("unmatched"))
    row.unmatched.push_back({one.at("sku"), one.at("units")});
  for (const Json& one : fields.at("taken")) {
    row.taken.push_back({one.at("order_id"), base::Points{one.at("taken")},
                         base::Points{one.at("restored")}, base::Points{one.at("deducted")}});
  }
  row.deduct_minor_units = fields.at("deduct_minor_units");
  row.first_seq = fields.at("first_seq");
  row.entry_count = fields.at("entry_count");
  row.source = SourceFrom(fields);
  row.legal_entity = fields.at("legal_entity");
  row.effective_at = InstantFrom(fields.at("effective_at"));
  return row;
}

checkout::OrderClaim OrderClaimFrom(const Json& fields) {
  auto row = OrderRowFrom<checkout::OrderClaim>(fields);
  row.order_id = fields.at("order_id");
  row.earn_seq = fields.at("earn_seq");
  return row;
}

struct Computed {
  std::string canonical;  // empty: the program keeps it to itself
  base::Hash hash{};
};

template <class Row>
Computed Compute(const Row& row) {
  return {.canonical = Canonical(row), .hash = HashOf(row)};
}

Computed Compute(const Json& vector) {
  const std::string record = vector.at("record");
  const Json& fields = vector.at("fields");
  if (record == "entry") return Compute(EntryFrom(fields));
  if (record == "member_event") return Compute(EventFrom(fields));
  if (record == "program_version") return Compute(VersionFrom(fields));
  if (record == "receipt") return Compute(ReceiptFrom(fields));
  if (record == "reversal") return Compute(ReversalFrom(fields));
  if (record == "placement") return Compute(PlacementFrom(fields));
  if (record == "order_return") return Compute(OrderReturnFrom(fields));
  if (record == "order_claim") return Compute(OrderClaimFrom(fields));
  if (record == "journal") return {.canonical = {}, .hash = HashOf(JournalFrom(fields))};
  ADD_FAILURE() << "no test for " << record;
  return {};
}

TEST(HashVectors, ThePageAndTheProgramAgree) {
  std::map<std::string, int> counts;
  for (const Json& vector : ReadVectors()) {
    const std::string record = vector.at("record");
    SCOPED_TRACE(record);
    ++counts[record];
    const Computed computed = Compute(vector);
    if (!computed.canonical.empty()) {
      EXPECT_EQ(base::ToHex(computed.canonical), vector.at("canonical"));
    }
    EXPECT_EQ(base::ToHex(base::AsBytes(computed.hash)), vector.at("hash"));
  }
  for (const char* record : {"entry", "member_event", "program_version", "receipt", "reversal",
                             "placement", "order_return", "order_claim", "journal"})
    EXPECT_GE(counts[record], 1) << "the page has no vector of " << record;
}

TEST(HashVectors, JournalBodiesAreTheirLeaves) {
  int bodies = 0;
  for (const Json& vector : ReadVectors()) {
    if (!vector.contains("leaves")) continue;
    ++bodies;
    std::vector<JournalLeaf> leaves;
    for (const Json& leaf : vector.at("leaves")) {
      leaves.push_back({.table = static_cast<JournalTable>(leaf.at("table").get<int>()),
                        .program_id = leaf.at("program_id"),
                        .key = leaf.at("key"),
                        .seq = leaf.at("seq"),
                        .hash = HashFrom(leaf.at("hash"))});
    }
    const std::string body = FromHex(vector.at("fields").at("body"));
    EXPECT_EQ(base::ToHex(EncodeLeaves(leaves)), base::ToHex(body));
    std::vector<JournalLeaf> decoded;
    EXPECT_TRUE(DecodeLeaves(body, decoded));
    EXPECT_EQ(decoded, leaves);
  }
  EXPECT_GE(bodies, 1);
}

}  // namespace
}  // namespace fairpoint::engine
