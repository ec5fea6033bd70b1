#include "engine/query_engine.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include "base/error.h"
#include "engine/connectors.h"
#include "json/reader.h"
#include "query/document/json_reader.h"

namespace prisma::engine {
namespace {

constexpr std::string_view kSchema = R"(
datasource db {
  provider = "sqlite"
  url      = "file:unused.db"
}
model User {
  id    Int     @id
  email String  @unique
  name  String?
  at    DateTime?
  posts Post[]
}
model Post {
  id     Int  @id
  userId Int
  user   User @relation(fields: [userId], references: [id])
}
)";

struct Bench {
  explicit Bench(std::string_view parameters = {}, bool has_tables = true) {
    char name[] = "/tmp/prisma-engine-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    folder = name;
    auto files = std::make_shared<SourceFiles>();
    files->Add("schema.prisma", std::string(kSchema));
    DiagnosticSink sink;
    schema = schema::Analyze(files, sink).schema;
    REQUIRE(!sink.has_errors());
    url = "file:" + folder + "/a.db" + std::string(parameters);
    if (has_tables) {
      auto connection = Connect();
      connection->ExecuteScript(
          "CREATE TABLE User (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT, at DATETIME);"
          "CREATE TABLE Post (id INTEGER PRIMARY KEY, userId INTEGER NOT NULL REFERENCES User (id));"
          "INSERT INTO User VALUES (1, 'a', 'A', NULL), (2, 'b', NULL, NULL);"
          "INSERT INTO Post VALUES (1, 1), (2, 1)");
    }
    QueryEngineOptions options;
    options.url = url;
    engine = QueryEngine::Create(schema, std::move(options));
  }
  ~Bench() {
    engine.reset();
    for (const char* file : {"/a.db", "/a.db-wal", "/a.db-shm", "/a.db-journal"}) unlink((folder + file).c_str());
    rmdir(folder.c_str());
  }
  std::unique_ptr<driver::Connection> Connect() { return PartsOf(*schema->connector).open(url, "")->Connect(); }
  std::string Ask(std::string_view body, std::string_view transaction = {}) {
    int status = 0;
    std::string answer = engine->Handle(body, Protocol::kJson, transaction, status);
    CHECK(status == 200);
    return answer;
  }
  std::string Code(std::string_view body, std::string_view transaction = {}) {
    std::string answer = Ask(body, transaction);
    size_t at = answer.find("\"error_code\":\"");
    return at == std::string::npos ? answer : answer.substr(at + 14, 5);
  }

  std::string folder, url;
  std::shared_ptr<const schema::Schema> schema;
  std::unique_ptr<QueryEngine> engine;
};

std::string FindUser(int id) {
  return R"({"modelName":"User","action":"findUnique","query":{"arguments":{"where":{"id":)" + std::to_string(id) +
         R"(}},"selection":{"id":true,"email":true,"name":true}}})";
}
std::string CreateUser(int id, std::string_view email) {
  return R"({"modelName":"User","action":"createOne","query":{"arguments":{"data":{"id":)" + std::to_string(id) +
         R"(,"email":")" + std::string(email) + R"("}},"selection":{"id":true}}})";
}

std::string CodeOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& e) {
    return e.code() + ": " + e.message();
  }
  return {};
}

TEST_CASE("a plan serves requests that differ in values") {
  Bench bench;
  CHECK(bench.Ask(FindUser(1)) == R"({"data":{"findUniqueUser":{"id":1,"email":"a","name":"A"}}})");
  CHECK(bench.Ask(FindUser(2)) == R"({"data":{"findUniqueUser":{"id":2,"email":"b","name":null}}})");
  CHECK(bench.Ask(FindUser(3)) == R"({"data":{"findUniqueUser":null}})");
  auto by_order = [](std::string_view order, std::string_view ids) {
    return R"({"modelName":"User","action":"findMany","query":{"arguments":{"where":{"id":{"in":[)" + std::string(ids) +
           R"(]}},"orderBy":{"id":")" + std::string(order) + R"("}},"selection":{"id":true}}})";
  };
  CHECK(bench.Ask(by_order("asc", "1,2")) == R"({"data":{"findManyUser":[{"id":1},{"id":2}]}})");
  CHECK(bench.Ask(by_order("desc", "1,2")) == R"({"data":{"findManyUser":[{"id":2},{"id":1}]}})");
  CHECK(bench.Ask(by_order("desc", "2,7,8")) == R"({"data":{"findManyUser":[{"id":2}]}})");
  CHECK(bench.Ask(by_order("asc", "1,1,1,2,9,2,1")) == R"({"data":{"findManyUser":[{"id":1},{"id":2}]}})");
}

TEST_CASE("values of the wrong type are told, on a warm plan too") {
  Bench bench;
  auto at = [](std::string_view text) {
    return R"({"modelName":"User","action":"findMany","query":{"arguments":{"where":{"at":")" + std::string(text) +
           R"("}},"selection":{"id":true}}})";
  };
  std::string cold = bench.Ask(at("soon"));
  CHECK(bench.Ask(at("2020-01-01T00:00:00Z")) == R"({"data":{"findManyUser":[]}})");
  CHECK(bench.Ask(at("soon")) == cold);
  CHECK(cold.find("errors") != std::string::npos);
}

TEST_CASE("lists longer than a statement takes are cut") {
  Bench bench;
  std::string ids;
  for (int i = 100000; i > 0; --i) ids += std::to_string(i) + (i > 1 ? "," : "");
  CHECK(bench.Ask(R"({"modelName":"User","action":"findMany","query":{"arguments":{"where":{"id":{"in":[)" + ids +
                  R"(]}},"orderBy":{"email":"desc"}},"selection":{"id":true}}})") ==
        R"({"data":{"findManyUser":[{"id":2},{"id":1}]}})");
}

TEST_CASE("batches") {
  Bench bench;
  auto batch = [](std::string_view a, std::string_view b, std::string_view rest) {
    return R"({"batch":[)" + std::string(a) + "," + std::string(b) + "]" + std::string(rest) + "}";
  };
  std::string bad = bench.Ask(batch(CreateUser(3, "c"), CreateUser(4, "a"), R"(,"transaction":{})"));
  CHECK(bad.find("\"batch_request_idx\":1") != std::string::npos);
  CHECK(bench.Ask(FindUser(3)) == R"({"data":{"findUniqueUser":null}})");
  std::string apart = bench.Ask(batch(CreateUser(3, "c"), CreateUser(4, "a"), ""));
  CHECK(apart.starts_with(R"({"batchResult":[{"data":{"createOneUser":{"id":3}}},{"errors":)"));
  CHECK(bench.Code(FindUser(3)) != R"({"data":{"findUniqueUser":null}})");
  CHECK(bench.Ask(R"({"batch":[]})") == "{}");
}

TEST_CASE("interactive transactions") {
  Bench bench;
  std::string id = bench.engine->StartTransaction({});
  CHECK(id.size() == 24);
  bench.Ask(CreateUser(3, "c"), id);
  CHECK(bench.Ask(FindUser(3)) == R"({"data":{"findUniqueUser":null}})");
  bench.engine->CommitTransaction(id);
  CHECK(bench.Ask(FindUser(3)) == R"({"data":{"findUniqueUser":{"id":3,"email":"c","name":null}}})");
  CHECK(CodeOf([&] { bench.engine->CommitTransaction(id); }) ==
        "P2028: Transaction API error: Transaction already closed: A commit cannot be executed on a committed "
        "transaction.");
  CHECK(bench.Code(FindUser(1), id) == "P2028");
  CHECK(bench.Code(FindUser(1), "nonsensenonsensenonsense") == "P2028");

  id = bench.engine->StartTransaction({});
  bench.Ask(CreateUser(4, "d"), id);
  bench.engine->RollbackTransaction(id);
  CHECK(bench.Ask(FindUser(4)) == R"({"data":{"findUniqueUser":null}})");

  TransactionOptions brief;
  brief.timeout = std::chrono::milliseconds(30);
  id = bench.engine->StartTransaction(brief);
  bench.Ask(CreateUser(4, "d"), id);
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  std::string expired = bench.Ask(FindUser(1), id);
  CHECK(expired.find(
            "A query cannot be executed on an expired transaction. The timeout for this transaction was 30 ms") !=
        std::string::npos);
  CHECK(bench.Ask(FindUser(4)) == R"({"data":{"findUniqueUser":null}})");
  CHECK(bench.Ask(CreateUser(4, "d")) == R"({"data":{"createOneUser":{"id":4}}})");

  TransactionOptions unknown;
  unknown.isolation_level = "Foo";
  CHECK(CodeOf([&] { bench.engine->StartTransaction(unknown); }) ==
        "P2023: Inconsistent column data: Conversion failed: Invalid isolation level `Foo`");
  unknown.isolation_level = "ReadCommitted";
  CHECK(CodeOf([&] { bench.engine->StartTransaction(unknown); }) ==
        ": Error in connector: Conversion error: READ COMMITTED");
  CHECK(bench.Ask(CreateUser(5, "e")) == R"({"data":{"createOneUser":{"id":5}}})");
}

TEST_CASE("a pool that is used up") {
  Bench bench("?connection_limit=1&pool_timeout=1");
  std::string id = bench.engine->StartTransaction({});
  CHECK(bench.Code(FindUser(1)) == "P2024");
  TransactionOptions brief;
  brief.max_wait = std::chrono::milliseconds(10);
  CHECK(CodeOf([&] { bench.engine->StartTransaction(brief); }) ==
        "P2028: Transaction API error: Unable to start a transaction in the given time.");
  bench.engine->RollbackTransaction(id);
  CHECK(bench.Code(FindUser(3)) == R"({"data":{"findUniqueUser":null}})");
}

TEST_CASE("a transaction that has to wait for the one that writes") {
  Bench bench;
  std::string id = bench.engine->StartTransaction({});
  TransactionOptions brief;
  brief.max_wait = std::chrono::milliseconds(20);
  CHECK(CodeOf([&] { bench.engine->StartTransaction(brief); }) ==
        "P2028: Transaction API error: Unable to start a transaction in the given time.");
  bench.engine->CommitTransaction(id);
  bench.engine->RollbackTransaction(bench.engine->StartTransaction(brief));
}

TEST_CASE("a URL of another database is refused as validation refuses it") {
  Bench bench({}, false);
  QueryEngineOptions options;
  options.url = "postgres://localhost/x";
  std::string message;
  try {
    QueryEngine::Create(bench.schema, std::move(options));
  } catch (const Error& error) {
    message = error.message();
  }
  CHECK(message.find("Error validating datasource `db`: the URL must start with the protocol `file:`.") !=
        std::string::npos);
}

TEST_CASE("faults of the database") {
  SUBCASE("no tables") {
    Bench bench({}, false);
    CHECK(bench.Code(FindUser(1)) == "P2021");
  }
  SUBCASE("violations") {
    Bench bench;
    CHECK(bench.Code(CreateUser(3, "a")) == "P2002");
    CHECK(bench.Code(R"({"modelName":"Post","action":"createOne","query":{"arguments":{"data":{"id":9,"userId":77}},)"
                     R"("selection":{"id":true}}})") == "P2003");
  }
  SUBCASE("locked") {
    Bench bench("?socket_timeout=0");
    auto other = bench.Connect();
    other->Begin(driver::IsolationLevel::kDefault, true);
    CHECK(bench.Code(CreateUser(3, "c")) == "P1008");
    other->Rollback();
    CHECK(bench.Ask(CreateUser(3, "c")) == R"({"data":{"createOneUser":{"id":3}}})");
  }
  SUBCASE("not a database") {
    Bench bench({}, false);
    std::ofstream(bench.folder + "/a.db") << std::string(8192, 'x');
    CHECK(bench.Ask(FindUser(1)).find("not a database") != std::string::npos);
  }
  SUBCASE("killed in the middle of a write") {
    Bench bench;
    const pid_t child = fork();
    if (child == 0) {
      auto connection = bench.Connect();
      connection->Begin(driver::IsolationLevel::kDefault, true);
      connection->ExecuteScript("INSERT INTO User VALUES (50, 'x', NULL, NULL)");
      _exit(0);
    }
    REQUIRE(waitpid(child, nullptr, 0) == child);
    CHECK(bench.Ask(CreateUser(51, "y")) == R"({"data":{"createOneUser":{"id":51}}})");
    CHECK(bench.Ask(FindUser(50)) == R"({"data":{"findUniqueUser":null}})");
  }
}

TEST_CASE("with a budget a request is done in time or changes nothing") {
  Bench bench("?socket_timeout=0");
  auto other = bench.Connect();
  other->Begin(driver::IsolationLevel::kDefault, true);
  json::Document document;
  Arena arena;
  query::Request request;
  REQUIRE(document.Parse(CreateUser(9, "z")));
  REQUIRE(query::ReadJsonRequest(document.root(), arena, request));
  auto run = [&](std::chrono::milliseconds budget) { bench.engine->Execute(request, arena, {}, budget); };
  bool was_interrupted = false;
  try {
    run(std::chrono::milliseconds(100));
  } catch (const driver::DbException& e) {
    was_interrupted = e.error.kind == driver::DbError::Kind::kInterrupted;
  }
  CHECK(was_interrupted);
  other->Rollback();
  CHECK_NOTHROW(run(std::chrono::minutes(1)));  // a busy machine is slow
}

TEST_CASE("many threads on one engine") {
  Bench bench;
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        if (i % 10 == 0) {
          int id = 1000 + t * 1000 + i;
          if (bench.engine && bench.Ask(CreateUser(id, std::to_string(id))).find("errors") == std::string::npos) ++good;
        } else if (bench.Ask(FindUser(1 + i % 2)).find("\"email\"") != std::string::npos) {
          ++good;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 800);
}

}  // namespace
}  // namespace prisma::engine
