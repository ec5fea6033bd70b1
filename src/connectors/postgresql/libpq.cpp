#include "connectors/postgresql/libpq.h"

#include <dlfcn.h>

#include <string>

#include "base/error.h"

namespace prisma::postgresql {
namespace {

[[noreturn]] void Fail(const char* what) {
  const char* why = dlerror();
  throw Error("", std::string("PostgreSQL's client library can't be used: ") + what + (why != nullptr ? ": " : "") +
                      (why != nullptr ? why : "") + "\nInstall it: on Debian and Ubuntu the package libpq5.");
}

// `name` is that of the member: GetResult for PQgetResult.
template <class F>
void Find(void* library, std::string name, F& function) {
  name[0] = static_cast<char>(name[0] - 'A' + 'a');
  name.insert(0, "PQ");
  void* found = dlsym(library, name.c_str());
  if (found == nullptr) Fail(name.c_str());
  function = reinterpret_cast<F>(found);
}

Libpq Load() {
  void* library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) Fail("libpq.so.5");
  Libpq pq{};
#define PRISMA_FIND(name) Find(library, #name, pq.name)
  PRISMA_FIND(ConnectStartParams);
  PRISMA_FIND(ConnectPoll);
  PRISMA_FIND(Finish);
  PRISMA_FIND(Status);
  PRISMA_FIND(TransactionStatus);
  PRISMA_FIND(ErrorMessage);
  PRISMA_FIND(Socket);
  PRISMA_FIND(ServerVersion);
  PRISMA_FIND(SendQuery);
  PRISMA_FIND(SendQueryParams);
  PRISMA_FIND(SendPrepare);
  PRISMA_FIND(SendQueryPrepared);
  PRISMA_FIND(SendDescribePrepared);
  PRISMA_FIND(GetResult);
  PRISMA_FIND(IsBusy);
  PRISMA_FIND(ConsumeInput);
  PRISMA_FIND(ResultStatus);
  PRISMA_FIND(ResultErrorField);
  PRISMA_FIND(ResultErrorMessage);
  PRISMA_FIND(Ntuples);
  PRISMA_FIND(Nfields);
  PRISMA_FIND(Fname);
  PRISMA_FIND(Ftype);
  PRISMA_FIND(Ftable);
  PRISMA_FIND(Ftablecol);
  PRISMA_FIND(Fmod);
  PRISMA_FIND(Getvalue);
  PRISMA_FIND(Getlength);
  PRISMA_FIND(Getisnull);
  PRISMA_FIND(CmdTuples);
  PRISMA_FIND(Nparams);
  PRISMA_FIND(Paramtype);
  PRISMA_FIND(Clear);
  PRISMA_FIND(GetCancel);
  PRISMA_FIND(FreeCancel);
  PRISMA_FIND(Cancel);
  PRISMA_FIND(EnterPipelineMode);
  PRISMA_FIND(ExitPipelineMode);
  PRISMA_FIND(PipelineSync);
  PRISMA_FIND(SetNoticeReceiver);
  PRISMA_FIND(PutCopyEnd);
  PRISMA_FIND(GetCopyData);
  PRISMA_FIND(Freemem);
#undef PRISMA_FIND
  return pq;
}

}  // namespace

const Libpq& LoadLibpq() {
  static const Libpq pq = Load();
  return pq;
}

}  // namespace prisma::postgresql
