#include "host/http/problem.h"
#include "host/http/router.h"
#include "host/json/strict_json.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <catch2/catch.hpp>

using Poco::JSON::Object;
using psa::http::ApiRequest;
using psa::http::ApiResponse;
using psa::http::Problem;
using psa::http::Router;
using psa::http::Scope;

namespace {

struct Api
{
    std::string logged;
    Router router{[this](const std::string &line) { logged += line + '\n'; }};

    Api()
    {
        const auto echo = [](const ApiRequest &request) {
            return ApiResponse{200, "text/plain", request.parameters.at("id"), {}};
        };
        router.add({"GET", "/v1/tickets/{id}", Scope::read, echo});
        router.add({"DELETE", "/v1/tickets/{id}", Scope::admin, echo});
        router.add({"GET", "/v1/tickets/{number}", Scope::read, echo});
        router.add({"GET", "/v1/breaks", Scope::read,
                    [](const ApiRequest &) -> ApiResponse { throw std::runtime_error("secret trouble"); }});
        router.add({"GET", "/v1/poco", Scope::read,
                    [](const ApiRequest &) -> ApiResponse { throw Poco::NotFoundException("secret thing"); }});
        router.add({"POST", "/v1/refuses", Scope::submit, [](const ApiRequest &) -> ApiResponse {
                        throw Problem(422, "bad-ticket", "Invalid ticket", "Two fields are wrong.")
                            .at("/title", "is missing")
                            .at("/queue", "is \"x\"");
                    }});
    }

    ApiResponse ask(const std::string &method, const std::string &path) const
    {
        ApiRequest request;
        request.method = method;
        request.path = path;
        return router.handle(std::move(request));
    }
};

Object::Ptr problemOf(const ApiResponse &response)
{
    REQUIRE(response.contentType == "application/problem+json");
    return psa::json::parseStrict(response.body).extract<Object::Ptr>();
}

} // namespace

TEST_CASE("a route gets the values of its parameters, decoded", "[http]")
{
    const Api api;
    CHECK(api.ask("GET", "/v1/tickets/42").body == "42");
    CHECK(api.ask("DELETE", "/v1/tickets/a%20b%2Fc").body == "a b/c");
}

TEST_CASE("an unknown path is a problem that says so", "[http]")
{
    const Api api;
    for (const char *path : {"/", "/v1", "/v1/tickets", "/v1/tickets/1/more", "/v1//tickets/1", "v1/tickets/1"})
        CHECK(api.ask("GET", path).status == 404);
    CHECK_THAT(problemOf(api.ask("GET", "/v2"))->getValue<std::string>("detail"), Catch::Contains("/v2"));
}

TEST_CASE("a path with a wrong method lists the allowed ones", "[http]")
{
    const Api api;
    const ApiResponse response = api.ask("PUT", "/v1/tickets/1");
    CHECK(response.status == 405);
    REQUIRE(response.headers.size() == 1);
    CHECK(response.headers[0] == std::pair<std::string, std::string>("Allow", "DELETE, GET, HEAD"));
}

TEST_CASE("a path that cannot be read is a bad request, never a crash", "[http]")
{
    const Api api;
    for (const char *path : {"/v1/tickets/%", "/v1/tickets/%zz", "/v1/tickets/%ff", "/v1/tickets/%00"})
    {
        CAPTURE(path);
        CHECK(api.ask("GET", path).status == 400);
    }
}

TEST_CASE("any exception of a handler becomes a problem; only the log has its text", "[http]")
{
    const Api api;
    for (const char *path : {"/v1/breaks", "/v1/poco"})
    {
        const ApiResponse response = api.ask("GET", path);
        CHECK(response.status == 500);
        CHECK(response.body.find("secret") == std::string::npos);
    }
    CHECK_THAT(api.logged, Catch::Contains("secret trouble") && Catch::Contains("secret thing"));
}

TEST_CASE("a problem lists each field with its location", "[http]")
{
    const Api api;
    const auto problem = problemOf(api.ask("POST", "/v1/refuses"));
    CHECK(problem->getValue<std::string>("type") == "urn:psa-host:problem:bad-ticket");
    CHECK(problem->getValue<int>("status") == 422);
    const auto errors = problem->getArray("errors");
    REQUIRE(errors->size() == 2);
    CHECK(errors->getObject(0)->getValue<std::string>("pointer") == "/title");
}
