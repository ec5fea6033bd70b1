// What a call of the asyncio client gives: awaited, it runs its Call, on the event loop's own thread if such calls have
// been quick lately and on a worker's otherwise.
#pragma once

#include <memory>

#include "hosts/python/call.h"
#include "hosts/python/python.h"

namespace prisma::python {

bool InitAwaitable(PyObject* module);

// Sync: runs it and gives the result. Async: gives what is to be awaited.
PyObject* Start(std::unique_ptr<Call> call, bool is_async);

}  // namespace prisma::python
