#pragma once

#include "host/http/embedded_file.h"
#include "host/http/router.h"

namespace psa::api {

/// openapi.json in this folder.
extern const http::EmbeddedFiles embeddedApi;

/// The document that describes every route, at /openapi.json. It contains nothing from the store.
void addOpenApiRoute(http::Router &router);

} // namespace psa::api
