#include "host/http/problem.h"

#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>

namespace psa::http {

using Poco::JSON::Array;
using Poco::JSON::Object;

ApiResponse Problem::toResponse() const
{
    Object problem(Poco::JSON_PRESERVE_KEY_ORDER);
    problem.set("type", "urn:psa-host:problem:" + slug_);
    problem.set("title", title_);
    problem.set("status", status_);
    problem.set("detail", json::replaceInvalidUtf8(detail_)); // it may quote the request
    if (!fields_.empty())
    {
        Array::Ptr errors = new Array;
        for (const FieldProblem &field : fields_)
        {
            Object::Ptr one = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
            one->set("pointer", field.pointer);
            one->set("detail", json::replaceInvalidUtf8(field.detail));
            errors->add(one);
        }
        problem.set("errors", errors);
    }
    std::ostringstream text;
    problem.stringify(text);
    return {status_, "application/problem+json", text.str(), headers_};
}

Problem tooLarge(std::size_t most)
{
    return {413, "too-large", "Request too large", "The body may have at most " + std::to_string(most) + " bytes."};
}

} // namespace psa::http
