#include "driver/pool.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>

#include "base/error.h"

namespace prisma::driver {
namespace {

struct State {
  int open = 0;
  bool is_down = false, is_healthy = true;
};

class FakeConnection final : public Connection {
 public:
  explicit FakeConnection(State& state) : state_(state) { ++state_.open; }
  ~FakeConnection() override { --state_.open; }
  void Query(const Statement&, std::span<const ColumnType>, RowBatch&) override {}
  uint64_t Execute(const Statement&) override { return 0; }
  void QueryRaw(const Statement&, std::vector<RawColumn>&, RowBatch&) override {}
  DescribedStatement Describe(std::string_view) override { return {}; }
  void ExecuteScript(std::string_view) override {}
  void Begin(IsolationLevel, bool) override {}
  void Commit() override {}
  void Rollback() override {}
  uint64_t changes() const override { return 0; }
  void Interrupt() override {}
  void SetBudget(std::optional<std::chrono::microseconds>) override {}
  bool IsHealthy() override { return state_.is_healthy; }

 private:
  State& state_;
};

class FakeDatabase final : public Database {
 public:
  explicit FakeDatabase(State& state) : state_(state) {}
  std::unique_ptr<Connection> Connect() override {
    if (state_.is_down) throw DbException(DbError{});
    return std::make_unique<FakeConnection>(state_);
  }
  uint32_t default_connection_limit() const override { return 2; }
  std::optional<uint32_t> connection_limit() const override { return {}; }
  std::optional<std::chrono::milliseconds> pool_timeout() const override { return std::chrono::milliseconds(20); }
  uint32_t max_bind_values() const override { return 100; }

 private:
  State& state_;
};

TEST_CASE("A closed pool can be used again, as often as one likes") {
  State state;
  Pool pool(std::make_unique<FakeDatabase>(state));
  for (int round = 0; round < 10; ++round) {
    Pool::Lease first = pool.Acquire(), second = pool.Acquire();
    CHECK_THROWS_AS(pool.Acquire(), Error);
    first.Release();
    pool.Close();
    CHECK(state.open == 1);
    second.Release();
    CHECK(state.open == 0);
    CHECK(pool.counts().open == 0);
    CHECK(pool.counts().opened == pool.counts().closed);
  }
}

TEST_CASE("Connections that fail to open, and broken ones, take no place in the pool") {
  State state;
  Pool pool(std::make_unique<FakeDatabase>(state));
  state.is_down = true;
  for (int i = 0; i < 5; ++i) CHECK_THROWS_AS(pool.Acquire(), DbException);
  state.is_down = false;
  state.is_healthy = false;
  for (int i = 0; i < 5; ++i) pool.Acquire();
  CHECK(state.open == 0);
  CHECK(pool.counts().open == 0);
}

TEST_CASE("One who waits gets the connection that comes back") {
  State state;
  Pool pool(std::make_unique<FakeDatabase>(state));
  Pool::Lease first = pool.Acquire(), second = pool.Acquire();
  std::thread waiting([&] { CHECK(pool.Acquire(std::chrono::seconds(60))); });
  first.Release();
  waiting.join();
}

}  // namespace
}  // namespace prisma::driver
