#include "hosts/cli/cli.h"

int main(int argc, char** argv) { return prisma::cli::Main(argc, argv); }
