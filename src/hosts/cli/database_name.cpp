#include "hosts/cli/database_name.h"

#include <cstdlib>

namespace prisma::cli {
namespace {

// The value of ?name= in a URL, or empty.
std::string Parameter(std::string_view url, std::string_view name) {
  size_t at = url.find('?');
  while (at != std::string_view::npos && at < url.size()) {
    std::string_view rest = url.substr(at + 1);
    std::string_view pair = rest.substr(0, rest.find('&'));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return std::string(pair.substr(name.size() + 1));
    at = url.find('&', at + 1);
  }
  return {};
}

}  // namespace

std::string DatabaseName::Describe() const {
  std::string text = "Datasource \"" + datasource + "\": " + provider + " database";
  if (!database.empty()) text += " \"" + database + "\"";
  if (!schemas.empty()) {
    text += ", schemas \"";
    for (size_t i = 0; i < schemas.size(); ++i) text += (i ? ", " : "") + schemas[i];
    text += "\"";
  } else if (!schema.empty()) {
    text += ", schema \"" + schema + "\"";
  }
  if (!location.empty()) text += " at \"" + location + "\"";
  return text;
}

DatabaseName NameDatabase(const schema::Schema& schema) {
  const schema::Datasource& datasource = *schema.datasource;
  DatabaseName name;
  name.datasource = datasource.name;
  name.provider = schema.connector->display_name();
  name.schemas = datasource.schemas;
  std::string url = datasource.url.value;
  if (datasource.url.is_env) {
    const char* value = std::getenv(datasource.url.from_env.c_str());
    url = value ? value : "";
  }
  const size_t scheme = url.find("://");
  if (scheme == std::string::npos) {  // a file
    const size_t colon = url.find(':');
    std::string path = url.substr(colon == std::string::npos ? 0 : colon + 1);
    path = path.substr(0, path.find('?'));
    name.database = path.substr(path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
    name.location = url;
    return name;
  }
  std::string_view rest = std::string_view(url).substr(scheme + 3);
  const size_t path = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, path);
  if (size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  name.location = authority;
  if (path != std::string_view::npos && rest[path] == '/') {
    std::string_view database = rest.substr(path + 1);
    name.database = database.substr(0, database.find('?'));
  }
  if (datasource.schemas.empty()) {
    name.schema = Parameter(url, "schema");
    if (name.schema.empty()) name.schema = schema.connector->default_schema_name();
  }
  return name;
}

}  // namespace prisma::cli
