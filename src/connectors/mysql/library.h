// libmariadb, loaded when the first database is opened: programs that never speak to MySQL don't pay for it, and need
// not have it. The only place that includes mysql.h.
#pragma once

#include <mysql.h>

namespace prisma::mysql {

// clang-format off
#define PRISMA_MYSQL_FUNCTIONS(F)                                                                                   \
  F(init) F(close) F(options) F(optionsv) F(real_connect) F(errno) F(error) F(sqlstate) F(real_query) F(next_result) \
  F(store_result) F(use_result) F(free_result) F(field_count) F(get_socket) F(thread_id) F(set_server_option)       \
  F(ssl_set) F(get_server_info) F(stmt_init) F(stmt_prepare) F(stmt_execute) F(stmt_fetch) F(stmt_bind_param)       \
  F(stmt_close) F(stmt_reset) F(stmt_free_result) F(stmt_errno) F(stmt_error) F(stmt_sqlstate) F(stmt_param_count)  \
  F(stmt_affected_rows) F(stmt_insert_id) F(stmt_field_count) F(stmt_more_results) F(stmt_next_result) F(ping)
// clang-format on

struct Library {
#define PRISMA_MYSQL_MEMBER(name) decltype(&::mysql_##name) name##_ = nullptr;
  PRISMA_MYSQL_FUNCTIONS(PRISMA_MYSQL_MEMBER)
#undef PRISMA_MYSQL_MEMBER
};

// Throws Error if the library can't be loaded.
const Library& Lib();

}  // namespace prisma::mysql
