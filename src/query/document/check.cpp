#include "query/document/check.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "diagnostics/errors.h"
#include "json/reader.h"
#include "json/writer.h"
#include "query/document/coerce.h"
#include "query/document/fault.h"
#include "query/document/scalar_faults.h"
#include "value/base64.h"
#include "value/datetime.h"
#include "value/decimal.h"

namespace prisma::query {
namespace {

// Alternatives within alternatives multiply: a request may not cost more visits than this, nor its faults more text.
constexpr uint64_t kMaxVisits = 100'000, kMaxVisitsPerScalar = 200;
constexpr size_t kMaxFaultText = 32 << 20;

constexpr std::string_view kDatabaseNull = "DbNull";

bool TakesDatabaseNull(const EnumType& type) {
  return !type.is_model && std::find(type.values.begin(), type.values.end(), kDatabaseNull) != type.values.end();
}

class Checker {
 public:
  Checker(const QuerySchema& schema, Arena& arena, const Request& request, bool has_fault)
      : schema_(schema),
        arena_(arena),
        has_plain_json_(request.has_plain_json),
        has_json_texts_(request.has_json_texts),
        has_fault_(has_fault),
        visits_left_(kMaxVisits + kMaxVisitsPerScalar * request.scalar_count),
        faults_(schema) {}

  // False: `fault()` tells why, if it was asked for.
  bool CheckRoot(Selection& root, const OutputField& field) { return CheckField(root, field); }
  bool UnknownRoot(std::string_view name, bool is_mutation) {
    Push push(selection_path_, name);
    return Fail([&] {
      return faults_.UnknownSelectionField(selection_path_, is_mutation ? schema_.mutation() : schema_.query());
    });
  }
  const Fault& fault() const { return fault_; }

  // Scalars that went into made nodes.
  std::vector<uint32_t> swallowed;
  bool has_trees = false;  // of which some are trees

 private:
  // A part of a path for as long as it lives.
  class Push {
   public:
    Push(FaultPath& path, std::string_view part) : path_(path) { path_.push_back(part); }
    ~Push() { path_.pop_back(); }

   private:
    FaultPath& path_;
  };

  template <class Make>
  bool Fail(Make make) {
    if (has_fault_) SetFault(make());
    return false;
  }

  void SetFault(Fault fault) {
    fault_text_ += fault.message.size() + fault.members.size();
    if (fault_text_ > kMaxFaultText) TooComplex();
    fault_ = std::move(fault);
  }

  FaultPlace Place() const { return {selection_path_, argument_path_}; }

  // ── selections ──

  bool CheckField(Selection& selection, const OutputField& field) {
    Push push(selection_path_, field.name);
    if (!CheckArguments(selection, field.arguments)) return false;
    if (!field.object) {
      if (!selection.children.empty() && !IsAllScalars(selection)) {
        return Fail([&] { return faults_.SelectionOnScalar(selection_path_); });
      }
      selection.children = {};
      selection.has_children = false;
      return true;
    }
    return CheckChildren(selection, *field.object);
  }

  // `{"$scalars": true}` is said of counts too, where it selects nothing.
  static bool IsAllScalars(const Selection& selection) {
    for (const Selection& child : selection.children) {
      if (child.name != "$scalars" && child.name != "$composites") return false;
    }
    return true;
  }

  void AddScalars(const OutputObject& type, std::span<const Selection> written, std::vector<Selection>& out) {
    for (const OutputField& field : schema_.Fields(type)) {
      if (field.object) continue;
      bool is_left_out = false;
      for (const Selection& other : written) {
        is_left_out = is_left_out || (other.name == field.name && (other.is_excluded || !other.arguments.empty()));
      }
      if (is_left_out) continue;
      Selection scalar;
      scalar.name = scalar.alias = field.name;
      AddSelection(scalar, out);
    }
  }

  static void AddSelection(const Selection& selection, std::vector<Selection>& out) {
    for (const Selection& other : out) {
      if (other.alias == selection.alias) return;
    }
    out.push_back(selection);
  }

  bool CheckChildren(Selection& selection, const OutputObject& type) {
    if (visits_left_-- == 0) TooComplex();
    std::vector<Selection> children;
    if (!selection.has_children && has_plain_json_ && selection_path_.size() > 1) {
      AddScalars(type, {}, children);
    }
    const bool is_nothing = std::all_of(selection.children.begin(), selection.children.end(),
                                        [](const Selection& child) { return child.is_excluded; });
    if (is_nothing && children.empty()) return Fail([&] { return faults_.EmptySelection(selection_path_, type); });
    for (Selection& child : selection.children) {
      if (child.name == "$scalars" && !child.is_excluded) {
        AddScalars(type, selection.children, children);
        continue;
      }
      if (child.name == "$composites" || child.name == "$scalars") continue;
      const OutputField* field = schema_.FindField(type, child.name);
      if (!field) {
        Push push(selection_path_, child.name);
        return Fail([&] { return faults_.UnknownSelectionField(selection_path_, type); });
      }
      if (child.is_excluded) continue;
      if (!CheckField(child, *field)) return false;
      AddSelection(child, children);
    }
    if (children.empty()) return Fail([&] { return faults_.EmptySelection(selection_path_, type); });
    selection.children = arena_.Copy(children);
    selection.has_children = true;
    return true;
  }

  // ── arguments ──

  bool CheckArguments(Selection& selection, const InputObject* arguments) {
    std::span<const InputField> fields = arguments ? schema_.Fields(*arguments) : std::span<const InputField>();
    for (const Member& given : selection.arguments) {
      bool is_known = false;
      for (const InputField& field : fields) is_known = is_known || field.name == given.name;
      if (is_known) continue;
      Push push(argument_path_, given.name);
      return Fail([&] { return faults_.UnknownArgument(Place(), arguments); });
    }
    std::vector<Member> checked;
    checked.reserve(selection.arguments.size());
    for (const InputField& field : fields) {
      Push push(argument_path_, field.name);
      const Member* given = nullptr;
      for (const Member& member : selection.arguments) {
        if (member.name == field.name && !given) given = &member;
      }
      if (!given) {
        if (field.is_required) return Fail([&] { return faults_.ArgumentMissing(Place(), field.types); });
        continue;
      }
      if (field.requires_order_by && !CheckOrderByIsGiven(selection, fields, field.name)) return false;
      Member& member = checked.emplace_back();
      member.name = field.name;
      if (!CheckValue(given->value, field.types, member.value)) return false;
    }
    // As they were written: the order is part of a request's shape.
    std::span<Member> ordered = arena_.NewSpan<Member>(checked.size());
    size_t count = 0;
    for (const Member& given : selection.arguments) {
      for (Member& member : checked) {
        if (member.name != given.name || member.name.empty()) continue;
        ordered[count++] = member;
        member.name = {};
        break;
      }
    }
    selection.arguments = ordered.first(count);
    return true;
  }

  // `because` needs an order, as the records have none of their own.
  bool CheckOrderByIsGiven(const Selection& selection, std::span<const InputField> fields, std::string_view because) {
    for (const Member& member : selection.arguments) {
      if (member.name == "orderBy") return true;
    }
    for (const InputField& field : fields) {
      if (field.name != "orderBy") continue;
      argument_path_.back() = field.name;
      return Fail([&] { return faults_.ArgumentMissing(Place(), field.types, because); });
    }
    return true;
  }

  // The first type that fits is taken.
  bool CheckValue(const Node& given, std::span<const InputType> types, Node& out) {
    std::vector<Fault> faults;
    for (const InputType& type : types) {
      size_t swallowed_before = swallowed.size();
      if (CheckType(given, type, out)) return true;
      swallowed.resize(swallowed_before);
      if (has_fault_) faults.push_back(std::move(fault_));
    }
    if (has_fault_) SetFault(faults.size() == 1 ? std::move(faults[0]) : faults_.Union(faults));
    return false;
  }

  bool CheckType(const Node& given, const InputType& type, Node& out) {
    if (visits_left_-- == 0) TooComplex();
    bool is_scalar_type = type.kind == InputType::Kind::kScalar && !type.is_list;
    if (is_scalar_type && type.scalar == InputScalar::kJson && has_plain_json_ && IsPlainJson(given)) {
      out = MadeScalar(Value::Text(ValueKind::kJson, arena_.Copy(JsonTextOf(given, has_json_texts_))));
      Swallow(given);
      return true;
    }
    if (is_scalar_type && type.scalar == InputScalar::kJsonList) return CheckParameters(given, type, out);
    auto wrong_type = [&] { return faults_.WrongType(Place(), type, given); };
    switch (given.kind) {
      case Node::Kind::kScalar:
        if (given.is_null()) {
          if (is_scalar_type && type.scalar == InputScalar::kNull) {
            out = given;
            return true;
          }
          if (has_json_texts_ && type.kind == InputType::Kind::kEnum && TakesDatabaseNull(*type.enum_type)) {
            out = MadeScalar(Value::Text(ValueKind::kEnum, kDatabaseNull));
            Swallow(given);
            return true;
          }
          return Fail([&] { return faults_.ArgumentMissing(Place(), std::span(&type, 1)); });
        }
        if (type.is_list || type.kind == InputType::Kind::kObject) return Fail(wrong_type);
        return type.kind == InputType::Kind::kEnum ? CheckEnum(given, type, out) : CheckScalar(given, type, out);
      case Node::Kind::kList: {
        if (!type.is_list) return Fail(wrong_type);
        InputType element = type;
        element.is_list = false;
        out.kind = Node::Kind::kList;
        out.tag = Node::Tag::kNone;
        out.items = arena_.NewSpan<Node>(given.items.size());
        for (size_t i = 0; i < given.items.size(); ++i) {
          if (!CheckType(given.items[i], element, out.items[i])) return false;
        }
        return true;
      }
      case Node::Kind::kObject:
        if (type.is_list || type.kind != InputType::Kind::kObject) return Fail(wrong_type);
        return CheckObject(given, *type.object, out);
    }
    return false;
  }

  // Every value may be JSON, but for those that the protocol says are something else.
  bool IsPlainJson(const Node& given) const {
    // In Python a str is JSON text, and None the database's NULL.
    if (has_json_texts_ && given.kind == Node::Kind::kScalar &&
        (given.scalar.kind() == ValueKind::kString || given.is_null())) {
      return false;
    }
    if (given.tag == Node::Tag::kFieldReference) return false;
    if (given.tag == Node::Tag::kRaw) return true;
    const auto is_json = [](const Node& node) {
      return node.kind == Node::Kind::kScalar && node.scalar.kind() == ValueKind::kJson && node.tag != Node::Tag::kRaw;
    };
    // A list of JSON values is no JSON value; in an object they are strings.
    if (given.kind == Node::Kind::kList) return std::none_of(given.items.begin(), given.items.end(), is_json);
    return given.kind != Node::Kind::kScalar || (!is_json(given) && given.scalar.kind() != ValueKind::kEnum);
  }

  static Node MadeScalar(Value value) {
    Node node;
    node.scalar = value;
    return node;
  }

  void Swallow(const Node& node) {
    has_trees = has_trees || node.kind != Node::Kind::kScalar;
    if (node.ordinal != UINT32_MAX) swallowed.push_back(node.ordinal);
    for (const Node& item : node.items) Swallow(item);
    for (const Member& member : node.members) Swallow(member.value);
  }

  bool CheckScalar(const Node& given, const InputType& type, Node& out) {
    Value value;
    CoerceResult result =
        CoerceScalar(given.scalar, given.tag, type.scalar, has_plain_json_ && !has_json_texts_, arena_, value);
    switch (result) {
      case CoerceResult::kGood:
        out = given;
        out.scalar = value;
        return true;
      case CoerceResult::kWrongType:
        return Fail([&] { return faults_.WrongType(Place(), type, given); });
      case CoerceResult::kTooLarge:
        return Fail([&] {
          std::optional<std::string> text = given.scalar.kind() == ValueKind::kDecimal
                                                ? std::string(given.scalar.text())
                                                : DecimalFromDouble(given.scalar.as_float());
          return faults_.TooLarge(Place(), text.value_or("NaN"));
        });
      case CoerceResult::kBadText:
        return Fail([&] {
          std::string reason = BadTextReason(type.scalar, given.scalar.text());
          return faults_.WrongValue(Place(), given.scalar.text(), BadTextName(type.scalar), &reason);
        });
    }
    return false;
  }

  bool CheckEnum(const Node& given, const InputType& type, Node& out) {
    std::string_view text;
    switch (given.scalar.kind()) {
      case ValueKind::kEnum:
      case ValueKind::kString:
        text = given.scalar.text();
        break;
      case ValueKind::kBool:
        text = given.scalar.as_bool() ? "true" : "false";
        break;
      default:
        return Fail([&] { return faults_.WrongType(Place(), type, given); });
    }
    for (std::string_view value : type.enum_type->values) {
      if (value != text) continue;
      out = given;
      out.scalar = Value::Text(ValueKind::kEnum, value);
      return true;
    }
    return Fail([&] { return faults_.WrongValue(Place(), text, type.enum_type->name, nullptr); });
  }

  bool CheckObject(const Node& given, const InputObject& type, Node& out) {
    std::span<const InputField> fields = schema_.Fields(type);
    auto is_given = [&](std::string_view name) {
      for (const Member& member : given.members) {
        if (member.name == name || member.written == name) return true;
      }
      return false;
    };
    for (const InputField& field : fields) {
      if (!field.is_required || is_given(field.name)) continue;
      Push push(argument_path_, field.name);
      return Fail([&] { return faults_.ArgumentMissing(Place(), field.types); });
    }
    out.kind = Node::Kind::kObject;
    out.tag = given.tag;
    out.members = arena_.NewSpan<Member>(given.members.size());
    size_t count = 0;
    for (const Member& member : given.members) {
      const InputField* field = nullptr;
      for (const InputField& candidate : fields) {
        if (candidate.name == member.name) {
          field = &candidate;
        } else if (field == nullptr && candidate.name == member.written) {
          field = &candidate;
        }
      }
      Push push(argument_path_, member.name);
      if (!field) return Fail([&] { return faults_.UnknownInputField(Place(), type); });
      // Of several members of one name the last counts, in the place of the first.
      size_t at = count;
      for (size_t i = 0; i < count; ++i) {
        if (out.members[i].name == field->name) at = i;
      }
      if (at == count) ++count;
      out.members[at].name = field->name;
      out.members[at].value = Node();
      if (!CheckValue(member.value, field->types, out.members[at].value)) return false;
    }
    out.members = out.members.first(count);
    return CheckNumberOfFields(out, type);
  }

  bool CheckNumberOfFields(const Node& object, const InputObject& type) {
    int count = static_cast<int>(object.members.size());
    if (!type.constrained_fields.empty()) {
      count = 0;
      for (std::string_view name : type.constrained_fields) count += object.Find(name) != nullptr;
    }
    bool is_too_many = type.max_fields >= 0 && count > type.max_fields;
    if (is_too_many || (type.min_fields >= 0 && count < type.min_fields)) {
      return Fail([&] { return faults_.WrongNumberOfFields(Place(), type, count, is_too_many); });
    }
    return true;
  }

  // ── parameters of raw queries: a list, or the text of a JSON list ──

  bool CheckParameters(const Node& given, const InputType& type, Node& out) {
    std::string text;
    if (given.kind == Node::Kind::kList) {
      text = JsonTextOf(given);
    } else if (given.kind == Node::Kind::kScalar && given.scalar.kind() == ValueKind::kString) {
      text = given.scalar.text();
    } else if (given.is_null()) {
      return Fail([&] { return faults_.ArgumentMissing(Place(), std::span(&type, 1)); });
    } else {
      return Fail([&] { return faults_.WrongType(Place(), type, given); });
    }
    Swallow(given);
    json::Document document;
    if (!document.Parse(text)) {
      return Fail(
          [&] { return faults_.WrongValue(Place(), text, BadTextName(type.scalar), &document.error().message); });
    }
    if (!document.root().is_array()) {
      return Fail([&] { return faults_.WrongValue(Place(), json::ToText(document.root()), "JSON array", nullptr); });
    }
    out.kind = Node::Kind::kList;
    out.items = arena_.NewSpan<Node>(document.root().size());
    size_t i = 0;
    for (json::Value item : document.root().items()) {
      std::string fault;
      out.items[i++] = MadeScalar(Parameter(item, fault));
      if (fault.empty()) continue;
      return Fail([&] {
        return faults_.WrongValue(Place(), json::ToText(document.root()), "Flat JSON array (no nesting)", &fault);
      });
    }
    return true;
  }

  Value Parameter(const json::Value& item, std::string& fault) {
    switch (item.kind()) {
      case json::Kind::kNull:
        return Value::Null();
      case json::Kind::kBool:
        return Value::Bool(item.as_bool());
      case json::Kind::kInt:
        return Value::Int(item.as_int());
      case json::Kind::kUint:
      case json::Kind::kFloat:
        return Value::Float(item.as_float());
      case json::Kind::kString:
        return Value::String(arena_.Copy(item.text()));
      case json::Kind::kArray: {
        std::span<Value> values = arena_.NewSpan<Value>(item.size());
        size_t i = 0;
        for (json::Value element : item.items()) values[i++] = Parameter(element, fault);
        return Value::List(values);
      }
      case json::Kind::kObject:
        break;
    }
    std::string_view type = item.Get("prisma__type").text(), text = item.Get("prisma__value").text();
    if (type == "date") {
      if (std::optional<int64_t> time = ParseDateTime(text)) return Value::DateTime(*time);
      fault = "Could not convert from `JSON date object` to `PrismaValue`";
    } else if (type == "bigint") {
      int64_t number = 0;
      auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (code == std::errc() && end == text.data() + text.size() && !text.empty()) return Value::Int(number);
      fault = "Could not convert from `JSON bigint object` to `PrismaValue`";
    } else if (type == "decimal") {
      if (std::optional<std::string> decimal = ParseDecimal(text)) {
        return Value::Text(ValueKind::kDecimal, arena_.Copy(*decimal));
      }
      fault = "Could not convert from `JSON decimal object` to `PrismaValue`";
    } else if (type == "bytes") {
      if (std::optional<std::string> bytes = DecodeBase64(text)) {
        return Value::Text(ValueKind::kBytes, arena_.Copy(*bytes));
      }
      fault = "Could not convert from `JSON bytes object` to `PrismaValue`";
    } else {
      return Value::Text(ValueKind::kJson, arena_.Copy(json::ToText(item)));
    }
    return {};
  }

  [[noreturn]] void TooComplex() { throw errors::Unknown("The request is too complex to be checked."); }

  const QuerySchema& schema_;
  Arena& arena_;
  bool has_plain_json_;
  bool has_json_texts_;
  bool has_fault_;
  uint64_t visits_left_;
  size_t fault_text_ = 0;
  FaultWriter faults_;
  FaultPath selection_path_, argument_path_;
  Fault fault_;
};

const OutputField* FindRoot(const Request& request, const QuerySchema& schema) {
  if (!request.action.empty()) return schema.FindRoot(request.model, request.action);
  return schema.FindRootByName(request.is_mutation, request.root.name);
}

void Renumber(Node& node, uint32_t& count) {
  if (node.kind == Node::Kind::kScalar) node.ordinal = count++;
  for (Node& item : node.items) Renumber(item, count);
  for (Member& member : node.members) Renumber(member.value, count);
}

void Renumber(Selection& selection, uint32_t& count) {
  for (Member& member : selection.arguments) Renumber(member.value, count);
  for (Selection& child : selection.children) Renumber(child, count);
}

[[noreturn]] void UnknownOperation(const Request& request) {
  std::string model(request.model.empty() ? "None" : request.model);
  throw errors::Unknown("Operation '" + std::string(request.action) + "' for model '" + model +
                        "' does not match any query.");
}

}  // namespace

void Renumber(Request& request) {
  request.scalar_count = 0;
  Renumber(request.root, request.scalar_count);
}

void CheckRoot(const Request& request, const QuerySchema& schema) {
  if (!request.action.empty() && FindRoot(request, schema) == nullptr) UnknownOperation(request);
}

bool Check(Request& request, const QuerySchema& schema, Arena& arena, StructuralSink& sink) {
  const OutputField* root = FindRoot(request, schema);
  if (!root) {
    if (request.action.empty()) {
      Checker checker(schema, arena, request, true);
      checker.UnknownRoot(request.root.name, request.is_mutation);
      throw ErrorOf(checker.fault());
    }
    UnknownOperation(request);
  }
  // Most requests are right: faults are written only if there is one, in a second pass.
  Selection given = request.root;
  Checker checker(schema, arena, request, false);
  Selection checked = given;
  if (!checker.CheckRoot(checked, *root)) {
    Checker again(schema, arena, request, true);
    again.CheckRoot(given, *root);
    throw ErrorOf(again.fault());
  }
  QuerySchema::RootInfo info = schema.InfoOf(*root);
  if (request.root.alias.empty() || !request.action.empty()) checked.alias = root->name;
  checked.name = root->name;
  request.root = checked;
  request.action = RootName(info.kind);
  request.is_mutation = info.kind >= kFirstMutation;
  if (info.model) request.model = schema.schema().models[info.model].name;
  if (checker.has_trees) {
    Renumber(request);
    return true;
  }
  for (uint32_t ordinal : checker.swallowed) sink.MarkStructural(ordinal);
  return false;
}

}  // namespace prisma::query
