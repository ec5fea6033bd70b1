// Threads that nobody waits for.
#pragma once

#include <cstddef>

namespace prisma {

// Enough for the engine's work; sanitizers need more.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr size_t kWorkStack = 8 << 20;
#else
inline constexpr size_t kWorkStack = 1 << 20;
#endif

// False: the system has no thread to give.
bool StartDetachedThread(size_t stack_size, void* (*body)(void*), void* argument);

// Runs a method of an object that outlives the thread.
template <auto kMethod, class Object>
bool StartDetachedThread(Object* object) {
  return StartDetachedThread(
      kWorkStack,
      [](void* self) -> void* {
        (static_cast<Object*>(self)->*kMethod)();
        return nullptr;
      },
      object);
}

}  // namespace prisma
