// The memory of one request: a bump allocator that frees everything at once. Text put here lives as long as the arena.
#pragma once

#include <cstring>
#include <memory_resource>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace prisma {

class Arena {
 public:
  explicit Arena(size_t first_block = 4096) : memory_(first_block) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // T must be trivially destructible: no destructor is run.
  template <class T, class... Args>
  T* New(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (memory_.allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  template <class T>
  std::span<T> NewSpan(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    T* data = static_cast<T*>(memory_.allocate(sizeof(T) * count, alignof(T)));
    for (size_t i = 0; i < count; ++i) new (data + i) T{};
    return {data, count};
  }

  template <class T>
  std::span<T> Copy(const std::vector<T>& items) {
    std::span<T> copy = NewSpan<T>(items.size());
    for (size_t i = 0; i < items.size(); ++i) copy[i] = items[i];
    return copy;
  }

  char* Bytes(size_t count) { return static_cast<char*>(memory_.allocate(count ? count : 1, 1)); }

  std::string_view Copy(std::string_view text) {
    char* data = Bytes(text.size());
    if (!text.empty()) std::memcpy(data, text.data(), text.size());
    return {data, text.size()};
  }

  std::pmr::memory_resource* resource() { return &memory_; }

 private:
  std::pmr::monotonic_buffer_resource memory_;
};

}  // namespace prisma
