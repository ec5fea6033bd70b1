#include "schema/preview_features.h"

#include <algorithm>

#include "schema/connector_traits.h"

namespace prisma::schema {
namespace {

using enum PreviewState;

constexpr PreviewFeature kFeatures[] = {
    {"aggregateApi", kDeprecated},
    {"atomicNumberOperations", kDeprecated},
    {"clientExtensions", kDeprecated},
    {"cockroachdb", kDeprecated},
    {"connectOrCreate", kDeprecated},
    {"createMany", kDeprecated},
    {"dataProxy", kDeprecated},
    {"deno", kDeprecated},
    {"distinct", kDeprecated},
    {"driverAdapters", kDeprecated},
    {"extendedIndexes", kDeprecated},
    {"extendedWhereUnique", kDeprecated},
    {"fieldReference", kDeprecated},
    {"filteredRelationCount", kDeprecated},
    {"filterJson", kDeprecated},
    {"fullTextIndex", kDeprecated},
    {"fullTextSearch", kDeprecated},
    {"fullTextSearchPostgres", kActive},
    {"groupBy", kDeprecated},
    {"improvedQueryRaw", kDeprecated},
    {"interactiveTransactions", kDeprecated},
    {"jsonProtocol", kDeprecated},
    {"metrics", kDoomed},
    {"microsoftSqlServer", kDeprecated},
    {"middlewares", kDeprecated},
    {"mongoDb", kDeprecated},
    {"multiSchema", kDeprecated},
    {"namedConstraints", kDeprecated},
    {"nApi", kDeprecated},
    {"nativeDistinct", kActive},
    {"nativeTypes", kDeprecated},
    {"omitApi", kDeprecated},
    {"orderByAggregateGroup", kDeprecated},
    {"orderByNulls", kDeprecated},
    {"orderByRelation", kDeprecated},
    {"postgresqlExtensions", kActive},
    {"prismaSchemaFolder", kDeprecated},
    {"queryCompiler", kDeprecated},
    {"reactNative", kHidden},
    {"referentialActions", kDeprecated},
    {"referentialIntegrity", kDeprecated},
    {"relationJoins", kActive},
    {"schemaEngineDriverAdapters", kActive},
    {"selectRelationCount", kDeprecated},
    {"shardKeys", kActive},
    {"strictUndefinedChecks", kActive},
    {"tracing", kDeprecated},
    {"transactionApi", kDeprecated},
    {"typedSql", kHidden},
    {"uncheckedScalarInputs", kDeprecated},
    {"views", kActive},
};

constexpr std::string_view kFullTextSearchPostgres = "fullTextSearchPostgres";

bool HasFullTextSearchWithoutIndex(std::string_view provider) {
  const ConnectorTraits* connector = FindConnector(provider);
  return connector && connector->Has(Capability::kNativeFullTextSearchWithoutIndex);
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

const PreviewFeature* FindPreviewFeature(std::string_view name) {
  for (const PreviewFeature& feature : kFeatures) {
    bool same = std::equal(feature.name.begin(), feature.name.end(), name.begin(), name.end(),
                           [](char a, char b) { return Lower(a) == Lower(b); });
    if (same) return &feature;
  }
  return nullptr;
}

std::vector<std::string_view> ActivePreviewFeatures(std::string_view provider) {
  std::vector<std::string_view> names;
  for (const PreviewFeature& feature : kFeatures) {
    if (feature.state != kActive && feature.state != kDoomed) continue;
    if (feature.name == kFullTextSearchPostgres && !HasFullTextSearchWithoutIndex(provider)) continue;
    names.push_back(feature.name);
  }
  return names;
}

std::optional<RenamedPreviewFeature> FindRenamedPreviewFeature(std::string_view name, std::string_view provider) {
  if (name == "fullTextSearch" && HasFullTextSearchWithoutIndex(provider)) {
    return RenamedPreviewFeature{kFullTextSearchPostgres, "fts-postgres"};
  }
  return {};
}

void SortPreviewFeatures(std::vector<std::string>& features) {
  auto position = [](const std::string& name) { return FindPreviewFeature(name); };
  std::sort(features.begin(), features.end(),
            [&](const std::string& a, const std::string& b) { return position(a) < position(b); });
  features.erase(std::unique(features.begin(), features.end()), features.end());
}

}  // namespace prisma::schema
