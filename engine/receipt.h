// Receipts: the memory by which a write that succeeded never happens twice. Small, kept for ever,
// without personal data.
#ifndef FAIRPOINT_ENGINE_RECEIPT_H_
#define FAIRPOINT_ENGINE_RECEIPT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/sha256.h"
#include "base/time.h"
#include "ledger/command.h"

namespace fairpoint::engine {

struct Receipt {
  base::ProgramId program_id;
  base::RequestId request_id;
  ledger::OperationKind kind{};
  base::MemberId member_id;   // empty for programmes
  base::Hash request_hash{};  // over all field digests
  // Per top-level field that was set: its number (1 byte) and 4 bytes of its digest, ascending.
  std::string field_hashes;
  // The entries made: [first_seq, first_seq + entry_count); a programme's: its version.
  int64_t first_seq = 0;
  int64_t entry_count = 0;
  int64_t event_seq = 0;  // the member event made; 0: none
  // Enrolment: 1 if the member is new; reversal: minor units to deduct from the refund; purchase
  // and claim: the points that the order earns.
  int64_t outcome = 0;
  base::Instant recorded_at;
  int64_t lane = 0;  // where the journal holds this row's leaf; not hashed
  int64_t lane_seq = 0;

  friend bool operator==(const Receipt&, const Receipt&) = default;
};

std::string Canonical(const Receipt& receipt);
base::Hash HashOf(const Receipt& receipt);

// What makes two requests the same: one digest per top-level field. A field that names a person is
// given in the clear and enters only through an HMAC under the member's own secret, so that erasure
// makes it unrecoverable.
struct RequestDigest {
  struct Field {
    uint8_t number = 0;
    base::Hash digest{};
  };
  struct PersonalField {
    uint8_t number = 0;
    std::string canonical;
  };
  std::vector<Field> fields;            // ascending by number
  std::vector<PersonalField> personal;  // ascending by number, disjoint from fields
};

struct RequestHashes {
  base::Hash request_hash{};
  std::string field_hashes;
};
// `member_secret` is used for personal fields only and may be empty when there are none.
RequestHashes HashesOf(const RequestDigest& digest, std::string_view member_secret);

// The numbers of the top-level fields whose hashes differ (present in one only counts).
std::vector<int> DifferingFields(std::string_view stored, std::string_view offered);

}  // namespace fairpoint::engine

#endif  // FAIRPOINT_ENGINE_RECEIPT_H_
