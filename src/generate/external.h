// A generator that is a program of its own, spoken to in Prisma's protocol: JSON-RPC lines over its stdin and stderr.
#pragma once

#include <string>
#include <string_view>

#include "generate/block.h"
#include "generate/process.h"
#include "json/reader.h"

namespace prisma::generate {

class External {
 public:
  // Starts it. Throws Error if that can't be done.
  explicit External(const Block& block);

  // The manifest, null if the generator gives none. Throws Error with what the generator says is wrong.
  json::Value GetManifest(const std::string& block_json);
  void Generate(const std::string& options_json);
  void Stop() { process_.Stop(); }

  const std::string& provider() const { return provider_; }

 private:
  json::Value Call(std::string_view method, const std::string& parameters, json::Document& answer);
  [[noreturn]] void FailEnded(std::string_view method);

  std::string provider_;
  LineProcess process_;
  std::string log_;  // what it says on stderr besides answers
  json::Document manifest_;
};

}  // namespace prisma::generate
