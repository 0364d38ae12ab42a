// TLS to the database fails closed. On a private MariaDB that offers it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "storage/mysql/mysql_connection.h"
#include "storage/mysql/testing/mysql_test_server.h"
#include "storage/testing/status_checks.h"

namespace fairpoint::storage {
namespace {

class MysqlTlsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const ca = std::getenv("FAIRPOINT_TEST_MYSQL_TLS_CA");
    ASSERT_NE(ca, nullptr) << "run this test through ctest, or with_mariadb.py --tls";
    ca_ = ca;
    options_ = testing::TestServerOptions();
  }
  std::string Cipher() {
    auto connection = MysqlConnection::Open(options_, Purpose::kRead);
    EXPECT_OK(connection.status());
    if (!connection.ok()) return "";
    auto rows = (*connection)->QueryText("SHOW STATUS LIKE 'Ssl_cipher'");
    EXPECT_OK(rows.status());
    return rows->front()[1];
  }
  absl::Status OpenStatus() { return MysqlConnection::Open(options_, Purpose::kRead).status(); }

  std::string ca_;
  MysqlOptions options_;
};

TEST_F(MysqlTlsTest, Encrypted) {
  options_.tls = true;
  EXPECT_NE(Cipher(), "");
}

TEST_F(MysqlTlsTest, EncryptedAndChecked) {
  options_.tls_ca = ca_;
  EXPECT_NE(Cipher(), "");
}

TEST_F(MysqlTlsTest, AnAuthorityThatDidNotSignIsNoConnection) {
  // The server's own certificate is an authority to nobody.
  options_.tls_ca = std::filesystem::path(ca_).parent_path() / "cert.pem";
  EXPECT_THAT(OpenStatus(),
              testing::Refused(absl::StatusCode::kFailedPrecondition, "no TLS connection"));
}

TEST_F(MysqlTlsTest, AnAuthorityFileThatIsNoneIsNoConnection) {
  options_.tls_ca = "/nowhere/ca.pem";
  EXPECT_FALSE(OpenStatus().ok());
}

// The certificate names localhost and 127.0.0.1 only.
TEST_F(MysqlTlsTest, AnotherNameIsNoConnection) {
  options_.tls_ca = ca_;
  options_.address.host = "127.1";
  EXPECT_FALSE(OpenStatus().ok());
  options_.tls_ca = "";
  EXPECT_OK(OpenStatus()) << "it is reached under this name, or the test would prove nothing";
}

}  // namespace
}  // namespace fairpoint::storage
