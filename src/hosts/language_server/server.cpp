#include "hosts/language_server/server.h"

#include <exception>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "editor/answers.h"
#include "hosts/language_server/message_stream.h"
#include "hosts/language_server/workspace.h"
#include "json/reader.h"
#include "json/writer.h"

namespace prisma::language_server {
namespace {

enum class Code : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kNotInitialized = -32002,
};

struct RequestError {
  Code code;
  std::string message;
};

std::string_view UriOf(const json::Value& params) { return params.Get("textDocument").Get("uri").text(); }

std::string Capabilities(const std::string& version) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Key("capabilities");
  writer.BeginObject();
  writer.Member("positionEncoding", "utf-16");
  writer.Key("textDocumentSync");
  writer.Raw(R"({"openClose":true,"change":2,"save":{"includeText":false}})");
  writer.Key("completionProvider");
  writer.Raw(R"({"triggerCharacters":["\"","(",":"," ","."]})");
  for (const char* name : {"hoverProvider", "definitionProvider", "referencesProvider", "documentSymbolProvider",
                           "documentFormattingProvider"}) {
    writer.Member(name, true);
  }
  writer.Key("renameProvider");
  writer.Raw(R"({"prepareProvider":true})");
  writer.Key("codeActionProvider");
  writer.Raw(R"({"codeActionKinds":["quickfix"]})");
  writer.EndObject();
  writer.Key("serverInfo");
  writer.BeginObject();
  writer.Member("name", "prisma language-server");
  writer.Member("version", version);
  writer.EndObject();
  writer.EndObject();
  return out;
}

class Server {
 public:
  Server(int in, int out, const Options& options)
      : stream_(in, out), version_(options.version), workspace_(options.schema) {}

  int Run() {
    while (auto message = stream_.Read()) {
      Handle(*message);
      if (is_exiting_) break;
      // Somebody who types fast wants the faults of the last text only.
      if (!changed_.empty() && !stream_.HasMore()) Publish();
    }
    return is_exiting_ && is_shut_down_ ? 0 : 1;
  }

 private:
  void Handle(const std::string& message) {
    json::Document document;
    if (!document.Parse(message)) return SendError("null", {Code::kParseError, document.error().message});
    json::Value root = document.root();
    bool has_id = root.is_object() && root.Has("id");
    std::string id = has_id ? json::ToText(root.Get("id")) : "null";
    if (!root.is_object() || (!root.Get("method").is_string() && !root.Has("result") && !root.Has("error"))) {
      return SendError(id, {Code::kInvalidRequest, "This is no request: it needs a method."});
    }
    if (!root.Get("method").is_string()) return;  // an answer; nothing was asked
    try {
      if (has_id) {
        std::string result = Answer(root.Get("method").text(), root.Get("params"));
        stream_.Write("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
      } else {
        Notice(root.Get("method").text(), root.Get("params"));
      }
    } catch (const RequestError& error) {
      if (has_id) SendError(id, error);
    } catch (const std::exception& error) {
      if (has_id) SendError(id, {Code::kInternalError, error.what()});
    }
  }

  void SendError(const std::string& id, const RequestError& error) {
    std::string text = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":";
    text += std::to_string(static_cast<int>(error.code)) + ",\"message\":";
    json::AppendString(text, error.message);
    stream_.Write(text + "}}");
  }

  std::string Answer(std::string_view method, const json::Value& params) {
    if (is_shut_down_) throw RequestError{Code::kInvalidRequest, "The server has been shut down."};
    if (method == "initialize") {
      if (is_initialized_) throw RequestError{Code::kInvalidRequest, "The server is initialized already."};
      is_initialized_ = true;
      return Capabilities(version_);
    }
    if (!is_initialized_) throw RequestError{Code::kNotInitialized, "The first request must be `initialize`."};
    if (method == "shutdown") {
      is_shut_down_ = true;
      return "null";
    }
    using Function = std::string (*)(const editor::Files&, const json::Value&);
    static constexpr std::pair<std::string_view, Function> kFunctions[] = {
        {"textDocument/completion", editor::AnswerCompletion},
        {"textDocument/hover", editor::AnswerHover},
        {"textDocument/definition", editor::AnswerDefinition},
        {"textDocument/references", editor::AnswerReferences},
        {"textDocument/codeAction", editor::AnswerCodeActions},
        {"textDocument/documentSymbol", editor::AnswerDocumentSymbols},
        {"textDocument/formatting", editor::AnswerFormatting},
        {"textDocument/prepareRename", editor::AnswerPrepareRename},
    };
    for (const auto& [name, function] : kFunctions) {
      if (name == method) return function(FilesOf(params), params);
    }
    if (method == "textDocument/rename") {
      std::string error;
      std::string answer = editor::AnswerRename(FilesOf(params), params, error);
      if (!error.empty()) throw RequestError{Code::kInvalidParams, error};
      return answer;
    }
    throw RequestError{Code::kMethodNotFound, "The method " + std::string(method) + " is not known."};
  }

  editor::Files FilesOf(const json::Value& params) const {
    if (!params.Get("textDocument").Get("uri").is_string()) {
      throw RequestError{Code::kInvalidParams, "The parameters need a `textDocument` with its `uri`."};
    }
    return workspace_.SchemaOf(UriOf(params));
  }

  void Notice(std::string_view method, const json::Value& params) {
    if (method == "exit") {
      is_exiting_ = true;
      return;
    }
    if (!is_initialized_ || is_shut_down_) return;
    std::string_view uri = UriOf(params);
    if (method == "textDocument/didOpen") {
      json::Value document = params.Get("textDocument");
      if (uri.empty() || !document.Get("text").is_string()) return;
      workspace_.Open(uri, std::string(document.Get("text").text()), document.Get("version").as_int());
      changed_.emplace(uri);
    } else if (method == "textDocument/didChange") {
      std::vector<Change> changes;
      for (json::Value item : params.Get("contentChanges").items()) {
        changes.push_back({editor::ReadRange(item.Get("range")), std::string(item.Get("text").text())});
      }
      if (workspace_.Apply(uri, changes, params.Get("textDocument").Get("version").as_int())) changed_.emplace(uri);
    } else if (method == "textDocument/didClose") {
      workspace_.Close(uri);
      changed_.emplace(uri);
    } else if (method == "textDocument/didSave") {
      changed_.emplace(uri);
    } else if (method == "workspace/didChangeWatchedFiles") {
      for (json::Value item : params.Get("changes").items()) changed_.emplace(item.Get("uri").text());
      for (const std::string& open : workspace_.OpenUris()) changed_.insert(open);
    }
  }

  // Tells the faults of the schemas of all changed documents, and that those of others are gone.
  void Publish() {
    std::set<std::string> done;
    for (const std::string& uri : std::exchange(changed_, {})) {
      if (done.contains(uri)) continue;
      auto files = workspace_.SchemaOf(uri);
      if (!files) {
        Publish(uri, "[]");
        continue;
      }
      std::vector<std::string> lists = editor::Diagnose(files);
      for (size_t i = 0; i < lists.size(); ++i) {
        const std::string& path = (*files)[FileId(i)].path;
        if (done.insert(path).second) Publish(path, lists[i]);
      }
    }
  }

  void Publish(const std::string& uri, const std::string& diagnostics) {
    const Document* document = workspace_.Find(uri);
    // Of files that are not open only what is new is told.
    std::string& last = published_.try_emplace(uri, "[]").first->second;
    if (!document && last == diagnostics) return;
    last = diagnostics;
    std::string text = R"({"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":)";
    json::AppendString(text, uri);
    if (document) text += ",\"version\":" + std::to_string(document->version);
    stream_.Write(text + ",\"diagnostics\":" + diagnostics + "}}");
  }

  MessageStream stream_;
  std::string version_;
  Workspace workspace_;
  bool is_initialized_ = false, is_shut_down_ = false, is_exiting_ = false;
  std::set<std::string> changed_;                 // documents whose schemas are to be looked at again
  std::map<std::string, std::string> published_;  // by URI
};

}  // namespace

int Serve(int in, int out, const Options& options) { return Server(in, out, options).Run(); }

}  // namespace prisma::language_server
