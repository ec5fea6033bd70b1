// What `require` gives: version(), dmmf(), debugPanic(), ColumnType and the class QueryEngine. May be loaded any number
// of times in one process.
#include "base/error.h"
#include "diagnostics/errors.h"
#include "engine/version.h"
#include "hosts/node/arguments.h"
#include "hosts/node/engine_class.h"
#include "hosts/node/environment.h"
#include "hosts/node/library_engine.h"
#include "hosts/node/napi.h"

namespace prisma::node {
namespace {

napi_value Version(napi_env env, napi_callback_info) {
  return Guard(env, [&] {
    napi_value object;
    Check(napi_create_object(env, &object));
    SetProperty(env, object, "commit", NewString(env, engine::kEngineCommit));
    SetProperty(env, object, "version", NewString(env, "0.1.0"));
    return object;
  });
}

napi_value Dmmf(napi_env env, napi_callback_info info) {
  return Guard(env, [&] {
    Arguments arguments(env, info);
    return NewString(env, DmmfOf(arguments.Text(0, "datamodel")));
  });
}

// Shows how a host tells of a fault of the engine's own.
napi_value DebugPanic(napi_env env, napi_callback_info info) {
  return Guard(env, [&]() -> napi_value {
    Arguments arguments(env, info);
    throw InternalError(arguments.OptionalText(0).value_or("query-engine-node-api debug panic"));
  });
}

// The numbers that driver adapters give to the types of columns.
napi_value ColumnTypes(napi_env env) {
  struct Type {
    const char* name;
    int number;
  };
  static constexpr Type kScalars[] = {{"Int32", 0},     {"Int64", 1},    {"Float", 2}, {"Double", 3}, {"Numeric", 4},
                                      {"Boolean", 5},   {"Char", 6},     {"Text", 7},  {"Date", 8},   {"Time", 9},
                                      {"DateTime", 10}, {"Json", 11},    {"Enum", 12}, {"Bytes", 13}, {"Set", 14},
                                      {"Uuid", 15},     {"Unknown", 128}};
  static constexpr Type kLists[] = {
      {"Int32Array", 64},    {"Int64Array", 65}, {"FloatArray", 66}, {"DoubleArray", 67}, {"NumericArray", 68},
      {"BooleanArray", 69},  {"CharArray", 70},  {"TextArray", 71},  {"DateArray", 72},   {"TimeArray", 73},
      {"DateTimeArray", 74}, {"JsonArray", 75},  {"EnumArray", 76},  {"BytesArray", 77},  {"UuidArray", 78}};
  napi_value object;
  Check(napi_create_object(env, &object));
  auto add = [&](const Type& type) {
    napi_value number;
    Check(napi_create_int32(env, type.number, &number));
    SetProperty(env, object, type.name, number);
  };
  for (const Type& type : kScalars) add(type);
  for (const Type& type : kLists) add(type);
  return object;
}

void SetFunction(napi_env env, napi_value object, const char* name, napi_callback function) {
  napi_value value;
  Check(napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value));
  SetProperty(env, object, name, value);
}

}  // namespace
}  // namespace prisma::node

extern "C" {

__attribute__((visibility("default"))) int32_t node_api_module_get_api_version_v1() { return 8; }

__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  using namespace prisma::node;
  return Guard(env, [&] {
    SetFunction(env, exports, "version", Version);
    SetFunction(env, exports, "dmmf", Dmmf);
    SetFunction(env, exports, "debugPanic", DebugPanic);
    SetProperty(env, exports, "ColumnType", ColumnTypes(env));
    SetProperty(env, exports, "QueryEngine", DefineEngineClass(env, Environment::Create(env)));
    return exports;
  });
}
}
