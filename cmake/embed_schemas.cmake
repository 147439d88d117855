# Writes OUT, a C++ source with every schema in DIR and in OWN_DIRS (separated by commas), so that the program needs no
# other files.
string(REPLACE "," "/*.schema.json;" own "${OWN_DIRS}/*.schema.json")
file(GLOB schemas ${DIR}/*.schema.json ${own})
set(text "// Written by cmake/embed_schemas.cmake.\n#include \"host/plugin/documents.h\"\n\nnamespace psa::plugin {\n\n")
string(APPEND text "const std::map<std::string, const char *> embeddedSchemas = {\n")
foreach(schema ${schemas})
    get_filename_component(name ${schema} NAME)
    string(REPLACE ".schema.json" "" name ${name})
    file(READ ${schema} content)
    string(APPEND text "    {\"${name}\", R\"schema(${content})schema\"},\n")
endforeach()
string(APPEND text "};\n\n} // namespace psa::plugin\n")
file(WRITE ${OUT} "${text}")
