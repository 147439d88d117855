#include "host/net/secret_registry.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <cstring>

namespace psa::net {
namespace {

/// A word shorter than this is a scheme or a label rather than a secret.
constexpr std::size_t shortestWord = 8;

void wipeElement(std::string &text)
{
    explicit_bzero(text.data(), text.size()); // destroyed right afterwards
}

void add(Redactor &redactor, std::string_view secret)
{
    redactor.addSecret(std::string(secret));
    for (std::string_view rest = secret; !rest.empty();)
    {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        if (space >= shortestWord)
            redactor.addSecret(std::string(rest.substr(0, space)));
        rest.remove_prefix(std::min(space + 1, rest.size()));
    }
}

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

void redactHeaders(std::vector<HttpHeader> &headers, const SecretRegistry &secrets)
{
    for (HttpHeader &header : headers)
        header.value = header.secret ? std::string(Redactor::marker) : secrets.redact(header.value);
}

} // namespace

SecretRegistry::SecretRegistry() : redactor_(std::make_shared<Redactor>()) {}

SecretRegistry::~SecretRegistry()
{
    while (!known_.empty())
        wipeElement(known_.extract(known_.begin()).value()); // an element inside the set could not be changed
    std::for_each(passing_.begin(), passing_.end(), wipeElement);
}

void SecretRegistry::learn(std::string_view secret)
{
    const std::lock_guard lock(mutex_);
    if (secret.empty() || known_.find(secret) != known_.end())
        return;
    known_.emplace(secret);
    makeRedactor();
}

void SecretRegistry::learnPassing(std::string_view secret)
{
    const std::lock_guard lock(mutex_);
    if (secret.empty() || known_.find(secret) != known_.end())
        return;
    const auto before = std::find(passing_.begin(), passing_.end(), secret);
    if (before != passing_.end())
        return passing_.splice(passing_.end(), passing_, before);
    passing_.emplace_back(secret);
    if (passing_.size() > maxPassing)
    {
        wipeElement(passing_.front());
        passing_.pop_front();
    }
    makeRedactor();
}

/// Requires the lock.
void SecretRegistry::makeRedactor()
{
    auto redactor = std::make_shared<Redactor>();
    for (const std::string &each : known_)
        add(*redactor, each);
    for (const std::string &each : passing_)
        add(*redactor, each);
    redactor_ = std::move(redactor);
}

std::shared_ptr<const Redactor> SecretRegistry::current() const
{
    const std::lock_guard lock(mutex_);
    return redactor_;
}

std::string SecretRegistry::redact(std::string_view text) const
{
    return current()->redact(text);
}

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
