#include "dmmf/query_schema_dmmf.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/flat_map.h"

namespace prisma::dmmf {
namespace {

using query::EnumType;
using query::InputField;
using query::InputKind;
using query::InputObject;
using query::InputType;
using query::OutputField;
using query::OutputObject;
using query::QuerySchema;

// A fixed text of the document, in the form in which it stands there.
class Piece {
 public:
  explicit constexpr Piece(std::string_view text) : plain_(text) {
    for (char c : text) {
      if (c == '"') nested_[nested_size_++] = '\\';
      nested_[nested_size_++] = c;
    }
  }
  constexpr std::string_view in(bool is_nested) const {
    return is_nested ? std::string_view(nested_, nested_size_) : plain_;
  }

 private:
  std::string_view plain_;
  char nested_[72] = {};
  size_t nested_size_ = 0;
};

constexpr Piece kInputObjectTypes(R"({"inputObjectTypes":{)");
constexpr Piece kNoTypes("}");
constexpr Piece kEndOfTypes("]}");
constexpr Piece kOutputObjectTypes(R"(,"outputObjectTypes":)");
constexpr Piece kEnumTypes(R"(,"enumTypes":)");
constexpr Piece kFieldReferenceTypes(R"(,"fieldRefTypes":)");
constexpr Piece kEndOfDocument("}");
constexpr Piece kPrisma(R"("prisma":[)");
constexpr Piece kModel(R"("model":[)");
constexpr Piece kName(R"({"name":)");
constexpr Piece kQuotedName(R"({"name":")");
// Behind the name of an input field, by isRequired and isNullable.
constexpr Piece kEndOfName[2][2] = {{Piece(R"(","isRequired":false,"isNullable":false,"inputTypes":[)"),
                                     Piece(R"(","isRequired":false,"isNullable":true,"inputTypes":[)")},
                                    {Piece(R"(","isRequired":true,"isNullable":false,"inputTypes":[)"),
                                     Piece(R"(","isRequired":true,"isNullable":true,"inputTypes":[)")}};
constexpr Piece kEndOfField("]},");
constexpr Piece kEndOfOrderedField(R"(],"requiresOtherFields":["orderBy"]},)");
constexpr Piece kArguments(R"(","args":)");
constexpr Piece kOutputNullable(R"(,"isNullable":true,"outputType":)");
constexpr Piece kOutputNotNullable(R"(,"isNullable":false,"outputType":)");
constexpr Piece kFields(R"(,"fields":)");
constexpr Piece kValues(R"(,"values":)");
constexpr Piece kAllowTypes(R"(,"allowTypes":[)");
constexpr Piece kSource(R"(,"meta":{"source":)");
constexpr Piece kGrouping(R"(,"grouping":)");
constexpr Piece kOnlyGrouping(R"(,"meta":{"grouping":)");
constexpr Piece kEndOfMeta("}");
constexpr Piece kMost(R"(,"constraints":{"maxNumFields":)");
constexpr Piece kLeast(R"(,"minNumFields":)");
constexpr Piece kConstrained(R"(,"fields":)");
constexpr Piece kEndOfConstraints(R"(},"fields":)");

// Text on its way into the document, gathered in one block: most of a large document is short pieces.
class Block {
 public:
  explicit Block(json::Writer& writer) : writer_(writer) {}
  Block(const Block&) = delete;

  void Put(std::string_view text) {
    if (text.size() > static_cast<size_t>(end() - at_)) {
      Flush();
      if (text.size() > kSize) return writer_.Part(text);
    }
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  // False, with nothing put, if the text needs escapes.
  bool PutPlain(std::string_view text) {
    if (json::NeedsEscapes(text)) return false;
    Put(text);
    return true;
  }
  void TakeBack(size_t size) { at_ -= size; }  // of what was put last
  void Flush() {
    writer_.Part({data_.get(), static_cast<size_t>(at_ - data_.get())});
    at_ = data_.get();
  }

 private:
  static constexpr size_t kSize = size_t{1} << 17;
  char* end() const { return data_.get() + kSize; }

  json::Writer& writer_;
  std::unique_ptr<char[]> data_{new char[kSize]};
  char* at_ = data_.get();
};

// Walks breadth first from the root types: each type is written where it is first met.
class Renderer {
 public:
  Renderer(const QuerySchema& schema, json::Writer& writer)
      : schema_(schema), is_nested_(writer.is_nested()), block_(writer) {
    for (size_t i = 0; i < std::size(scalars_); ++i) {
      scalars_[i].text = Copy(Reference(query::InputScalarName(static_cast<query::InputScalar>(i)), nullptr, "scalar"));
    }
  }

  // Input types are written as they are met; the other kinds, which stand behind them, once all types have been met.
  void Run() {
    Put(kInputObjectTypes);
    if (const EnumType* levels = schema_.isolation_levels()) ReferenceTo(*levels);
    ReferenceTo(schema_.query());
    ReferenceTo(schema_.mutation());
    for (size_t i = 0; i < queue_.size(); ++i) {
      const Item item = queue_[i];
      if (item.enum_type) enums_.push_back(item.enum_type);
      if (item.output) Meet(*item.output);
      if (item.input && item.input->kind == InputKind::kFieldReference) Meet(*item.input);
      if (item.input && item.input->kind != InputKind::kFieldReference) RenderInput(*item.input);
    }
    Put(input_names_.empty() ? kNoTypes : kEndOfTypes);
    Put(kOutputObjectTypes);
    RenderSection(outputs_, [](const OutputObject* type) { return IsOfModel(*type); });
    Put(kEnumTypes);
    RenderSection(enums_, [](const EnumType* type) { return type->is_model; });
    Put(kFieldReferenceTypes);
    RenderSection(references_, [](const InputObject*) { return false; });
    Put(kEndOfDocument);
    block_.Flush();
  }

 private:
  struct Item {
    const EnumType* enum_type = nullptr;
    const InputObject* input = nullptr;
    const OutputObject* output = nullptr;
  };

  // What refers to a type is written many times: its text is made once, for what is not a list.
  struct Met {
    std::string_view name;  // as a JSON string
    std::string_view text;  // empty: not met yet
  };

  void Put(std::string_view text) { block_.Put(text); }
  void Put(const Piece& piece) { block_.Put(piece.in(is_nested_)); }
  // As a JSON string, and the same without the quotes.
  void PutString(std::string_view text) { Put(Quoted(text)); }
  void PutInQuotes(std::string_view text) {
    if (block_.PutPlain(text)) return;
    const size_t quote = is_nested_ ? 2 : 1;
    const std::string_view quoted = Quoted(text);
    Put(quoted.substr(quote, quoted.size() - 2 * quote));
  }
  std::string_view Quoted(std::string_view text) {
    quoted_.clear();
    if (is_nested_) {
      json::AppendNestedString(quoted_, text);
    } else {
      json::AppendString(quoted_, text);
    }
    return quoted_;
  }
  std::string_view Copy(std::string_view text) { return arena_.Copy(text); }

  // Good until the next call. Nothing is looked at again soon, and all of it would not fit into the processor's caches.
  std::span<const InputField> FieldsOf(const InputObject& object) { return schema_.FieldsOnce(object, scratch_); }

  // The place for a type, which is queued if it is met for the first time.
  Met& MetOf(uint32_t number) {
    // Types are counted as they are made, which goes on while the document is written.
    if (number >= met_.size()) met_.resize(std::max<size_t>(2 * met_.size(), number + size_t{1024}));
    return met_[number];
  }
  const Met& Meeting(Met& met, Item item, std::string_view name, const char* name_space, const char* location) {
    queue_.push_back(item);
    met.name = Copy(Quoted(name));
    met.text = Copy(Reference(name, name_space, location));
    return met;
  }
  const Met& ReferenceTo(const EnumType& type) {
    Met& met = MetOf(type.number);
    if (!met.text.empty()) return met;
    return Meeting(met, {&type, nullptr, nullptr}, type.name, type.is_model ? "model" : "prisma", "enumTypes");
  }
  const Met& ReferenceTo(const InputObject& type) {
    Met& met = MetOf(type.number);
    if (!met.text.empty()) return met;
    return Meeting(met, {nullptr, &type, nullptr}, schema_.Name(type), "prisma",
                   type.kind == InputKind::kFieldReference ? "fieldRefTypes" : "inputObjectTypes");
  }
  const Met& ReferenceTo(const OutputObject& type) {
    Met& met = MetOf(type.number);
    if (!met.text.empty()) return met;
    return Meeting(met, {nullptr, nullptr, &type}, schema_.Name(type), IsOfModel(type) ? "model" : "prisma",
                   "outputObjectTypes");
  }
  const Met& ReferenceTo(query::InputScalar scalar) const { return scalars_[static_cast<size_t>(scalar)]; }
  const Met& ReferenceTo(const InputType& type) {
    if (type.kind == InputType::Kind::kScalar) return ReferenceTo(type.scalar);
    return type.kind == InputType::Kind::kEnum ? ReferenceTo(*type.enum_type) : ReferenceTo(*type.object);
  }
  const Met& ReferenceTo(const OutputField& field) {
    if (field.object) return ReferenceTo(*field.object);
    return field.enum_type ? ReferenceTo(*field.enum_type) : ReferenceTo(field.scalar);
  }

  std::string_view Reference(std::string_view name, const char* name_space, const char* location) {
    reference_.clear();
    json::Writer writer(reference_, is_nested_);
    writer.BeginObject();
    writer.Member("type", name);
    if (name_space) writer.Member("namespace", name_space);
    writer.Member("location", location);
    writer.Member("isList", false);
    writer.EndObject();
    return reference_;
  }

  // Meets the types of a type that is written later, in the order in which they stand there.
  void Meet(const OutputObject& object) {
    outputs_.push_back(&object);
    for (const OutputField& field : schema_.Fields(object)) {
      if (field.arguments) MeetAll(FieldsOf(*field.arguments));
      ReferenceTo(field);
    }
  }
  void Meet(const InputObject& field_reference) {
    references_.push_back(&field_reference);
    ReferenceTo(schema_.ReferencedType(field_reference));
    MeetAll(FieldsOf(field_reference));
  }
  void MeetAll(std::span<const InputField> fields) {
    for (const InputField& field : fields) {
      for (const InputType& type : field.types) ReferenceTo(type);
    }
  }

  // The types of one kind, by namespace: that of the type which was met first stands first.
  template <class Type, class IsOfModel>
  void RenderSection(const std::vector<const Type*>& types, IsOfModel&& is_of_model) {
    Put("{");
    const bool is_model_first = !types.empty() && is_of_model(types.front());
    size_t sections = 0;
    for (bool is_model : {is_model_first, !is_model_first}) {
      size_t count = 0;
      for (const Type* type : types) {
        if (is_of_model(type) != is_model) continue;
        if (count == 0 && sections++ > 0) Put(",");
        if (count++ == 0) {
          Put(is_model ? kModel : kPrisma);
        } else {
          Put(",");
        }
        Render(*type);
      }
      if (count > 0) Put("]");
    }
    Put("}");
  }

  void PutReference(const Met& met, bool is_list) {
    constexpr std::string_view kNoList = "false}", kList = "true}";
    if (!is_list) return Put(met.text);
    Put(met.text.substr(0, met.text.size() - kNoList.size()));
    Put(kList);
  }

  void PutTypes(std::span<const InputType> types) {
    for (const InputType& type : types) {
      PutReference(ReferenceTo(type), type.is_list);
      Put(",");
    }
    if (!types.empty()) block_.TakeBack(1);
  }

  void PutFields(std::span<const InputField> fields) {
    Put("[");
    for (const InputField& field : fields) {
      Put(kQuotedName);
      PutInQuotes(field.name);
      Put(kEndOfName[field.is_required][field.is_nullable()]);
      PutTypes(field.types);
      Put(field.requires_order_by ? kEndOfOrderedField : kEndOfField);
    }
    if (!fields.empty()) block_.TakeBack(1);
    Put("]");
  }

  void PutStrings(std::span<const std::string_view> texts) {
    Put("[");
    for (std::string_view text : texts) {
      PutString(text);
      Put(",");
    }
    if (!texts.empty()) block_.TakeBack(1);
    Put("]");
  }

  void PutBound(int bound) {
    if (bound < 0) return Put("null");
    char text[16];
    Put({text, static_cast<size_t>(std::to_chars(text, text + sizeof text, bound).ptr - text)});
  }

  void Render(const EnumType& type) {
    Put(kName);
    PutString(type.name);
    Put(kValues);
    PutStrings(type.values);
    Put("}");
  }

  // Types of different origin may have the same name (two uniques of the same fields): the first one is written.
  void RenderInput(const InputObject& object) {
    const std::string_view name = ReferenceTo(object).name;
    const std::span<const InputField> fields = FieldsOf(object);
    if (!input_names_.emplace(name, true).second) return;
    if (input_names_.size() == 1) {
      Put(kPrisma);
    } else {
      Put(",");
    }
    Put(kName);
    Put(name);
    if (!object.grouping.empty()) {
      const bool is_where = object.kind == InputKind::kWhere || object.kind == InputKind::kScalarWhere ||
                            object.kind == InputKind::kCompositeWhere || object.kind == InputKind::kWhereUnique;
      Put(is_where ? kSource : kOnlyGrouping);
      if (is_where) {
        PutString(object.grouping);
        Put(kGrouping);
      }
      PutString(object.grouping);
      Put(kEndOfMeta);
    }
    Put(kMost);
    PutBound(object.max_fields);
    Put(kLeast);
    PutBound(object.min_fields);
    if (!object.constrained_fields.empty()) {
      Put(kConstrained);
      PutStrings(object.constrained_fields);
    }
    Put(kEndOfConstraints);
    PutFields(fields);
    Put("}");
  }

  // A field reference.
  void Render(const InputObject& object) {
    Put(kName);
    PutString(schema_.Name(object));
    Put(kAllowTypes);
    const InputType allowed[] = {schema_.ReferencedType(object)};
    PutTypes(allowed);
    Put("]");
    Put(kFields);
    PutFields(FieldsOf(object));
    Put("}");
  }

  static bool IsOfModel(const OutputObject& object) {
    return object.kind == query::OutputKind::kModel || object.kind == query::OutputKind::kComposite ||
           object.kind == query::OutputKind::kCreateManyAndReturn ||
           object.kind == query::OutputKind::kUpdateManyAndReturn;
  }

  void Render(const OutputObject& object) {
    Put(kName);
    Put(ReferenceTo(object).name);
    Put(kFields);
    Put("[");
    const std::span<const OutputField> fields = schema_.Fields(object);
    for (const OutputField& field : fields) {
      Put(kQuotedName);
      PutInQuotes(field.name);
      Put(kArguments);
      if (field.arguments) {
        PutFields(FieldsOf(*field.arguments));
      } else {
        Put("[]");
      }
      Put(field.is_nullable ? kOutputNullable : kOutputNotNullable);
      PutReference(ReferenceTo(field), field.is_list);
      Put("},");
    }
    if (!fields.empty()) block_.TakeBack(1);
    Put("]}");
  }

  const QuerySchema& schema_;
  const bool is_nested_;
  Block block_;
  Arena arena_;
  std::vector<Item> queue_;
  std::vector<Met> met_;
  Met scalars_[static_cast<size_t>(query::InputScalar::kJsonList) + 1];
  query::InputScratch scratch_;
  std::string quoted_, reference_;  // the text at hand
  FlatMap<std::string_view, bool> input_names_;
  std::vector<const OutputObject*> outputs_;
  std::vector<const EnumType*> enums_;
  std::vector<const InputObject*> references_;
};

}  // namespace

void WriteQuerySchema(const QuerySchema& query_schema, json::Writer& writer) {
  writer.Raw("");  // the writer's part of a value: the comma before it
  Renderer(query_schema, writer).Run();
}

void WriteMappings(const QuerySchema& query_schema, json::Writer& writer) {
  const schema::Schema& schema = query_schema.schema();
  // By model in the order of the root types, each model's operations sorted by name.
  using Operations = std::array<std::string_view, query::kRootKinds>;
  std::vector<std::pair<schema::ModelId, Operations>> models;
  std::vector<size_t> places(schema.models.size(), SIZE_MAX);
  std::vector<std::string_view> raw;
  for (const OutputObject* root : {&query_schema.query(), &query_schema.mutation()}) {
    for (const OutputField& field : query_schema.Fields(*root)) {
      QuerySchema::RootInfo info = query_schema.InfoOf(field);
      if (!info.model) {
        raw.push_back(query::RootName(info.kind));
        continue;
      }
      size_t& place = places[info.model.index];
      if (place == SIZE_MAX) {
        place = models.size();
        models.push_back({info.model, {}});
      }
      models[place].second[static_cast<size_t>(info.kind)] = field.name;
    }
  }
  std::array<query::RootKind, query::kRootKinds> by_name;
  for (size_t i = 0; i < by_name.size(); ++i) by_name[i] = static_cast<query::RootKind>(i);
  std::sort(by_name.begin(), by_name.end(),
            [](query::RootKind a, query::RootKind b) { return query::RootName(a) < query::RootName(b); });
  writer.BeginObject();
  writer.Key("modelOperations");
  writer.BeginArray();
  for (const auto& [model, operations] : models) {
    writer.BeginObject();
    writer.Member("model", schema.models[model].name);
    for (query::RootKind kind : by_name) {
      const std::string_view name = operations[static_cast<size_t>(kind)];
      if (!name.empty()) writer.Member(query::RootName(kind), name);
    }
    writer.EndObject();
    writer.MayDrain();
  }
  writer.EndArray();
  writer.Key("otherOperations");
  writer.BeginObject();
  writer.Key("read");
  writer.Raw("[]");
  writer.Key("write");
  writer.BeginArray();
  for (std::string_view name : raw) writer.String(name);
  writer.EndArray();
  writer.EndObject();
  writer.EndObject();
}

}  // namespace prisma::dmmf
