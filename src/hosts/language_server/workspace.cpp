#include "hosts/language_server/workspace.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "engine/schema_files.h"

namespace prisma::language_server {
namespace {

namespace fs = std::filesystem;

std::string Normal(std::string_view uri) { return editor::NormalUri(uri).value_or(std::string(uri)); }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool HasSchemaFiles(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".prisma" && !it->is_directory(error)) return true;
  }
  return false;
}

fs::path SchemaFolder(const std::string& path) {
  fs::path folder = fs::path(path).parent_path();
  while (folder.has_parent_path() && folder.parent_path() != folder && HasSchemaFiles(folder.parent_path())) {
    folder = folder.parent_path();
  }
  return folder;
}

// Is there a line that begins a datasource?
bool HasDatasource(std::string_view text) {
  constexpr std::string_view kWord = "datasource";
  for (size_t at = text.find(kWord); at != std::string_view::npos; at = text.find(kWord, at + 1)) {
    size_t line = at;
    while (line > 0 && (text[line - 1] == ' ' || text[line - 1] == '\t')) --line;
    bool starts_line = line == 0 || text[line - 1] == '\n';
    size_t after = at + kWord.size();
    if (starts_line && after < text.size() && (text[after] == ' ' || text[after] == '\t')) return true;
  }
  return false;
}

std::shared_ptr<const SourceFiles> Single(const std::string& uri, const std::string& text) {
  auto files = std::make_shared<SourceFiles>();
  files->Add(uri, text);
  return files;
}

}  // namespace

void Workspace::Open(std::string_view uri, std::string text, int64_t version) {
  documents_[Normal(uri)] = {std::move(text), version};
}

bool Workspace::Apply(std::string_view uri, const std::vector<Change>& changes, int64_t version) {
  auto found = documents_.find(Normal(uri));
  if (found == documents_.end()) return false;
  std::string& text = found->second.text;
  for (const Change& change : changes) {
    if (!change.range) {
      text = change.text;
      continue;
    }
    uint32_t start = editor::OffsetOf(text, change.range->start), end = editor::OffsetOf(text, change.range->end);
    text.replace(start, std::max(start, end) - start, change.text);
  }
  found->second.version = version;
  return true;
}

void Workspace::Close(std::string_view uri) { documents_.erase(Normal(uri)); }

const Document* Workspace::Find(std::string_view uri) const {
  auto found = documents_.find(Normal(uri));
  return found == documents_.end() ? nullptr : &found->second;
}

std::vector<std::string> Workspace::OpenUris() const {
  std::vector<std::string> uris;
  for (const auto& [uri, document] : documents_) uris.push_back(uri);
  return uris;
}

std::shared_ptr<const SourceFiles> Workspace::SchemaOf(std::string_view given_uri) const {
  std::string uri = Normal(given_uri);
  const Document* document = Find(uri);
  auto path = PathOfUri(uri);
  if (!path) return document ? Single(uri, document->text) : nullptr;

  // Files on disk, by name; and open ones that are not saved yet.
  std::vector<std::pair<std::string, std::string>> texts;
  auto add = [&](const std::string& file) {
    std::string file_uri = file == *path ? uri : UriOfPath(file);
    if (const Document* open = Find(file_uri)) {
      texts.emplace_back(std::move(file_uri), open->text);
      return;
    }
    try {
      texts.emplace_back(std::move(file_uri), engine::ReadFile(file));
    } catch (const Error&) {
      // It may have gone meanwhile.
    }
  };
  auto add_all = [&](const std::string& root) {
    try {
      for (const std::string& file : engine::FindSchemaFiles(root)) add(file);
    } catch (const Error&) {
      // There are none.
    }
  };
  auto has_own = [&] {
    return std::any_of(texts.begin(), texts.end(), [&](const auto& file) { return file.first == uri; });
  };

  bool is_given = false;
  if (!schema_.empty()) {
    add_all(schema_);
    is_given = has_own();
  }
  if (!is_given) {
    texts.clear();
    add_all(SchemaFolder(*path).string());
    if (!has_own()) add(*path);
    auto sources =
        std::count_if(texts.begin(), texts.end(), [](const auto& file) { return HasDatasource(file.second); });
    if (sources > 1) std::erase_if(texts, [&](const auto& file) { return file.first != uri; });
  }
  if (!has_own()) return nullptr;
  auto files = std::make_shared<SourceFiles>();
  for (auto& [name, text] : texts) files->Add(std::move(name), std::move(text));
  return files;
}

std::optional<std::string> PathOfUri(std::string_view uri) {
  constexpr std::string_view kScheme = "file://";
  if (!uri.starts_with(kScheme)) return {};
  uri.remove_prefix(kScheme.size());
  if (!uri.starts_with('/')) {  // the name of a machine
    size_t slash = uri.find('/');
    if (slash == std::string_view::npos) return {};
    uri.remove_prefix(slash);
  }
  std::string path;
  for (size_t i = 0; i < uri.size(); ++i) {
    int high = uri[i] == '%' && i + 2 < uri.size() ? HexDigit(uri[i + 1]) : -1;
    int low = high >= 0 ? HexDigit(uri[i + 2]) : -1;
    if (low < 0) {
      path += uri[i];
      continue;
    }
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (path.find('\0') != std::string::npos) return {};
  return path;
}

std::string UriOfPath(std::string_view path) {
  std::string escaped;
  for (char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      static constexpr char kHex[] = "0123456789ABCDEF";
      escaped += '%';
      escaped += kHex[static_cast<unsigned char>(c) >> 4];
      escaped += kHex[c & 15];
    } else {
      escaped += c;
    }
  }
  return Normal("file://" + escaped);
}

}  // namespace prisma::language_server
