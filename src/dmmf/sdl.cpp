#include "dmmf/sdl.h"

#include <string_view>
#include <unordered_set>
#include <vector>

namespace prisma::dmmf {
namespace {

using query::EnumType;
using query::InputField;
using query::InputKind;
using query::InputObject;
using query::InputScalar;
using query::InputType;
using query::OutputField;
using query::OutputObject;
using query::QuerySchema;

// A type stands behind those that its fields name, unless they lead back to it. The walk keeps its own stack: the ways
// from type to type are as long as the schema is large.
class SdlWriter {
 public:
  explicit SdlWriter(const QuerySchema& schema) : schema_(schema) {}

  std::string Run() {
    for (const OutputObject* root : {&schema_.query(), &schema_.mutation()}) {
      Enter({nullptr, nullptr, root});
      while (!open_.empty()) {
        Frame& frame = open_.back();
        if (frame.next < frame.named.size()) {
          const Type type = frame.named[frame.next++];
          Enter(type);  // invalidates `frame`
          continue;
        }
        Write(frame.type);
        open_.pop_back();
      }
    }
    out_ += "\n\nscalar DateTime\nscalar Json\nscalar UUID\nscalar BigInt\nscalar Decimal\nscalar Bytes";
    return std::move(out_);
  }

 private:
  struct Type {  // one of them
    const EnumType* enum_type = nullptr;
    const InputObject* input = nullptr;
    const OutputObject* output = nullptr;
  };
  struct Frame {
    Type type;
    std::vector<Type> named;  // by its fields
    size_t next = 0;
  };

  std::string NameOf(const Type& type) const {
    if (type.enum_type != nullptr) return std::string(type.enum_type->name);
    return type.input != nullptr ? schema_.Name(*type.input) : schema_.Name(*type.output);
  }

  void Enter(const Type& type) {
    if (!seen_.insert(NameOf(type)).second) return;
    Frame frame{type, {}};
    auto add_inputs = [&](std::span<const InputField> fields) {
      for (const InputField& field : fields) {
        const InputType& best = Best(field);
        if (best.kind == InputType::Kind::kEnum) frame.named.push_back({best.enum_type, nullptr, nullptr});
        if (best.kind == InputType::Kind::kObject) frame.named.push_back({nullptr, best.object, nullptr});
      }
    };
    if (type.input != nullptr) add_inputs(schema_.Fields(*type.input));
    if (type.output != nullptr) {
      for (const OutputField& field : schema_.Fields(*type.output)) {
        if (field.arguments != nullptr) add_inputs(schema_.Fields(*field.arguments));
        if (field.enum_type || field.object) frame.named.push_back({field.enum_type, nullptr, field.object});
      }
    }
    open_.push_back(std::move(frame));
  }

  void Write(const Type& type) {
    if (!out_.empty()) out_ += "\n\n";
    out_ += type.enum_type != nullptr ? "enum " : type.input != nullptr ? "input " : "type ";
    out_ += NameOf(type) + " {\n";
    if (type.enum_type != nullptr) {
      for (std::string_view value : type.enum_type->values) out_.append(value).append("\n");
    } else if (type.input != nullptr) {
      for (const InputField& field : schema_.Fields(*type.input)) out_ += "  " + Text(field) + "\n";
    } else {
      for (const OutputField& field : schema_.Fields(*type.output)) out_ += "  " + Text(field) + "\n";
    }
    out_ += '}';
  }

  std::string Text(const InputField& field) const {
    std::string text(field.name);
    text += ": " + TypeText(Best(field));
    if (field.is_required) text += '!';
    return text;
  }

  std::string Text(const OutputField& field) const {
    std::string text(field.name);
    const std::span<const InputField> arguments =
        field.arguments ? schema_.Fields(*field.arguments) : std::span<const InputField>();
    if (arguments.size() == 1) {
      text += "(" + Text(arguments[0]) + ")";
    } else if (!arguments.empty()) {
      text += "(\n";
      for (const InputField& argument : arguments) text += "\n    " + Text(argument);
      text += "\n  )";
    }
    text += ": ";
    const std::string type = field.object      ? schema_.Name(*field.object)
                             : field.enum_type ? std::string(field.enum_type->name)
                                               : std::string(ScalarName(field.scalar));
    text += field.is_list ? "[" + type + "]" : type;
    if (!field.is_nullable) text += '!';
    return text;
  }

  // The language has no unions of inputs: objects and lists go before scalars, anything before null.
  static const InputType& Best(const InputField& field) {
    const InputType* best = &field.types.front();
    for (const InputType& next : field.types.subspan(1)) {
      const bool is_scalar = best->kind == InputType::Kind::kScalar && !best->is_list;
      if (!is_scalar) break;
      if (best->scalar == InputScalar::kNull || next.is_list || next.kind == InputType::Kind::kObject) best = &next;
    }
    return *best;
  }

  std::string TypeText(const InputType& type) const {
    std::string name;
    switch (type.kind) {
      case InputType::Kind::kScalar:
        name = ScalarName(type.scalar);
        break;
      case InputType::Kind::kEnum:
        name = type.enum_type->name;
        break;
      case InputType::Kind::kObject:
        name = schema_.Name(*type.object);
        break;
    }
    return type.is_list ? "[" + name + "]" : name;
  }

  static std::string_view ScalarName(InputScalar scalar) {
    return scalar == InputScalar::kJsonList ? "Json" : query::InputScalarName(scalar);
  }

  const QuerySchema& schema_;
  std::string out_;
  std::unordered_set<std::string> seen_;
  std::vector<Frame> open_;
};

}  // namespace

std::string SdlText(const QuerySchema& schema) { return SdlWriter(schema).Run(); }

}  // namespace prisma::dmmf
