#include "host/net/redacted.h"

#include "host/net/secret_registry.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace psa::net {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

void redactHeaders(std::vector<HttpHeader> &headers, const SecretRegistry &secrets)
{
    for (HttpHeader &header : headers)
        header.value = header.secret ? std::string(Redactor::marker) : secrets.redact(header.value);
}

} // namespace

HttpRequest redacted(HttpRequest request, const SecretRegistry &secrets)
{
    request.url = secrets.redact(request.url);
    request.body = secrets.redact(request.body);
    redactHeaders(request.headers, secrets);
    return request;
}

HttpResponse redacted(HttpResponse response, const SecretRegistry &secrets)
{
    response.body = secrets.redact(response.body);
    redactHeaders(response.headers, secrets);
    return response;
}

Var redacted(const Var &document, const SecretRegistry &secrets)
{
    if (document.type() == typeid(Object::Ptr))
    {
        Object::Ptr copy = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        const auto object = document.extract<Object::Ptr>();
        for (const std::string &name : object->getNames())
            copy->set(secrets.redact(name), redacted(object->get(name), secrets));
        return copy;
    }
    if (document.type() == typeid(Array::Ptr))
    {
        Array::Ptr copy = new Array;
        for (const Var &item : *document.extract<Array::Ptr>())
            copy->add(redacted(item, secrets));
        return copy;
    }
    if (document.isEmpty() || document.isBoolean())
        return document;
    const auto text = document.convert<std::string>();
    const std::string safe = secrets.redact(text);
    return safe == text ? document : Var(safe); // a number can be a secret too
}

} // namespace psa::net
