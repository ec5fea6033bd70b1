// Standard base64 with padding, as Bytes travel in requests and responses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prisma {

inline size_t Base64Size(size_t bytes) { return (bytes + 2) / 3 * 4; }
// `out` has Base64Size(bytes.size()) bytes.
void WriteBase64(std::string_view bytes, char* out);
std::string EncodeBase64(std::string_view bytes);

// Also takes the URL-safe alphabet and missing padding. Nothing for other text.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace prisma
