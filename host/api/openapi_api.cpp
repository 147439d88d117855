#include "host/api/host_actions.h"

namespace psa::api {

void addOpenApiRoute(http::Router &router)
{
    router.add({"GET", "/openapi.json", http::Scope::anybody,
                [](const http::ApiRequest &) {
                    const http::EmbeddedFile &document = embeddedApi.at("openapi.json");
                    return http::ApiResponse{200, document.type, document.content, {}};
                },
                http::Router::Waits::never});
}

} // namespace psa::api
