#include "host/http/problem.h"

#include "host/json/json_text.h"
#include "host/json/utf8.h"

namespace psa::http {

using Poco::JSON::Object;

ApiResponse Problem::toResponse() const
{
    Object problem(Poco::JSON_PRESERVE_KEY_ORDER);
    problem.set("type", "urn:psa-host:problem:" + slug_);
    problem.set("title", title_);
    problem.set("status", status_);
    problem.set("detail", json::replaceInvalidUtf8(detail_)); // it may quote the request
    const auto errorOf = [](const FieldProblem &field) {
        Object::Ptr one = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        one->set("pointer", field.pointer);
        one->set("detail", json::replaceInvalidUtf8(field.detail));
        return one;
    };
    if (!fields_.empty())
        problem.set("errors", json::arrayOf(fields_, errorOf));
    return {status_, "application/problem+json", json::toText(problem), headers_};
}

Problem tooLarge(std::size_t most)
{
    return {413, "too-large", "Request too large", "The body may have at most " + std::to_string(most) + " bytes."};
}

Problem badQuery(std::string detail)
{
    return {400, "bad-query", "Invalid query", std::move(detail)};
}

} // namespace psa::http
