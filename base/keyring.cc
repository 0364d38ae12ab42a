#include "base/keyring.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "base/canonical.h"

namespace fairpoint::base {
namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;

struct ContextDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter>;

void Check(int ok) {
  if (ok != 1) std::abort();
}

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Data(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

// Independent keys for independent uses of one secret.
std::string Derive(std::string_view key, std::string_view use) {
  return std::string(AsBytes(HmacSha256(key, use)));
}

std::string NonceOf(std::string_view key, std::string_view context, std::string_view plaintext) {
  const std::string message = CanonicalWriter().Bytes(context).Bytes(plaintext).bytes();
  return std::string(
      AsBytes(HmacSha256(Derive(key, "fairpoint nonce"), message)).substr(0, kNonceBytes));
}

std::string MemberContext(const ProgramId& program_id, const MemberId& member_id) {
  return CanonicalWriter().Bytes(program_id.value()).Bytes(member_id.value()).bytes();
}

}  // namespace

std::string Seal(std::string_view key, std::string_view context, std::string_view plaintext) {
  const std::string nonce = NonceOf(key, context, plaintext);
  const std::string cipher_key = Derive(key, "fairpoint cipher");
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  std::string body(plaintext.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int length = 0;
  Check(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr,
                           Data(std::string_view(cipher_key)), Data(std::string_view(nonce))));
  Check(EVP_EncryptUpdate(cipher.get(), nullptr, &length, Data(context),
                          static_cast<int>(context.size())));
  Check(EVP_EncryptUpdate(cipher.get(), Data(body), &length, Data(plaintext),
                          static_cast<int>(plaintext.size())));
  Check(EVP_EncryptFinal_ex(cipher.get(), Data(body) + length, &length));
  Check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes),
                            tag.data()));
  return nonce + tag + body;
}

absl::StatusOr<std::string> Open(std::string_view key, std::string_view context,
                                 std::string_view ciphertext) {
  const absl::Status wrong = absl::DataLossError("an encrypted value was not sealed with this key");
  if (ciphertext.size() < kNonceBytes + kTagBytes) return wrong;
  const std::string_view nonce = ciphertext.substr(0, kNonceBytes);
  std::string tag(ciphertext.substr(kNonceBytes, kTagBytes));
  const std::string_view body = ciphertext.substr(kNonceBytes + kTagBytes);
  const std::string cipher_key = Derive(key, "fairpoint cipher");
  const CipherContext cipher(EVP_CIPHER_CTX_new());
  std::string plaintext(body.size(), '\0');
  int length = 0;
  Check(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr,
                           Data(std::string_view(cipher_key)), Data(nonce)));
  Check(EVP_DecryptUpdate(cipher.get(), nullptr, &length, Data(context),
                          static_cast<int>(context.size())));
  Check(EVP_DecryptUpdate(cipher.get(), Data(plaintext), &length, Data(body),
                          static_cast<int>(body.size())));
  Check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagBytes),
                            tag.data()));
  if (EVP_DecryptFinal_ex(cipher.get(), Data(plaintext) + length, &length) != 1) return wrong;
  return plaintext;
}

Keyring::Keyring(std::map<int64_t, std::string> masters) : masters_(std::move(masters)) {
  if (masters_.empty()) std::abort();
}

Hash Keyring::LookupHash(const ProgramId& program_id, std::string_view kind,
                         std::string_view value) const {
  const std::string key = Derive(masters_.begin()->second, "fairpoint lookup");
  return HmacSha256(key,
                    CanonicalWriter().Bytes(program_id.value()).Bytes(kind).Bytes(value).bytes());
}

std::string Keyring::Wrap(const ProgramId& program_id, const MemberId& member_id,
                          std::string_view member_secret) const {
  return Seal(Derive(masters_.rbegin()->second, "fairpoint wrap"),
              MemberContext(program_id, member_id), member_secret);
}

absl::StatusOr<std::string> Keyring::Unwrap(const ProgramId& program_id, const MemberId& member_id,
                                            int64_t version, std::string_view wrapped) const {
  const auto master = masters_.find(version);
  if (master == masters_.end())
    return absl::NotFoundError("the keyring has no secret of version " + std::to_string(version));
  return Open(Derive(master->second, "fairpoint wrap"), MemberContext(program_id, member_id),
              wrapped);
}

std::map<int64_t, std::string> Keyring::Fingerprints() const {
  std::map<int64_t, std::string> fingerprints;
  for (const auto& [version, secret] : masters_) {
    fingerprints[version] =
        ToHex(AsBytes(HmacSha256(secret, "fairpoint keyring fingerprint"))).substr(0, 16);
  }
  return fingerprints;
}

}  // namespace fairpoint::base
