// The editor's functions with the parameters and results of the Language Server Protocol, as JSON. Files are named by
// their URIs. Parameters of another form, or of a file that is not among the files, give the function's empty answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "editor/code_actions.h"
#include "editor/text.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::editor {

using Files = std::shared_ptr<const SourceFiles>;

// `files` may be null: the empty answer.
std::string AnswerHover(const Files& files, const json::Value& params);
std::string AnswerReferences(const Files& files, const json::Value& params);
std::string AnswerCompletion(const Files& files, const json::Value& params);
std::string AnswerCodeActions(const Files& files, const json::Value& params);

// What the official package has no functions for.
std::string AnswerDefinition(const Files& files, const json::Value& params);
std::string AnswerPrepareRename(const Files& files, const json::Value& params);
// `error` gets what is wrong with the new name.
std::string AnswerRename(const Files& files, const json::Value& params, std::string& error);
std::string AnswerDocumentSymbols(const Files& files, const json::Value& params);
std::string AnswerFormatting(const Files& files, const json::Value& params);
// Faults and warnings of all files together, as one list for each file.
std::vector<std::string> Diagnose(const Files& files);

// Parts that other answers are made of.
std::optional<Position> ReadPosition(const json::Value& value);
std::optional<Range> ReadRange(const json::Value& value);
// The file that `params.textDocument.uri` names.
std::optional<FileId> ReadFile(const SourceFiles& files, const json::Value& params);
void WriteRange(json::Writer& writer, const Range& range);
void WriteWorkspaceEdit(json::Writer& writer, const SourceFiles& files, const std::vector<TextEdit>& edits);

}  // namespace prisma::editor
