// SipHash-2-4 with 128 bits of output: a keyed hash that is fast on short inputs. Who does not know
// the key cannot choose inputs whose hashes relate to each other; so sums of hashes under a key
// drawn for one run compare multisets. Source: Aumasson and Bernstein, "SipHash: a fast short-input
// PRF", and its reference implementation.
#ifndef FAIRPOINT_AUDIT_SIPHASH_H_
#define FAIRPOINT_AUDIT_SIPHASH_H_

#include <cstdint>
#include <string_view>

#include "absl/numeric/int128.h"

namespace fairpoint::audit {

struct SipKey {
  uint64_t low = 0;
  uint64_t high = 0;
};

// A fresh key from the system's randomness.
SipKey RandomSipKey();

// The first 8 bytes of the reference's output, read little-endian, are the low half.
absl::uint128 SipHash128(const SipKey& key, std::string_view bytes);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_SIPHASH_H_
