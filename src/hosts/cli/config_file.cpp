#include "hosts/cli/config_file.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "base/error.h"

namespace prisma::cli {
namespace {

namespace fs = std::filesystem;

// What an expression is, as far as it can be told without running it.
struct Value {
  enum class Kind { kUnknown, kText, kObject, kNotSet };
  Kind kind = Kind::kUnknown;
  std::string text;  // kNotSet: the variable's name
  bool is_required = false;
  std::vector<struct Member> members;

  const Value* Find(std::string_view name) const;
};

struct Member {
  std::string key;
  Value value;
};

const Value* Value::Find(std::string_view name) const {
  for (const Member& member : members) {
    if (member.key == name) return &member.value;
  }
  return nullptr;
}

Value Text(std::string text) { return {Value::Kind::kText, std::move(text), false, {}}; }

class Reader {
 public:
  Reader(std::string_view text, std::string folder) : text_(text), folder_(std::move(folder)) {}

  bool loads_environment() const { return loads_environment_; }

  // Notes where constants are and where the default export is.
  void Scan() {
    std::string before, word;
    for (Skip(); at_ < text_.size(); Skip()) {
      if (IsQuote(text_[at_])) {
        if (ReadString() == "dotenv/config") loads_environment_ = true;
      } else if (IsNameStart(text_[at_])) {
        before = std::exchange(word, ReadPath());
        if (word == "dotenv.config") loads_environment_ = true;
        if (before == "export" && word == "default") export_ = at_;
        if ((word == "module.exports" || word == "exports.default") && Peek() == '=') export_ = at_ + 1;
        if (before == "const" || before == "let" || before == "var") NoteConstant(word);
      } else {
        ++at_;
        word.clear();
      }
    }
  }

  std::optional<Value> DefaultExport() {
    if (!export_) return std::nullopt;
    at_ = *export_;
    return Expression();
  }

 private:
  static bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }
  static bool IsNameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '$'; }
  static bool IsName(char c) { return IsNameStart(c) || std::isdigit(static_cast<unsigned char>(c)); }

  // Over blanks and comments.
  void Skip() {
    while (at_ < text_.size()) {
      if (std::isspace(static_cast<unsigned char>(text_[at_]))) {
        ++at_;
      } else if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_).starts_with("/*")) {
        const size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  char Peek() {
    Skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  bool Take(std::string_view word) {
    Skip();
    if (!text_.substr(at_).starts_with(word)) return false;
    if (IsName(word.back()) && at_ + word.size() < text_.size() && IsName(text_[at_ + word.size()])) return false;
    at_ += word.size();
    return true;
  }

  // The text of a literal; none if parts of it are computed.
  std::optional<std::string> ReadString() {
    const char quote = text_[at_++];
    std::string result;
    bool is_plain = true;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        const char c = text_[++at_];
        result += c == 'n' ? '\n' : c == 't' ? '\t' : c;
      } else {
        if (quote == '`' && text_.substr(at_).starts_with("${")) is_plain = false;
        result += text_[at_];
      }
      ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
    if (!is_plain) return std::nullopt;
    return result;
  }

  // "process.env.NAME"
  std::string ReadPath() {
    const size_t start = at_;
    while (at_ < text_.size() &&
           (IsName(text_[at_]) || (text_[at_] == '.' && at_ + 1 < text_.size() && IsName(text_[at_ + 1])))) {
      ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  // const NAME: Type = …
  void NoteConstant(const std::string& name) {
    const size_t start = at_;
    if (Peek() == ':') {
      while (at_ < text_.size() && text_[at_] != '=' && text_[at_] != ';' && text_[at_] != '\n') ++at_;
    }
    if (Peek() == '=') constants_[name] = at_ + 1;
    at_ = start;
  }

  // Over the rest of an expression, up to the comma or bracket that ends it.
  void SkipExpression() {
    int depth = 0;
    for (; Peek() != '\0';) {
      const char c = text_[at_];
      if (IsQuote(c)) {
        ReadString();
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}' || c == ')' || c == ']' || c == ';')) return;
      if (c == '{' || c == '(' || c == '[') ++depth;
      if (c == '}' || c == ')' || c == ']') --depth;
      ++at_;
    }
  }

  static bool IsEnd(char c) { return c == ',' || c == '}' || c == ')' || c == ']' || c == ';' || c == '\0'; }

  Value Expression() {
    if (++depth_ > kMaxDepth || ++steps_ > kMaxSteps) throw Error("", "The configuration file is nested too deeply.");
    Value value = Primary();
    --depth_;
    Take("!");
    if (Take("??") || Take("||")) {
      Value other = Expression();
      if (value.kind == Value::Kind::kNotSet) value = std::move(other);
    }
    if (Take("satisfies") || Take("as")) {
      SkipExpression();
      return value;
    }
    // A statement may end with its line, without a semicolon.
    const char next = Peek();
    const bool is_next_statement = IsNameStart(next) && IsAfterLineFeed();
    if (!IsEnd(next) && !is_next_statement && value.kind != Value::Kind::kObject) {
      SkipExpression();
      return {};
    }
    return value;
  }

  bool IsAfterLineFeed() const {
    for (size_t i = at_; i > 0 && std::isspace(static_cast<unsigned char>(text_[i - 1])); --i) {
      if (text_[i - 1] == '\n') return true;
    }
    return false;
  }

  Value Primary() {
    const char c = Peek();
    if (c == '{') return Object();
    if (IsQuote(c)) {
      auto text = ReadString();
      return text ? Text(*std::move(text)) : Value{};
    }
    if (!IsNameStart(c)) {
      SkipExpression();
      return {};
    }
    const std::string name = ReadPath();
    if (name == "process.env" && Peek() == '[') {
      ++at_;
      const Value variable = Expression();
      Take("]");
      return Variable(variable.text, false);
    }
    if (name.starts_with("process.env.")) return Variable(name.substr(12), false);
    if (name == "__dirname" || name == "import.meta.dirname") return Text(folder_);
    if (Peek() == '(') return Call(name);
    return Constant(name);
  }

  static Value Variable(const std::string& name, bool is_required) {
    const char* value = std::getenv(name.c_str());
    if (value != nullptr && *value != 0) return Text(value);
    return {Value::Kind::kNotSet, name, is_required, {}};
  }

  Value Constant(const std::string& name) {
    auto found = constants_.find(name);
    if (found == constants_.end()) return {};
    const size_t back = std::exchange(at_, found->second);
    Value value = Expression();
    at_ = back;
    return value;
  }

  Value Call(const std::string& name) {
    ++at_;
    std::vector<Value> arguments;
    while (Peek() != ')' && Peek() != '\0') {
      const size_t before = at_;
      arguments.push_back(Expression());
      if (!Take(",") && at_ == before) break;
    }
    Take(")");
    if (name == "defineConfig" && arguments.size() == 1) return std::move(arguments[0]);
    if (name == "env" && arguments.size() == 1) return Variable(arguments[0].text, true);
    if (name == "process.cwd") return Text(fs::current_path().string());
    const bool is_join = name == "join" || name == "path.join",
               is_resolve = name == "resolve" || name == "path.resolve";
    if (!is_join && !is_resolve) return {};
    fs::path path = is_resolve ? fs::current_path() : fs::path();
    for (const Value& argument : arguments) {
      if (argument.kind != Value::Kind::kText) return {};
      // join() takes an absolute path as one more part.
      path = is_join && !path.empty() ? fs::path(path.string() + "/" + argument.text) : path / argument.text;
    }
    return Text(path.lexically_normal().string());
  }

  Value Object() {
    Value object{Value::Kind::kObject, {}, false, {}};
    ++at_;
    while (Peek() != '}') {
      if (Peek() == '\0') throw Error("", "Its default export has no end.");
      const size_t before = at_;
      std::string key;
      if (IsQuote(text_[at_])) {
        key = ReadString().value_or("");
      } else if (IsNameStart(text_[at_])) {
        key = ReadPath();
      }
      if (Take(":")) {
        object.members.push_back({std::move(key), Expression()});
      } else if (!key.empty() && IsEnd(Peek())) {
        Value constant = Constant(key);
        object.members.push_back({std::move(key), std::move(constant)});
      } else {
        SkipExpression();  // a method, a spread, a computed key
      }
      if (!Take(",") && Peek() != '}' && at_ == before) ++at_;
    }
    ++at_;
    return object;
  }

  static constexpr int kMaxDepth = 100, kMaxSteps = 10000;

  std::string_view text_;
  std::string folder_;
  size_t at_ = 0;
  int depth_ = 0, steps_ = 0;
  std::optional<size_t> export_;
  std::map<std::string, size_t> constants_;
  bool loads_environment_ = false;
};

std::optional<std::string> TextAt(const Value& root, std::string_view section, std::string_view name,
                                  const std::string& path) {
  const Value* value = &root;
  for (std::string_view key : {section, name}) {
    if (!key.empty() && value != nullptr) value = value->Find(key);
  }
  if (value == nullptr || value->kind == Value::Kind::kObject) return std::nullopt;
  if (value->kind == Value::Kind::kText) return value->text;
  if (value->kind == Value::Kind::kNotSet) {
    if (!value->is_required) return std::nullopt;
    throw Error("", "Failed to load config file \"" + fs::path(path).parent_path().string() +
                        "\" as a TypeScript/JavaScript module. Error: PrismaConfigEnvError: Missing required "
                        "environment variable: " +
                        value->text);
  }
  if (name != "schema") return std::nullopt;
  throw Error("", "The `schema` of " + path +
                      " is computed, and the file is read without running it: write a plain text or path.join of such, "
                      "or name the schema with --schema.");
}

}  // namespace

bool LoadsEnvironment(std::string_view text) {
  Reader reader(text, "");
  reader.Scan();
  return reader.loads_environment();
}

ConfigFile ParseConfigFile(std::string_view text, const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  Reader reader(text, folder);
  reader.Scan();
  std::optional<Value> root;
  try {
    root = reader.DefaultExport();
  } catch (const Error& error) {
    throw Error("", "Failed to parse syntax of config file at \"" + path + "\". " + error.message());
  }
  if (!root || root->kind != Value::Kind::kObject) {
    throw Error("", "Failed to parse syntax of config file at \"" + path +
                        "\": it is read without running it, and needs `export default defineConfig({ … })`.");
  }
  ConfigFile file;
  file.path = path;
  file.loads_environment = reader.loads_environment();
  file.schema = TextAt(*root, "", "schema", path);
  file.url = TextAt(*root, "datasource", "url", path);
  file.direct_url = TextAt(*root, "datasource", "directUrl", path);
  file.shadow_url = TextAt(*root, "datasource", "shadowDatabaseUrl", path);
  file.migrations = TextAt(*root, "migrations", "path", path);
  file.seed = TextAt(*root, "migrations", "seed", path);
  file.typed_sql = TextAt(*root, "typedSql", "path", path);
  for (std::optional<std::string>* relative : {&file.schema, &file.migrations, &file.typed_sql}) {
    if (*relative) **relative = (fs::path(folder) / **relative).lexically_normal().string();
  }
  return file;
}

std::optional<std::string> FindConfigFile(const std::string& argument) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  if (!argument.empty()) {
    const std::string path = (here / argument).lexically_normal().string();
    if (!fs::is_regular_file(path, error)) throw Error("", "Config file not found at \"" + path + "\"");
    return path;
  }
  for (const char* stem : {"prisma.config.", ".config/prisma."}) {
    for (const char* extension : {"js", "ts", "mjs", "cjs", "mts", "cts"}) {
      fs::path path = here / (std::string(stem) + extension);
      if (fs::is_regular_file(path, error)) return path.string();
    }
  }
  return std::nullopt;
}

}  // namespace prisma::cli
