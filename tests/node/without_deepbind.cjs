// For runs of the library under AddressSanitizer, whose runtime refuses libraries that are bound in the depth, as @prisma/client asks for.
const { constants } = require('node:os')
const open = process.dlopen
process.dlopen = (module, file, flags = constants.dlopen.RTLD_LAZY) => open.call(process, module, file, flags & ~constants.dlopen.RTLD_DEEPBIND)
