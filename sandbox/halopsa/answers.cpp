#include "sandbox/halopsa/api_error.h"

namespace psa::sandbox::halopsa {
namespace {

Object::Ptr members(const std::string &name, const std::string &value)
{
    Object::Ptr object = newObject();
    object->set(name, value);
    return object;
}

Array::Ptr arrayOf(const Var &item)
{
    Array::Ptr array = new Array;
    array->add(item);
    return array;
}

Var exceptionBody(const ApiError &error)
{
    Object::Ptr body = members("ClassName", error.exception);
    body->set("Message", error.message);
    for (const char *unset : {"Data", "InnerException", "HelpURL", "StackTraceString"})
        body->set(unset, Var());
    return body;
}

Var resultBody(const ApiError &error)
{
    Object::Ptr body = newObject();
    body->set("resultCode", 1);
    body->set("errorMessage", error.message);
    return body;
}

Var oauthBody(const ApiError &error)
{
    Object::Ptr body = members("error", "invalid_request");
    body->set("error_description", error.message);
    return body;
}

Var listOfErrors(const Var &one)
{
    Object::Ptr body = newObject();
    body->set("errors", arrayOf(one));
    return body;
}

/// The body in the selected form, which is JSON.
Var bodyOf(const std::string &shape, const ApiError &error)
{
    if (shape == "exception")
        return exceptionBody(error);
    if (shape == "result")
        return resultBody(error);
    if (shape == "oauth")
        return oauthBody(error);
    if (shape == "errors")
        return listOfErrors(error.message);
    if (shape == "errorObjects")
        return listOfErrors(members("message", error.message));
    if (shape == "array")
        return arrayOf(members("message", error.message));
    if (shape == "string")
        return error.message;
    return members(shape, error.message); // Message, error, message, detail
}

} // namespace

Answer errorAnswer(const Switches &switches, const ApiError &error)
{
    if (error.message.empty())
        return {error.status, "", "", {}};
    const std::string shape = switches.text("errors.shape");
    if (shape == "text")
        return {error.status, error.message, "text/plain; charset=utf-8", {}};
    return json(error.status, bodyOf(shape, error));
}

ApiError invalid(const Switches &switches, const std::string &message)
{
    return {static_cast<int>(switches.number("errors.status")), message};
}

} // namespace psa::sandbox::halopsa
