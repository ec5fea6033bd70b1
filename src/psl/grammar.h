// The concrete syntax of a schema file: every piece of text that the formatter or the syntax tree needs, as nodes in
// the order of the text. Never fails: what is no known construct becomes a kStrayLine, kStrayBlockLine or kStrayBlock.
//
// A line of a block, a block, or a line at top level is read whole or not at all. Spans follow Prisma's: a rule that
// ends in something optional that is absent (`@id` without arguments) includes the blanks after it, a field its line
// break.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace prisma::psl {

enum class Rule : uint8_t {
  kSchema,
  // top level
  kModel,  // model, view or type; children: kKeyword, kIdentifier, kContents
  kEnum,
  kConfigBlock,
  kTypeAlias,
  kStrayBlock,
  kStrayLine,
  kCommentBlock,  // children: kComment, kDocComment, kMultiLineComment
  kEmptyLines,
  kKeyword,
  kIdentifier,
  // the lines of blocks, children of kContents
  kContents,
  kField,
  kEnumValue,
  kKeyValue,
  kBlockAttribute,
  kStrayBlockLine,
  // field types: the wrapper holds kBaseType; kBaseType holds kIdentifier or kUnsupported
  kOptionalListType,
  kListType,
  kOptionalType,
  kLegacyRequiredType,
  kLegacyListType,
  kBaseType,
  kUnsupported,
  kLegacyColon,
  // attributes and expressions
  kFieldAttribute,  // children: kPath, kArguments?
  kPath,
  kArguments,
  kNamedArgument,
  kEmptyArgument,
  kTrailingComma,
  kFunctionCall,
  kArray,
  kNumber,
  kString,  // with its quotes
  // comments; a node spans the text from its first slash
  kTrailingComment,  // holds one of the three
  kDocComment,
  kComment,
  kMultiLineComment,
};

struct Node {
  Rule rule;
  uint32_t start;
  uint32_t end;
  uint32_t next;  // index of the node after this one's last descendant
};

// Nodes in preorder; node 0 is kSchema. `text` is not owned.
class SyntaxTree {
 public:
  // Walks the children of a node.
  class Cursor {
   public:
    Cursor(const SyntaxTree& tree, uint32_t at, uint32_t end) : tree_(&tree), at_(at), end_(end) {}
    bool done() const { return at_ >= end_; }
    uint32_t index() const { return at_; }
    const Node& node() const { return tree_->nodes[at_]; }
    bool Is(Rule rule) const { return !done() && node().rule == rule; }
    std::string_view text() const { return tree_->Text(node()); }
    Cursor Children() const { return tree_->Children(at_); }
    void Next() { at_ = node().next; }

   private:
    const SyntaxTree* tree_;
    uint32_t at_, end_;
  };

  std::string_view text;
  std::vector<Node> nodes;

  std::string_view Text(const Node& node) const { return text.substr(node.start, node.end - node.start); }
  Cursor Root() const { return Children(0); }
  Cursor Children(uint32_t index) const { return Cursor(*this, index + 1, nodes[index].next); }
};

SyntaxTree ParseSyntax(std::string_view text);

}  // namespace prisma::psl
