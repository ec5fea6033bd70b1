// The documents an editor has open, and the schemas they belong to.
//
// A schema is one file, or all *.prisma files of a folder and its sub-folders. The folder of a document is the
// uppermost one whose path down to it has *.prisma files throughout. If several files there have a datasource, they are
// no one schema, and each stands for itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diagnostics/source.h"
#include "editor/text.h"

namespace prisma::language_server {

// A change of a document; without a range it is the whole text.
struct Change {
  std::optional<editor::Range> range;
  std::string text;
};

struct Document {
  std::string text;
  int64_t version = 0;
};

class Workspace {
 public:
  // `schema`: a file or folder that is one schema, whatever lies around it; may be empty.
  explicit Workspace(std::string schema) : schema_(std::move(schema)) {}

  void Open(std::string_view uri, std::string text, int64_t version);
  // False: the document is not open.
  bool Apply(std::string_view uri, const std::vector<Change>& changes, int64_t version);
  void Close(std::string_view uri);
  const Document* Find(std::string_view uri) const;
  std::vector<std::string> OpenUris() const;

  // The files of the schema that a document belongs to, named by their URIs; open ones as the editor has them.
  std::shared_ptr<const SourceFiles> SchemaOf(std::string_view uri) const;

 private:
  std::unordered_map<std::string, Document> documents_;  // by URI in normal form
  std::string schema_;
};

// "file:///a%20b" to "/a b"; nothing for URIs of other kinds.
std::optional<std::string> PathOfUri(std::string_view uri);
std::string UriOfPath(std::string_view path);

}  // namespace prisma::language_server
