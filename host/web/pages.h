#pragma once

#include "host/http/router.h"

namespace psa::web {

/// The files of the admin page, from this folder.
extern const http::EmbeddedFiles embeddedPages;

/// The admin page at / and its files beside it. They hold no data: all of that comes from the API, for a token.
void addPageRoutes(http::Router &router);

} // namespace psa::web
