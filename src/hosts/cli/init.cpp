#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "engine/schema_files.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/environment.h"
#include "hosts/cli/help.h"
#include "hosts/cli/terminal.h"
#include "schema/connector_traits.h"

namespace prisma::cli {
namespace {

namespace fs = std::filesystem;

constexpr Flag kFlags[] = {
    {"--datasource-provider", FlagKind::kText},
    {"--generator-provider", FlagKind::kText},
    {"--preview-feature", FlagKind::kList},
    {"--output", FlagKind::kText},
    {"--url", FlagKind::kText},
    {"--with-model", FlagKind::kSwitch},
};

void WriteFile(const std::string& path, const std::string& text, const char* mode = "wb") {
  std::FILE* file = std::fopen(path.c_str(), mode);
  if (!file) throw Error("", "Could not write " + path + ": " + std::strerror(errno));
  const bool ok = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !ok) throw Error("", "Could not write " + path + ": " + std::strerror(errno));
}

// A message of a refused init; it goes to stdout, as users of Prisma know it.
int Refuse(const std::string& what) {
  Print(Bold(Red(" ERROR ")) + " " + what +
        " already exists in your project.\n        Please try again in a project that is not yet using Prisma.\n      "
        "\n");
  return 1;
}

const schema::ConnectorTraits& ConnectorOf(const Arguments& arguments) {
  const std::string url = arguments.Text("--url");
  std::string provider = arguments.Text("--datasource-provider");
  if (!url.empty() && provider.empty()) {
    for (const schema::ConnectorTraits* connector : schema::AllConnectors()) {
      for (std::string_view prefix : connector->url_prefixes()) {
        if (url.starts_with(prefix)) return *connector;
      }
    }
    throw Error("", "Unknown protocol " + url.substr(0, url.find(':')) + ":");
  }
  if (provider.empty()) {  // one that needs no server
    for (const schema::ConnectorTraits* known : schema::AllConnectors()) {
      if (known->is_embedded()) return *known;
    }
  }
  const schema::ConnectorTraits* connector = schema::FindConnector(provider);
  if (connector) return *connector;
  std::string names;
  for (const schema::ConnectorTraits* known : schema::AllConnectors()) {
    if (!names.empty()) names += known == schema::AllConnectors().back() ? " or " : ", ";
    names += "\"" + std::string(known->provider()) + "\"";
  }
  throw Error("", "Provider \"" + provider + "\" is invalid or not supported. Try again with " + names + ".");
}

std::string SchemaText(const Arguments& arguments, const schema::ConnectorTraits& connector) {
  std::string text =
      "// This is your Prisma schema file,\n"
      "// learn more about it in the docs: https://pris.ly/d/prisma-schema\n\n"
      "generator client {\n";
  std::string generator = arguments.Text("--generator-provider");
  text += "  provider = \"" + (generator.empty() ? "prisma-client-py" : generator) + "\"\n";
  if (const std::vector<std::string> features = arguments.List("--preview-feature"); !features.empty()) {
    text += "  previewFeatures = [";
    for (size_t i = 0; i < features.size(); ++i) text += (i ? ", \"" : "\"") + features[i] + "\"";
    text += "]\n";
  }
  if (arguments.Has("--output")) text += "  output   = \"" + arguments.Text("--output") + "\"\n";
  text += "}\n\ndatasource db {\n  provider = \"" + std::string(connector.provider()) +
          "\"\n  url      = env(\"DATABASE_URL\")\n}\n";
  if (arguments.Has("--with-model")) {
    text += "\nmodel User {\n";
    text += connector.Has(schema::Capability::kCompositeTypes)
                ? "  id    String  @id @default(auto()) @map(\"_id\") @db.ObjectId\n"
                : "  id    Int     @id @default(autoincrement())\n";
    text += "  email String  @unique\n  name  String?\n}\n";
  }
  return text;
}

std::string EnvironmentText(const std::string& url, bool is_appended) {
  std::string text = is_appended ? "\n\n# This was inserted by `prisma init`:\n" : "";
  return text + std::string(help::kEnvironmentFile) + "DATABASE_URL=\"" + url + "\"\n";
}

}  // namespace

int Init(Words words) {
  const Arguments arguments(words, kFlags);
  if (!arguments.positional().empty()) throw Error("", "The init command does not take any argument.");
  const schema::ConnectorTraits& connector = ConnectorOf(arguments);
  const std::string url = arguments.Has("--url") ? arguments.Text("--url") : std::string(connector.example_url());

  if (fs::exists("schema.prisma")) return Refuse("File " + Bold("schema.prisma"));
  if (fs::exists("prisma/schema.prisma")) return Refuse("File " + Bold("prisma/schema.prisma"));
  if (fs::exists("prisma")) return Refuse("A folder called " + Bold("prisma"));

  std::error_code error;
  if (!fs::create_directory("prisma", error)) {
    throw Error("", "Could not make the folder prisma in " + fs::current_path().string() + ": " + error.message());
  }
  WriteFile("prisma/schema.prisma", SchemaText(arguments, connector));
  std::string created = "\n  prisma/\n    schema.prisma\n", warnings;

  if (!fs::exists(".env")) {
    WriteFile(".env", EnvironmentText(url, false));
    created += "  .env\n";
  } else {
    bool is_there = false;
    for (const auto& [name, value] : ParseDotenv(engine::ReadFile(".env")))
      is_there = is_there || name == "DATABASE_URL";
    if (is_there) {
      warnings += "\n" + Yellow("warn") + " Prisma would have added DATABASE_URL but it already exists in " +
                  Bold(".env") + "\n";
    } else {
      WriteFile(".env", EnvironmentText(url, true), "ab");
    }
  }

  if (!fs::exists(".gitignore")) {
    WriteFile(".gitignore", "# Keep environment variables out of version control\n.env\n");
    created += "  .gitignore\n";
  } else {
    warnings +=
        "\n" + Yellow("warn") +
        " You already have a .gitignore file. Don't forget to add .env in it to not commit any private information.\n";
  }

  Print("\nInitialized Prisma in your project\n" + created + warnings +
        "\nNext, define your models in prisma/schema.prisma, then:\n"
        "  1. Look at DATABASE_URL in .env: it names your database.\n"
        "  2. Run " +
        Green("prisma db push") +
        " to make the database fit the schema.\n"
        "  3. Run " +
        Green("prisma generate") +
        " to generate the client.\n"
        "\nLearn more: https://pris.ly/getting-started\n\n");
  return 0;
}

}  // namespace prisma::cli
