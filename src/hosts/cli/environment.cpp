#include "hosts/cli/environment.h"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>

#include "base/error.h"
#include "engine/schema_files.h"
#include "hosts/cli/terminal.h"
#include "json/reader.h"

namespace prisma::cli {
namespace {

namespace fs = std::filesystem;

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool IsFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool IsNameCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

using Variables = std::vector<std::pair<std::string, std::string>>;

std::string Lookup(const Variables& variables, const std::string& name) {
  if (const char* value = std::getenv(name.c_str())) return value;
  for (auto it = variables.rbegin(); it != variables.rend(); ++it) {
    if (it->first == name) return it->second;
  }
  return {};
}

std::string Expand(const Variables& variables, std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '$') {
      out += '$';
      ++i;
    } else if (text[i] == '$' && i + 1 < text.size()) {
      const bool has_brace = text[i + 1] == '{';
      size_t start = i + 1 + has_brace, end = start;
      while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) ++end;
      if (end == start || (has_brace && (end >= text.size() || text[end] != '}'))) {
        out += '$';
        continue;
      }
      out += Lookup(variables, std::string(text.substr(start, end - start)));
      i = has_brace ? end : end - 1;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The nearest folder upwards that has `name`.
std::optional<fs::path> FindUpwards(const fs::path& start, std::string_view name) {
  for (fs::path folder = start;; folder = folder.parent_path()) {
    if (IsFile(folder / name)) return folder / name;
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

struct ConfiguredPath {
  fs::path file;     // package.json or pyproject.toml
  std::string path;  // as written
};

std::optional<ConfiguredPath> PathFromPackageJson(const fs::path& folder) {
  std::optional<fs::path> file = FindUpwards(folder, "package.json");
  if (!file) return std::nullopt;
  json::Document document;
  if (!document.Parse(engine::ReadFile(file->string()))) return std::nullopt;
  json::Value schema = document.root().Get("prisma").Get("schema");
  if (schema.is_null()) return std::nullopt;
  if (!schema.is_string()) {
    throw Error("", "Provided schema path `" + json::ToText(schema) + "` from `" + DisplayPath(file->string()) +
                        "` must be of type string");
  }
  return ConfiguredPath{*file, std::string(schema.text())};
}

// The one key `schema` of the table [tool.prisma]; a whole TOML reader is not needed for it.
std::optional<ConfiguredPath> PathFromPyproject(const fs::path& folder) {
  std::optional<fs::path> file = FindUpwards(folder, "pyproject.toml");
  if (!file) return std::nullopt;
  const std::string text = engine::ReadFile(file->string());
  bool is_in_table = false;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view line = Trim(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(
        std::min(rest.size(), rest.find('\n') == std::string_view::npos ? rest.size() : rest.find('\n') + 1));
    if (line.starts_with('[')) {
      is_in_table = Trim(line.substr(0, line.find('#'))) == "[tool.prisma]";
      continue;
    }
    if (!is_in_table || !line.starts_with("schema")) continue;
    std::string_view value = Trim(line.substr(6));
    if (!value.starts_with('=')) continue;
    value = Trim(value.substr(1));
    if (value.size() < 2 || (value[0] != '"' && value[0] != '\'')) continue;
    size_t end = value.find(value[0], 1);
    if (end == std::string_view::npos) continue;
    return ConfiguredPath{*file, std::string(value.substr(1, end - 1))};
  }
  return std::nullopt;
}

std::optional<ConfiguredPath> FindConfiguredPath() {
  const fs::path folder = fs::current_path();
  if (auto found = PathFromPyproject(folder)) return found;
  return PathFromPackageJson(folder);
}

fs::path Resolve(const ConfiguredPath& configured) {
  fs::path path = configured.path;
  return path.is_absolute() ? path : (configured.file.parent_path() / path).lexically_normal();
}

// .env in the folder of the project's package.json or pyproject.toml.
std::optional<fs::path> RootEnvironmentFile() {
  for (const char* name : {"package.json", "pyproject.toml"}) {
    if (auto file = FindUpwards(fs::current_path(), name)) {
      fs::path candidate = file->parent_path() / ".env";
      if (IsFile(candidate)) return candidate;
    }
  }
  return std::nullopt;
}

std::optional<fs::path> SchemaEnvironmentFile(const std::string& schema_argument) {
  std::vector<fs::path> candidates;
  auto add_beside = [&](const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) candidates.push_back(path / ".env");
    candidates.push_back(path.parent_path() / ".env");
  };
  if (!schema_argument.empty()) add_beside(fs::path(schema_argument));
  if (auto configured = FindConfiguredPath()) add_beside(Resolve(*configured));
  candidates.emplace_back("prisma/.env");
  candidates.emplace_back(".env");
  for (const fs::path& candidate : candidates) {
    if (IsFile(candidate)) return candidate;
  }
  return std::nullopt;
}

void CheckConflicts(const fs::path& root, const Variables& root_variables, const fs::path& schema,
                    const Variables& schema_variables) {
  std::vector<std::string> conflicts;
  for (const auto& [name, value] : schema_variables) {
    for (const auto& [root_name, root_value] : root_variables) {
      if (name == root_name) conflicts.push_back(name);
    }
  }
  if (conflicts.empty()) return;
  const std::string first = DisplayPath(root.string()), second = DisplayPath(schema.string());
  std::string text = "There is a conflict between env var" + std::string(conflicts.size() > 1 ? "s" : "") + " in " +
                     Underline(first, 2) + " and " + Underline(second, 2) + "\nConflicting env vars:\n";
  for (const std::string& name : conflicts) text += "  " + Bold(name, 2) + "\n";
  text += "\nWe suggest to move the contents of " + Underline(second, 2) + " to " + Underline(first, 2) +
          " to consolidate your env vars.\n";
  throw Error("", text);
}

void SetAll(const Variables& variables) {
  for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 0);
}

// The configuration file of this run.
struct Project {
  std::string argument;
  bool is_read = false;
  std::optional<ConfigFile> config;
};
Project project;

}  // namespace

Variables ParseDotenv(std::string_view text) {
  Variables variables;
  size_t i = 0;
  auto skip_line = [&] {
    while (i < text.size() && text[i] != '\n') ++i;
    if (i < text.size()) ++i;
  };
  auto skip_blanks = [&] {
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r')) ++i;
  };
  while (i < text.size()) {
    skip_blanks();
    if (i < text.size() && text[i] == '\n') {
      ++i;
      continue;
    }
    if (text.substr(i).starts_with("export") && i + 6 < text.size() && (text[i + 6] == ' ' || text[i + 6] == '\t')) {
      i += 6;
      skip_blanks();
    }
    size_t start = i;
    while (i < text.size() && IsNameCharacter(text[i])) ++i;
    std::string name(text.substr(start, i - start));
    skip_blanks();
    if (name.empty() || i >= text.size() || (text[i] != '=' && text[i] != ':')) {
      skip_line();
      continue;
    }
    ++i;
    skip_blanks();
    const char quote = i < text.size() ? text[i] : '\0';
    const bool is_quoted = quote == '"' || quote == '\'' || quote == '`';
    size_t end = is_quoted ? i + 1 : i;
    if (is_quoted) {
      while (end < text.size() && text[end] != quote) end += text[end] == '\\' && end + 1 < text.size() ? 2 : 1;
    }
    std::string value;
    if (is_quoted && end < text.size()) {
      value = text.substr(i + 1, end - i - 1);
      if (quote == '"') {
        std::string plain;
        for (size_t k = 0; k < value.size(); ++k) {
          const char next = k + 1 < value.size() ? value[k + 1] : '\0';
          if (value[k] == '\\' && (next == 'n' || next == 'r')) {
            plain += next == 'n' ? '\n' : '\r';
            ++k;
          } else {
            plain += value[k];
          }
        }
        value = std::move(plain);
      }
      i = end + 1;
    } else {
      end = i;
      while (end < text.size() && text[end] != '\n' && text[end] != '#') ++end;
      value = Trim(text.substr(i, end - i));
      i = end;
    }
    skip_line();
    if (quote != '\'' || !is_quoted) value = Expand(variables, value);
    variables.emplace_back(std::move(name), std::move(value));
  }
  return variables;
}

std::string DisplayPath(const std::string& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error).lexically_normal();
  fs::path relative = absolute.lexically_relative(fs::current_path(error));
  std::string text = relative.empty() ? absolute.string() : relative.string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

void SetConfigArgument(std::string path) { project = {std::move(path), false, std::nullopt}; }

const ConfigFile* ProjectConfig() {
  if (!project.is_read) {
    project.is_read = true;
    if (auto path = FindConfigFile(project.argument)) {
      const std::string text = engine::ReadFile(*path);
      if (LoadsEnvironment(text) && IsFile(".env")) SetAll(ParseDotenv(engine::ReadFile(".env")));
      project.config = ParseConfigFile(text, *path);
      PrintError("Loaded Prisma config from " + DisplayPath(*path) + ".\n\n");
    }
  }
  return project.config ? &*project.config : nullptr;
}

void LoadEnvironment(const std::string& schema_argument, bool is_loud) {
  if (ProjectConfig() != nullptr) {
    if (is_loud) PrintError("Prisma config detected, skipping environment variable loading.\n");
    return;
  }
  std::optional<fs::path> root = RootEnvironmentFile();
  std::optional<fs::path> beside = SchemaEnvironmentFile(schema_argument);
  std::error_code error;
  if (root && beside && fs::equivalent(*root, *beside, error)) beside.reset();
  Variables root_variables, schema_variables;
  if (root) root_variables = ParseDotenv(engine::ReadFile(root->string()));
  if (beside) schema_variables = ParseDotenv(engine::ReadFile(beside->string()));
  if (root && beside) CheckConflicts(*root, root_variables, *beside, schema_variables);
  SetAll(root_variables);
  SetAll(schema_variables);
  if (!is_loud) return;
  for (const auto& file : {root, beside}) {
    if (file) PrintError(Dim("Environment variables loaded from " + DisplayPath(file->string()), 2) + "\n");
  }
}

std::string LocateSchema(const std::string& schema_argument) {
  if (!schema_argument.empty()) {
    if (!Exists(schema_argument)) {
      throw Error("", "Could not load `--schema` from provided path `" + DisplayPath(schema_argument) +
                          "`: file or directory not found");
    }
    return DisplayPath(schema_argument);
  }
  if (const ConfigFile* config = ProjectConfig(); config != nullptr && config->schema) {
    if (!Exists(*config->schema)) {
      throw Error("", "Could not load schema from `" + *config->schema +
                          "` provided by \"prisma.config.ts\"`: file or directory not found");
    }
    return DisplayPath(*config->schema);
  }
  if (auto configured = FindConfiguredPath()) {
    fs::path path = Resolve(*configured);
    if (!Exists(path)) {
      const bool is_package_json = configured->file.filename() == "package.json";
      throw Error("", "Could not load schema from `" + DisplayPath(path.string()) + "` provided by \"" +
                          (is_package_json ? "prisma.schema" : "tool.prisma.schema") + "\" config of `" +
                          DisplayPath(configured->file.string()) + "`: file or directory not found");
    }
    return DisplayPath(path.string());
  }
  for (const char* candidate : {"schema.prisma", "prisma/schema.prisma"}) {
    if (IsFile(candidate)) return candidate;
  }
  throw Error("",
              "Could not find Prisma Schema that is required for this command.\n"
              "You can either provide it with " +
                  Green("`--schema`", 2) +
                  " argument,\n"
                  "set it in your Prisma Config file (e.g., " +
                  Green("`prisma.config.ts`", 2) +
                  "),\n"
                  "set it as " +
                  Green("`tool.prisma.schema`", 2) + " in your " + Green("pyproject.toml", 2) +
                  ",\n"
                  "set it as " +
                  Green("`prisma.schema`", 2) + " in your " + Green("package.json", 2) +
                  ",\n"
                  "or put it into the default location (" +
                  Green("`./prisma/schema.prisma`", 2) + ", or " + Green("`./schema.prisma`", 2) +
                  ".\n"
                  "Checked following paths:\n\n"
                  "schema.prisma: file not found\n"
                  "prisma/schema.prisma: file not found\n\n"
                  "See also https://pris.ly/d/prisma-schema-location");
}

}  // namespace prisma::cli
