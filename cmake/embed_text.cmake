# Writes OUT, a C++ source that defines NAME, a text in NAMESPACE, with the content of FILE.
file(READ ${FILE} content)
file(WRITE ${OUT} "// Written by cmake/embed_text.cmake.
#pragma GCC diagnostic ignored \"-Woverlength-strings\"

namespace ${NAMESPACE} {

extern const char *const ${NAME};
const char *const ${NAME} = R\"embedded(${content})embedded\";

} // namespace ${NAMESPACE}
")
