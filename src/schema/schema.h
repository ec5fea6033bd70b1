// The resolved, validated, immutable schema: flat tables with typed ids. Built by schema::Analyze, shared by all
// threads.
//
// Names. name: what the user wrote in the schema. database_name: the mapped name if there is @map/@@map, else the name.
// constraint_name: of a primary key, unique, index or foreign key in the database, written or made by the provider's
// rule.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/id.h"
#include "diagnostics/diagnostic.h"
#include "psl/ast.h"
#include "schema/connector_traits.h"

namespace prisma::schema {

using ModelId = Id<struct ModelTag>;
using FieldId = Id<struct FieldTag>;  // scalar, relation and composite fields of models and composite types
using RelationId = Id<struct RelationTag>;
using EnumId = Id<struct EnumTag>;
using CompositeTypeId = Id<struct CompositeTypeTag>;
using IndexId = Id<struct IndexTag>;

enum class ScalarType : uint8_t { kInt, kBigInt, kFloat, kBoolean, kString, kDateTime, kJson, kBytes, kDecimal };
std::string_view ScalarTypeName(ScalarType type);  // "Int", "BigInt", …

enum class FieldKind : uint8_t { kScalar, kEnum, kRelation, kComposite, kUnsupported };
using Arity = ast::Arity;

std::string_view ReferentialActionName(ReferentialAction action);  // "Cascade", …

// The function or literal of @default.
struct DefaultValue {
  enum class Kind : uint8_t {
    kLiteral,  // `text`: as written without quotes; lists in `items`
    kList,
    kEnumValue,
    kNow,
    kAutoincrement,
    kUuid,
    kCuid,
    kUlid,
    kNanoid,
    kDbGenerated,
    kAuto,
    kSequence,
  };
  Kind kind = Kind::kLiteral;
  std::string text;                 // literal (unescaped), enum value's name, or dbgenerated's SQL
  std::vector<std::string> items;   // kList
  std::optional<int64_t> argument;  // uuid(4|7), cuid(1|2), nanoid(n)
  std::string mapped_name;          // map: of the default constraint (SQL Server)
  std::vector<std::pair<std::string, std::string>> function_arguments;  // sequence(minValue: 1, …), as written
  bool has_argument_list_item = false;  // dbgenerated("…") has its argument, dbgenerated() has none
  Span span;
};

struct NativeType {
  std::string scope;  // "db" of @db.VarChar(20)
  std::string name;   // "VarChar" of @db.VarChar(20)
  std::vector<std::string> arguments;
  Span span;
};

struct Field {
  std::string name;
  std::string database_name;
  bool is_mapped = false;
  FieldKind kind = FieldKind::kScalar;
  Arity arity = Arity::kRequired;
  ScalarType scalar = ScalarType::kString;  // kScalar
  EnumId enum_id;                           // kEnum
  CompositeTypeId composite_id;             // kComposite
  std::string unsupported_type;             // kUnsupported: the database's type
  std::string type_name;                    // as written: "User", "String", …
  std::optional<DefaultValue> default_value;
  std::optional<NativeType> native_type;
  bool is_updated_at = false;
  bool is_ignored = false;  // @ignore
  bool is_id = false;       // @id on this field
  bool is_unique = false;   // @unique on this field
  bool is_in_id = false;    // part of @id or @@id
  std::string documentation;
  bool has_documentation = false;
  // owner
  ModelId model;  // or composite type
  CompositeTypeId owner_composite;
  // relations
  ModelId related_model;                               // kRelation
  RelationId relation;                                 // kRelation; invalid if unresolved
  bool is_relation_side_b = false;                     // this field is Relation::field_b
  const ast::Attribute* relation_attribute = nullptr;  // @relation; null if its arguments can't be read
  // this scalar field is used by `fields:` of some relation (DMMF isReadOnly)
  bool is_foreign_key = false;
  Span span;  // of the whole field
  const ast::Field* ast = nullptr;
};

enum class RelationKind : uint8_t { kOneToOne, kOneToMany, kManyToMany };

// Side A is the side without the foreign key: for 1-n the "one" (its field is the list), for 1-1 the side that does not
// have `fields:`. For an implicit m-n side A is the lexicographically smaller model (self-relation: smaller field
// name); column "A" of the join table refers to side A's model and "B" to side B's.
struct Relation {
  RelationKind kind = RelationKind::kOneToMany;
  std::string name;  // explicit, or made: "ModelAToModelB" (sorted)
  bool is_name_explicit = false;
  ModelId model_a, model_b;
  FieldId field_a, field_b;  // field_a may be missing while the schema is being repaired by the formatter
  bool is_self = false;
  bool is_embedded = false;  // m-n with lists of ids on both sides (MongoDB)
  // 1-1 and 1-n: foreign key on model_b
  std::vector<FieldId> fields;                            // of model_b
  std::vector<FieldId> references;                        // of model_a
  std::optional<ReferentialAction> on_delete, on_update;  // as written
  ReferentialAction effective_on_delete = ReferentialAction::kNoAction;
  ReferentialAction effective_on_update = ReferentialAction::kNoAction;
  std::string constraint_name;         // map: or default
  std::string mapped_constraint_name;  // only if written
  // embedded m-n: `fields:` and `references:` of both sides
  struct EmbeddedSide {
    std::vector<FieldId> fields, references;
  };
  EmbeddedSide embedded_a, embedded_b;
  // implicit m-n
  std::string join_table;  // "_CategoryToPost"
  bool is_implicit_many_to_many() const { return kind == RelationKind::kManyToMany && !is_embedded; }
};

enum class SortOrder : uint8_t { kAscending, kDescending };

struct IndexField {
  FieldId field;
  std::vector<FieldId> composite_path;  // for `address.street` the path before `field` (MongoDB)
  std::optional<SortOrder> sort;
  std::optional<uint32_t> length;
  std::string operator_class;  // "" none; raw("x") is kept with is_raw
  bool is_raw_operator_class = false;
};

enum class IndexKind : uint8_t { kPrimaryKey, kUnique, kNormal, kFulltext };

struct Index {
  IndexKind kind = IndexKind::kNormal;
  ModelId model;
  std::vector<IndexField> fields;
  std::string name;  // `name:` of @@id/@@unique, the client's name of the compound
  bool has_name = false;
  std::string mapped_name;  // `map:`
  bool has_mapped_name = false;
  std::string constraint_name;  // in the database ("" where the provider names none)
  std::string algorithm;        // type: BTree, Hash, …
  std::optional<bool> clustered;
  bool is_on_field = false;  // @id / @unique
  Span span;                 // of the attribute
  const ast::Attribute* ast = nullptr;
};

struct Model {
  std::string name;
  std::string database_name;
  bool is_mapped = false;
  bool is_view = false;
  bool is_ignored = false;      // @@ignore
  std::string schema_name;      // @@schema
  std::vector<FieldId> fields;  // in order, relation fields included
  // All of them, primary key included, in Prisma's order: those on fields, then @@id, @@index, @@unique, @@fulltext.
  std::vector<IndexId> indexes;
  IndexId primary_key;             // may be invalid
  std::vector<FieldId> shard_key;  // @shardKey or @@shardKey
  const ast::Attribute* shard_key_attribute = nullptr;
  bool is_shard_key_on_field = false;
  std::string documentation;
  bool has_documentation = false;
  std::unordered_map<std::string_view, FieldId> fields_by_name;
  Span span;
  const ast::Model* ast = nullptr;
};

struct CompositeType {
  std::string name;
  std::vector<FieldId> fields;
  std::string documentation;
  bool has_documentation = false;
  std::unordered_map<std::string_view, FieldId> fields_by_name;
  Span span;
  const ast::CompositeType* ast = nullptr;
};

struct EnumValue {
  std::string name;
  std::string database_name;
  bool is_mapped = false;
  std::string documentation;
  bool has_documentation = false;
};

struct Enum {
  std::string name;
  std::string database_name;
  bool is_mapped = false;
  std::string schema_name;
  std::vector<EnumValue> values;
  std::string documentation;
  bool has_documentation = false;
  Span span;
  const ast::Enum* ast = nullptr;
};

// A string in a configuration block: written out, or from the environment.
struct StringFromEnv {
  std::string value;         // literal; empty if from_env is set and not resolved
  std::string from_env;      // variable's name, or empty
  bool is_env = false;       // env("…")
  bool is_resolved = false;  // value is that of the variable
  Span span;
};

// An item of `extensions = [postgis(schema: "x", version: "3", map: "y")]`.
struct DatasourceExtension {
  std::string name;
  std::optional<std::string> schema, version, database_name;
  Span span;
};

struct Datasource {
  std::string name;
  std::string provider;         // as written: "sqlite", "postgres", …
  std::string active_provider;  // "sqlite", "postgresql", …
  StringFromEnv url;
  std::optional<StringFromEnv> direct_url, shadow_database_url;
  std::optional<RelationMode> relation_mode;
  std::vector<std::string> schemas;
  std::vector<Span> schema_spans;
  Span schemas_span;  // of the array
  std::vector<DatasourceExtension> extensions;
  Span extensions_span;
  std::string documentation;
  bool has_documentation = false;
  Span span, url_span;
  FileId file;
};

// A value in a generator block, for get_config.
struct ConfigValue {
  std::variant<StringFromEnv, std::vector<ConfigValue>> value;
};

struct Generator {
  std::string name;
  StringFromEnv provider;
  std::optional<StringFromEnv> output;
  std::vector<StringFromEnv> binary_targets;
  std::vector<std::string> preview_features;
  bool has_preview_features = false;
  std::vector<std::pair<std::string, ConfigValue>> config;  // the rest, in order
  std::string documentation;
  bool has_documentation = false;
  Span span;
  FileId file;
};

class Schema {
 public:
  IdVector<ModelId, Model> models;
  IdVector<FieldId, Field> fields;
  IdVector<RelationId, Relation> relations;
  IdVector<EnumId, Enum> enums;
  IdVector<CompositeTypeId, CompositeType> composite_types;
  IdVector<IndexId, Index> indexes;
  std::optional<Datasource> datasource;      // Prisma allows one
  std::vector<Datasource> more_datasources;  // a fault, but told of
  std::vector<Generator> generators;
  std::vector<std::string> preview_features;  // of all generators
  RelationMode relation_mode = RelationMode::kForeignKeys;
  const ConnectorTraits* connector = nullptr;  // never null: a default one if there is no datasource

  std::shared_ptr<const SourceFiles> files;
  std::shared_ptr<const ast::Ast> ast;

  ModelId FindModel(std::string_view name) const;  // invalid id if there is none
  EnumId FindEnum(std::string_view name) const;
  FieldId FindField(ModelId model, std::string_view name) const;
  // The id or unique criterion that requests call by `name`: its own, or those of its fields with `_` between; or null.
  const Index* FindCompound(ModelId model, std::string_view name) const;
  bool HasPreviewFeature(std::string_view name) const;

  // For a relation field: the other side's field; the relation's columns seen from this side.
  FieldId OppositeField(FieldId relation_field) const;
  bool HasForeignKey(FieldId relation_field) const;  // the field's own model holds the columns (`fields:`)

  // Filled by the analyser.
  std::unordered_map<std::string_view, ModelId> models_by_name;
  std::unordered_map<std::string_view, EnumId> enums_by_name;
  std::unordered_map<std::string_view, CompositeTypeId> composite_types_by_name;
};

struct AnalyzeResult {
  std::shared_ptr<const Schema> schema;  // always there, complete if the sink has no errors
};

struct AnalyzeOptions {
  bool validate = true;  // false: only what resolution itself reports (formatter, editor services)
};

// Parses, resolves and validates. Faults go to the sink; never throws.
AnalyzeResult Analyze(std::shared_ptr<const SourceFiles> files, DiagnosticSink& sink,
                      const AnalyzeOptions& options = {});

}  // namespace prisma::schema
