#include "server/pem.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "api/text.h"

namespace fairpoint::server {
namespace {

template <class T, auto read>
std::unique_ptr<T, void (*)(T*)> ReadPem(const std::string& text, void (*free)(T*)) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bytes(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
  // No passphrase: there is nobody to ask.
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  return {read(bytes.get(), nullptr, no_passphrase, nullptr), free};
}

absl::Status Wrong(std::string_view flag, const std::string& path, std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(api::Absl(flag), ": ", path, " ", api::Absl(what)));
}

}  // namespace

absl::Status CheckCertificate(std::string_view flag, const std::string& path,
                              const std::string& text) {
  if (ReadPem<X509, &PEM_read_bio_X509>(text, &X509_free) != nullptr) return absl::OkStatus();
  return Wrong(flag, path, "holds no PEM certificate");
}

absl::Status CheckPair(std::string_view cert_flag, const std::string& cert_path,
                       const std::string& cert_text, std::string_view key_flag,
                       const std::string& key_path, const std::string& key_text) {
  if (absl::Status ok = CheckCertificate(cert_flag, cert_path, cert_text); !ok.ok()) return ok;
  const auto cert = ReadPem<X509, &PEM_read_bio_X509>(cert_text, &X509_free);
  const auto key = ReadPem<EVP_PKEY, &PEM_read_bio_PrivateKey>(key_text, &EVP_PKEY_free);
  if (key == nullptr) {
    return Wrong(key_flag, key_path, "holds no PEM private key, or one with a passphrase");
  }
  if (X509_check_private_key(cert.get(), key.get()) != 1) {
    return Wrong(key_flag, key_path, absl::StrCat("is not the key of ", cert_path));
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::server
