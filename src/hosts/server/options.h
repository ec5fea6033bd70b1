// The start command of the query engine's HTTP host: flags and environment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prisma::server {

struct Options {
  std::string host = "127.0.0.1";
  uint16_t port = 4466;
  std::string datamodel_path;         // a file or a folder of *.prisma files
  std::string datamodel;              // base64
  std::string overwrite_datasources;  // base64 of [{"name":…,"url":…}]
  std::string log_format;             // "devel": text, else JSON
  std::string engine_protocol;        // json or graphql
  bool enable_raw_queries = false;
  bool enable_playground = false;
  bool enable_debug = false;
  bool enable_metrics = false;
  bool metric_override = false;
  bool log_queries = false;
  bool open_telemetry = false;
  bool telemetry_in_response = false;
  bool show_version = false;
  bool show_help = false;
  std::vector<std::string> command;  // after `cli`: its name and arguments

  // Answers tell what was done for them.
  bool captures() const { return open_telemetry || telemetry_in_response; }
  bool is_graphql() const { return engine_protocol == "graphql"; }
};

// Reads flags over environment variables. Throws Error with the text to print.
Options ReadOptions(int argc, char** argv);

std::string_view HelpText();

}  // namespace prisma::server
