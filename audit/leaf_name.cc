#include "audit/leaf_name.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace fairpoint::audit {

using engine::JournalTable;

std::string RecordOf(JournalTable table) {
  switch (table) {
    case JournalTable::kEntry:
      return "entry";
    case JournalTable::kMemberEvent:
      return "member event";
    case JournalTable::kReceipt:
      return "receipt";
    case JournalTable::kProgramVersion:
      return "programme version";
    case JournalTable::kReversal:
      return "reversal";
    case JournalTable::kPlacement:
      return "order";
    case JournalTable::kOrderReturn:
      return "order return";
    case JournalTable::kOrderClaim:
      return "order claim";
    case JournalTable::kPriceFact:
      return "price fact";
    case JournalTable::kOffer:
      return "offer";
    case JournalTable::kChannelPromotion:
      return "promotion";
    case JournalTable::kFeedReport:
      return "feed report";
    case JournalTable::kPriceEvidence:
      return "price evidence";
    case JournalTable::kPriceCredit:
      return "price credit";
    case JournalTable::kCreditSettlement:
      return "credit settlement";
  }
  return absl::StrCat("row of table ", static_cast<int>(table));
}

std::string RowNameOf(const engine::JournalLeaf& leaf) {
  switch (leaf.table) {
    case JournalTable::kReceipt:
    case JournalTable::kPlacement:
    case JournalTable::kOrderReturn:
    case JournalTable::kOrderClaim:
    case JournalTable::kPriceEvidence:
      return leaf.key;
    case JournalTable::kProgramVersion:
      return absl::StrCat(leaf.seq);
    case JournalTable::kOffer:
      // For all that a channel has: by its channel.
      return absl::StrCat(leaf.key.substr(leaf.key.starts_with('\0') ? 1 : 0), ".", leaf.seq);
    case JournalTable::kCreditSettlement: {
      std::string name = leaf.key;
      std::ranges::replace(name, ' ', '.');
      return absl::StrCat(name, ".", leaf.seq);
    }
    default:
      return base::ToString(base::EntryName{base::MemberId(leaf.key), leaf.seq});
  }
}

std::string PositionOf(int64_t lane, int64_t lane_seq) { return absl::StrCat(lane, "/", lane_seq); }

}  // namespace fairpoint::audit
