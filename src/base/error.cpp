#include "base/error.h"

namespace prisma {

void CheckFailed(const char* condition, const char* file, int line) {
  throw InternalError(std::string(file) + ":" + std::to_string(line) + ": " + condition);
}

}  // namespace prisma
