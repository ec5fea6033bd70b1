#include "psl/format.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "psl/grammar.h"
#include "psl/unicode.h"

namespace prisma::psl {
namespace {

using Cursor = SyntaxTree::Cursor;

// Text with indentation. Line breaks are written when something follows them, and never more than one empty line.
class Output {
 public:
  explicit Output(int indent_width) : indent_width_(std::max(indent_width, 0)) {}

  void Write(std::string_view text) {
    if (breaks_ > 0) {
      text_.append(static_cast<size_t>(std::min(breaks_, 2)), '\n');
      breaks_ = 0;
      text_.append(static_cast<size_t>(indent_ * indent_width_), ' ');
    }
    text_ += text;
  }
  void EndLine() { ++breaks_; }
  void Indent() { ++indent_; }
  void Dedent() { --indent_; }

  std::string Finish() && {
    if (text_.empty() || text_.back() != '\n') text_ += '\n';
    return std::move(text_);
  }

 private:
  int indent_width_;
  std::string text_;
  int breaks_ = 0;
  int indent_ = 0;
};

// Lines whose cells are aligned in columns. What follows the cells, or stands alone on a line, has no influence on it.
class Table {
 public:
  void StartRow() { rows_.emplace_back(); }
  // The cell of the current row; cells right of it are dropped.
  std::string& Cell(size_t column) {
    rows_.back().cells.resize(column + 1);
    return rows_.back().cells[column];
  }
  void AddSuffix(std::string_view text) { rows_.back().suffix += text; }
  void AddPlainLine(std::string_view text) {
    StartRow();
    AddSuffix(text);
  }

  // Writes the rows and forgets them.
  void Flush(Output& out) {
    std::vector<size_t> widths;
    for (Row& row : rows_) {
      while (!row.cells.empty() && row.cells.back().empty()) row.cells.pop_back();
      if (widths.size() < row.cells.size()) widths.resize(row.cells.size());
      for (size_t i = 0; i < row.cells.size(); ++i) widths[i] = std::max(widths[i], row.cells[i].size());
    }
    for (const Row& row : rows_) {
      std::string line;
      for (size_t i = 0; i < row.cells.size(); ++i) {
        line += row.cells[i];
        if (i + 1 < row.cells.size()) line.append(widths[i] - row.cells[i].size() + 1, ' ');
      }
      if (!row.suffix.empty()) {
        if (!row.cells.empty()) line += ' ';
        line += row.suffix;
      }
      if (!line.empty()) out.Write(line);
      out.EndLine();
    }
    rows_.clear();
  }

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string suffix;
  };
  std::vector<Row> rows_;
};

// The place of an attribute among the others.
size_t AttributeRank(const Cursor& attribute) {
  static constexpr std::string_view kOrder[] = {"id",       "unique", "default",  "updatedAt", "index",
                                                "fulltext", "map",    "relation", "ignore"};
  return static_cast<size_t>(std::find(std::begin(kOrder), std::end(kOrder), attribute.Children().text()) -
                             std::begin(kOrder));
}

void AddExpression(std::string& out, const Cursor& expression);

void AddArguments(std::string& out, const Cursor& arguments) {
  out += '(';
  bool is_first = true;
  for (Cursor argument = arguments.Children(); !argument.done(); argument.Next()) {
    if (argument.Is(Rule::kTrailingComma)) continue;
    if (!is_first) out += ", ";
    is_first = false;
    if (argument.Is(Rule::kNamedArgument) || argument.Is(Rule::kEmptyArgument)) {
      Cursor child = argument.Children();
      out.append(child.text()).append(": ");
      child.Next();
      if (!child.done()) AddExpression(out, child);
    } else {
      AddExpression(out, argument);
    }
  }
  out += ')';
}

// A path and its arguments, if it has some.
void AddCall(std::string& out, const Cursor& call) {
  Cursor child = call.Children();
  out += child.text();
  child.Next();
  if (child.Is(Rule::kArguments)) AddArguments(out, child);
}

void AddExpression(std::string& out, const Cursor& expression) {
  if (expression.Is(Rule::kFunctionCall)) {
    AddCall(out, expression);
  } else if (expression.Is(Rule::kArray)) {
    out += '[';
    bool is_first = true;
    for (Cursor item = expression.Children(); !item.done(); item.Next()) {
      if (!is_first) out += ", ";
      is_first = false;
      AddExpression(out, item);
    }
    out += ']';
  } else {
    out += expression.text();
  }
}

// `/* */` becomes a block with a star on each line that says something.
void AddMultiLineComment(Table& table, std::string_view comment) {
  table.AddPlainLine("/**");
  comment = comment.substr(2, comment.size() - 4);
  while (!comment.empty()) {
    size_t end = comment.find('\n');
    std::string_view line = Trim(comment.substr(0, end));
    comment.remove_prefix(end == std::string_view::npos ? comment.size() : end + 1);
    if (line.starts_with('*')) line = Trim(line.substr(1));
    if (line.empty()) continue;
    table.AddPlainLine(" * ");
    table.AddSuffix(line);
  }
  table.AddPlainLine(" */");
}

void AddCommentBlock(Table& table, const Cursor& block) {
  for (Cursor comment = block.Children(); !comment.done(); comment.Next()) {
    if (comment.Is(Rule::kMultiLineComment)) {
      AddMultiLineComment(table, comment.text());
    } else {
      table.AddPlainLine(comment.text());
    }
  }
}

void AddFieldType(std::string& out, Cursor type) {
  std::string_view suffix;
  switch (type.node().rule) {
    case Rule::kBaseType:
      out += type.text();
      return;
    case Rule::kOptionalType:
      suffix = "?";
      break;
    case Rule::kListType:
    case Rule::kLegacyListType:
      suffix = "[]";
      break;
    case Rule::kOptionalListType:
      suffix = "[]?";
      break;
    default:  // kLegacyRequiredType: its ! goes away
      break;
  }
  out.append(type.Children().text()).append(suffix);
}

void AddField(Table& table, const Cursor& field) {
  std::vector<Cursor> attributes;
  table.StartRow();
  for (Cursor child = field.Children(); !child.done(); child.Next()) {
    switch (child.node().rule) {
      case Rule::kIdentifier:
        table.Cell(0) = child.text();
        break;
      case Rule::kLegacyColon:
        break;
      case Rule::kTrailingComment:
        table.AddSuffix(child.text());
        break;
      case Rule::kFieldAttribute:
        attributes.push_back(child);
        break;
      default:
        AddFieldType(table.Cell(1), child);
    }
  }
  std::stable_sort(attributes.begin(), attributes.end(),
                   [](const Cursor& a, const Cursor& b) { return AttributeRank(a) < AttributeRank(b); });
  std::string& cell = table.Cell(2);
  for (const Cursor& attribute : attributes) {
    if (!cell.empty()) cell += ' ';
    cell += '@';
    AddCall(cell, attribute);
  }
}

void AddEnumValue(Table& table, const Cursor& value) {
  table.StartRow();
  for (Cursor child = value.Children(); !child.done(); child.Next()) {
    if (child.Is(Rule::kIdentifier)) {
      table.Cell(0) = child.text();
    } else if (child.Is(Rule::kFieldAttribute)) {
      std::string& cell = table.Cell(1);
      cell += '@';
      AddCall(cell, child);
    } else {
      table.AddSuffix(child.text());
    }
  }
}

void AddKeyValue(Table& table, const Cursor& pair) {
  table.StartRow();
  for (Cursor child = pair.Children(); !child.done(); child.Next()) {
    if (child.Is(Rule::kIdentifier)) {
      table.Cell(0) = child.text();
    } else if (child.Is(Rule::kTrailingComment)) {
      table.AddSuffix(child.text());
    } else {
      std::string& cell = table.Cell(1);
      cell = "= ";
      AddExpression(cell, child);
    }
  }
}

void AddBlockAttribute(Table& table, const Cursor& attribute) {
  table.StartRow();
  std::string& cell = table.Cell(0);
  cell = "@@";
  AddCall(cell, attribute);
  for (Cursor child = attribute.Children(); !child.done(); child.Next()) {
    if (child.Is(Rule::kTrailingComment)) table.AddSuffix(child.text());
  }
}

struct BlockAttribute {
  std::optional<Cursor> comment;  // directly above it; moves with it
  Cursor attribute;
};

bool SkipEmptyLines(Cursor& cursor) {
  if (!cursor.Is(Rule::kEmptyLines)) return false;
  cursor.Next();
  return true;
}

// The lines of a block in their order, then its attributes.
void WriteContents(Output& out, Cursor line) {
  Table table;
  std::vector<BlockAttribute> attributes;
  std::optional<Cursor> comment_of_attribute;
  SkipEmptyLines(line);
  while (true) {
    bool is_after_gap = SkipEmptyLines(line);
    if (line.done()) break;
    auto start_paragraph = [&] {
      table.Flush(out);
      table.StartRow();
    };
    if (is_after_gap && !line.Is(Rule::kBlockAttribute) && !line.Is(Rule::kCommentBlock)) start_paragraph();
    switch (line.node().rule) {
      case Rule::kCommentBlock: {
        Cursor next = line;
        next.Next();
        if (next.Is(Rule::kBlockAttribute)) {
          comment_of_attribute = line;
        } else {
          if (is_after_gap) start_paragraph();
          AddCommentBlock(table, line);
        }
        break;
      }
      case Rule::kField:
        AddField(table, line);
        break;
      case Rule::kKeyValue:
        AddKeyValue(table, line);
        break;
      case Rule::kEnumValue:
        AddEnumValue(table, line);
        break;
      case Rule::kBlockAttribute:
        attributes.push_back({std::exchange(comment_of_attribute, std::nullopt), line});
        break;
      default: {
        std::string_view text = line.text();
        while (text.ends_with('\n')) text.remove_suffix(1);
        table.AddPlainLine(text);
      }
    }
    line.Next();
  }
  table.Flush(out);
  if (attributes.empty()) return;
  table.StartRow();
  std::stable_sort(attributes.begin(), attributes.end(), [](const BlockAttribute& a, const BlockAttribute& b) {
    return AttributeRank(a.attribute) < AttributeRank(b.attribute);
  });
  for (const BlockAttribute& item : attributes) {
    if (item.comment) AddCommentBlock(table, *item.comment);
    AddBlockAttribute(table, item.attribute);
  }
  table.Flush(out);
}

void WriteBlock(Output& out, const Cursor& block) {
  Cursor child = block.Children();
  std::string head(child.text());
  child.Next();
  head.append(" ").append(child.text()).append(" {");
  child.Next();
  out.Write(head);
  out.EndLine();
  out.Indent();
  WriteContents(out, child.Children());
  out.Dedent();
  out.Write("}");
  out.EndLine();
}

}  // namespace

std::string Format(std::string_view text, int indent_width) {
  SyntaxTree tree = ParseSyntax(text);
  Output out(indent_width);
  Cursor top = tree.Root();
  SkipEmptyLines(top);
  for (; !top.done(); top.Next()) {
    switch (top.node().rule) {
      case Rule::kModel:
      case Rule::kEnum:
      case Rule::kConfigBlock:
        WriteBlock(out, top);
        break;
      case Rule::kCommentBlock: {
        Table table;
        AddCommentBlock(table, top);
        table.Flush(out);
        break;
      }
      case Rule::kEmptyLines: {
        Cursor next = top;
        next.Next();
        if (!next.done()) out.EndLine();
        break;
      }
      default:
        out.Write(top.text());
    }
  }
  return std::move(out).Finish();
}

}  // namespace prisma::psl
