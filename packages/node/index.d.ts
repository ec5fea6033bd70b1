export declare const paths: {
  PRISMA_QUERY_ENGINE_LIBRARY: string
  PRISMA_QUERY_ENGINE_BINARY: string
  PRISMA_SCHEMA_ENGINE_BINARY: string
}
/** Sets the variables that are not set yet; call it before a PrismaClient is made. */
export declare function use(environment?: Record<string, string | undefined>): Record<string, string | undefined>
