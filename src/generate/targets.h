// The platforms that engines are built for, by Prisma's names: "debian-openssl-3.0.x".
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace prisma::generate {

std::span<const std::string_view> KnownTargets();

// The platform that this process runs on.
std::string NativeTarget();

// From the text of /etc/os-release, the machine ("x86_64") and the OpenSSL version ("3.0.x", or empty if not found).
std::string LinuxTarget(std::string_view os_release, std::string_view machine, std::string_view openssl);

}  // namespace prisma::generate
