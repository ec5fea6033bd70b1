#include "engine/typed_sql.h"

#include <array>
#include <charconv>

#include "base/error.h"
#include "json/writer.h"

namespace prisma::engine {
namespace {

struct ScalarWord {
  std::string_view scalar;  // as in a schema
  std::string_view type;    // as in raw answers
};
constexpr ScalarWord kScalars[] = {
    {"Int", "int"},           {"BigInt", "bigint"}, {"Float", "float"}, {"Boolean", "bool"},    {"String", "string"},
    {"DateTime", "datetime"}, {"Json", "json"},     {"Bytes", "bytes"}, {"Decimal", "decimal"},
};

struct ParameterComment {
  std::optional<size_t> position;
  std::optional<std::string> alias, type, documentation;
  bool is_nullable = false;
};

struct Comments {
  std::vector<ParameterComment> parameters;
  std::optional<std::string> description;

  const ParameterComment* Find(size_t position, const std::string& name) const {
    for (const ParameterComment& comment : parameters) {
      if (comment.position == position) return &comment;
    }
    for (const ParameterComment& comment : parameters) {
      if (comment.alias == name) return &comment;
    }
    return nullptr;
  }
};

constexpr std::string_view kSpace = " \t\r\n\f\v";

std::string_view TrimmedStart(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text;
}

std::string_view Trimmed(std::string_view text) {
  text = TrimmedStart(text);
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

[[noreturn]] void Fail(std::string_view message, std::string_view where) {
  throw Error("", "SQL documentation parsing: " + std::string(message) + " at '" + std::string(where) + "'.");
}

// One comment `@param {Type} $1:alias? words`, taken from left to right.
class ParameterReader {
 public:
  ParameterReader(std::string_view line, const std::vector<std::string>& enums) : line_(line), enums_(enums) {}

  ParameterComment Read() {
    rest_ = TrimmedStart(line_.substr(std::string_view("@param").size()));
    ReadType();
    ReadPosition();
    ReadAlias();
    if (std::string_view words = Trimmed(rest_); !words.empty()) comment_.documentation = words;
    const bool is_empty = !comment_.position && !comment_.alias && !comment_.type && !comment_.documentation;
    if (is_empty) Fail("invalid parameter: could not parse any information", line_);
    if (!comment_.position && !comment_.alias) Fail("missing position or alias (eg: $1:alias)", line_);
    return std::move(comment_);
  }

 private:
  void ReadType() {
    const size_t open = rest_.find('{');
    if (open == std::string_view::npos) return;
    const size_t close = rest_.find('}', open);
    if (close == std::string_view::npos) Fail("missing closing bracket", rest_);
    const std::string_view type = rest_.substr(open + 1, close - open - 1);
    std::string accepted = "accepted types are: ";
    for (const ScalarWord& word : kScalars) {
      if (&word != kScalars) accepted += ", ";
      accepted += "'" + std::string(word.scalar) + "'";
      if (word.scalar == type) comment_.type = word.type;
    }
    if (type.empty()) Fail("missing type (" + accepted + ")", rest_);
    for (const std::string& name : enums_) {
      if (!comment_.type && name == type) comment_.type = name;
      accepted += ", '" + name + "'";
    }
    if (!comment_.type) Fail("invalid type: '" + std::string(type) + "' (" + accepted + ")", rest_);
    rest_.remove_prefix(close + 1);
  }

  void ReadPosition() {
    const std::string_view before = rest_;
    const std::string_view text = TrimmedStart(rest_);
    if (!text.starts_with('$')) return;
    const std::string_view number = text.substr(1, text.find_first_of(": ", 1) - 1);
    size_t position = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), position);
    if (error != std::errc() || end != number.data() + number.size()) {
      Fail("invalid position. Expected a number found: " + std::string(number), before);
    }
    comment_.position = position;
    rest_ = text.substr(1 + number.size());
  }

  void ReadAlias() {
    const std::string_view text = TrimmedStart(rest_);
    if (!text.starts_with(':')) return;
    std::string_view alias = text.substr(1, text.find(' ', 1) - 1);
    rest_ = text.substr(1 + alias.size());
    if (alias.ends_with('?')) {
      comment_.is_nullable = true;
      alias.remove_suffix(1);
    }
    comment_.alias = alias;
  }

  std::string_view line_, rest_;
  const std::vector<std::string>& enums_;
  ParameterComment comment_;
};

// Each line, with or without those that are comments.
template <class F>
void ForEachLine(std::string_view text, F f) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    f(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

Comments ReadComments(std::string_view source, const std::vector<std::string>& enums) {
  Comments comments;
  ForEachLine(source, [&](std::string_view line) {
    line = Trimmed(line);
    if (!line.starts_with("--")) return;
    line = TrimmedStart(line.substr(2));
    if (line.starts_with("@description")) {
      const std::string_view words = Trimmed(line.substr(std::string_view("@description").size()));
      comments.description.reset();
      if (!words.empty()) comments.description = words;
    } else if (line.starts_with("@param")) {
      ParameterComment read = ParameterReader(line, enums).Read();
      for (const ParameterComment& other : comments.parameters) {
        if ((read.position && other.position == read.position) || (read.alias && other.alias == read.alias)) {
          Fail("duplicate parameter (position or alias is already used)", line);
        }
      }
      comments.parameters.push_back(std::move(read));
    }
  });
  return comments;
}

// Without comments: the aliases in them look like parameters to some. `keeps_lines`: with empty lines in their place,
// so that places in the text stay as they are.
std::string WithoutComments(std::string_view source, bool keeps_lines) {
  std::string text;
  bool is_first = true;
  ForEachLine(source, [&](std::string_view line) {
    const std::string_view trimmed = Trimmed(line);
    const bool is_comment = trimmed.starts_with("--");
    if (is_comment && !keeps_lines) return;
    if (!is_first) text += '\n';
    is_first = false;
    if (!is_comment) text += keeps_lines ? line : trimmed;
  });
  return text;
}

// "line 3, column 8", with the line itself and a mark below the place.
std::string Place(std::string_view text, uint32_t position) {
  size_t line = 1, column = 1, start = 0;
  uint32_t character = 1;
  for (size_t i = 0; i < text.size() && character < position; ++i) {
    const bool is_last_byte = i + 1 == text.size() || (text[i + 1] & 0xC0) != 0x80;
    if (!is_last_byte) continue;
    ++character;
    ++column;
    if (text[i] == '\n') ++line, column = 1, start = i + 1;
  }
  std::string_view content = text.substr(start, text.find('\n', start) - start);
  while (content.ends_with('\r')) content.remove_suffix(1);
  const std::string number = std::to_string(line);
  return "line " + number + ", column " + std::to_string(column) + "\n\n" + number + " | " + std::string(content) +
         "\n" + std::string(number.size(), ' ') + " | " + std::string(column - 1, ' ') + "^";
}

}  // namespace

TypedSql DescribeTypedSql(const SqlQuery& query, driver::Connection& connection) {
  const std::string text = WithoutComments(query.source, true);
  if (Trimmed(text).empty()) throw Error("", "There is no SQL statement in it.");
  driver::DescribedStatement described;
  try {
    described = connection.Describe(text);
  } catch (driver::DbException& exception) {
    if (exception.error.position != 0) exception.error.text += "\nat " + Place(text, exception.error.position);
    throw;
  }
  for (size_t i = 0; i < described.columns.size(); ++i) {
    if (described.columns[i].name != "?column?") continue;
    throw Error("", "Invalid input provided to query: Invalid column name '?column?' for index " + std::to_string(i) +
                        ". Your SQL query must explicitly alias that column name.");
  }
  const Comments comments = ReadComments(query.source, described.enum_names);
  TypedSql typed;
  typed.name = query.name;
  typed.source = WithoutComments(query.source, false);
  typed.documentation = comments.description;
  for (size_t i = 0; i < described.parameters.size(); ++i) {
    const driver::DescribedItem& item = described.parameters[i];
    const ParameterComment* comment = comments.Find(i + 1, item.name);
    TypedSqlParameter& parameter = typed.parameters.emplace_back();
    parameter.name = item.name;
    parameter.type = item.enum_name.empty() ? item.type : item.enum_name;
    if (comment == nullptr) continue;
    if (comment->alias) parameter.name = *comment->alias;
    if (comment->type) parameter.type = *comment->type;
    parameter.documentation = comment->documentation;
    parameter.is_nullable = comment->is_nullable;
  }
  for (const driver::DescribedItem& item : described.columns) {
    typed.columns.push_back({item.name, item.enum_name.empty() ? item.type : item.enum_name, item.is_nullable});
  }
  return typed;
}

void AppendTypedSql(const TypedSql& query, std::string& json) {
  json::Writer writer(json);
  auto documentation = [&](const std::optional<std::string>& text) {
    writer.Key("documentation");
    text ? writer.String(*text) : writer.Null();
  };
  writer.BeginObject();
  writer.Member("name", query.name);
  writer.Member("source", query.source);
  documentation(query.documentation);
  writer.Key("parameters");
  writer.BeginArray();
  for (const TypedSqlParameter& parameter : query.parameters) {
    writer.BeginObject();
    writer.Member("name", parameter.name);
    writer.Member("typ", parameter.type);
    documentation(parameter.documentation);
    writer.Member("nullable", parameter.is_nullable);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("resultColumns");
  writer.BeginArray();
  for (const TypedSqlColumn& column : query.columns) {
    writer.BeginObject();
    writer.Member("name", column.name);
    writer.Member("typ", column.type);
    writer.Member("nullable", column.is_nullable);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

TypedSql ReadTypedSql(const json::Value& value) {
  auto documentation = [](const json::Value& item) -> std::optional<std::string> {
    const json::Value text = item.Get("documentation");
    if (!text.is_string()) return std::nullopt;
    return std::string(text.text());
  };
  auto is_nullable = [](const json::Value& item) {
    const json::Value flag = item.Get("nullable");
    return flag.kind() == json::Kind::kBool && flag.as_bool();
  };
  TypedSql query;
  query.name = value.Get("name").text();
  query.source = value.Get("source").text();
  query.documentation = documentation(value);
  for (json::Value item : value.Get("parameters").items()) {
    query.parameters.push_back({std::string(item.Get("name").text()), std::string(item.Get("typ").text()),
                                documentation(item), is_nullable(item)});
  }
  for (json::Value item : value.Get("resultColumns").items()) {
    query.columns.push_back(
        {std::string(item.Get("name").text()), std::string(item.Get("typ").text()), is_nullable(item)});
  }
  return query;
}

}  // namespace prisma::engine
