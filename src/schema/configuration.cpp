// The datasource and generator blocks.
#include <algorithm>

#include "schema/analysis.h"
#include "schema/expression.h"
#include "schema/preview_features.h"

namespace prisma::schema {
namespace {

template <class Read>
void ForEachBlock(const ast::File& file, bool is_datasource, Read&& read) {
  for (const ast::Top& top : file.tops) {
    const auto* block = std::get_if<ast::ConfigBlock>(&top);
    if (block && block->is_datasource == is_datasource) read(*block);
  }
}

// env("NAME") or a string literal; other expressions are reported.
std::optional<StringFromEnv> ReadStringOrEnv(const ast::Expression& value, DiagnosticSink& sink) {
  StringFromEnv result;
  result.span = value.span;
  if (const auto* text = value.As<ast::StringValue>()) {
    result.value = text->value;
    return result;
  }
  const auto* call = value.As<ast::FunctionCall>();
  if (!call || call->name != "env") {
    ReportTypeMismatch("String", value, sink);
    return {};
  }
  size_t with_value = 0;
  for (const ast::Argument& argument : call->arguments) {
    if (argument.value) ++with_value;
    if (argument.value && argument.name) sink.Warning(argument.span, errors::NamedEnvArgument());
  }
  if (with_value == 0 && !call->arguments.empty()) {
    sink.Error(value.span, "The env function expects a singular, unnamed, string argument.");
    return {};
  }
  if (call->arguments.size() != 1 || call->trailing_comma) {
    sink.Error(value.span, errors::EnvArgument());
    return {};
  }
  auto name = ReadString(*call->arguments[0].value, sink);
  if (!name) return {};
  result.from_env = *name;
  result.is_env = true;
  return result;
}

// The properties of a block, taken one by one; what is left is unknown.
class Properties {
 public:
  // Of properties with the same name the last one counts. False: a property has no value, which is reported.
  bool Load(Analysis& analysis, const ast::ConfigBlock& block) {
    for (const ast::ConfigProperty& property : block.properties) {
      if (!property.value) {
        analysis.Error(block.span,
                       errors::ConfigPropertyWithoutValue(property.name.name, block.name.name,
                                                          block.is_datasource ? "datasource" : "generator"));
        return false;
      }
      std::erase_if(items_, [&](const ast::ConfigProperty* item) { return item->name.name == property.name.name; });
      items_.push_back(&property);
    }
    return true;
  }
  const ast::ConfigProperty* Take(std::string_view name) {
    const ast::ConfigProperty* found = Find(name);
    if (found) std::erase(items_, found);
    return found;
  }
  const ast::ConfigProperty* Find(std::string_view name) const {
    for (const ast::ConfigProperty* item : items_) {
      if (item->name.name == name) return item;
    }
    return nullptr;
  }
  const std::vector<const ast::ConfigProperty*>& rest() const { return items_; }

 private:
  std::vector<const ast::ConfigProperty*> items_;
};

Span WithoutLineBreak(const Analysis& analysis, Span span) {
  const std::string_view text = (*analysis.schema.files)[span.file].text;
  while (span.end > span.start && (text[span.end - 1] == '\n' || text[span.end - 1] == '\r')) --span.end;
  return span;
}

std::string_view ModeName(RelationMode mode) { return mode == RelationMode::kPrisma ? "prisma" : "foreignKeys"; }

std::optional<RelationMode> ReadRelationMode(Analysis& analysis, const ast::ConfigBlock& block, Properties& properties,
                                             const ConnectorTraits& connector) {
  const ast::ConfigProperty* old = properties.Take("referentialIntegrity");
  const ast::ConfigProperty* property = properties.Take("relationMode");
  if (old) analysis.sink.Warning(WithoutLineBreak(analysis, old->span), errors::ReferentialIntegrityDeprecated());
  if (old && property) {
    analysis.Error(WithoutLineBreak(analysis, old->span), errors::RelationModeGivenTwice());
    return {};
  }
  if (!property) property = old;
  if (!property) return {};
  auto text = ReadString(*property->value, analysis.sink);
  if (!text) return {};
  RelationMode mode;
  if (*text == "prisma") {
    mode = RelationMode::kPrisma;
  } else if (*text == "foreignKeys") {
    mode = RelationMode::kForeignKeys;
  } else {
    analysis.Error(block.span,
                   errors::Datasource("relationMode", "Invalid relation mode setting: \"" + std::string(*text) +
                                                          "\". Supported values: \"prisma\", "
                                                          "\"foreignKeys\""));
    return {};
  }
  auto allowed = connector.relation_modes();
  if (std::find(allowed.begin(), allowed.end(), mode) == allowed.end()) {
    std::string supported;
    for (RelationMode item : allowed) {
      supported += (supported.empty() ? "\"" : ", \"") + std::string(ModeName(item)) + "\"";
    }
    analysis.Error(property->value->span,
                   errors::Datasource("relationMode", "Invalid relation mode setting: \"" + std::string(*text) +
                                                          "\". Supported values: " + supported));
  }
  return mode;
}

void ReadExtensionArguments(Analysis& analysis, const ast::FunctionCall& call, DatasourceExtension& extension) {
  struct Given {
    const ast::Argument* argument;
    std::optional<std::string_view> value;  // of a string
  };
  std::vector<Given> given;
  for (const ast::Argument& argument : call.arguments) {
    if (!argument.value) continue;
    if (!argument.name) {
      analysis.Error(argument.span, errors::Validation("The argument must have a name"));
      continue;
    }
    const std::string_view name = argument.name->name;
    if (std::any_of(given.begin(), given.end(), [&](const Given& g) { return g.argument->name->name == name; })) {
      analysis.Error(argument.span,
                     errors::Validation("The argument `" + std::string(name) + "` can only be defined once"));
      continue;
    }
    given.push_back({&argument, ReadString(*argument.value, analysis.sink)});
  }
  // Those that are known come first.
  auto take = [&](std::string_view name, std::optional<std::string>& target) {
    auto found =
        std::find_if(given.begin(), given.end(), [&](const Given& g) { return g.argument->name->name == name; });
    if (found == given.end()) return;
    if (found->value) {
      target = std::string(*found->value);
    } else {
      analysis.Error(found->argument->span,
                     errors::Validation("The `" + std::string(name) + "` argument must be a string literal"));
    }
    given.erase(found);
  };
  take("map", extension.database_name);
  take("schema", extension.schema);
  take("version", extension.version);
  for (const Given& unknown : given) {
    analysis.Error(unknown.argument->span,
                   "Argument not known: \"" + std::string(unknown.argument->name->name) + "\".");
  }
}

void ReadExtensions(Analysis& analysis, const ast::ConfigProperty& property, Datasource& datasource) {
  bool readable = ForEachItem(*property.value, [&](const ast::Expression& item) {
    if (item.As<ast::ConstantValue>() || item.As<ast::FunctionCall>()) return true;
    ReportTypeMismatch("constant or function", item, analysis.sink);
    return false;
  });
  if (!readable) return;
  datasource.extensions_span = WithoutLineBreak(analysis, property.span);
  ForEachItem(*property.value, [&](const ast::Expression& item) {
    DatasourceExtension extension;
    extension.span = item.span;
    if (const auto* constant = item.As<ast::ConstantValue>()) {
      extension.name = constant->text;
    } else if (const auto* call = item.As<ast::FunctionCall>()) {
      extension.name = call->name;
      ReadExtensionArguments(analysis, *call, extension);
    }
    datasource.extensions.push_back(std::move(extension));
    return true;
  });
}

void ReadSchemas(Analysis& analysis, const ast::ConfigProperty& property, const ConnectorTraits& connector,
                 Datasource& datasource) {
  std::vector<std::pair<std::string, Span>> schemas;
  bool readable = ForEachItem(*property.value, [&](const ast::Expression& item) {
    auto text = ReadString(item, analysis.sink);
    if (text) schemas.emplace_back(*text, item.span);
    return text.has_value();
  });
  if (!readable) return;
  if (!connector.Has(Capability::kMultiSchema)) {
    analysis.Error(property.value->span, errors::SchemasNotSupported());
    return;
  }
  if (schemas.empty()) {
    analysis.Error(property.value->span, errors::SchemasEmpty());
    return;
  }
  std::stable_sort(schemas.begin(), schemas.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  datasource.schemas_span = property.value->span;
  for (size_t i = 0; i < schemas.size(); ++i) {
    if (i + 1 < schemas.size() && schemas[i].first == schemas[i + 1].first) {
      analysis.Error(schemas[i].second, "Duplicated schema names are not allowed");
    }
    datasource.schemas.push_back(schemas[i].first);
    datasource.schema_spans.push_back(schemas[i].second);
  }
}

bool SameText(const StringFromEnv& a, const StringFromEnv& b) {
  return a.value == b.value && a.from_env == b.from_env && a.is_env == b.is_env;
}

// The provider's text and connector; nothing after a report.
const ConnectorTraits* ReadProvider(Analysis& analysis, const ast::ConfigBlock& block, Properties& properties,
                                    Datasource& datasource) {
  std::string_view name = block.name.name;
  const ast::ConfigProperty* property = properties.Take("provider");
  if (!property) {
    analysis.Error(block.span, errors::SourceArgumentMissing("provider", name));
    return nullptr;
  }
  const ast::Expression& value = *property->value;
  if (const auto* call = value.As<ast::FunctionCall>(); call && call->name == "env") {
    analysis.Error(block.span, "A datasource must not use the env() function in the provider argument.");
    return nullptr;
  }
  const auto* text = value.As<ast::StringValue>();
  if (!text || text->value.empty()) {
    analysis.Error(value.span,
                   errors::Datasource(name, text ? "The provider argument in a datasource must not be empty"
                                                 : "The provider argument in a datasource must be a string literal"));
    return nullptr;
  }
  const ConnectorTraits* connector = FindConnector(text->value);
  if (!connector) {
    analysis.Error(value.span, errors::ProviderNotKnown(text->value));
    return nullptr;
  }
  datasource.provider = text->value;
  datasource.active_provider = connector->provider();
  return connector;
}

// Is the feature written in any generator of the file?
bool HasPreviewFeature(const ast::File& file, std::string_view name) {
  bool found = false;
  ForEachBlock(file, false, [&](const ast::ConfigBlock& block) {
    for (const ast::ConfigProperty& property : block.properties) {
      if (property.name.name != "previewFeatures" || !property.value) continue;
      ForEachItem(*property.value, [&](const ast::Expression& item) {
        const auto* text = item.As<ast::StringValue>();
        const PreviewFeature* feature = text ? FindPreviewFeature(text->value) : nullptr;
        found = found || (feature && feature->name == name);
        return true;
      });
    }
  });
  return found;
}

std::optional<Datasource> ReadDatasource(Analysis& analysis, const ast::File& file, const ast::ConfigBlock& block,
                                         const ConnectorTraits** used_connector) {
  Datasource datasource;
  datasource.name = block.name.name;
  datasource.span = block.span;
  datasource.file = block.span.file;
  if (block.documentation) {
    datasource.documentation = *block.documentation;
    datasource.has_documentation = true;
  }
  Properties properties;
  if (!properties.Load(analysis, block)) return {};
  const ConnectorTraits* connector = ReadProvider(analysis, block, properties, datasource);
  if (!connector) return {};
  // With an adapter, the connection is made by other code.
  bool may_lack_url = connector->is_embedded() && HasPreviewFeature(file, "schemaEngineDriverAdapters");
  datasource.relation_mode = ReadRelationMode(analysis, block, properties, *connector);
  if (connector->KnowsDatasourceProperty("extensions")) {
    if (const ast::ConfigProperty* property = properties.Take("extensions")) {
      ReadExtensions(analysis, *property, datasource);
    }
  }

  const ast::ConfigProperty* url = properties.Take("url");
  if (!url && may_lack_url) {
    datasource.url.value = "<invalid>";
    datasource.url_span = block.span;
  } else if (!url) {
    analysis.Error(block.span, errors::SourceArgumentMissing("url", datasource.name));
    return {};
  }
  if (url) {
    auto url_text = ReadStringOrEnv(*url->value, analysis.sink);
    if (!url_text) return {};
    datasource.url = *url_text;
    datasource.url_span = url->value->span;
  }
  if (const ast::ConfigProperty* property = properties.Take("shadowDatabaseUrl")) {
    auto text = ReadStringOrEnv(*property->value, analysis.sink);
    if (text && (!text->value.empty() || text->is_env)) datasource.shadow_database_url = text;
  }
  if (const ast::ConfigProperty* property = properties.Take("directUrl")) {
    datasource.direct_url = ReadStringOrEnv(*property->value, analysis.sink);
  }
  if (datasource.shadow_database_url) {
    if (datasource.direct_url && SameText(*datasource.shadow_database_url, *datasource.direct_url)) {
      analysis.Error(datasource.direct_url->span, errors::ShadowUrlSameAsDirectUrl(datasource.name));
    }
    if (SameText(*datasource.shadow_database_url, datasource.url)) {
      analysis.Error(datasource.url_span, errors::ShadowUrlSameAsUrl(datasource.name));
    }
  }
  if (const ast::ConfigProperty* property = properties.Take("previewFeatures")) {
    analysis.Error(WithoutLineBreak(analysis, property->span),
                   "Preview features are only supported in the generator block. Please move this field to the "
                   "generator block.");
  }
  if (const ast::ConfigProperty* property = properties.Take("schemas")) {
    ReadSchemas(analysis, *property, *connector, datasource);
  }
  for (const ast::ConfigProperty* property : properties.rest()) {
    analysis.Error(WithoutLineBreak(analysis, property->span), errors::PropertyNotKnown(property->name.name));
  }
  *used_connector = connector;
  return datasource;
}

void ReadPreviewFeatures(Analysis& analysis, const ast::ConfigProperty& property, std::string_view provider,
                         Generator& generator) {
  Span span = property.value->span;
  std::vector<std::string_view> written;
  bool readable = ForEachItem(*property.value, [&](const ast::Expression& item) {
    auto text = ReadString(item, analysis.sink);
    if (text) written.push_back(*text);
    return text.has_value();
  });
  if (!readable) return;
  generator.has_preview_features = true;
  std::vector<std::string_view> active = ActivePreviewFeatures(provider);
  for (std::string_view name : written) {
    const PreviewFeature* feature = FindPreviewFeature(name);
    if (feature && feature->state == PreviewState::kDeprecated) {
      if (auto renamed = FindRenamedPreviewFeature(feature->name, provider)) {
        generator.preview_features.emplace_back(renamed->name);
        analysis.sink.Warning(span,
                              errors::PreviewFeatureRenamedForProvider(provider, name, renamed->name, renamed->link));
      } else {
        generator.preview_features.emplace_back(feature->name);
        analysis.sink.Warning(span, errors::PreviewFeatureDeprecated(name));
      }
      continue;
    }
    bool valid = feature && (feature->state == PreviewState::kHidden ||
                             std::find(active.begin(), active.end(), feature->name) != active.end());
    if (valid) {
      generator.preview_features.emplace_back(feature->name);
      if (feature->state == PreviewState::kDoomed) analysis.sink.Warning(span, errors::PreviewFeatureDoomed(name));
      continue;
    }
    std::string expected;
    for (std::string_view item : active) expected += (expected.empty() ? "" : ", ") + std::string(item);
    analysis.Error(span, errors::PreviewFeatureNotKnown(name, expected));
  }
  SortPreviewFeatures(generator.preview_features);
}

ConfigValue ReadConfigValue(const ast::Expression& value, DiagnosticSink& sink) {
  if (const auto* array = value.As<ast::ArrayValue>()) {
    std::vector<ConfigValue> items;
    for (const ast::Expression& item : array->items) items.push_back(ReadConfigValue(item, sink));
    return {std::move(items)};
  }
  const auto* call = value.As<ast::FunctionCall>();
  if (value.As<ast::StringValue>() || (call && call->name == "env")) {
    return {ReadStringOrEnv(value, sink).value_or(StringFromEnv{})};
  }
  StringFromEnv text;
  text.value = ToString(value);
  text.span = value.span;
  return {std::move(text)};
}

std::optional<Generator> ReadGenerator(Analysis& analysis, const ast::ConfigBlock& block, std::string_view provider) {
  Generator generator;
  generator.name = block.name.name;
  generator.span = block.span;
  generator.file = block.span.file;
  if (block.documentation) {
    generator.documentation = *block.documentation;
    generator.has_documentation = true;
  }
  Properties properties;
  if (!properties.Load(analysis, block)) return {};
  if (const ast::ConfigProperty* property = properties.Find("engineType")) {
    if (!property->value->As<ast::StringValue>()) ReportTypeMismatch("String", *property->value, analysis.sink);
  }
  const ast::ConfigProperty* provider_property = properties.Take("provider");
  if (!provider_property) {
    analysis.Error(block.span, errors::GeneratorArgumentMissing("provider", generator.name));
    return {};
  }
  auto provider_text = ReadStringOrEnv(*provider_property->value, analysis.sink);
  if (!provider_text) return {};
  generator.provider = *provider_text;
  if (const ast::ConfigProperty* property = properties.Take("output")) {
    generator.output = ReadStringOrEnv(*property->value, analysis.sink);
  }
  if (const ast::ConfigProperty* property = properties.Take("binaryTargets")) {
    bool readable = ForEachItem(*property->value, [&](const ast::Expression& item) {
      auto text = ReadStringOrEnv(item, analysis.sink);
      if (text) generator.binary_targets.push_back(*text);
      return text.has_value();
    });
    if (!readable) generator.binary_targets.clear();
  }
  if (const ast::ConfigProperty* property = properties.Take("previewFeatures")) {
    ReadPreviewFeatures(analysis, *property, provider, generator);
  }
  for (const ast::ConfigProperty* property : properties.rest()) {
    generator.config.emplace_back(property->name.name, ReadConfigValue(*property->value, analysis.sink));
  }
  return generator;
}

// As in Prisma, a file is looked at by itself: it may have one datasource, and its generators know only that one.
void LoadFile(Analysis& analysis, const ast::File& file) {
  Schema& schema = analysis.schema;
  size_t datasources = 0;
  std::string provider;
  ForEachBlock(file, true, [&](const ast::ConfigBlock& block) {
    const ConnectorTraits* connector = nullptr;
    auto datasource = ReadDatasource(analysis, file, block, &connector);
    if (!datasource) return;
    if (++datasources == 1) provider = datasource->active_provider;
    if (schema.datasource) {
      schema.more_datasources.push_back(std::move(*datasource));
      return;
    }
    schema.datasource = std::move(datasource);
    schema.connector = connector;
  });
  if (datasources > 1) {
    ForEachBlock(file, true, [&](const ast::ConfigBlock& block) {
      analysis.Error(block.span,
                     errors::Datasource(block.name.name,
                                        "You defined more than one datasource. This is not allowed yet because support "
                                        "for multiple databases has not been implemented yet."));
    });
  }
  ForEachBlock(file, false, [&](const ast::ConfigBlock& block) {
    auto generator = ReadGenerator(analysis, block, provider);
    if (!generator) return;
    for (const std::string& feature : generator->preview_features) schema.preview_features.push_back(feature);
    schema.generators.push_back(std::move(*generator));
  });
}

}  // namespace

void LoadConfiguration(Analysis& analysis) {
  Schema& schema = analysis.schema;
  for (const ast::File& file : analysis.ast.files) LoadFile(analysis, file);
  SortPreviewFeatures(schema.preview_features);
  schema.relation_mode = schema.connector->default_relation_mode();
  if (schema.datasource && schema.datasource->relation_mode) schema.relation_mode = *schema.datasource->relation_mode;
}

}  // namespace prisma::schema
