#include "hosts/node/environment.h"

#include <chrono>

#include "base/error.h"
#include "diagnostics/errors.h"

namespace prisma::node {
namespace {

// How long the end of an environment waits for statements that still run; later they end without a listener.
constexpr std::chrono::milliseconds kEndGrace{500};

constexpr std::chrono::milliseconds kTurn{5};

constexpr size_t kMostSpareUnits = size_t{2} << 20;
constexpr size_t kMostSpare = 2;

// What a callback threw goes where JavaScript's own uncaught exceptions go.
void ReportPendingException(napi_env env) {
  bool is_pending = false;
  napi_value exception;
  if (napi_is_exception_pending(env, &is_pending) != napi_ok || !is_pending) return;
  if (napi_get_and_clear_last_exception(env, &exception) == napi_ok) napi_fatal_exception(env, exception);
}

}  // namespace

std::shared_ptr<Environment> Environment::Create(napi_env env) {
  auto self = std::make_shared<Environment>();
  napi_value name = NewString(env, "prisma query engine");
  Check(napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, self.get(), OnCall,
                                        &self->loop_));
  Check(napi_unref_threadsafe_function(env, self->loop_));
  Check(napi_add_env_cleanup_hook(env, OnEnd, new std::shared_ptr<Environment>(self)));
  return self;
}

napi_value Environment::RunAsync(napi_env env, Lane lane, std::function<Answer()> work) {
  napi_value promise;
  auto settlement = std::make_shared<Settlement>();
  Check(napi_create_promise(env, &settlement->deferred, &promise));
  // While a promise is open, the event loop must not end.
  if (pending_++ == 0) Check(napi_ref_threadsafe_function(env, loop_));
  {
    std::lock_guard lock(mutex_);
    ++running_;
  }
  RunOnWorker(lane, [self = shared_from_this(), settlement, work = std::move(work)]() mutable {
    try {
      settlement->answer = work();
      // Here, so that the event loop's thread has less to do.
      self->Prepare(*settlement);
    } catch (const Error& error) {
      settlement->fault = errors::UserFacingError(error);
    } catch (const std::exception& error) {
      settlement->fault = errors::PanicError(error.what());
    }
    work = nullptr;
    self->Post([self, settlement](napi_env env) { self->Settle(env, *settlement); }, true);
  });
  return promise;
}

napi_value Environment::Settled(napi_env env, Answer answer) {
  napi_value promise;
  Settlement settlement;
  Check(napi_create_promise(env, &settlement.deferred, &promise));
  settlement.answer = std::move(answer);
  Prepare(settlement);
  Resolve(env, settlement);
  return promise;
}

bool Environment::has_come_round() const { return std::chrono::steady_clock::now() - turned_ < kTurn; }

void Environment::Prepare(Settlement& settlement) {
  if (ToLatin1(settlement.answer.text)) {
    settlement.form = Settlement::Form::kLatin1;
    return;
  }
  {
    std::lock_guard lock(mutex_);
    if (!spare_.empty()) {
      settlement.wide = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  if (ToUtf16(settlement.answer.text, settlement.wide)) settlement.form = Settlement::Form::kUtf16;
}

void Environment::Settle(napi_env env, Settlement& settlement) {
  if (--pending_ == 0) Check(napi_unref_threadsafe_function(env, loop_));
  if (!settlement.fault.empty()) {
    Check(napi_reject_deferred(env, settlement.deferred, NewError(env, settlement.fault)));
    return;
  }
  Resolve(env, settlement);
}

void Environment::Resolve(napi_env env, Settlement& settlement) {
  napi_value value = nullptr;
  switch (settlement.answer.kind) {
    case Answer::Kind::kText:
      value = settlement.form == Settlement::Form::kLatin1  ? NewLatin1String(env, settlement.answer.text)
              : settlement.form == Settlement::Form::kUtf16 ? NewString(env, settlement.wide)
                                                            : NewString(env, settlement.answer.text);
      if (settlement.wide.room > 0 && settlement.wide.room <= kMostSpareUnits) {
        std::lock_guard lock(mutex_);
        if (spare_.size() < kMostSpare) spare_.push_back(std::move(settlement.wide));
      }
      break;
    case Answer::Kind::kNull:
      Check(napi_get_null(env, &value));
      break;
    case Answer::Kind::kUndefined:
      value = Undefined(env);
      break;
  }
  Check(napi_resolve_deferred(env, settlement.deferred, value));
}

void Environment::Post(Message message, bool ends_work) {
  std::lock_guard lock(mutex_);
  if (ends_work && --running_ == 0) done_.notify_all();
  if (is_over_) return;
  messages_.push_back(std::move(message));
  if (messages_.size() == 1) napi_call_threadsafe_function(loop_, nullptr, napi_tsfn_nonblocking);
}

void Environment::OnCall(napi_env env, napi_value, void* context, void*) {
  if (env == nullptr) return;  // the environment is ending
  auto* self = static_cast<Environment*>(context);
  self->turned_ = std::chrono::steady_clock::now();
  std::vector<Message> messages;
  {
    std::lock_guard lock(self->mutex_);
    messages.swap(self->messages_);
  }
  for (Message& message : messages) {
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    try {
      message(env);
    } catch (const NapiFailed&) {
      // Told below, or there is nobody left to tell.
    }
    ReportPendingException(env);
    napi_close_handle_scope(env, scope);
  }
}

void Environment::OnEnd(void* holder) {
  auto* self = static_cast<std::shared_ptr<Environment>*>(holder);
  (*self)->End();
  delete self;
}

void Environment::End() {
  std::unique_lock lock(mutex_);
  is_over_ = true;
  messages_.clear();
  done_.wait_for(lock, kEndGrace, [this] { return running_ == 0; });
  napi_release_threadsafe_function(loop_, napi_tsfn_abort);
}

bool Environment::is_over() {
  std::lock_guard lock(mutex_);
  return is_over_;
}

std::shared_ptr<Environment::Callback> Environment::NewCallback(napi_env env, napi_value function) {
  auto callback = std::make_shared<Callback>();
  Check(napi_create_reference(env, function, 1, &callback->function_));
  return callback;
}

void Environment::Callback::Release(napi_env env) {
  if (function_ != nullptr) napi_delete_reference(env, function_);
  function_ = nullptr;
}

void Environment::Call(const std::shared_ptr<Callback>& callback, std::string text) {
  Post(
      [callback, text = std::move(text)](napi_env env) {
        if (callback->function_ == nullptr) return;
        napi_value function, unused;
        Check(napi_get_reference_value(env, callback->function_, &function));
        napi_value argument = NewString(env, text);
        Check(napi_call_function(env, Undefined(env), function, 1, &argument, &unused));
      },
      false);
}

}  // namespace prisma::node
