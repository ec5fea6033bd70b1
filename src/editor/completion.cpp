#include "editor/completion.h"

#include <algorithm>

#include "editor/place.h"
#include "schema/expression.h"

namespace prisma::editor {
namespace {

using schema::PropertyHint;
using schema::ReferentialAction;

constexpr std::string_view kUrlDescription =
    "Connection URL including authentication info. Each datasource provider documents the URL syntax. Most providers "
    "use the syntax provided by the database. [Learn more](https://pris.ly/d/";

std::string_view Explain(ReferentialAction action) {
  switch (action) {
    case ReferentialAction::kCascade:
      return "Delete the child records when the parent record is deleted.";
    case ReferentialAction::kRestrict:
    case ReferentialAction::kNoAction:
      return "Prevent deleting a parent record as long as it is referenced.";
    case ReferentialAction::kSetNull:
      return "Set the referencing fields to NULL when the referenced record is deleted.";
    case ReferentialAction::kSetDefault:
      return "Set the referencing field's value to the default when the referenced record is deleted.";
  }
  return {};
}

struct IndexType {
  std::string_view name, explanation;
};

constexpr IndexType kIndexTypes[] = {
    {"BTree", "Can handle equality and range queries on data that can be sorted into some ordering (default)."},
    {"Hash", "Can handle simple equality queries, but no ordering. Faster than BTree, if ordering is not needed."},
    {"Gist", "Generalized Search Tree. A framework for building specialized indices for custom data types."},
    {"Gin", "Generalized Inverted Index. Useful for indexing composite items, such as arrays or text."},
    {"SpGist",
     "Space-partitioned Generalized Search Tree. For implenting a wide range of different non-balanced data "
     "structures."},
    {"Brin",
     "Block Range Index. If the data has some natural correlation with their physical location within the table, can "
     "compress very large amount of data into a small space."},
};

std::string Documented(std::string_view example, std::string_view description, std::string_view parameters = {}) {
  return "```prisma\n" + std::string(example) + "\n```\n___\n" + std::string(description) + "\n\n" +
         std::string(parameters);
}

class Completer {
 public:
  Completer(const Cursor& cursor, bool may_quote)
      : schema_(cursor.schema),
        file_(cursor.file),
        offset_(cursor.offset),
        may_quote_(may_quote),
        place_(FindPlace(cursor)) {}

  std::vector<CompletionItem> Run() {
    if (place_.config) {
      if (place_.config->is_datasource) InDatasource();
    } else if (place_.model) {
      place_.field ? InField() : InModel();
    } else if (place_.enumeration) {
      if (IsBlockAttribute("schema") && place_.kind == PlaceKind::kAttribute) AddSchemas();
    }
    return std::move(items_);
  }

 private:
  bool IsBlockAttribute(std::string_view name) const {
    return place_.is_block_attribute() && place_.attribute->name.name == name;
  }

  // The name of the argument that the cursor is in or behind.
  std::string_view ArgumentName() const {
    return place_.argument && place_.argument->name ? place_.argument->name->name : std::string_view();
  }

  void InField() {
    if (place_.kind == PlaceKind::kAttribute && place_.attribute->name.name == "default" &&
        schema_.connector->Has(schema::Capability::kNamedDefaultValues)) {
      items_.push_back({"map: ", CompletionKind::kProperty, "", "", "", {}});
    }
    bool is_action = ArgumentName() == "onDelete" || ArgumentName() == "onUpdate";
    if (!is_action || place_.attribute->name.name != "relation") return;
    if (place_.kind == PlaceKind::kArgument) {
      AddActions("");
    } else if (place_.kind == PlaceKind::kArgumentValue) {
      AddActions(schema::ToString(*place_.value));
    }
  }

  void AddActions(std::string_view beginning) {
    for (int i = 0; i <= static_cast<int>(ReferentialAction::kSetDefault); ++i) {
      auto action = static_cast<ReferentialAction>(i);
      std::string_view name = ReferentialActionName(action);
      if (!name.starts_with(beginning)) continue;
      if (!schema_.connector->SupportsReferentialAction(schema_.relation_mode, action)) continue;
      items_.push_back({std::string(name), CompletionKind::kEnum, std::string(Explain(action)), "", "", {}});
    }
  }

  void InModel() {
    if (IsBlockAttribute("schema") && place_.kind == PlaceKind::kAttribute) {
      AddSchemas();
    } else if (IsBlockAttribute("index") && place_.kind == PlaceKind::kArgument && ArgumentName() == "type") {
      AddIndexTypes();
    } else if (IsBlockAttribute("index") && place_.kind == PlaceKind::kFunctionArgument &&
               place_.function_argument == "ops") {
      AddOperatorClasses();
    }
  }

  // Nothing, where there is nothing to choose.
  void AddIndexTypes() {
    auto known = schema_.connector->index_types();
    if (known.size() < 2) return;
    for (const IndexType& type : kIndexTypes) {
      if (std::find(known.begin(), known.end(), type.name) == known.end()) continue;
      items_.push_back({std::string(type.name), CompletionKind::kEnum, std::string(type.explanation), "", "", {}});
    }
  }

  void AddOperatorClasses() {
    const schema::Index* index = nullptr;
    const schema::Field* field = nullptr;
    for (const schema::Index& candidate : schema_.indexes) {
      if (candidate.ast == place_.attribute) index = &candidate;
    }
    if (!index) return;
    for (const schema::IndexField& item : index->fields) {
      if (item.composite_path.empty() && schema_.fields[item.field].name == place_.function) {
        field = &schema_.fields[item.field];
        break;
      }
    }
    auto classes = field ? schema_.connector->OperatorClasses(*index, *field) : std::nullopt;
    if (!classes) return;
    for (std::string_view name : *classes) items_.push_back({std::string(name), CompletionKind::kEnum, "", "", "", {}});
    items_.push_back({"raw", CompletionKind::kFunction, "", "", "raw(\"$0\")", InsertFormat::kSnippet});
  }

  bool MustQuote() const {
    std::string_view text = (*schema_.files)[file_].text;
    return may_quote_ && !(offset_ > 0 && offset_ < text.size() && text[offset_] == '"');
  }
  std::string Quoted(std::string_view text) const {
    return MustQuote() ? '"' + std::string(text) + '"' : std::string(text);
  }

  void AddSchemas() {
    if (!schema_.datasource) return;
    for (const std::string& name : schema_.datasource->schemas) {
      items_.push_back({name, CompletionKind::kProperty, "", "", Quoted(name), {}});
    }
  }

  void InDatasource() {
    if (place_.kind == PlaceKind::kBlock) return AddProperties();
    if (!place_.property) return;
    std::string_view name = place_.property->name.name;
    std::string_view variable = name == "url"                 ? "DATABASE_URL"
                                : name == "directUrl"         ? "DIRECT_URL"
                                : name == "shadowDatabaseUrl" ? "SHADOW_DATABASE_URL"
                                                              : "";
    if (variable.empty()) return;
    if (place_.kind == PlaceKind::kPropertyEnv) {
      items_.push_back(
          {std::string(variable), CompletionKind::kConstant, "", "", Quoted(variable), InsertFormat::kPlainText});
    } else {
      AddUrlForms();
    }
  }

  void AddUrlForms() {
    items_.push_back(
        {"env()", CompletionKind::kProperty, "",
         Documented("env(_ environmentVariable: string)",
                    "Specifies a datasource via an environment variable. When running a Prisma CLI command that needs "
                    "the database connection URL (e.g. `prisma db pull`), you need to make sure that the "
                    "`DATABASE_URL` environment variable is set. One way to do so is by creating a `.env` file. Note "
                    "that the file must be in the same directory as your schema.prisma file to automatically be picked "
                    "up by the Prisma CLI.\"",
                    "_@param_ environmentVariable The environment variable in which the database connection URL is "
                    "stored."),
         "env($0)", InsertFormat::kSnippet});
    items_.push_back({"\"\"", CompletionKind::kProperty, "",
                      Documented("\"connectionString\"", std::string(kUrlDescription) + "prisma-schema)."), "\"$0\"",
                      InsertFormat::kSnippet});
  }

  void AddProperty(const PropertyHint& hint) {
    items_.push_back({std::string(hint.name), CompletionKind::kField, "", Documented(hint.example, hint.description),
                      std::string(hint.name) + " = " + std::string(hint.value), InsertFormat::kSnippet});
  }

  // The properties that the datasource, if it could be read, does not have.
  void AddProperties() {
    const schema::Datasource* datasource = schema_.datasource ? &*schema_.datasource : nullptr;
    if (!datasource) {
      std::string description =
          "Describes which datasource connector to use. Can be one of the following datasource "
          "providers: " +
          std::string(schema::ProvidersInWords()) + ".";
      AddProperty({"provider", "$0", "provider = \"foo\"", description});
      AddProperty({"url", "$0", "url = \"String\" | env(\"ENVIRONMENT_VARIABLE\")",
                   std::string(kUrlDescription) + "connection-strings)."});
    }
    if (!datasource || !datasource->shadow_database_url) {
      AddProperty({"shadowDatabaseUrl", "$0", "shadowDatabaseUrl = \"String\" | env(\"ENVIRONMENT_VARIABLE\")",
                   "Connection URL including authentication info to use for Migrate's [shadow "
                   "database](https://pris.ly/d/migrate-shadow)."});
    }
    AddProperty({"directUrl", "$0", "directUrl = \"String\" | env(\"ENVIRONMENT_VARIABLE\")",
                 "Connection URL for direct connection to the database. [Learn "
                 "more](https://pris.ly/d/data-proxy-cli)."});
    if (!datasource || !datasource->relation_mode) {
      AddProperty({"relationMode", "$0", "relationMode = \"foreignKeys\" | \"prisma\"",
                   "Set the global relation mode for all relations. Values can be either \"foreignKeys\" (Default), or "
                   "\"prisma\". [Learn more](https://pris.ly/d/relation-mode)"});
    }
    if (!datasource) return;
    for (const PropertyHint& hint : schema_.connector->DatasourceHints(schema_)) AddProperty(hint);
    if (schema_.connector->Has(schema::Capability::kMultiSchema) && datasource->schemas.empty()) {
      AddProperty({"schemas", "[$0]", "schemas = [\"foo\", \"bar\", \"baz\"]",
                   "The list of database schemas. [Learn More](https://pris.ly/d/multi-schema-configuration)"});
    }
  }

  const schema::Schema& schema_;
  FileId file_;
  uint32_t offset_;
  bool may_quote_;
  Place place_;
  std::vector<CompletionItem> items_;
};

}  // namespace

std::vector<CompletionItem> Complete(const Cursor& cursor, bool may_quote) {
  return Completer(cursor, may_quote).Run();
}

}  // namespace prisma::editor
