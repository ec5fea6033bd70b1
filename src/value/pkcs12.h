// PKCS #12 (RFC 7292): files that hold a certificate with its key, locked by a password.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prisma {

// The certificate, those that have signed it, and the key without a lock, as PEM. None: `fault` says why.
std::optional<std::string> Pkcs12ToPem(std::string_view file, const std::string& password, std::string& fault);

}  // namespace prisma
