// Keys of rows. All compare bytewise; sorted spans are ascending by the fields in order.
#ifndef FAIRPOINT_ENGINE_NAMES_H_
#define FAIRPOINT_ENGINE_NAMES_H_

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace fairpoint::engine {

struct MemberName {
  base::ProgramId program_id;
  base::MemberId member_id;
  friend auto operator<=>(const MemberName&, const MemberName&) = default;
};
// A row of a member by its number: an entry, a lot, a hold, a transaction.
struct MemberSeq {
  MemberName member;
  int64_t seq = 0;
  friend auto operator<=>(const MemberSeq&, const MemberSeq&) = default;
};
struct IdentityName {
  base::ProgramId program_id;
  std::string lookup_hash;  // 32 bytes
  friend auto operator<=>(const IdentityName&, const IdentityName&) = default;
};
struct RequestName {
  base::ProgramId program_id;
  base::RequestId request_id;
  friend auto operator<=>(const RequestName&, const RequestName&) = default;
};
// An order, by its number; a return, by its own.
struct OrderName {
  base::ProgramId program_id;
  std::string order_id;
  friend auto operator<=>(const OrderName&, const OrderName&) = default;
};
// What a member bought of one SKU.
struct MemberSku {
  MemberName member;
  std::string sku;
  friend auto operator<=>(const MemberSku&, const MemberSku&) = default;
};
// A member and when something of it falls due, in the order in which it does.
struct DueMember {
  base::Instant next_due_at;
  MemberName name;
  friend auto operator<=>(const DueMember&, const DueMember&) = default;
};
// The entries [first_seq, first_seq + count) of a member.
struct EntrySpan {
  MemberName member;
  int64_t first_seq = 0;
  int64_t count = 0;
};

// ---- prices ----

struct SkuName {
  base::ProgramId program_id;
  std::string sku;
  friend auto operator<=>(const SkuName&, const SkuName&) = default;
};
// A row of a SKU by its head_seq.
struct SkuSeq {
  SkuName sku;
  int64_t head_seq = 0;
  friend auto operator<=>(const SkuSeq&, const SkuSeq&) = default;
};
struct ChannelName {
  base::ProgramId program_id;
  std::string channel_id;
  friend auto operator<=>(const ChannelName&, const ChannelName&) = default;
};
// A row of a channel by its head_seq.
struct ChannelSeq {
  ChannelName channel;
  int64_t head_seq = 0;
  friend auto operator<=>(const ChannelSeq&, const ChannelSeq&) = default;
};
// A revision of an offer. Without a SKU the head_seq is of the channel.
struct OfferSeq {
  SkuName sku;
  std::string channel_id;
  int64_t head_seq = 0;
  friend auto operator<=>(const OfferSeq&, const OfferSeq&) = default;
};
struct OfferStockName {
  base::ProgramId program_id;
  std::string channel_id;
  std::string offer_id;
  std::string sku;
  friend auto operator<=>(const OfferStockName&, const OfferStockName&) = default;
};
// A fact, a revision of an offer or a promotion by what its source calls it.
struct SourceKeyName {
  base::ProgramId program_id;
  std::string source_key;  // 16 bytes
  friend auto operator<=>(const SourceKeyName&, const SourceKeyName&) = default;
};
struct EvidenceName {
  base::ProgramId program_id;
  std::string evidence_id;
  friend auto operator<=>(const EvidenceName&, const EvidenceName&) = default;
};
struct CreditName {
  OrderName order;
  int64_t credit_seq = 0;
  friend auto operator<=>(const CreditName&, const CreditName&) = default;
};
struct SettlementName {
  CreditName credit;
  int64_t settlement_seq = 0;
  friend auto operator<=>(const SettlementName&, const SettlementName&) = default;
};
// An order of a programme by the time at which it was placed.
struct PlacedOrder {
  base::Instant placed_at;
  std::string order_id;
  friend auto operator<=>(const PlacedOrder&, const PlacedOrder&) = default;
};
// A SKU of a channel by the listing that has it.
struct ListedSku {
  std::string listing_id;
  std::string sku;
  friend auto operator<=>(const ListedSku&, const ListedSku&) = default;
};

// As sessions want them: ascending, without repeats.
template <class Key>
std::vector<Key> Listed(const std::set<Key>& keys) {
  return {keys.begin(), keys.end()};
}

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_NAMES_H_
