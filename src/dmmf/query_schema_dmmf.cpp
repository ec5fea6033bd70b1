#include "dmmf/query_schema_dmmf.h"

#include <deque>
#include <map>
#include <string>
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

  void Run(json::Writer& writer) {
    inputs_.prisma.reserve(schema_.schema().models.size() * 60'000);  // what is not used costs nothing
    if (const EnumType* levels = schema_.isolation_levels()) Enqueue(levels);
    Enqueue(&schema_.query());
    Enqueue(&schema_.mutation());
    while (!queue_.empty()) {
      Item item = queue_.front();
      queue_.pop_front();
      if (item.enum_type) RenderEnum(*item.enum_type);
      if (item.input && item.input->kind == InputKind::kFieldReference) RenderFieldReference(*item.input);
      if (item.input && item.input->kind != InputKind::kFieldReference) RenderInput(*item.input);
      if (item.output) RenderOutput(*item.output);
    }
    writer.BeginObject();
    WriteSection(writer, "inputObjectTypes", inputs_);
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

  bool IsNew(const void* type) { return seen_.insert(type).second; }
  void Enqueue(const EnumType* type) {
    if (IsNew(type)) queue_.push_back({type, nullptr, nullptr});
  }
  void Enqueue(const InputObject* type) {
    if (IsNew(type)) queue_.push_back({nullptr, type, nullptr});
  }
  void Enqueue(const OutputObject* type) {
    if (IsNew(type)) queue_.push_back({nullptr, nullptr, type});
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

  void WriteReference(json::Writer& writer, const std::string& name, const char* name_space, const char* location,
                      bool is_list) {
    writer.BeginObject();
    writer.Member("type", name);
    if (name_space) writer.Member("namespace", name_space);
    writer.Member("location", location);
    writer.Member("isList", is_list);
    writer.EndObject();
  }

  void WriteEnumReference(json::Writer& writer, const EnumType& type, bool is_list) {
    Enqueue(&type);
    WriteReference(writer, std::string(type.name), type.is_model ? "model" : "prisma", "enumTypes", is_list);
  }

  void WriteType(json::Writer& writer, const InputType& type) {
    switch (type.kind) {
      case InputType::Kind::kScalar:
        WriteReference(writer, std::string(query::InputScalarName(type.scalar)), nullptr, "scalar", type.is_list);
        break;
      case InputType::Kind::kEnum:
        WriteEnumReference(writer, *type.enum_type, type.is_list);
        break;
      case InputType::Kind::kObject:
        Enqueue(type.object);
        WriteReference(writer, schema_.Name(*type.object), "prisma",
                       type.object->kind == InputKind::kFieldReference ? "fieldRefTypes" : "inputObjectTypes",
                       type.is_list);
        break;
    }
  }

  void WriteInputFields(json::Writer& writer, std::span<const InputField> fields) {
    writer.BeginArray();
    for (const InputField& field : fields) {
      writer.BeginObject();
      writer.Member("name", field.name);
      writer.Member("isRequired", field.is_required);
      writer.Member("isNullable", field.is_nullable());
      writer.Key("inputTypes");
      writer.BeginArray();
      for (const InputType& type : field.types) WriteType(writer, type);
      writer.EndArray();
      if (field.requires_order_by) {
        writer.Key("requiresOtherFields");
        writer.Raw(R"(["orderBy"])");
      }
      writer.EndObject();
    }
    writer.EndArray();
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
    if (!input_names_.insert(schema_.Name(object)).second) return;
    std::span<const InputField> fields = schema_.Fields(object);
    json::Writer writer(Target(inputs_, false));
    writer.BeginObject();
    writer.Member("name", schema_.Name(object));
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
    WriteInputFields(writer, fields);
    writer.EndObject();
  }

  void RenderFieldReference(const InputObject& object) {
    json::Writer writer(Target(references_, false));
    writer.BeginObject();
    writer.Member("name", schema_.Name(object));
    writer.Key("allowTypes");
    writer.BeginArray();
    WriteType(writer, schema_.ReferencedType(object));
    writer.EndArray();
    writer.Key("fields");
    WriteInputFields(writer, schema_.Fields(object));
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
      if (field.arguments) {
        WriteInputFields(writer, schema_.Fields(*field.arguments));
      } else {
        writer.Raw("[]");
      }
      writer.Member("isNullable", field.is_nullable);
      writer.Key("outputType");
      if (field.object) {
        Enqueue(field.object);
        WriteReference(writer, schema_.Name(*field.object), IsOfModel(*field.object) ? "model" : "prisma",
                       "outputObjectTypes", field.is_list);
      } else if (field.enum_type) {
        WriteEnumReference(writer, *field.enum_type, field.is_list);
      } else {
        WriteReference(writer, std::string(query::InputScalarName(field.scalar)), nullptr, "scalar", field.is_list);
      }
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
  }

  const QuerySchema& schema_;
  std::deque<Item> queue_;
  std::unordered_set<const void*> seen_;
  std::unordered_set<std::string> input_names_;
  Section inputs_, outputs_, enums_, references_;
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
  std::vector<std::pair<schema::ModelId, std::map<std::string_view, std::string>>> models;
  std::vector<std::string_view> raw;
  for (const OutputObject* root : {&query_schema.query(), &query_schema.mutation()}) {
    for (const OutputField& field : query_schema.Fields(*root)) {
      QuerySchema::RootInfo info = query_schema.InfoOf(field);
      if (!info.model) {
        raw.push_back(query::RootName(info.kind));
        continue;
      }
      auto found = models.begin();
      while (found != models.end() && found->first != info.model) ++found;
      if (found == models.end()) found = models.insert(found, {info.model, {}});
      found->second.emplace(query::RootName(info.kind), field.name);
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
