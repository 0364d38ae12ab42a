#include "api/key_book.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "api/credentials.h"
#include "base/error.h"
#include "base/sha256.h"

namespace fairpoint::api {
namespace {

engine::ApiKey Key(const std::string& id, const std::string& secret, const std::string& role) {
  engine::ApiKey key;
  key.key_id = id;
  key.secret_sha256 = base::AsBytes(base::Sha256(secret));
  key.role = role;
  return key;
}

TEST(ApiKeyText, IsTakenApart) {
  const auto key = ParseApiKeyText("fp_k1_s3cret_with_more");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->key_id, "k1");
  EXPECT_EQ(key->secret, "s3cret_with_more");
  for (const char* wrong :
       {"", "fp_", "fp_k1", "fp_k1_", "fp__secret", "xx_k1_secret", "k1_secret"}) {
    EXPECT_FALSE(ParseApiKeyText(wrong)) << wrong;
  }
}

TEST(KeyBook, KnowsWhoHoldsASecret) {
  KeyBook book;
  engine::ApiKey till = Key("till", "b", "pos");
  till.store_id = "sh-001";
  book.Replace({Key("app", "a", "member-app"), till});
  const auto app = book.Latest()->ByKey({"app", "a"});
  ASSERT_TRUE(app.ok());
  EXPECT_EQ(**app, (Principal{"app", Role::kMemberApp, ""}));
  EXPECT_EQ(**book.Latest()->ByKey({"till", "b"}), (Principal{"till", Role::kPos, "sh-001"}));
}

TEST(KeyBook, RefusesWithoutSayingWhy) {
  KeyBook book;
  engine::ApiKey revoked = Key("old", "o", "admin");
  revoked.revoked_at = base::Instant{1};
  book.Replace({Key("app", "a", "member-app"), Key("odd", "x", "emperor"), Key("till", "b", "pos"),
                revoked});
  const auto reason = [&book](const ApiKeyText& key) {
    return base::ReasonOf(book.Latest()->ByKey(key).status());
  };
  EXPECT_EQ(reason({"app", "b"}), "KEY_WRONG");
  EXPECT_EQ(reason({"app", ""}), "KEY_WRONG");
  EXPECT_EQ(reason({"nobody", "a"}), "KEY_WRONG");
  EXPECT_EQ(reason({"odd", "x"}), "KEY_WRONG");   // no such role
  EXPECT_EQ(reason({"till", "b"}), "KEY_WRONG");  // a till without a store
  EXPECT_EQ(reason({"old", "x"}), "KEY_WRONG");
  EXPECT_EQ(reason({"old", "o"}), "KEY_REVOKED");
}

TEST(KeyBook, ACertificateIsNotFoundAsAKeyNorAKeyAsACertificate) {
  KeyBook book;
  engine::ApiKey certificate = Key("cert", "DER", "auditor");
  certificate.is_certificate = true;
  book.Replace({certificate, Key("app", "a", "member-app")});
  EXPECT_EQ((*book.Latest()->ByCertificate(certificate.secret_sha256))->id, "cert");
  EXPECT_FALSE(book.Latest()->ByKey({"cert", "DER"}).ok());
  EXPECT_FALSE(book.Latest()->ByCertificate(base::AsBytes(base::Sha256("a"))).ok());
}

TEST(KeyBook, ARenewedCertificateIsValidThoughItsOldNameWasRevoked) {
  KeyBook book;
  engine::ApiKey old_name = Key("a-old", "DER", "auditor");
  old_name.is_certificate = true;
  engine::ApiKey new_name = old_name;
  new_name.key_id = "b-new";
  old_name.revoked_at = base::Instant{1};
  book.Replace({old_name, new_name});
  EXPECT_EQ((*book.Latest()->ByCertificate(new_name.secret_sha256))->id, "b-new");
  book.Replace({new_name, old_name});
  EXPECT_EQ((*book.Latest()->ByCertificate(new_name.secret_sha256))->id, "b-new");
}

TEST(KeyBook, ACertificateOfTwoValidRowsIsNobodys) {
  KeyBook book;
  engine::ApiKey operates = Key("a", "DER", "operator");
  operates.is_certificate = true;
  engine::ApiKey audits = Key("b", "DER", "auditor");
  audits.is_certificate = true;
  engine::ApiKey old_name = Key("c", "DER", "admin");
  old_name.is_certificate = true;
  old_name.revoked_at = base::Instant{1};
  for (const auto& rows :
       {std::vector{operates, audits, old_name}, std::vector{old_name, audits, operates}}) {
    book.Replace(rows);
    EXPECT_EQ(base::ReasonOf(book.Latest()->ByCertificate(operates.secret_sha256).status()),
              "KEY_WRONG");
  }
  operates.revoked_at = base::Instant{2};
  book.Replace({operates, audits, old_name});
  EXPECT_EQ((*book.Latest()->ByCertificate(operates.secret_sha256))->id, "b");
}

TEST(KeyBook, ThoseWhoWaitAreCalledOnceAfterAReading) {
  KeyBook book;
  int called = 0;
  EXPECT_FALSE(book.AwaitReading([&called] { ++called; })) << "nobody reads the keys";
  int nudged = 0;
  book.OnNudge([&nudged] { ++nudged; });
  EXPECT_TRUE(book.AwaitReading([&called] { ++called; }));
  EXPECT_EQ(nudged, 1);
  EXPECT_EQ(called, 0);
  const auto nothing = [] { return std::vector<engine::ApiKey>(); };
  EXPECT_TRUE(book.Read(nothing).ok());
  EXPECT_TRUE(book.Read(nothing).ok());
  EXPECT_EQ(called, 1);
  EXPECT_TRUE(book.AwaitReading([&called] { ++called; }));
  EXPECT_FALSE(book.Read([] { return absl::UnavailableError("away"); }).ok());
  EXPECT_EQ(called, 2) << "told, though nothing was read";
}

TEST(KeyBook, WhoComesWhileKeysAreReadWaitsForTheNextReading) {
  KeyBook book;
  book.OnNudge([] {});
  const ApiKeyText wanted{"late", "s"};
  std::vector<bool> known;
  const auto come = [&] { known.push_back(book.Latest()->ByKey(wanted).ok()); };
  EXPECT_TRUE(book.Read([&] {
                    // Its key is made after the rows were read.
                    EXPECT_TRUE(book.AwaitReading(come));
                    return std::vector<engine::ApiKey>();
                  })
                  .ok());
  EXPECT_TRUE(known.empty());
  EXPECT_TRUE(book.Read([] { return std::vector{Key("late", "s", "admin")}; }).ok());
  EXPECT_EQ(known, std::vector<bool>{true});
}

TEST(KeyBook, TooManyWhoWaitAreRefused) {
  KeyBook book;
  book.OnNudge([] {});
  int accepted = 0;
  while (book.AwaitReading([] {})) ASSERT_LT(++accepted, 100'000);
  EXPECT_GE(accepted, 100);
  EXPECT_TRUE(book.Read([] { return std::vector<engine::ApiKey>(); }).ok());
  EXPECT_TRUE(book.AwaitReading([] {}));
}

TEST(Credentials, AKeyDecidesAloneWhereOneIsSent) {
  KeyBook book;
  engine::ApiKey certificate = Key("cert", "DER", "auditor");
  certificate.is_certificate = true;
  book.Replace({Key("app", "a", "member-app"), certificate});
  const std::string hash = certificate.secret_sha256;
  book.OnNudge([] {});
  const auto reason = [&book](const Credentials& credentials) {
    std::string found = "waits";
    Authenticate(credentials, book, [&found](const absl::StatusOr<PrincipalPtr>& caller) {
      found = caller.ok() ? (*caller)->id : base::ReasonOf(caller.status());
    });
    return found;
  };
  EXPECT_EQ(reason({}), "KEY_MISSING");
  EXPECT_EQ(reason({.key_text = "fp_app_a", .certificate_sha256 = ""}), "app");
  EXPECT_EQ(reason({.key_text = "", .certificate_sha256 = hash}), "cert");
  EXPECT_EQ(reason({.key_text = "fp_app_b", .certificate_sha256 = hash}), "KEY_WRONG");
  EXPECT_EQ(reason({.key_text = "Basic abc", .certificate_sha256 = ""}), "KEY_WRONG");
  EXPECT_EQ(reason({.key_text = "rubbish", .certificate_sha256 = ""}), "KEY_WRONG");
}

TEST(Credentials, WhatIsNotKnownYetWaitsForAReading) {
  KeyBook book;
  book.OnNudge([] {});
  std::vector<std::string> told;
  const auto tell = [&told](const absl::StatusOr<PrincipalPtr>& caller) {
    told.push_back(caller.ok() ? (*caller)->id : base::ReasonOf(caller.status()));
  };
  Authenticate({.key_text = "fp_app_a", .certificate_sha256 = ""}, book, tell);
  Authenticate({.key_text = "fp_none_a", .certificate_sha256 = ""}, book, tell);
  EXPECT_TRUE(told.empty());
  EXPECT_TRUE(book.Read([] { return std::vector{Key("app", "a", "admin")}; }).ok());
  EXPECT_EQ(told, (std::vector<std::string>{"app", "KEY_WRONG"}));
}

// A server that has just begun: its first reading ends while the first calls are looked at.
TEST(Credentials, AValidKeyIsNeverWrongWhileKeysAreRead) {
  const std::vector<engine::ApiKey> rows{Key("app", "a", "admin")};
  std::atomic<int> wrong = 0;
  std::atomic<int> valid = 0;
  constexpr int kRounds = 2'000;
  constexpr int kCallers = 2;
  for (int round = 0; round < kRounds; ++round) {
    KeyBook book;
    book.OnNudge([] {});
    std::atomic<int> begun = 0;
    std::vector<std::thread> callers;
    callers.reserve(kCallers);
    for (int i = 0; i < kCallers; ++i) {
      callers.emplace_back([&] {
        for (int call = 0; call < 10; ++call) {
          Authenticate(
              {.key_text = "fp_app_a", .certificate_sha256 = ""}, book,
              [&](const absl::StatusOr<PrincipalPtr>& caller) { ++(caller.ok() ? valid : wrong); });
          ++begun;
        }
      });
    }
    while (begun == 0) std::this_thread::yield();
    EXPECT_TRUE(book.Read([&rows] { return rows; }).ok());
    for (std::thread& caller : callers) caller.join();
    EXPECT_TRUE(book.Read([&rows] { return rows; }).ok());
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(valid, kRounds * kCallers * 10);
}

TEST(Credentials, TheDerOfAPemIsHashed) {
  const std::string pem = "-----BEGIN CERTIFICATE-----\nREVS\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(CertificateSha256(pem), std::string(base::AsBytes(base::Sha256("DER"))));
  EXPECT_FALSE(CertificateSha256("REVS"));
  EXPECT_FALSE(CertificateSha256("-----BEGIN CERTIFICATE-----\nREVS\n"));
  EXPECT_FALSE(CertificateSha256("-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n"));
}

}  // namespace
}  // namespace fairpoint::api
