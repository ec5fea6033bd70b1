// The memory of one request: a bump allocator that frees everything at once. Text put here lives as long as the arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace prisma {

class Arena {
 public:
  // Nothing is taken before it is needed; each further block is twice the size of the one before.
  explicit Arena(size_t first_block = 4096) : next_size_(first_block) {}
  Arena(Arena&& other) noexcept
      : at_(std::exchange(other.at_, 0)),
        end_(std::exchange(other.end_, 0)),
        next_size_(other.next_size_),
        blocks_(std::exchange(other.blocks_, nullptr)) {}
  Arena& operator=(Arena&& other) noexcept {
    if (this != &other) {
      Free();
      at_ = std::exchange(other.at_, 0);
      end_ = std::exchange(other.end_, 0);
      next_size_ = other.next_size_;
      blocks_ = std::exchange(other.blocks_, nullptr);
    }
    return *this;
  }
  ~Arena() { Free(); }

  // T must be trivially destructible: no destructor is run.
  template <class T, class... Args>
  T* New(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  template <class T>
  std::span<T> NewSpan(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    T* data = static_cast<T*>(Allocate(sizeof(T) * count, alignof(T)));
    for (size_t i = 0; i < count; ++i) new (data + i) T{};
    return {data, count};
  }

  template <class T>
  std::span<T> Copy(const std::vector<T>& items) {
    std::span<T> copy = NewSpan<T>(items.size());
    for (size_t i = 0; i < items.size(); ++i) copy[i] = items[i];
    return copy;
  }

  // Forgets everything that was put here, and keeps the largest block for what comes.
  void Reset() {
    if (blocks_ == nullptr) return;
    while (blocks_->before != nullptr) ::operator delete(std::exchange(blocks_->before, blocks_->before->before));
    at_ = reinterpret_cast<uintptr_t>(blocks_) + sizeof(Block);
  }

  char* Bytes(size_t count) { return static_cast<char*>(Allocate(count, 1)); }

  std::string_view Copy(std::string_view text) {
    char* data = Bytes(text.size());
    if (!text.empty()) std::memcpy(data, text.data(), text.size());
    return {data, text.size()};
  }

  void* Allocate(size_t size, size_t alignment) {
    uintptr_t start = (at_ + alignment - 1) & ~(uintptr_t{alignment} - 1);
    if (start + size > end_ || at_ == 0) {
      Grow(size + alignment);
      start = (at_ + alignment - 1) & ~(uintptr_t{alignment} - 1);
    }
    at_ = start + size;
    return reinterpret_cast<void*>(start);
  }

 private:
  struct Block {
    Block* before;
  };

  void Grow(size_t least) {
    constexpr size_t kMostDoubled = size_t{1} << 20;
    size_t size = next_size_ > least + sizeof(Block) ? next_size_ : least + sizeof(Block);
    if (next_size_ < kMostDoubled) next_size_ *= 2;
    auto* block = static_cast<Block*>(::operator new(size));
    block->before = blocks_;
    blocks_ = block;
    at_ = reinterpret_cast<uintptr_t>(block) + sizeof(Block);
    end_ = reinterpret_cast<uintptr_t>(block) + size;
  }

  void Free() {
    while (blocks_ != nullptr) ::operator delete(std::exchange(blocks_, blocks_->before));
  }

  uintptr_t at_ = 0, end_ = 0;
  size_t next_size_;
  Block* blocks_ = nullptr;
};

}  // namespace prisma
