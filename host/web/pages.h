#pragma once

#include "host/api/router.h"

#include <map>
#include <string>

namespace psa::host {

/// A file of the admin page.
struct PageFile
{
    const char *type; ///< As Content-Type.
    const char *content;
};

/// By name; written by the build from the files in this folder.
extern const std::map<std::string, PageFile> embeddedPages;

/// The admin page at / and its files beside it. They hold no data: all of that comes from the API, for a token.
void addPageRoutes(Router &router);

} // namespace psa::host
