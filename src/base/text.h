// Small pieces of text that several rooms write alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace prisma {

// Appends a Unicode scalar value as UTF-8.
void AppendUtf8(std::string& out, uint32_t code_point);

// Appends UTF-8 text in quotes and escaped as Rust's `{:?}` does, which Prisma's messages carry.
void AppendDebugQuoted(std::string& out, std::string_view text);

// Appends a name between two of `quote`, those inside doubled: SQL's form of an identifier.
void AppendQuoted(std::string& out, std::string_view name, char quote);

}  // namespace prisma
