#include "sandbox/autotask/handlers.h"

namespace psa::sandbox::autotask {

Answer ok(const Object::Ptr &body)
{
    return {200, toText(body), "application/json; charset=utf-8", {}};
}

Answer methodNotAllowed(const std::string &method)
{
    Object::Ptr body = newObject();
    body->set("Message", "The requested resource does not support http method '" + method + "'.");
    Answer answer = ok(body);
    answer.status = 405;
    return answer;
}

Answer errorsAnswer(int status, const std::vector<std::string> &errors)
{
    Array::Ptr list = new Array;
    for (const std::string &error : errors)
        list->add(error);
    Object::Ptr body = newObject();
    body->set("errors", list);
    Answer answer = ok(body);
    answer.status = status;
    return answer;
}

} // namespace psa::sandbox::autotask
