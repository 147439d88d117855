#pragma once

#include "host/http/embedded_file.h"
#include "host/http/router.h"

namespace psa::host {

/// The files of the admin page, which stand in this folder.
extern const EmbeddedFiles embeddedPages;

/// The admin page at / and its files beside it. They hold no data: all of that comes from the API, for a token.
void addPageRoutes(Router &router);

} // namespace psa::host
