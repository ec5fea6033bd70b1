#include "connectors/mysql/library.h"

#include <dlfcn.h>

#include <string>

#include "base/error.h"

namespace prisma::mysql {
namespace {

[[noreturn]] void Fail() {
  const char* reason = dlerror();
  throw Error("", "The library for MySQL and MariaDB can't be loaded: " + std::string(reason != nullptr ? reason : "") +
                      "\nInstall it (on Debian and Ubuntu: apt-get install libmariadb3; on Fedora: dnf install "
                      "mariadb-connector-c) and try again.");
}

Library Load() {
  void* handle = dlopen("libmariadb.so.3", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) Fail();
  Library library;
  auto find = [&](const char* name) {
    void* function = dlsym(handle, name);
    if (function == nullptr) Fail();
    return function;
  };
#define PRISMA_MYSQL_FIND(name) library.name##_ = reinterpret_cast<decltype(library.name##_)>(find("mysql_" #name));
  PRISMA_MYSQL_FUNCTIONS(PRISMA_MYSQL_FIND)
#undef PRISMA_MYSQL_FIND
  return library;
}

}  // namespace

const Library& Lib() {
  static const Library library = Load();
  return library;
}

}  // namespace prisma::mysql
