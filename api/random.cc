#include "api/random.h"

#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <cstdlib>

namespace fairpoint::api {

void FillRandom(unsigned char* bytes, size_t count) {
  if (RAND_bytes(bytes, static_cast<int>(count)) != 1) std::abort();
}

base::MemberId RandomId() {
  std::array<uint8_t, base::kMemberIdRandomBytes> random{};
  FillRandom(random.data(), random.size());
  return base::MemberIdFromRandom(random);
}

}  // namespace fairpoint::api
