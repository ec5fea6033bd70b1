#include "dmmf/query_schema_dmmf.h"

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "query/schema/query_schema.h"

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

// Walks breadth first from the root types: each type is written where it is first met.
class Renderer {
 public:
  explicit Renderer(const QuerySchema& schema) : schema_(schema) {}

  // Input types are most of the document: they are written at once, the other kinds gathered for what follows.
  void Run(json::Writer& writer) {
    inputs_ = &writer.out();
    inputs_->reserve(inputs_->size() + schema_.schema().models.size() * 80'000);  // what is not used costs nothing
    writer.BeginObject();
    writer.Key("inputObjectTypes");
    writer.BeginObject();
    if (const EnumType* levels = schema_.isolation_levels()) ReferenceTo(*levels);
    ReferenceTo(schema_.query());
    ReferenceTo(schema_.mutation());
    while (!queue_.empty()) {
      Item item = queue_.front();
      queue_.pop_front();
      if (item.enum_type) RenderEnum(*item.enum_type);
      if (item.input && item.input->kind == InputKind::kFieldReference) RenderFieldReference(*item.input);
      if (item.input && item.input->kind != InputKind::kFieldReference) RenderInput(*item.input);
      if (item.output) RenderOutput(*item.output);
    }
    if (!input_names_.empty()) *inputs_ += ']';
    writer.EndObject();
    WriteSection(writer, "outputObjectTypes", outputs_);
    WriteSection(writer, "enumTypes", enums_);
    WriteSection(writer, "fieldRefTypes", references_);
    writer.EndObject();
  }

 private:
  struct Item {
    const EnumType* enum_type = nullptr;
    const InputObject* input = nullptr;
    const OutputObject* output = nullptr;
  };

  // The types of one kind, by namespace.
  struct Section {
    std::string prisma, model;
    bool is_prisma_first = true;
  };

  // What refers to a type is written many times: its text is made once, up to the value of isList. A type that is
  // met for the first time is queued.
  using References = std::unordered_map<const void*, std::string>;

  const std::string& ReferenceTo(const EnumType& type) {
    auto [found, is_new] = types_.try_emplace(&type);
    if (is_new) {
      queue_.push_back({&type, nullptr, nullptr});
      found->second = Reference(type.name, type.is_model ? "model" : "prisma", "enumTypes");
    }
    return found->second;
  }
  const std::string& ReferenceTo(const InputObject& type) {
    auto [found, is_new] = types_.try_emplace(&type);
    if (is_new) {
      queue_.push_back({nullptr, &type, nullptr});
      found->second = Reference(schema_.Name(type), "prisma",
                                type.kind == InputKind::kFieldReference ? "fieldRefTypes" : "inputObjectTypes");
    }
    return found->second;
  }
  const std::string& ReferenceTo(const OutputObject& type) {
    auto [found, is_new] = types_.try_emplace(&type);
    if (is_new) {
      queue_.push_back({nullptr, nullptr, &type});
      found->second = Reference(schema_.Name(type), IsOfModel(type) ? "model" : "prisma", "outputObjectTypes");
    }
    return found->second;
  }
  const std::string& ReferenceTo(query::InputScalar scalar) {
    std::string& text = scalars_[static_cast<size_t>(scalar)];
    if (text.empty()) text = Reference(query::InputScalarName(scalar), nullptr, "scalar");
    return text;
  }

  static std::string Reference(std::string_view name, const char* name_space, const char* location) {
    std::string text;
    json::Writer writer(text);
    writer.BeginObject();
    writer.Member("type", name);
    if (name_space) writer.Member("namespace", name_space);
    writer.Member("location", location);
    writer.Key("isList");
    return text;
  }

  static void Append(std::string& out, const std::string& reference, bool is_list) {
    out += reference;
    out += is_list ? "true}" : "false}";
  }

  std::string& Target(Section& section, bool is_model) {
    std::string& target = is_model ? section.model : section.prisma;
    if (target.empty() && is_model && section.prisma.empty()) section.is_prisma_first = false;
    if (!target.empty()) target += ',';
    return target;
  }

  void WriteSection(json::Writer& writer, const char* key, const Section& section) {
    writer.Key(key);
    writer.BeginObject();
    for (bool is_model : {!section.is_prisma_first, section.is_prisma_first}) {
      const std::string& text = is_model ? section.model : section.prisma;
      if (text.empty()) continue;
      writer.Key(is_model ? "model" : "prisma");
      writer.BeginArray();
      writer.Raw(text);
      writer.EndArray();
    }
    writer.EndObject();
  }

  void AppendType(std::string& out, const InputType& type) {
    switch (type.kind) {
      case InputType::Kind::kScalar:
        return Append(out, ReferenceTo(type.scalar), type.is_list);
      case InputType::Kind::kEnum:
        return Append(out, ReferenceTo(*type.enum_type), type.is_list);
      case InputType::Kind::kObject:
        return Append(out, ReferenceTo(*type.object), type.is_list);
    }
  }

  // Most of the document is such fields: they are written without the writer's care for commas.
  std::string_view InputFields(std::span<const InputField> fields) {
    std::string& out = fields_;
    out.assign(1, '[');
    for (const InputField& field : fields) {
      if (out.size() > 1) out += ',';
      out += R"({"name":)";
      json::AppendString(out, field.name);
      out += field.is_required ? R"(,"isRequired":true)" : R"(,"isRequired":false)";
      out += field.is_nullable() ? R"(,"isNullable":true,"inputTypes":[)" : R"(,"isNullable":false,"inputTypes":[)";
      for (const InputType& type : field.types) {
        AppendType(out, type);
        out += ',';
      }
      if (!field.types.empty()) out.pop_back();
      out += field.requires_order_by ? R"(],"requiresOtherFields":["orderBy"]})" : "]}";
    }
    out += ']';
    return out;
  }

  void RenderEnum(const EnumType& type) {
    json::Writer writer(Target(enums_, type.is_model));
    writer.BeginObject();
    writer.Member("name", type.name);
    writer.Key("values");
    writer.BeginArray();
    for (std::string_view value : type.values) writer.String(value);
    writer.EndArray();
    writer.EndObject();
  }

  void WriteBound(json::Writer& writer, const char* key, int bound) {
    writer.Key(key);
    if (bound < 0) {
      writer.Null();
    } else {
      writer.Int(bound);
    }
  }

  // Types of different origin may have the same name (two uniques of the same fields): the first one is written.
  void RenderInput(const InputObject& object) {
    const auto [name, is_new] = input_names_.insert(schema_.Name(object));
    if (!is_new) return;
    std::span<const InputField> fields = schema_.Fields(object);
    *inputs_ += input_names_.size() == 1 ? R"("prisma":[)" : ",";
    json::Writer writer(*inputs_);
    writer.BeginObject();
    writer.Member("name", *name);
    bool is_where = object.kind == InputKind::kWhere || object.kind == InputKind::kScalarWhere ||
                    object.kind == InputKind::kCompositeWhere || object.kind == InputKind::kWhereUnique;
    if (!object.grouping.empty()) {
      std::string_view model = object.grouping;
      writer.Key("meta");
      writer.BeginObject();
      if (is_where) writer.Member("source", model);
      writer.Member("grouping", model);
      writer.EndObject();
    }
    writer.Key("constraints");
    writer.BeginObject();
    WriteBound(writer, "maxNumFields", object.max_fields);
    WriteBound(writer, "minNumFields", object.min_fields);
    if (!object.constrained_fields.empty()) {
      writer.Key("fields");
      writer.BeginArray();
      for (std::string_view name : object.constrained_fields) writer.String(name);
      writer.EndArray();
    }
    writer.EndObject();
    writer.Key("fields");
    writer.Raw(InputFields(fields));
    writer.EndObject();
  }

  void RenderFieldReference(const InputObject& object) {
    json::Writer writer(Target(references_, false));
    writer.BeginObject();
    writer.Member("name", schema_.Name(object));
    writer.Key("allowTypes");
    writer.BeginArray();
    std::string allowed;
    AppendType(allowed, schema_.ReferencedType(object));
    writer.Raw(allowed);
    writer.EndArray();
    writer.Key("fields");
    writer.Raw(InputFields(schema_.Fields(object)));
    writer.EndObject();
  }

  static bool IsOfModel(const OutputObject& object) {
    return object.kind == query::OutputKind::kModel || object.kind == query::OutputKind::kComposite ||
           object.kind == query::OutputKind::kCreateManyAndReturn ||
           object.kind == query::OutputKind::kUpdateManyAndReturn;
  }

  void RenderOutput(const OutputObject& object) {
    bool is_model = IsOfModel(object);
    std::span<const OutputField> fields = schema_.Fields(object);
    json::Writer writer(Target(outputs_, is_model));
    writer.BeginObject();
    writer.Member("name", schema_.Name(object));
    writer.Key("fields");
    writer.BeginArray();
    for (const OutputField& field : fields) {
      writer.BeginObject();
      writer.Member("name", field.name);
      writer.Key("args");
      writer.Raw(field.arguments ? InputFields(schema_.Fields(*field.arguments)) : "[]");
      writer.Member("isNullable", field.is_nullable);
      const std::string& type = field.object      ? ReferenceTo(*field.object)
                                : field.enum_type ? ReferenceTo(*field.enum_type)
                                                  : ReferenceTo(field.scalar);
      writer.Key("outputType");
      writer.Raw(type);
      writer.out() += field.is_list ? "true}" : "false}";
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
  }

  const QuerySchema& schema_;
  std::deque<Item> queue_;
  References types_;
  std::string scalars_[32];
  std::string fields_;  // of the type at hand
  std::unordered_set<std::string> input_names_;
  std::string* inputs_ = nullptr;  // the document
  Section outputs_, enums_, references_;
};

// The document tells of a schema that someone else owns.
std::shared_ptr<const schema::Schema> Borrow(const schema::Schema& schema) {
  return std::shared_ptr<const schema::Schema>(std::shared_ptr<void>(), &schema);
}

}  // namespace

void WriteQuerySchema(const schema::Schema& schema, json::Writer& writer) {
  QuerySchema query_schema(Borrow(schema));
  Renderer(query_schema).Run(writer);
}

void WriteMappings(const schema::Schema& schema, json::Writer& writer) {
  QuerySchema query_schema(Borrow(schema));
  // By model in the order of the root types, each model's operations sorted by name.
  std::vector<std::pair<schema::ModelId, std::map<std::string_view, std::string_view>>> models;
  std::unordered_map<uint32_t, size_t> places;
  std::vector<std::string_view> raw;
  for (const OutputObject* root : {&query_schema.query(), &query_schema.mutation()}) {
    for (const OutputField& field : query_schema.Fields(*root)) {
      QuerySchema::RootInfo info = query_schema.InfoOf(field);
      if (!info.model) {
        raw.push_back(query::RootName(info.kind));
        continue;
      }
      auto [place, is_new] = places.try_emplace(info.model.index, models.size());
      if (is_new) models.push_back({info.model, {}});
      models[place->second].second.emplace(query::RootName(info.kind), field.name);
    }
  }
  writer.BeginObject();
  writer.Key("modelOperations");
  writer.BeginArray();
  for (const auto& [model, operations] : models) {
    writer.BeginObject();
    writer.Member("model", schema.models[model].name);
    for (const auto& [operation, name] : operations) writer.Member(operation, name);
    writer.EndObject();
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
