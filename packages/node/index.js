// Where the engines are, and a way to make @prisma/client and the Prisma CLI use them.
'use strict'

const path = require('node:path')

const folder = path.join(__dirname, 'engines')

const paths = {
  PRISMA_QUERY_ENGINE_LIBRARY: path.join(folder, 'libquery_engine.so.node'),
  PRISMA_QUERY_ENGINE_BINARY: path.join(folder, 'query-engine'),
  PRISMA_SCHEMA_ENGINE_BINARY: path.join(folder, 'schema-engine'),
}

// Sets what is not set yet; call it before a PrismaClient is made.
function use(environment = process.env) {
  for (const [name, file] of Object.entries(paths)) environment[name] ??= file
  return environment
}

module.exports = { paths, use }
