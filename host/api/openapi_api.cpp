#include "host/api/openapi.h"

namespace psa::host {

void addOpenApiRoute(Router &router)
{
    router.add({"GET", "/openapi.json", Scope::anybody,
                [](const ApiRequest &) {
                    const EmbeddedFile &document = embeddedApi.at("openapi.json");
                    return ApiResponse{200, document.type, document.content, {}};
                },
                Router::Waits::never});
}

} // namespace psa::host
