// The help texts, with marks for terminal.h's Marked.
#pragma once

#include <string_view>

namespace prisma::cli::help {

extern const std::string_view kMain;
extern const std::string_view kInit;
extern const std::string_view kValidate;
extern const std::string_view kFormat;
extern const std::string_view kGenerate;
extern const std::string_view kDb;
extern const std::string_view kDbPush;
extern const std::string_view kDbExecute;
extern const std::string_view kBridge;
extern const std::string_view kVersion;
extern const std::string_view kLanguageServer;
extern const std::string_view kDebug;

// The comments at the head of a new .env file.
extern const std::string_view kEnvironmentFile;

}  // namespace prisma::cli::help
