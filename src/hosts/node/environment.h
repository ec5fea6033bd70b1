// What belongs to one JavaScript environment (the main one, a worker thread, a vm context that loaded the library
// again): the way back from the worker threads to its event loop.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hosts/node/napi.h"
#include "hosts/node/workers.h"

namespace prisma::node {

class Environment : public std::enable_shared_from_this<Environment> {
 public:
  // On the JavaScript thread; lives until the environment ends and its last work is done.
  static std::shared_ptr<Environment> Create(napi_env env);

  // On the JavaScript thread. Runs `work` on a worker thread and settles the promise that is returned with its text
  // (`undefined` or null if it gives none), or rejects it with the message of what it throws.
  struct Answer {
    enum class Kind : uint8_t { kText, kUndefined, kNull } kind = Kind::kText;
    std::string text;
  };
  napi_value RunAsync(napi_env env, Lane lane, std::function<Answer()> work);
  // On the JavaScript thread: a promise that is settled already.
  napi_value Settled(napi_env env, Answer answer);
  // On the JavaScript thread: whether work may be done there. Promises that are settled at once keep the event loop
  // from its timers and sockets, so it must have come round lately.
  bool has_come_round() const;

  // A JavaScript function that threads may call with a text, until it is released on the JavaScript thread.
  class Callback;
  std::shared_ptr<Callback> NewCallback(napi_env env, napi_value function);
  void Call(const std::shared_ptr<Callback>& callback, std::string text);  // from any thread

  // JavaScript is not to be called any more.
  bool is_over();

 private:
  using Message = std::function<void(napi_env)>;  // run on the JavaScript thread
  struct Settlement {
    napi_deferred deferred;
    Answer answer;
    enum class Form : uint8_t { kLatin1, kUtf16, kUtf8 } form = Form::kUtf8;  // of the answer's text
    Utf16Text wide;
    std::string fault;  // not empty: reject
  };

  // `ends_work`: the message is the last word of a piece of work on a worker thread.
  void Post(Message message, bool ends_work);
  void Settle(napi_env env, Settlement& settlement);
  void Resolve(napi_env env, Settlement& settlement);
  // Makes of the answer's text what the engine of JavaScript has only to copy.
  void Prepare(Settlement& settlement);
  void End();
  static void OnCall(napi_env env, napi_value, void* context, void*);
  static void OnEnd(void* self);

  std::mutex mutex_;
  std::condition_variable done_;
  std::vector<Message> messages_;
  std::vector<Utf16Text> spare_;  // memory of answers that were; new pages are dear
  napi_threadsafe_function loop_ = nullptr;
  bool is_over_ = false;
  int running_ = 0;  // on worker threads
  // JavaScript thread only.
  int pending_ = 0;                                 // promises
  std::chrono::steady_clock::time_point turned_{};  // when the event loop last came to us
};

class Environment::Callback {
 public:
  void Release(napi_env env);

 private:
  friend class Environment;
  napi_ref function_ = nullptr;  // null: released. JavaScript thread only.
};

}  // namespace prisma::node
