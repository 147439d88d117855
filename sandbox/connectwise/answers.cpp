#include "sandbox/connectwise/handlers.h"

namespace psa::sandbox::connectwise {

Answer plainText(int status, const std::string &body)
{
    return {status, body, "text/plain; charset=utf-8", {}};
}

Answer errorAnswer(const ApiError &error)
{
    Array::Ptr errors = new Array;
    for (const FieldError &one : error.errors)
    {
        Object::Ptr object = newObject();
        object->set("code", one.code);
        object->set("message", one.message);
        object->set("resource", one.resource);
        object->set("field", one.field);
        errors->add(object);
    }
    Object::Ptr body = newObject();
    body->set("code", error.code);
    body->set("message", error.message);
    body->set("errors", error.errors.empty() ? Var() : Var(errors));
    return json(error.status, body);
}

Answer noContent()
{
    return {204, "", "", {}};
}

Answer cannotRoute()
{
    return plainText(400, "Cannot route. Codebase/company is invalid");
}

void addVersion(const Request &request, const Tenant &tenant, Answer &answer)
{
    std::string version = tenant.version();
    const std::string type = "application/vnd.connectwise.com+json";
    const std::string accepted = request.header("Accept");
    if (accepted.find(type) != std::string::npos)
    {
        const std::string mark = "version=";
        if (const std::size_t at = accepted.find(mark); at != std::string::npos)
        {
            const std::size_t begin = at + mark.size();
            version = accepted.substr(begin, accepted.find_first_of(",; ", begin) - begin);
        }
        answer.contentType = type + "; version=" + version;
    }
    answer.headers.emplace_back("api-current-version", version);
}

} // namespace psa::sandbox::connectwise
