// Names that nobody else has, and secrets.
#ifndef FAIRPOINT_API_RANDOM_H_
#define FAIRPOINT_API_RANDOM_H_

#include <cstddef>

#include "base/ids.h"

namespace fairpoint::api {

// Ends the process where there is no randomness: ids would collide and secrets be known.
void FillRandom(unsigned char* bytes, size_t count);

// 15 of Crockford's base32.
base::MemberId RandomId();

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_RANDOM_H_
