// Names of constraints that the user did not name. The pattern is PostgreSQL's own; what is too long is cut before the
// suffix, at a character of UTF-8.
#include "schema/analysis.h"

namespace prisma::schema {
namespace {

void Cut(std::string& text, size_t limit) {
  if (limit >= text.size()) return;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  text.resize(limit);
}

std::string WithSuffix(std::string text, std::string_view suffix, uint32_t limit) {
  Cut(text, limit - suffix.size());
  text += suffix;
  return text;
}

}  // namespace

std::string PrimaryKeyName(std::string_view table, const ConnectorTraits& connector) {
  return WithSuffix(std::string(table), "_pkey", connector.max_identifier_length());
}

std::string IndexName(std::string_view table, const std::vector<std::string_view>& columns, std::string_view suffix,
                      const ConnectorTraits& connector) {
  std::string name(table);
  name += '_';
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i) name += '_';
    name += columns[i];
  }
  return WithSuffix(std::move(name), suffix, connector.max_identifier_length());
}

std::string DefaultConstraintName(std::string_view table, std::string_view column, const ConnectorTraits& connector) {
  std::string name(table);
  name += '_';
  name += column;
  return WithSuffix(std::move(name), "_df", connector.max_identifier_length());
}

}  // namespace prisma::schema
