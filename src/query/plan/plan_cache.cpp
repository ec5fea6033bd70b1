#include "query/plan/plan_cache.h"

#include <algorithm>
#include <functional>
#include <mutex>

namespace prisma::query {
namespace {

constexpr size_t kMaxEntriesPerShard = 64;
constexpr size_t kMaxVariants = 64;
constexpr size_t kMaxKeyBytes = 64 * 1024;
constexpr uint32_t kNone = UINT32_MAX;

// A scalar's place, told so that it holds for lists of other lengths.
struct Place {
  uint32_t group = kNone;  // in every item of this list, or …
  uint32_t offset = 0;     // … in the item; outside of lists: the ordinal less all scalars of the lists before
  uint32_t before = 0;     // outside of lists: how many lists come before
  bool is_sign = false;    // only the sign of the number counts
  friend bool operator==(const Place&, const Place&) = default;
};

Place PlaceOf(uint32_t ordinal, const ShapeKey& key) {
  Place place;
  uint32_t in_lists = 0;
  for (uint32_t g = 0; g < key.groups.size(); ++g) {
    const ShapeKey::Group& group = key.groups[g];
    uint32_t size = group.stride * group.count;
    if (ordinal < group.first) break;
    if (ordinal < group.first + size) return {.group = g, .offset = (ordinal - group.first) % group.stride};
    in_lists += size;
    place.before = g + 1;
  }
  place.offset = ordinal - in_lists;
  return place;
}

void AppendNumber(std::string& out, uint64_t n) { out.append(reinterpret_cast<const char*>(&n), sizeof n); }

void AppendValue(std::string& out, const Value& value) {
  out.push_back(static_cast<char>(value.kind()));
  switch (value.kind()) {
    case ValueKind::kNull:
      return;
    case ValueKind::kBool:
    case ValueKind::kInt:
    case ValueKind::kDateTime:
      return AppendNumber(out, static_cast<uint64_t>(value.as_int()));
    case ValueKind::kFloat: {
      double d = value.as_float();
      out.append(reinterpret_cast<const char*>(&d), sizeof d);
      return;
    }
    default:
      AppendNumber(out, value.text().size());
      out.append(value.text());
  }
}

void AppendPlaced(std::string& out, const Place& place, const Value& value) {
  if (place.is_sign && value.kind() == ValueKind::kInt) {
    out.push_back(value.as_int() < 0 ? '-' : '+');
  } else {
    AppendValue(out, value);
  }
}

struct HashedKey {
  std::string_view bytes;
  size_t hash;
  friend bool operator==(const HashedKey& a, const HashedKey& b) { return a.hash == b.hash && a.bytes == b.bytes; }
};
struct GetHash {
  size_t operator()(const HashedKey& key) const { return key.hash; }
};

}  // namespace

struct PlanCache::Entry {
  std::string bytes;
  std::vector<Place> structural;
  std::vector<bool> is_closed;  // by list: its length decides about the structure
  std::unordered_map<std::string, std::shared_ptr<const Plan>> variants;

  void VariantKey(const ShapeKey& key, std::string& out) const {
    out.clear();
    for (const Place& place : structural) {
      if (place.group != kNone) {
        const ShapeKey::Group& group = key.groups[place.group];
        for (uint32_t i = 0; i < group.count; ++i) {
          AppendPlaced(out, place, key.scalars[group.first + i * group.stride + place.offset]);
        }
        continue;
      }
      uint32_t ordinal = place.offset;
      for (uint32_t g = 0; g < place.before; ++g) ordinal += key.groups[g].stride * key.groups[g].count;
      AppendPlaced(out, place, key.scalars[ordinal]);
    }
    for (size_t g = 0; g < is_closed.size(); ++g) {
      if (is_closed[g]) AppendNumber(out, key.groups[g].count);
    }
  }
};

struct PlanCache::Shard {
  std::shared_mutex mutex;
  std::unordered_map<HashedKey, std::unique_ptr<Entry>, GetHash> entries;
};

PlanCache::PlanCache() : shards_(std::make_unique<std::array<Shard, kShards>>()) {}
PlanCache::~PlanCache() = default;

std::shared_ptr<const Plan> PlanCache::Find(const ShapeKey& key) {
  if (!key.is_regular) return nullptr;
  HashedKey hashed{key.bytes, std::hash<std::string_view>()(key.bytes)};
  Shard& shard = (*shards_)[(hashed.hash >> 7) % kShards];
  static thread_local std::string variant;
  std::shared_lock lock(shard.mutex);
  auto found = shard.entries.find(hashed);
  if (found == shard.entries.end()) return nullptr;
  const Entry& entry = *found->second;
  entry.VariantKey(key, variant);
  auto plan = entry.variants.find(variant);
  return plan == entry.variants.end() ? nullptr : plan->second;
}

void PlanCache::Insert(const ShapeKey& key, std::span<const StructuralScalar> structural,
                       std::shared_ptr<const Plan> plan) {
  if (!key.is_regular || !plan->is_shareable || key.bytes.size() > kMaxKeyBytes) return;
  HashedKey hashed{key.bytes, std::hash<std::string_view>()(key.bytes)};
  Shard& shard = (*shards_)[(hashed.hash >> 7) % kShards];
  std::unique_lock lock(shard.mutex);
  auto found = shard.entries.find(hashed);
  if (found == shard.entries.end()) {
    if (shard.entries.size() >= kMaxEntriesPerShard) shard.entries.clear();
    auto entry = std::make_unique<Entry>();
    entry->bytes = key.bytes;
    entry->is_closed.assign(key.groups.size(), false);
    HashedKey own{entry->bytes, hashed.hash};
    found = shard.entries.emplace(own, std::move(entry)).first;
  }
  Entry& entry = *found->second;
  bool has_changed = false;
  for (const StructuralScalar& scalar : structural) {
    if (scalar.ordinal >= key.scalars.size()) continue;
    Place place = PlaceOf(scalar.ordinal, key);
    place.is_sign = scalar.is_sign;
    if (std::find(entry.structural.begin(), entry.structural.end(), place) != entry.structural.end()) continue;
    entry.structural.push_back(place);
    has_changed = true;
  }
  std::vector<bool> is_closed(key.groups.size(), true);
  for (const OpenList& list : plan->open_lists) is_closed[list.group] = false;
  for (size_t g = 0; g < is_closed.size(); ++g) {
    if (!is_closed[g] || entry.is_closed[g]) continue;
    entry.is_closed[g] = true;
    has_changed = true;
  }
  // What was kept under fewer values can't be found under more.
  if (has_changed || entry.variants.size() >= kMaxVariants) entry.variants.clear();
  std::string variant;
  entry.VariantKey(key, variant);
  entry.variants[variant] = std::move(plan);
}

}  // namespace prisma::query
