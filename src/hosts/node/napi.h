// Node-API with C++ strings. The only place that includes its header.
#pragma once

#include <node_api.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/utf16.h"

namespace prisma::node {

// Thrown when a call into Node-API has failed; a JavaScript exception is then pending, or the host is going away.
struct NapiFailed {};

inline void Check(napi_status status) {
  if (status != napi_ok) throw NapiFailed{};
}

inline napi_value NewString(napi_env env, std::string_view text) {
  napi_value value;
  Check(napi_create_string_utf8(env, text.data(), text.size(), &value));
  return value;
}

inline napi_value NewLatin1String(napi_env env, std::string_view text) {
  napi_value value;
  Check(napi_create_string_latin1(env, text.data(), text.size(), &value));
  return value;
}

inline napi_value NewString(napi_env env, const Utf16Text& text) {
  napi_value value;
  Check(napi_create_string_utf16(env, text.units.get(), text.size, &value));
  return value;
}

inline napi_value Undefined(napi_env env) {
  napi_value value;
  Check(napi_get_undefined(env, &value));
  return value;
}

inline napi_valuetype TypeOf(napi_env env, napi_value value) {
  napi_valuetype type;
  Check(napi_typeof(env, value, &type));
  return type;
}

// The text of a string; none for any other value.
inline std::optional<std::string> ReadString(napi_env env, napi_value value) {
  if (TypeOf(env, value) != napi_string) return std::nullopt;
  size_t size = 0;
  Check(napi_get_value_string_utf8(env, value, nullptr, 0, &size));
  std::string text(size, '\0');
  Check(napi_get_value_string_utf8(env, value, text.data(), size + 1, &size));
  return text;
}

inline void SetProperty(napi_env env, napi_value object, const char* name, napi_value value) {
  Check(napi_set_named_property(env, object, name, value));
}

// An Error as the official library throws it: its `code` is always the same, its message says what is wrong.
inline napi_value NewError(napi_env env, std::string_view message) {
  napi_value error;
  Check(napi_create_error(env, NewString(env, "GenericFailure"), NewString(env, message), &error));
  return error;
}

}  // namespace prisma::node
