#include "engine/journal.h"

#include "base/canonical.h"

namespace fairpoint::engine {
namespace {

constexpr uint8_t kCanonicalVersion = 1;

bool IsKnown(JournalTable table) {
  return table >= JournalTable::kEntry && table <= JournalTable::kCreditSettlement;
}

}  // namespace

std::string KeyOfChannel(std::string_view channel_id) {
  return std::string(1, '\0').append(channel_id);
}

std::optional<std::string> ChannelOf(const JournalLeaf& leaf) {
  if (leaf.table == JournalTable::kChannelPromotion || leaf.table == JournalTable::kFeedReport)
    return leaf.key;
  if (leaf.table == JournalTable::kOffer && leaf.key.starts_with('\0')) return leaf.key.substr(1);
  return std::nullopt;
}

std::string EncodeLeaves(const std::vector<JournalLeaf>& leaves) {
  base::CanonicalWriter out(leaves.size() * 80);
  out.U32(static_cast<uint32_t>(leaves.size()));
  for (const JournalLeaf& leaf : leaves) {
    out.U8(static_cast<uint8_t>(leaf.table))
        .Bytes(leaf.program_id)
        .Bytes(leaf.key)
        .I64(leaf.seq)
        .Fixed(base::AsBytes(leaf.hash));
  }
  return std::move(out).bytes();
}

bool DecodeLeaves(std::string_view body, std::vector<JournalLeaf>& leaves) {
  base::CanonicalReader in(body);
  leaves.clear();
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    JournalLeaf leaf;
    leaf.table = static_cast<JournalTable>(in.U8());
    leaf.program_id = in.Bytes();
    leaf.key = in.Bytes();
    leaf.seq = in.I64();
    const std::string_view hash = in.Fixed(leaf.hash.size());
    if (!in.ok() || !IsKnown(leaf.table)) return false;
    leaf.hash = base::HashFromBytes(hash);
    leaves.push_back(std::move(leaf));
  }
  return in.ok() && in.AtEnd();
}

base::Hash HashOf(const JournalRow& row) {
  base::CanonicalWriter out(128);
  out.U8(kCanonicalVersion).I64(row.lane).I64(row.lane_seq).I64(row.recorded_at.micros);
  out.Fixed(base::AsBytes(base::Sha256(row.body))).Fixed(base::AsBytes(row.prev_hash));
  return base::LeafHash(out.bytes());
}

}  // namespace fairpoint::engine
