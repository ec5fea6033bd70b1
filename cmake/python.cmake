# The CPython extension prisma._engine: the engine and the command line inside the Python package.
find_package(Python 3.9 REQUIRED COMPONENTS Interpreter Development.Module)

file(GLOB PYTHON_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/hosts/python/*.cpp)
Python_add_library(prisma_python MODULE WITH_SOABI ${PYTHON_SOURCES})
set_target_properties(prisma_python PROPERTIES OUTPUT_NAME _engine CXX_VISIBILITY_PRESET hidden)
target_link_libraries(prisma_python PRIVATE prisma_core prisma_cli)
target_compile_options(prisma_python PRIVATE -Wall -Wextra -Wno-missing-field-initializers)
# A generated client carries a copy of the extension: two copies in one process must not share symbols.
target_link_options(prisma_python PRIVATE -Wl,--exclude-libs,ALL -Wl,-Bsymbolic -Wl,--gc-sections -s)

install(TARGETS prisma_python LIBRARY DESTINATION prisma)
