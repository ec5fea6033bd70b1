// `@Python(name: "value", …)` in the documentation of a model.
#pragma once

#include <map>
#include <string>

namespace prisma::generate::python {

// The arguments of the one declaration in `documentation`, which is taken out of it; empty if there is none. Throws
// Error for several, and for one that can't be read: in the words of the parser that users know.
std::map<std::string, std::string> TakeDeclaration(std::string& documentation);

}  // namespace prisma::generate::python
