#include "value/ids.h"

#include <openssl/rand.h>
#include <pthread.h>
#include <sys/random.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>

#include "base/error.h"

namespace prisma {

namespace {

constexpr char kBase36[] = "0123456789abcdefghijklmnopqrstuvwxyz";

// Random bytes are taken from the system in blocks; a forked child must not repeat its parent's block.
std::atomic<uint32_t> fork_generation{0};
[[maybe_unused]] const int kForkHandler = pthread_atfork(nullptr, nullptr, [] { fork_generation.fetch_add(1); });

struct RandomBlock {
  unsigned char bytes[512];
  size_t used = sizeof bytes;
  uint32_t generation = 0;
};
thread_local RandomBlock random_block;

void FillFromSystem(unsigned char* out, size_t count) {
  while (count > 0) {
    const ssize_t got = getrandom(out, count, 0);
    if (got <= 0) {
      PRISMA_CHECK(RAND_bytes(out, static_cast<int>(count)) == 1);
      return;
    }
    out += got;
    count -= static_cast<size_t>(got);
  }
}

unsigned char RandomByte() {
  unsigned char byte;
  FillRandom({&byte, 1});
  return byte;
}

// Uniform in [0, bound), bound <= 256.
unsigned RandomBelow(unsigned bound) {
  const unsigned limit = 256 - 256 % bound;
  unsigned byte;
  do byte = RandomByte();
  while (byte >= limit);
  return byte % bound;
}

uint64_t NowMilliseconds() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
}

void AppendBase36(std::string& out, uint64_t number, int width) {
  char text[16];
  for (int i = width - 1; i >= 0; --i) {
    text[i] = kBase36[number % 36];
    number /= 36;
  }
  out.append(text, static_cast<size_t>(width));
}

std::string UuidText(const unsigned char (&bytes)[16]) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kHex[bytes[i] >> 4];
    out += kHex[bytes[i] & 15];
  }
  return out;
}

void PutTime(unsigned char* out, uint64_t milliseconds) {
  for (int i = 5; i >= 0; --i) {
    out[i] = static_cast<unsigned char>(milliseconds);
    milliseconds >>= 8;
  }
}

// The host's part of a version 1 cuid: two characters of the process, two of the host's name.
std::string CuidFingerprint() {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  const size_t length = std::strlen(host);
  uint64_t sum = length + 36;
  for (size_t i = 0; i < length; ++i) sum += static_cast<unsigned char>(host[i]);
  std::string out;
  AppendBase36(out, static_cast<uint64_t>(getpid()), 2);
  AppendBase36(out, sum, 2);
  return out;
}

}  // namespace

void FillRandom(std::span<unsigned char> bytes) {
  RandomBlock& block = random_block;
  const uint32_t generation = fork_generation.load(std::memory_order_relaxed);
  if (bytes.size() > sizeof block.bytes) return FillFromSystem(bytes.data(), bytes.size());
  if (block.generation != generation || block.used + bytes.size() > sizeof block.bytes) {
    FillFromSystem(block.bytes, sizeof block.bytes);
    block.used = 0;
    block.generation = generation;
  }
  std::memcpy(bytes.data(), block.bytes + block.used, bytes.size());
  block.used += bytes.size();
}

std::string NewUuidV4() {
  unsigned char bytes[16];
  FillRandom(bytes);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  return UuidText(bytes);
}

std::string NewUuidV7() {
  unsigned char bytes[16];
  FillRandom(bytes);
  // Within one millisecond the ids of a thread go on rising: the 12 bits after the time count.
  thread_local uint64_t last_time = 0;
  thread_local uint32_t counter = 0;
  uint64_t now = NowMilliseconds();
  if (now > last_time) {
    last_time = now;
    counter = (uint32_t{bytes[6]} << 8 | bytes[7]) & 0x7ff;
  } else if (++counter > 0xfff) {
    ++last_time;
    counter = 0;
  }
  PutTime(bytes, last_time);
  bytes[6] = static_cast<unsigned char>(0x70 | counter >> 8);
  bytes[7] = static_cast<unsigned char>(counter);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  return UuidText(bytes);
}

std::string NewCuid() {
  static std::atomic<uint32_t> counter{0};
  static const std::string kFingerprint = CuidFingerprint();
  constexpr uint32_t kCounterSize = 36 * 36 * 36 * 36;
  std::string out = "c";
  out.reserve(25);
  AppendBase36(out, NowMilliseconds(), 8);
  AppendBase36(out, counter.fetch_add(1, std::memory_order_relaxed) % kCounterSize, 4);
  out += kFingerprint;
  for (int i = 0; i < 8; ++i) out += kBase36[RandomBelow(36)];
  return out;
}

std::string NewCuid2() {
  std::string out;
  out.reserve(24);
  out += kBase36[10 + RandomBelow(26)];
  for (int i = 1; i < 24; ++i) out += kBase36[RandomBelow(36)];
  return out;
}

std::string NewUlid() {
  constexpr char kCrockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  unsigned char bytes[16];
  FillRandom(bytes);
  PutTime(bytes, NowMilliseconds());
  std::string out(26, '0');
  // 130 bits: the first character has only the top three bits.
  uint64_t high = 0, low = 0;
  for (int i = 0; i < 8; ++i) high = high << 8 | bytes[i];
  for (int i = 8; i < 16; ++i) low = low << 8 | bytes[i];
  for (int i = 25; i >= 0; --i) {
    out[static_cast<size_t>(i)] = kCrockford[low & 31];
    low = low >> 5 | high << 59;
    high >>= 5;
  }
  return out;
}

std::string NewNanoid(size_t length) {
  constexpr char kAlphabet[] = "_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string out(length, '\0');
  FillRandom({reinterpret_cast<unsigned char*>(out.data()), length});
  for (char& c : out) c = kAlphabet[static_cast<unsigned char>(c) & 63];
  return out;
}

}  // namespace prisma
