// libpq, loaded when the first PostgreSQL database is opened: it brings Kerberos and LDAP with it, which programs that
// use another database need not wait for.
#pragma once

#include <libpq-fe.h>

#include <memory>

namespace prisma::postgresql {

// The functions that the driver uses: GetResult is PQgetResult.
struct Libpq {
  decltype(&::PQconnectStartParams) ConnectStartParams;
  decltype(&::PQconnectPoll) ConnectPoll;
  decltype(&::PQfinish) Finish;
  decltype(&::PQstatus) Status;
  decltype(&::PQtransactionStatus) TransactionStatus;
  decltype(&::PQerrorMessage) ErrorMessage;
  decltype(&::PQsocket) Socket;
  decltype(&::PQserverVersion) ServerVersion;
  decltype(&::PQsendQuery) SendQuery;
  decltype(&::PQsendQueryParams) SendQueryParams;
  decltype(&::PQsendPrepare) SendPrepare;
  decltype(&::PQsendQueryPrepared) SendQueryPrepared;
  decltype(&::PQsendDescribePrepared) SendDescribePrepared;
  decltype(&::PQgetResult) GetResult;
  decltype(&::PQisBusy) IsBusy;
  decltype(&::PQconsumeInput) ConsumeInput;
  decltype(&::PQresultStatus) ResultStatus;
  decltype(&::PQresultErrorField) ResultErrorField;
  decltype(&::PQresultErrorMessage) ResultErrorMessage;
  decltype(&::PQntuples) Ntuples;
  decltype(&::PQnfields) Nfields;
  decltype(&::PQfname) Fname;
  decltype(&::PQftype) Ftype;
  decltype(&::PQfmod) Fmod;
  decltype(&::PQftable) Ftable;
  decltype(&::PQftablecol) Ftablecol;
  decltype(&::PQgetvalue) Getvalue;
  decltype(&::PQgetlength) Getlength;
  decltype(&::PQgetisnull) Getisnull;
  decltype(&::PQcmdTuples) CmdTuples;
  decltype(&::PQnparams) Nparams;
  decltype(&::PQparamtype) Paramtype;
  decltype(&::PQclear) Clear;
  decltype(&::PQgetCancel) GetCancel;
  decltype(&::PQfreeCancel) FreeCancel;
  decltype(&::PQcancel) Cancel;
  decltype(&::PQenterPipelineMode) EnterPipelineMode;
  decltype(&::PQexitPipelineMode) ExitPipelineMode;
  decltype(&::PQpipelineSync) PipelineSync;
  decltype(&::PQsetNoticeReceiver) SetNoticeReceiver;
  decltype(&::PQputCopyEnd) PutCopyEnd;
  decltype(&::PQgetCopyData) GetCopyData;
  decltype(&::PQfreemem) Freemem;
};

// Throws Error if the library is not there. Loaded once.
const Libpq& LoadLibpq();

struct ResultDeleter {
  void operator()(PGresult* result) const { LoadLibpq().Clear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

}  // namespace prisma::postgresql
