// What a function that JavaScript calls is given, and how it fails.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "diagnostics/errors.h"
#include "hosts/node/napi.h"

namespace prisma::node {

class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    size_ = kMost;
    Check(napi_get_cb_info(env, info, &size_, values_, &this_value_, nullptr));
    if (size_ > kMost) size_ = kMost;
  }

  napi_value this_value() const { return this_value_; }
  napi_value operator[](size_t i) const { return i < size_ ? values_[i] : Undefined(env_); }
  std::optional<std::string> OptionalText(size_t i) const { return ReadString(env_, (*this)[i]); }
  // Throws Error if it is no string.
  std::string Text(size_t i, const char* name) const {
    std::optional<std::string> text = OptionalText(i);
    if (!text) throw errors::Unknown(std::string("The argument `") + name + "` must be a string.");
    return *std::move(text);
  }

 private:
  static constexpr size_t kMost = 6;
  napi_env env_;
  size_t size_ = 0;
  napi_value values_[kMost] = {};
  napi_value this_value_ = nullptr;
};

// Runs C++ that may throw for JavaScript: the exception is passed on as one of JavaScript's.
template <class Work>
napi_value Guard(napi_env env, Work&& work) {
  std::string message;
  try {
    return work();
  } catch (const NapiFailed&) {
    bool is_pending = false;
    if (napi_is_exception_pending(env, &is_pending) == napi_ok && is_pending) return nullptr;
    message = errors::PanicError("A call into the host failed.");
  } catch (const Error& error) {
    message = errors::UserFacingError(error);
  } catch (const std::exception& error) {
    message = errors::PanicError(error.what());
  }
  napi_throw_error(env, "GenericFailure", message.c_str());
  return nullptr;
}

}  // namespace prisma::node
