# The extension prisma._engine; built by `pip install .` (scikit-build-core).
find_package(Python 3.9 REQUIRED COMPONENTS Interpreter Development.Module)
file(GLOB PYTHON_SOURCES CONFIGURE_DEPENDS src/hosts/python/*.cpp)
python_add_library(_engine MODULE WITH_SOABI ${PYTHON_SOURCES})
target_link_libraries(_engine PRIVATE prisma_cli)
target_compile_options(_engine PRIVATE -Wall -Wextra)
set_target_properties(_engine PROPERTIES CXX_VISIBILITY_PRESET hidden)
target_link_options(_engine PRIVATE -Wl,--exclude-libs,ALL)
install(TARGETS _engine DESTINATION prisma)
