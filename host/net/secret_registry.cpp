#include "host/net/secret_registry.h"

#include "host/net/secret_answer.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/String.h>

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
    while (!held_.empty())
        wipeElement(held_.extract(held_.begin()).value());
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

/// Requires the lock. True if the redactor must be renewed.
bool SecretRegistry::pass(std::string_view secret)
{
    if (secret.empty() || known_.find(secret) != known_.end())
        return false;
    const auto before = std::find(passing_.begin(), passing_.end(), secret);
    if (before != passing_.end())
    {
        passing_.splice(passing_.end(), passing_, before);
        return false;
    }
    passing_.emplace_back(secret);
    if (passing_.size() > maxPassing)
    {
        wipeElement(passing_.front());
        passing_.pop_front();
    }
    return true;
}

void SecretRegistry::learnPassing(std::string_view secret)
{
    const std::lock_guard lock(mutex_);
    if (pass(secret))
        makeRedactor();
}

void SecretRegistry::learnPassing(const std::vector<std::string> &secrets)
{
    const std::lock_guard lock(mutex_);
    bool isNew = false;
    for (const std::string &secret : secrets)
        isNew = pass(secret) || isNew;
    if (isNew)
        makeRedactor();
}

void SecretRegistry::hold(const std::vector<std::string> &secrets)
{
    const std::lock_guard lock(mutex_);
    held_.insert(secrets.begin(), secrets.end());
    makeRedactor();
}

void SecretRegistry::release(const std::vector<std::string> &secrets)
{
    const std::lock_guard lock(mutex_);
    for (const std::string &secret : secrets)
    {
        if (const auto found = held_.find(secret); found != held_.end())
            wipeElement(held_.extract(found).value());
        pass(secret);
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
    for (const std::string &each : held_)
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

HttpResponse redacted(HttpResponse response, const HttpRequest &request, const SecretRegistry &secrets)
{
    response.body = request.secretAnswer ? withoutSecrets(response.body, secrets) : secrets.redact(response.body);
    for (HttpHeader &header : response.headers)
        header.secret = header.secret || (request.secretAnswer && Poco::icompare(header.name, "Set-Cookie") == 0);
    redactHeaders(response.headers, secrets);
    return response;
}

Var redacted(const Var &document, const SecretRegistry &secrets)
{
    if (document.type() == typeid(Object::Ptr))
    {
        Object::Ptr copy = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        const auto &object = document.extract<Object::Ptr>();
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
