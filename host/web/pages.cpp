#include "host/web/pages.h"

#include "host/http/problem.h"

namespace psa::web {
namespace {

/// The page loads only its own files, runs no inline scripts, and cannot be framed.
constexpr const char *contentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

http::ApiResponse file(const std::string &name)
{
    const auto at = embeddedPages.find(name);
    if (at == embeddedPages.end())
        throw http::Problem(404, "not-found", "Not found", "The admin page is at /, the API at /v1.");
    return {200,
            at->second.type,
            at->second.content,
            {{"Content-Security-Policy", contentPolicy},
             {"Referrer-Policy", "no-referrer"},
             {"Cross-Origin-Opener-Policy", "same-origin"},
             {"Cross-Origin-Resource-Policy", "same-origin"},
             {"X-Frame-Options", "DENY"}}};
}

} // namespace

void addPageRoutes(http::Router &router)
{
    router.add({"GET", "/", http::Scope::anybody, [](const http::ApiRequest &) { return file("index.html"); },
                http::Router::Waits::never});
    router.add({"GET", "/{file}", http::Scope::anybody,
                [](const http::ApiRequest &request) { return file(request.parameters.at("file")); },
                http::Router::Waits::never});
}

} // namespace psa::web
