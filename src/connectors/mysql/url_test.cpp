#include "connectors/mysql/url.h"

#include <doctest/doctest.h>

#include "base/error.h"

using prisma::mysql::ParseUrl;
using prisma::mysql::Url;
using std::chrono::milliseconds;

TEST_CASE("a URL of MySQL says where and how") {
  Url url =
      ParseUrl("mysql://jo%40n:p%3Aw@db.example:3307/shop?connection_limit=3&pool_timeout=2&socket_timeout=7", "/x");
  CHECK(url.user == "jo@n");
  CHECK(url.password == "p:w");
  CHECK(url.Location() == "db.example:3307");
  CHECK(url.database == "shop");
  CHECK(url.connection_limit == 3);
  CHECK(url.pool_timeout == milliseconds(2000));
  CHECK(url.socket_timeout == milliseconds(7000));
  CHECK(url.connect_timeout == milliseconds(5000));
  CHECK(url.statement_cache_size == 100);
  CHECK_FALSE(url.uses_tls);
}

TEST_CASE("what a URL of MySQL doesn't say has a default") {
  Url url = ParseUrl("mysql://localhost", "/x");
  CHECK(url.user == "root");
  CHECK(url.password.empty());
  CHECK(url.port == 3306);
  CHECK(url.database == "mysql");
  CHECK(ParseUrl("mysql://[::1]:3308/a", "/x").Location() == "::1:3308");
  CHECK(ParseUrl("mysql://localhost/a?socket=%2Frun%2Fmysqld.sock", "/x").socket == "/run/mysqld.sock");
}

TEST_CASE("TLS parameters of a URL") {
  Url url = ParseUrl("mysql://h/a?sslcert=ca.pem&sslaccept=strict", "/x/prisma");
  CHECK(url.uses_tls);
  CHECK(url.checks_certificate);
  CHECK(url.certificate_authority == "/x/prisma/ca.pem");
  CHECK_FALSE(ParseUrl("mysql://h/a?sslaccept=accept_invalid_certs", "/x").checks_certificate);
}

TEST_CASE("a bad URL of MySQL is refused without showing its password") {
  for (const char* text : {"mysql://u:secret@h:port/a", "mysql://u:secret@/a",
                           "mysql://u:secret@h/a?connection_limit=x", "postgres://u:secret@h/a"}) {
    try {
      ParseUrl(text, "/x");
      FAIL("no error");
    } catch (const prisma::Error& error) {
      CHECK(error.code() == "P1013");
      CHECK(error.message().find("secret") == std::string::npos);
    }
  }
}
