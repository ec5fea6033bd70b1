// Flags of a command, read by the rules and with the messages that users of Prisma know.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prisma::cli {

enum class FlagKind : uint8_t { kSwitch, kText, kList };

struct Flag {
  std::string_view name;  // "--schema"
  FlagKind kind = FlagKind::kSwitch;
};

// A wrong command line; the command prints the message and its help.
struct UsageError {
  std::string message;
};

class Arguments {
 public:
  // `--help` (-h), `--schema`, `--config` and `--telemetry-information` are known to every command. Throws UsageError.
  Arguments(std::span<const std::string_view> words, std::span<const Flag> flags);

  bool Has(std::string_view flag) const { return values_.contains(flag); }
  std::string Text(std::string_view flag) const;  // empty if absent
  std::vector<std::string> List(std::string_view flag) const;
  const std::vector<std::string>& positional() const { return positional_; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> positional_;
};

}  // namespace prisma::cli
