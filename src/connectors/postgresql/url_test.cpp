#include "connectors/postgresql/url.h"

#include <doctest/doctest.h>

#include "base/error.h"

namespace prisma::postgresql {
namespace {

TEST_CASE("a PostgreSQL URL says where the database is") {
  Url url = ParseUrl("postgresql://us%40er:p%3Aw@db.example.org:6543/my%20db?schema=s%22x&sslmode=require", "");
  CHECK(url.user == "us@er");
  CHECK(url.password == "p:w");
  CHECK(url.host == "db.example.org");
  CHECK(url.port == "6543");
  CHECK(url.database == "my db");
  CHECK(url.schema == "s\"x");
  CHECK(url.ssl_mode == "require");
  CHECK(ParseUrl("postgres://[::1]:5433", "").host == "::1");
  CHECK(ParseUrl("postgres://[::1]:5433", "").port == "5433");
  CHECK(ParseUrl("postgresql://u@localhost/db?host=/run/postgresql", "").host == "/run/postgresql");
  CHECK(ParseUrl("postgresql://", "").database == "postgres");
}

TEST_CASE("parameters of a PostgreSQL URL") {
  Url url = ParseUrl(
      "postgresql://h/d?connection_limit=3&pool_timeout=0&connect_timeout=0&socket_timeout=7&pgbouncer=true&"
      "statement_cache_size=9&options=-c%20a%3Db&application_name=a+b&sslaccept=strict&sslcert=ca.pem&unknown=1",
      "/conf");
  CHECK(url.connection_limit == 3);
  CHECK(url.pool_timeout == std::chrono::milliseconds(0));
  CHECK_FALSE(url.connect_timeout.has_value());
  CHECK(url.socket_timeout == std::chrono::seconds(7));
  CHECK(url.is_pgbouncer);
  CHECK(url.statement_cache_size == 9);
  CHECK(url.options == "-c a=b");
  CHECK(url.application_name == "a b");
  CHECK(url.checks_certificate);
  CHECK(url.ssl_certificate == "/conf/ca.pem");
  for (const char* text :
       {"postgresql://h/d?connection_limit=x", "postgresql://h:99999/d", "postgresql://h/d?pgbouncer=1", "h/d"}) {
    CHECK_THROWS_AS(ParseUrl(text, ""), Error);
  }
}

}  // namespace
}  // namespace prisma::postgresql
