#include "sandbox/connectwise/answers.h"

namespace psa::sandbox::connectwise {

Answer json(int status, const Var &body)
{
    return {status, toText(body), "application/json; charset=utf-8", {}};
}

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

Answer cannotRoute()
{
    return plainText(400, "Cannot route. Codebase/company is invalid");
}

} // namespace psa::sandbox::connectwise
