#include "hosts/node/engine_class.h"

#include "hosts/node/arguments.h"
#include "hosts/node/library_engine.h"

namespace prisma::node {
namespace {

using Answer = Environment::Answer;

// What a JavaScript QueryEngine wraps.
struct EngineObject {
  std::shared_ptr<Environment> environment;
  std::shared_ptr<Environment::Callback> log;
  std::shared_ptr<LibraryEngine> engine;

  static void Finalize(napi_env env, void* data, void*) {
    auto* self = static_cast<EngineObject*>(data);
    self->log->Release(env);
    // Closing connections takes time, which the event loop does not have.
    if (!self->environment->is_over()) RunOnWorker(Lane::kOrdinary, [engine = std::move(self->engine)] {});
    delete self;
  }
};

std::string Stringify(napi_env env, napi_value value) {
  napi_value global, json, function, text;
  Check(napi_get_global(env, &global));
  Check(napi_get_named_property(env, global, "JSON", &json));
  Check(napi_get_named_property(env, json, "stringify", &function));
  Check(napi_call_function(env, json, function, 1, &value, &text));
  return ReadString(env, text).value_or("");
}

napi_value Construct(napi_env env, napi_callback_info info) {
  return Guard(env, [&] {
    Arguments arguments(env, info);
    void* data = nullptr;
    Check(napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data));
    const std::shared_ptr<Environment>& environment = *static_cast<std::shared_ptr<Environment>*>(data);
    napi_value target;
    Check(napi_get_new_target(env, info, &target));
    if (target == nullptr) throw errors::Unknown("QueryEngine is a class: call it with `new`.");
    if (TypeOf(env, arguments[0]) != napi_object) throw errors::Unknown("The first argument must be the options.");
    if (TypeOf(env, arguments[1]) != napi_function) {
      throw errors::Unknown("The second argument must be the function that gets log events.");
    }
    const napi_valuetype adapter = TypeOf(env, arguments[2]);
    if (adapter != napi_undefined && adapter != napi_null) {
      throw errors::Unknown(
          "This query engine talks to databases itself and takes no driver adapter. Leave `adapter` out, or use the "
          "client engine.");
    }
    auto object = std::make_unique<EngineObject>();
    object->environment = environment;
    object->log = environment->NewCallback(env, arguments[1]);
    std::weak_ptr<Environment> listener = environment;
    object->engine =
        std::make_shared<LibraryEngine>(Stringify(env, arguments[0]), [listener, log = object->log](std::string event) {
          if (auto environment = listener.lock()) {
            environment->Call(log, std::move(event));
          }
        });
    Check(napi_wrap(env, arguments.this_value(), object.get(), EngineObject::Finalize, nullptr, nullptr));
    object.release();
    return arguments.this_value();
  });
}

// Calls `method(EngineObject&, const Arguments&)` of the object that `this` is.
template <class Method>
napi_value CallMethod(napi_env env, napi_callback_info info, Method&& method) {
  return Guard(env, [&] {
    Arguments arguments(env, info);
    void* data = nullptr;
    if (napi_unwrap(env, arguments.this_value(), &data) != napi_ok || data == nullptr) {
      throw errors::Unknown("The method was called without its QueryEngine.");
    }
    return method(*static_cast<EngineObject*>(data), arguments);
  });
}

napi_value Connect(napi_env env, napi_callback_info info) {
  return CallMethod(env, info, [&](EngineObject& self, const Arguments& arguments) {
    std::string request = arguments.OptionalText(1).value_or("");
    return self.environment->RunAsync(env, Lane::kOrdinary, [engine = self.engine, request] {
      engine->Connect(request);
      return Answer{Answer::Kind::kUndefined, {}};
    });
  });
}

napi_value Disconnect(napi_env env, napi_callback_info info) {
  return CallMethod(env, info, [&](EngineObject& self, const Arguments& arguments) {
    std::string request = arguments.OptionalText(1).value_or("");
    return self.environment->RunAsync(env, Lane::kUrgent, [engine = self.engine, request] {
      engine->Disconnect(request);
      return Answer{Answer::Kind::kUndefined, {}};
    });
  });
}

napi_value Query(napi_env env, napi_callback_info info) {
  return CallMethod(env, info, [&](EngineObject& self, const Arguments& arguments) {
    std::string body = arguments.Text(0, "body");
    std::string context = arguments.OptionalText(1).value_or("");
    std::string transaction = arguments.OptionalText(2).value_or("");
    std::string request = arguments.OptionalText(3).value_or("");
    if (transaction.empty() && self.environment->has_come_round()) {
      std::optional<std::string> answer = self.engine->QueryAtOnce(body);
      if (answer) return self.environment->Settled(env, {Answer::Kind::kText, *std::move(answer)});
    }
    const Lane lane = transaction.empty() ? Lane::kOrdinary : Lane::kUrgent;
    return self.environment->RunAsync(
        env, lane,
        [engine = self.engine, body = std::move(body), context = std::move(context),
         transaction = std::move(transaction), request = std::move(request)] {
          return Answer{Answer::Kind::kText, engine->Query(body, transaction, request, context)};
        });
  });
}

using TextMethod = std::string (LibraryEngine::*)(std::string_view, std::string_view);

template <TextMethod method, Lane lane>
napi_value CallText(napi_env env, napi_callback_info info) {
  return CallMethod(env, info, [&](EngineObject& self, const Arguments& arguments) {
    std::string text = arguments.Text(0, "input");
    std::string request = arguments.OptionalText(2).value_or("");
    return self.environment->RunAsync(env, lane, [engine = self.engine, text, request] {
      return Answer{Answer::Kind::kText, (engine.get()->*method)(text, request)};
    });
  });
}

napi_value Metrics(napi_env env, napi_callback_info info) {
  return CallMethod(env, info, [&](EngineObject& self, const Arguments& arguments) {
    std::string options = arguments.Text(0, "options");
    return self.environment->RunAsync(env, Lane::kUrgent, [engine = self.engine, options] {
      return Answer{Answer::Kind::kText, engine->Metrics(options)};
    });
  });
}

napi_value SdlSchema(napi_env env, napi_callback_info info) {
  return CallMethod(env, info, [&](EngineObject& self, const Arguments&) {
    return self.environment->RunAsync(env, Lane::kUrgent, [engine = self.engine] {
      return Answer{Answer::Kind::kText, engine->SdlSchema()};
    });
  });
}

napi_value Trace(napi_env env, napi_callback_info info) {
  return CallMethod(env, info, [&](EngineObject& self, const Arguments& arguments) {
    std::string request = arguments.Text(0, "requestId");
    return self.environment->RunAsync(env, Lane::kUrgent, [engine = self.engine, request] {
      std::optional<std::string> trace = engine->Trace(request);
      return trace ? Answer{Answer::Kind::kText, *std::move(trace)} : Answer{Answer::Kind::kNull, {}};
    });
  });
}

napi_value NotHere(napi_env env, napi_callback_info info) {
  return CallMethod(env, info, [&](EngineObject& self, const Arguments&) {
    return self.environment->RunAsync(env, Lane::kUrgent, []() -> Answer {
      throw errors::Unknown(
          "This library runs queries itself: `compile` and `applyPendingMigrations` belong to other builds of the "
          "engine. Use `query`, and `prisma migrate deploy` for migrations.");
    });
  });
}

}  // namespace

napi_value DefineEngineClass(napi_env env, std::shared_ptr<Environment> environment) {
  auto method = [](const char* name, napi_callback function) {
    return napi_property_descriptor{name,
                                    nullptr,
                                    function,
                                    nullptr,
                                    nullptr,
                                    nullptr,
                                    static_cast<napi_property_attributes>(napi_writable | napi_configurable),
                                    nullptr};
  };
  const napi_property_descriptor methods[] = {
      method("connect", Connect),
      method("disconnect", Disconnect),
      method("query", Query),
      method("startTransaction", CallText<&LibraryEngine::StartTransaction, Lane::kOrdinary>),
      method("commitTransaction", CallText<&LibraryEngine::CommitTransaction, Lane::kUrgent>),
      method("rollbackTransaction", CallText<&LibraryEngine::RollbackTransaction, Lane::kUrgent>),
      method("metrics", Metrics),
      method("sdlSchema", SdlSchema),
      method("trace", Trace),
      method("compile", NotHere),
      method("applyPendingMigrations", NotHere),
  };
  auto* data = new std::shared_ptr<Environment>(std::move(environment));
  napi_value constructor;
  Check(napi_define_class(env, "QueryEngine", NAPI_AUTO_LENGTH, Construct, data, sizeof(methods) / sizeof(methods[0]),
                          methods, &constructor));
  Check(napi_add_finalizer(
      env, constructor, data,
      [](napi_env, void* holder, void*) { delete static_cast<std::shared_ptr<Environment>*>(holder); }, nullptr,
      nullptr));
  return constructor;
}

}  // namespace prisma::node
