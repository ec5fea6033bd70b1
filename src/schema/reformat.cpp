#include "schema/reformat.h"

#include <algorithm>
#include <utility>

#include "psl/format.h"
#include "psl/parser.h"
#include "schema/analysis.h"
#include "schema/inflection.h"

namespace prisma::schema {
namespace {

struct Insertion {
  uint32_t position;
  std::string text;
};

std::string_view ArityMark(Arity arity) { return arity == Arity::kOptional ? "?" : arity == Arity::kList ? "[]" : ""; }

// A scalar field that a relation needs on the side of the foreign key.
struct InferredField {
  std::string name;
  Arity arity;
  FieldId type_source;  // its type is the type of this field
  FieldId referenced;
};

// Finds out what is missing of relations. A relation is seen from the model with the foreign key, model_b, whose field
// field_b points forward, and field_a back; either may be missing.
class Completion {
 public:
  Completion(Analysis& analysis, const SourceFiles& files)
      : analysis_(analysis), schema_(analysis.schema), files_(files), insertions_(files.size()) {}

  std::vector<std::vector<Insertion>> Run() {
    auto for_each_inline = [&](auto add) {
      for (const Relation& relation : schema_.relations) {
        if (relation.kind != RelationKind::kManyToMany) (this->*add)(relation);
      }
    };
    for_each_inline(&Completion::AddFields);
    for_each_inline(&Completion::AddAttribute);
    for_each_inline(&Completion::AddArguments);
    for (auto& list : insertions_) {
      std::stable_sort(list.begin(), list.end(),
                       [](const Insertion& a, const Insertion& b) { return a.position < b.position; });
    }
    return std::move(insertions_);
  }

 private:
  void Insert(FileId file, uint32_t position, std::string text) {
    insertions_[file.index].push_back({position, std::move(text)});
  }
  void AddLine(ModelId model, std::string text) {
    Span span = schema_.models[model].ast->span;
    Insert(span.file, span.end - 1, std::move(text) + "\n");
  }

  void AddFields(const Relation& relation) {
    AddRelationFields(relation);
    AddScalarFields(relation);
  }

  void AddRelationFields(const Relation& relation) {
    const Model& referencing = schema_.models[relation.model_b];
    const Model& referenced = schema_.models[relation.model_a];
    if (!relation.field_a) {
      bool is_one = relation.kind == RelationKind::kOneToOne;
      std::string name = CamelCase(referencing.name);
      AddLine(relation.model_a, (is_one ? name : Plural(name)) + " " + referencing.name + (is_one ? "? " : "[] ") +
                                    (referencing.is_ignored ? "@ignore" : ""));
    }
    if (!relation.field_b) {
      Arity arity = ForwardArity(relation);
      std::string name = CamelCase(referenced.name);
      if (arity == Arity::kList) name = Plural(name);
      AddLine(relation.model_b, name + " " + referenced.name + std::string(ArityMark(arity)) + " @relation(" +
                                    FieldsArgument(relation) + ", " + ReferencesArgument(relation) + ")");
    }
  }

  void AddScalarFields(const Relation& relation) {
    if (WrittenFields(relation)) return;
    for (const InferredField& inferred : InferFields(relation)) {
      if (FindScalar(relation.model_b, inferred.name)) continue;
      const Field& type = schema_.fields[inferred.type_source];
      if (type.kind != FieldKind::kScalar) return;
      std::string text =
          inferred.name + " " + std::string(ScalarTypeName(type.scalar)) + std::string(ArityMark(inferred.arity)) + " ";
      const auto& native_type = schema_.fields[inferred.referenced].native_type;
      if (native_type) text += files_.Text(native_type->span);
      AddLine(relation.model_b, std::move(text));
    }
  }

  void AddAttribute(const Relation& relation) {
    if (!relation.field_b || analysis_.Data(relation.field_b).attribute) return;
    const ast::Field& field = *schema_.fields[relation.field_b].ast;
    Span span = field.type->span;
    std::string_view text = files_[span.file].text;
    uint32_t position = span.end;
    while (position < text.size() && std::string_view("[]?!").find(text[position]) != std::string_view::npos) {
      ++position;
    }
    if (position == text.size()) position = span.end;
    Insert(span.file, position, " @relation(" + FieldsArgument(relation) + ", " + ReferencesArgument(relation) + ")");
  }

  void AddArguments(const Relation& relation) {
    if (!relation.field_b) return;
    const RelationFieldData& data = analysis_.Data(relation.field_b);
    if (!data.attribute) return;
    std::string arguments;
    if (!data.fields) arguments = FieldsArgument(relation);
    if (!data.references) arguments += (arguments.empty() ? "" : ", ") + ReferencesArgument(relation);
    Span span = data.attribute->span;
    if (data.attribute->arguments.empty()) {
      Insert(span.file, span.end, "(" + arguments + ")");
    } else {
      Insert(span.file, span.end - 1, ", " + arguments);
    }
  }

  const std::optional<std::vector<FieldId>>& WrittenFields(const Relation& relation) {
    static const std::optional<std::vector<FieldId>> kNone;
    return relation.field_b ? analysis_.Data(relation.field_b).fields : kNone;
  }

  FieldId FindScalar(ModelId model, std::string_view name) const {
    FieldId field = schema_.FindField(model, name);
    return field && schema_.fields[field].kind != FieldKind::kRelation ? field : FieldId();
  }

  // The fields of the primary key or else of the first unique; of one without optional fields if `is_strict`.
  std::vector<FieldId> FirstUnique(ModelId id, bool is_strict) const {
    const Model& model = schema_.models[id];
    std::vector<IndexId> candidates;
    if (model.primary_key) candidates.push_back(model.primary_key);
    for (IndexId index : model.indexes) {
      if (schema_.indexes[index].kind == IndexKind::kUnique) candidates.push_back(index);
    }
    for (IndexId index : candidates) {
      std::vector<FieldId> fields;
      bool fits = true;
      for (const IndexField& field : schema_.indexes[index].fields) {
        const Field& scalar = schema_.fields[field.field];
        if (scalar.arity == Arity::kOptional || scalar.kind == FieldKind::kUnsupported) fits = false;
        if (field.composite_path.empty()) fields.push_back(field.field);
      }
      if (fits || !is_strict) return fields;
    }
    return {};
  }

  std::vector<InferredField> InferFields(const Relation& relation) const {
    std::vector<InferredField> result;
    std::string prefix = LowerFirst(schema_.models[relation.model_a].name);
    for (FieldId referenced : FirstUnique(relation.model_a, false)) {
      std::string name = prefix + UpperFirst(schema_.fields[referenced].name);
      if (FieldId existing = FindScalar(relation.model_b, name)) {
        result.push_back({std::move(name), schema_.fields[existing].arity, existing, referenced});
      } else {
        Arity arity = relation.field_b ? schema_.fields[relation.field_b].arity : Arity::kOptional;
        result.push_back({std::move(name), arity, referenced, referenced});
      }
    }
    return result;
  }

  Arity ForwardArity(const Relation& relation) const {
    for (const InferredField& field : InferFields(relation)) {
      if (field.arity == Arity::kOptional) return Arity::kOptional;
    }
    return Arity::kRequired;
  }

  std::string FieldsArgument(const Relation& relation) const {
    std::string names;
    for (const InferredField& field : InferFields(relation)) names += (names.empty() ? "" : ", ") + field.name;
    return "fields: [" + names + "]";
  }

  std::string ReferencesArgument(const Relation& relation) {
    std::vector<FieldId> fields;
    const auto* written = relation.field_b ? &analysis_.Data(relation.field_b).references : nullptr;
    if (written && *written) {
      fields = **written;
    } else {
      fields = FirstUnique(relation.model_a, true);
    }
    std::string names;
    for (FieldId field : fields) names += (names.empty() ? "" : ", ") + schema_.fields[field].name;
    return "references: [" + names + "]";
  }

  Analysis& analysis_;
  const Schema& schema_;
  const SourceFiles& files_;
  std::vector<std::vector<Insertion>> insertions_;
};

std::string Insert(std::string_view text, const std::vector<Insertion>& insertions) {
  std::string out;
  size_t last = 0;
  for (const Insertion& insertion : insertions) {
    out.append(text.substr(last, insertion.position - last)).append(insertion.text);
    last = insertion.position;
  }
  return out.append(text.substr(last));
}

}  // namespace

std::vector<std::string> Reformat(const SourceFiles& files, int indent_width) {
  DiagnosticSink sink;
  ast::Ast ast = psl::Parse(files, sink);
  Schema schema;
  schema.connector = &DefaultConnector();
  Analysis analysis{schema, ast, sink, {}, {}, {}, {}, {}};
  ResolveNames(analysis);
  ResolveTypes(analysis);
  ResolveAttributes(analysis);
  InferRelations(analysis);

  std::vector<std::vector<Insertion>> insertions(files.size());
  if (!sink.has_errors()) insertions = Completion(analysis, files).Run();
  std::vector<std::string> result;
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string& text = files[FileId(i)].text;
    result.push_back(insertions[i].empty() ? psl::Format(text, indent_width)
                                           : psl::Format(Insert(text, insertions[i]), indent_width));
  }
  return result;
}

}  // namespace prisma::schema
