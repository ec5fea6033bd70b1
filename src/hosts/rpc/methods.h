// The methods of the JSON-RPC interface: parameters in, result out, as the schema engine's clients know them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/schema_engine.h"
#include "json/reader.h"

namespace prisma::rpc {

// Parameters of a form that the method doesn't take.
struct InvalidParameters {
  std::string message;
};
struct UnknownMethod {};

class Methods {
 public:
  // `print` shows text to the user; the client has it when it returns.
  using Print = std::function<void(std::string_view text)>;
  Methods(engine::SchemaEngine& engine, Print print) : engine_(engine), print_(std::move(print)) {}

  // The result as JSON text. Throws Error, InvalidParameters or UnknownMethod.
  std::string Call(std::string_view method, const json::Value& parameters);

 private:
  engine::SchemaEngine& engine_;
  Print print_;
};

// The error object's `data`: {is_panic, message, meta, error_code}.
std::string ErrorData(std::string_view code, std::string_view message, std::string_view meta, bool is_panic);

}  // namespace prisma::rpc
