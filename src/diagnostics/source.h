// Schema files and places in them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"

namespace prisma {

using FileId = Id<struct FileTag>;

// Half-open byte range [start, end) in one file.
struct Span {
  FileId file{0u};
  uint32_t start = 0;
  uint32_t end = 0;
  bool empty() const { return end <= start; }
  friend bool operator==(const Span&, const Span&) = default;
};

struct SourceFile {
  std::string path;
  std::string text;
};

// The files of one schema, in the order given. Texts never move: views into them live as long as this object.
class SourceFiles {
 public:
  FileId Add(std::string path, std::string text) {
    files_.push_back(std::make_unique<SourceFile>(SourceFile{std::move(path), std::move(text)}));
    return FileId(files_.size() - 1);
  }
  size_t size() const { return files_.size(); }
  const SourceFile& operator[](FileId id) const { return *files_[id.index]; }
  std::string_view Text(Span span) const {
    return std::string_view(files_[span.file.index]->text).substr(span.start, span.end - span.start);
  }

 private:
  std::vector<std::unique_ptr<SourceFile>> files_;
};

}  // namespace prisma
