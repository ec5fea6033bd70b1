// Everything that an editor may ask, at any place of any text.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "editor/answers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace prisma;
  if (size < 2) return 0;
  auto files = std::make_shared<SourceFiles>();
  files->Add("file:///a.prisma", std::string(reinterpret_cast<const char*>(data + 2), size - 2));
  editor::Position at = editor::PositionOf((*files)[FileId(0u)].text, data[0] * 256u + data[1]);
  std::string place = R"({"line":)" + std::to_string(at.line) + R"(,"character":)" + std::to_string(at.character) + "}";
  std::string list = editor::Diagnose(files).front();
  json::Document params;
  params.Parse(R"({"textDocument":{"uri":"file:///a.prisma"},"newName":"x","position":)" + place +
               R"(,"range":{"start":)" + place + R"(,"end":)" + place +
               R"(},"context":{"triggerKind":1,"includeDeclaration":true,"diagnostics":)" + list + "}}");
  for (auto answer :
       {editor::AnswerHover, editor::AnswerReferences, editor::AnswerCompletion, editor::AnswerCodeActions,
        editor::AnswerDefinition, editor::AnswerPrepareRename, editor::AnswerDocumentSymbols}) {
    answer(files, params.root());
  }
  std::string error;
  editor::AnswerRename(files, params.root(), error);
  return 0;
}
