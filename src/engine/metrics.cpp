#include "engine/metrics.h"

#include <vector>

#include "json/reader.h"
#include "json/writer.h"

namespace prisma::engine {
namespace {

constexpr double kBounds[] = {0, 1, 5, 10, 50, 100, 500, 1000, 5000, 50000};  // milliseconds

using Labels = std::vector<std::pair<std::string, std::string>>;

Labels ReadLabels(std::string_view text) {
  Labels labels;
  json::Document document;
  if (text.empty() || !document.Parse(text) || !document.root().is_object()) return labels;
  for (const json::Member& member : document.root().members()) {
    if (!member.value.is_string()) return {};
    labels.emplace_back(member.key, member.value.text());
  }
  return labels;
}

struct Number {
  std::string_view name, description;
  double value;
};

}  // namespace

void Metrics::Histogram::Add(std::chrono::nanoseconds duration) {
  double milliseconds = static_cast<double>(duration.count()) / 1e6;
  size_t bucket = 0;
  while (bucket < kBuckets && milliseconds > kBounds[bucket]) ++bucket;
  buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  count.fetch_add(1, std::memory_order_relaxed);
  nanoseconds.fetch_add(static_cast<uint64_t>(duration.count()), std::memory_order_relaxed);
}

struct Metrics::Sample {
  std::vector<Number> counters, gauges;
  struct Named {
    std::string_view name, description;
    const Histogram* histogram;
  };
  std::vector<Named> histograms;

  Sample(const Metrics& m, driver::Pool& pool) {
    driver::Pool::Counts counts = pool.counts();
    auto d = [](auto n) { return static_cast<double>(n); };
    counters = {
        {"prisma_client_queries_total", "Total number of Prisma Client queries executed", d(m.client_.count.load())},
        {"prisma_datasource_queries_total", "Total number of Datasource Queries executed",
         d(m.statements_.count.load())},
        {"prisma_pool_connections_closed_total", "Total number of Pool Connections closed", d(counts.closed)},
        {"prisma_pool_connections_opened_total", "Total number of Pool Connections opened", d(counts.opened)},
    };
    gauges = {
        {"prisma_client_queries_active", "Number of currently active Prisma Client queries", d(m.active_.load())},
        {"prisma_client_queries_wait", "Number of Prisma Client queries currently waiting for a connection",
         d(counts.waiting)},
        {"prisma_pool_connections_busy", "Number of currently busy Pool Connections (executing a datasource query)",
         d(counts.open - counts.idle)},
        {"prisma_pool_connections_idle",
         "Number of currently unused Pool Connections (waiting for the next datasource query to run)", d(counts.idle)},
        {"prisma_pool_connections_open", "Number of currently open Pool Connections", d(counts.open)},
    };
    auto add = [&](std::string_view name, std::string_view description, const Histogram& h) {
      if (h.count.load() != 0) histograms.push_back({name, description, &h});
    };
    add("prisma_client_queries_duration_histogram_ms",
        "The distribution of the time Prisma Client queries took to run end to end", m.client_);
    add("prisma_client_queries_wait_histogram_ms",
        "The distribution of the time all datasource queries spent waiting for a free connection", m.wait_);
    add("prisma_datasource_queries_duration_histogram_ms",
        "The distribution of the time datasource queries took to run", m.statements_);
  }
};

std::string Metrics::Json(driver::Pool& pool, std::string_view label_text) const {
  Sample sample(*this, pool);
  Labels labels = ReadLabels(label_text);
  std::string out;
  json::Writer writer(out);
  auto head = [&](std::string_view name) {
    writer.BeginObject();
    writer.Member("key", name);
    writer.Key("labels");
    writer.BeginObject();
    for (const auto& [key, value] : labels) writer.Member(key, value);
    writer.EndObject();
    writer.Key("value");
  };
  auto tail = [&](std::string_view description) {
    writer.Member("description", description);
    writer.EndObject();
  };
  writer.BeginObject();
  writer.Key("counters");
  writer.BeginArray();
  for (const Number& n : sample.counters) {
    head(n.name);
    writer.Int(static_cast<int64_t>(n.value));
    tail(n.description);
  }
  writer.EndArray();
  writer.Key("gauges");
  writer.BeginArray();
  for (const Number& n : sample.gauges) {
    head(n.name);
    writer.Float(n.value);
    tail(n.description);
  }
  writer.EndArray();
  writer.Key("histograms");
  writer.BeginArray();
  for (const Sample::Named& named : sample.histograms) {
    head(named.name);
    writer.BeginObject();
    writer.Key("buckets");
    writer.BeginArray();
    for (size_t i = 0; i < kBuckets; ++i) {
      writer.BeginArray();
      writer.Float(kBounds[i]);
      writer.Int(static_cast<int64_t>(named.histogram->buckets[i].load()));
      writer.EndArray();
    }
    writer.EndArray();
    writer.Key("sum");
    writer.Float(static_cast<double>(named.histogram->nanoseconds.load()) / 1e6);
    writer.Key("count");
    writer.Int(static_cast<int64_t>(named.histogram->count.load()));
    writer.EndObject();
    tail(named.description);
  }
  writer.EndArray();
  writer.EndObject();
  return out;
}

std::string Metrics::Prometheus(driver::Pool& pool, std::string_view label_text) const {
  Sample sample(*this, pool);
  Labels labels = ReadLabels(label_text);
  std::string out;
  auto head = [&](std::string_view name, std::string_view description, std::string_view type) {
    out.append("# HELP ").append(name).append(" ").append(description).append("\n");
    out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
  };
  auto line = [&](std::string_view name, std::string_view suffix, double value, std::string_view bound = {}) {
    out.append(name).append(suffix);
    std::string list;
    for (const auto& [key, text] : labels) {
      if (!list.empty()) list += ",";
      list += key + "=";
      json::AppendString(list, text);
    }
    if (!bound.empty()) {
      if (!list.empty()) list += ",";
      list.append("le=\"").append(bound).append("\"");
    }
    if (!list.empty()) out.append("{").append(list).append("}");
    out.append(" ");
    if (value == static_cast<double>(static_cast<int64_t>(value))) {
      json::AppendInt(out, static_cast<int64_t>(value));
    } else {
      json::AppendFloat(out, value);
    }
    out.append("\n");
  };
  for (const Number& n : sample.counters) {
    head(n.name, n.description, "counter");
    line(n.name, "", n.value);
    out.append("\n");
  }
  for (const Number& n : sample.gauges) {
    head(n.name, n.description, "gauge");
    line(n.name, "", n.value);
    out.append("\n");
  }
  for (const Sample::Named& named : sample.histograms) {
    head(named.name, named.description, "histogram");
    uint64_t sum = 0;
    for (size_t i = 0; i < kBuckets; ++i) {
      sum += named.histogram->buckets[i].load();
      line(named.name, "_bucket", static_cast<double>(sum), std::to_string(static_cast<int>(kBounds[i])));
    }
    auto count = static_cast<double>(named.histogram->count.load());
    line(named.name, "_bucket", count, "+Inf");
    line(named.name, "_sum", static_cast<double>(named.histogram->nanoseconds.load()) / 1e6);
    line(named.name, "_count", count);
    out.append("\n");
  }
  return out;
}

}  // namespace prisma::engine
