// Requests of both protocols, read and checked: the first byte chooses the protocol.
#include "base/error.h"
#include "query/document/body.h"
#include "query/document/check.h"

namespace {

constexpr const char* kSchema = R"(
datasource db {
  provider = "sqlite"
  url      = "file:dev.db"
}
enum Role {
  USER
  ADMIN
}
model User {
  id    Int      @id
  name  String?
  role  Role     @default(USER)
  big   BigInt?
  price Decimal?
  born  DateTime?
  data  Bytes?
  json  Json?
  posts Post[]
  @@unique([name, role])
}
model Post {
  id     Int   @id
  user   User? @relation(fields: [userId], references: [id])
  userId Int?
}
)";

class NoSink : public prisma::query::StructuralSink {
 public:
  void MarkStructural(uint32_t) override {}
};

const prisma::query::QuerySchema& TheSchema() {
  static const auto* schema = [] {
    auto files = std::make_shared<prisma::SourceFiles>();
    files->Add("schema.prisma", kSchema);
    prisma::DiagnosticSink sink;
    return new prisma::query::QuerySchema(prisma::schema::Analyze(files, sink).schema);
  }();
  return *schema;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  prisma::Arena arena;
  prisma::query::Body body;
  NoSink sink;
  try {
    if (data[0] % 3 == 0) {
      prisma::query::ReadJsonBody(text, arena, body);
    } else if (data[0] % 3 == 1) {
      prisma::query::ReadGraphqlBody(text, arena, body);
    } else {
      // GraphQL without the JSON around it.
      std::string wrapped = "{\"query\":\"";
      for (char c : text) {
        if (c == '"' || c == '\\') wrapped += '\\';
        wrapped += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
      }
      prisma::query::ReadGraphqlBody(wrapped + "\",\"variables\":{}}", arena, body);
    }
    for (prisma::query::Request& request : body.requests) {
      prisma::query::Check(request, TheSchema(), arena, sink);
    }
  } catch (const prisma::Error&) {
  }
  return 0;
}
