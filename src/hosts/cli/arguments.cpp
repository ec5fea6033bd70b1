#include "hosts/cli/arguments.h"

namespace prisma::cli {
namespace {

constexpr Flag kCommonFlags[] = {
    {"--help", FlagKind::kSwitch},
    {"--schema", FlagKind::kText},
    {"--config", FlagKind::kText},
    {"--telemetry-information", FlagKind::kText},
};

const Flag* FindFlag(std::span<const Flag> flags, std::string_view name) {
  for (const Flag& flag : flags) {
    if (flag.name == name) return &flag;
  }
  for (const Flag& flag : kCommonFlags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

}  // namespace

Arguments::Arguments(std::span<const std::string_view> words, std::span<const Flag> flags) {
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word == "--") {
      for (++i; i < words.size(); ++i) positional_.emplace_back(words[i]);
      break;
    }
    if (word.size() < 2 || word[0] != '-') {
      positional_.emplace_back(word);
      continue;
    }
    std::string_view name = word.substr(0, word.find('='));
    const bool has_value = name.size() < word.size();
    std::string_view full_name = name == "-h" ? std::string_view("--help") : name;
    const Flag* flag = FindFlag(flags, full_name);
    if (!flag) throw UsageError{"unknown or unexpected option: " + std::string(name)};
    std::vector<std::string>& values = values_[std::string(full_name)];
    if (flag->kind == FlagKind::kSwitch) {
      values.emplace_back("true");
      continue;
    }
    std::string value;
    if (has_value) {
      value = word.substr(name.size() + 1);
    } else if (i + 1 < words.size() && !(words[i + 1].size() > 1 && words[i + 1][0] == '-')) {
      value = words[++i];
    } else {
      throw UsageError{"option requires argument: " + std::string(name)};
    }
    if (flag->kind == FlagKind::kText) values.clear();
    values.push_back(std::move(value));
  }
}

std::string Arguments::Text(std::string_view flag) const {
  auto found = values_.find(flag);
  return found == values_.end() || found->second.empty() ? std::string() : found->second.back();
}

std::vector<std::string> Arguments::List(std::string_view flag) const {
  auto found = values_.find(flag);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace prisma::cli
