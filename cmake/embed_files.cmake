# Writes OUT, a C++ source that defines MAP, which HEADER declares: every file in DIR that browsers or tools may
# request, so that the program needs no other files. DATA, a JSON document elsewhere, becomes a module that scripts
# import.
set(types html text/html css text/css js text/javascript svg image/svg+xml json application/json)
get_filename_component(folder ${HEADER} DIRECTORY)
get_filename_component(module ${folder} NAME) # and its namespace
set(text "// Written by cmake/embed_files.cmake.\n#include \"${HEADER}\"\n\nnamespace psa::${module} {\n\n")
# A literal may exceed the length that compilers must support; ours accept it.
string(APPEND text "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n")
string(APPEND text "const psa::http::EmbeddedFiles ${MAP} = {\n")
while(types)
    list(POP_FRONT types ending type)
    if(NOT ending STREQUAL json) # which is UTF-8 in any case
        set(type "${type}; charset=utf-8")
    endif()
    file(GLOB files ${DIR}/*.${ending})
    foreach(file ${files})
        get_filename_component(name ${file} NAME)
        file(READ ${file} content)
        string(APPEND text "    {\"${name}\", {\"${type}\", R\"pages(${content})pages\"}},\n")
    endforeach()
endwhile()
if(DATA)
    get_filename_component(name ${DATA} NAME_WE)
    file(READ ${DATA} content)
    string(APPEND text "    {\"${name}.js\", {\"text/javascript; charset=utf-8\", R\"pages(export default ${content};)pages\"}},\n")
endif()
string(APPEND text "};\n\n} // namespace psa::${module}\n")
file(WRITE ${OUT} "${text}")
