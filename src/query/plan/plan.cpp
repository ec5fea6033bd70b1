#include "query/plan/plan.h"

namespace prisma::query {
namespace {

class Walker {
 public:
  explicit Walker(const std::function<void(Slot&)>& visit) : visit_(visit) {}

  void Visit(Slot& slot) {
    visit_(slot);
    for (Slot& inner : slot.row_slots) Visit(inner);
  }
  void Visit(StatementPlan& statement) {
    for (Slot& slot : statement.slots) Visit(slot);
  }
  void Visit(Level& level) {
    if (level.statement) Visit(*level.statement);
    for (Slot& slot : level.processing.cursor_values) Visit(slot);
    if (level.processing.skip) Visit(*level.processing.skip);
    if (level.processing.take) Visit(*level.processing.take);
    if (level.limit) Visit(*level.limit);
    for (ChildLevel& child : level.children) {
      if (child.links) Visit(*child.links);
      if (child.single_statement) Visit(*child.single_statement);
      Visit(*child.level);
    }
  }
  void Visit(PlanNode& node) {
    Visit(node.statement);
    if (node.level != nullptr) Visit(*node.level);
    for (PlanNode::Choice& choice : node.choices) {
      for (Slot& slot : choice.values) Visit(slot);
    }
    for (auto& [left, right] : node.equal_values) {
      Visit(left);
      Visit(right);
    }
    for (std::unique_ptr<PlanNode>& child : node.children) Visit(*child);
  }

 private:
  const std::function<void(Slot&)>& visit_;
};

class Printer {
 public:
  std::string out;

  void Line(std::string_view text) { out.append(static_cast<size_t>(depth_) * 2, ' ').append(text).push_back('\n'); }

  void Print(const PlanNode& node) {
    switch (node.kind) {
      case PlanNode::Kind::kSequence:
        Line("Sequence");
        return Children(node);
      case PlanNode::Kind::kStatement: {
        static constexpr std::string_view kVerbs[] = {"Select", "Insert", "Update", "Delete"};
        Line(std::string(kVerbs[static_cast<size_t>(node.verb)]) + Binding(" → b", node.binding));
        ++depth_;
        Print(node.statement);
        --depth_;
        return;
      }
      case PlanNode::Kind::kRead:
        Line("Read");
        ++depth_;
        Print(*node.level);
        --depth_;
        return;
      case PlanNode::Kind::kExpect:
        Line("Expect " + Condition(node) + " else " + node.error.code + ": " + node.error.message);
        return;
      case PlanNode::Kind::kIf:
        Line("If " + Condition(node));
        return Children(node);
      case PlanNode::Kind::kForEach:
        Line("ForEach" + Binding(" row of b", node.binding));
        return Children(node);
      case PlanNode::Kind::kCount: {
        std::string text = "Count";
        for (uint32_t b : node.bindings) text += " b" + std::to_string(b);
        return Line(text);
      }
    }
  }

 private:
  void Children(const PlanNode& node) {
    ++depth_;
    for (const std::unique_ptr<PlanNode>& child : node.children) Print(*child);
    --depth_;
  }

  static std::string Binding(std::string_view before, uint32_t binding) {
    return binding == kNoIndex ? std::string() : std::string(before) + std::to_string(binding);
  }

  static std::string Condition(const PlanNode& node) {
    std::string b = "b" + std::to_string(node.binding);
    switch (node.condition) {
      case PlanNode::Condition::kNotEmpty:
        return b + " not empty";
      case PlanNode::Condition::kEmpty:
        return b + " empty";
      case PlanNode::Condition::kRowsEqual:
        return b + " has " + std::to_string(node.expected) + " rows";
      case PlanNode::Condition::kChanged:
        return b + " changed";
      case PlanNode::Condition::kResultNotEmpty:
        return "result not empty";
      case PlanNode::Condition::kValuesEqual:
        return "values are equal";
    }
    return b;
  }

  void Print(const Level& level) {
    if (level.statement && !level.statement->text.empty()) Print(*level.statement);
    if (level.source_binding != kNoIndex) Line("rows of b" + std::to_string(level.source_binding));
    const LevelProcessing& p = level.processing;
    if (p.any()) {
      std::string text = p.is_reversed ? "process from the end:" : "process:";
      if (!p.distinct.empty()) text += " distinct" + Cells(p.distinct);
      if (!p.cursor_columns.empty()) text += " cursor" + Cells(p.cursor_columns);
      if (p.skip) text += " skip " + Text(*p.skip);
      if (p.take) text += " take " + Text(*p.take);
      Line(text);
    }
    if (p.turns_round) Line("turn round");
    for (size_t i = 0; i < level.children.size(); ++i) {
      const ChildLevel& child = level.children[i];
      if (child.joined_cell != kNoIndex) {
        Line("child " + std::to_string(i) + " in c" + std::to_string(child.joined_cell));
      } else {
        Line("child " + std::to_string(i) + " by" + Cells(child.parent_columns) + " =" + Cells(child.child_columns));
      }
      ++depth_;
      if (child.links) {
        Line("links");
        ++depth_;
        Print(*child.links);
        --depth_;
      }
      if (child.single_statement) {
        Line("for one parent");
        ++depth_;
        Print(*child.single_statement);
        --depth_;
      }
      Print(*child.level);
      --depth_;
    }
  }

  static std::string Cells(const std::vector<uint32_t>& cells) {
    std::string text;
    for (uint32_t c : cells) text += " c" + std::to_string(c);
    return text;
  }

  // Placeholders are shown with what stands for them: {1} is the request's scalar 1.
  void Print(const StatementPlan& statement) {
    std::string text;
    if (statement.has_lists()) {
      size_t from = 0;
      for (size_t i = 0; i < statement.slots.size(); ++i) {
        text.append(statement.text, from, statement.cuts[i] - from);
        from = statement.cuts[i];
        text += Text(statement.slots[i]);
      }
      text.append(statement.text, from);
      Line(text);
      return;
    }
    Line(statement.text);
    if (statement.slots.empty()) return;
    text = "with";
    for (const Slot& slot : statement.slots) text += " " + Text(slot);
    Line(text);
  }

  static std::string Text(const Slot& slot) {
    std::string text;
    switch (slot.kind) {
      case Slot::Kind::kConstant:
        text = Constant(slot.constant);
        break;
      case Slot::Kind::kParameter:
        text = "{" + std::to_string(slot.parameter) + "}";
        break;
      case Slot::Kind::kParameterList:
        text = "{" + std::to_string(slot.parameter) + "…" +
               (slot.group == kNoIndex ? std::to_string(slot.parameter + slot.count - 1) : std::string()) + "}";
        break;
      case Slot::Kind::kGenerated:
        text = "{generated}";
        break;
      case Slot::Kind::kBinding:
        text = "{b" + std::to_string(slot.binding) + "[" + std::to_string(slot.row) + "].c" +
               std::to_string(slot.column) + "}";
        break;
      case Slot::Kind::kBindingList:
        text = "{b" + std::to_string(slot.binding) + "[*]" + Cells(slot.columns) + "}";
        break;
      case Slot::Kind::kParentKeys:
        text = "{parents" + Cells(slot.columns) + "}";
        break;
      case Slot::Kind::kArray:
        text = "{array";
        for (const Slot& inner : slot.row_slots) text += " " + Text(inner);
        text += "}";
        break;
      case Slot::Kind::kRows:
        text = "{rows";
        for (const Slot& inner : slot.row_slots) text += " " + Text(inner);
        text += "}";
        break;
    }
    switch (slot.transform) {
      case Slot::Transform::kContains:
        return "%" + text + "%";
      case Slot::Transform::kStartsWith:
        return text + "%";
      case Slot::Transform::kEndsWith:
        return "%" + text;
      case Slot::Transform::kAbsolute:
        return "abs" + text;
      case Slot::Transform::kNone:
        return text;
    }
    return text;
  }

  static std::string Constant(const Value& value) {
    switch (value.kind()) {
      case ValueKind::kNull:
        return "null";
      case ValueKind::kBool:
        return value.as_bool() ? "true" : "false";
      case ValueKind::kInt:
      case ValueKind::kDateTime:
        return std::to_string(value.as_int());
      case ValueKind::kFloat:
        return std::to_string(value.as_float());
      case ValueKind::kList:
        return "[…]";
      case ValueKind::kBytes:
        return "\"bytes\"";
      default:
        return "\"" + std::string(value.text()) + "\"";
    }
  }

  int depth_ = 0;
};

}  // namespace

void ForEachSlot(Plan& plan, const std::function<void(Slot&)>& visit) {
  if (plan.root != nullptr) Walker(visit).Visit(*plan.root);
}

std::string Print(const Plan& plan) {
  Printer printer;
  if (plan.root != nullptr) printer.Print(*plan.root);
  if (plan.not_found) {
    const PlanError& none = *plan.not_found;
    printer.Line("none: " + (none.code.empty() ? std::string() : none.code + ": ") + none.message);
  }
  return std::move(printer.out);
}

}  // namespace prisma::query
