// Makers of identifiers, over the system's random numbers. All are safe to call from any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace prisma {

void FillRandom(std::span<unsigned char> bytes);

std::string NewUuidV4();  // "5d5e1f2c-…", lower case
std::string NewUuidV7();
std::string NewCuid();   // version 1: 25 characters, "c…"
std::string NewCuid2();  // 24 characters
std::string NewUlid();   // 26 characters, upper case
std::string NewNanoid(size_t length = 21);

}  // namespace prisma
