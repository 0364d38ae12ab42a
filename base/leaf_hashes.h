// Leaf hashes of many short rows at once. Eight independent messages go through SHA-256 side by
// side in AVX2's lanes, about four times as fast as one after the other; on machines with SHA
// instructions, or without AVX2, they go one after the other. Thread-safe.
#ifndef FAIRPOINT_BASE_LEAF_HASHES_H_
#define FAIRPOINT_BASE_LEAF_HASHES_H_

#include <span>
#include <string>

#include "base/sha256.h"

namespace fairpoint::base {

// hashes[i] = LeafHash(rows[i]). Requires spans of equal length.
void LeafHashes(std::span<const std::string> rows, std::span<Hash> hashes);

// Whether LeafHashes works side by side on this machine.
bool HashesSideBySide();

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_LEAF_HASHES_H_
