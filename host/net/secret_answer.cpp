#include "host/net/secret_answer.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/net/secret_registry.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

namespace psa::net {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t shortestToken = 8;      ///< Shorter ones are words such as "admin".
constexpr std::size_t shortestBareToken = 16; ///< In text that is not JSON, most words are not tokens.
constexpr std::size_t mostTokens = 16;
constexpr std::size_t mostDigits = 13;

bool isOpen(std::string_view member)
{
    constexpr std::array<std::string_view, 5> open{"token_type", "scope", "error", "error_description", "error_uri"};
    return std::find(open.begin(), open.end(), member) != open.end();
}

std::optional<Var> documentIn(std::string_view body)
try
{
    return std::optional<Var>(std::in_place, json::parseStrict(body, {body.size(), json::JsonLimits{}.maxDepth}));
}
catch (const json::JsonError &)
{
    return std::nullopt;
}

Var shapeOf(const Var &value, const SecretRegistry &secrets);

Var shapeOf(const Object &object, const SecretRegistry &secrets)
{
    Object::Ptr shape = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const std::string &name : object.getNames())
    {
        const Var value = object.get(name);
        shape->set(secrets.redact(name), isOpen(name) ? redacted(value, secrets) : shapeOf(value, secrets));
    }
    return shape;
}

Var shapeOf(const Var &value, const SecretRegistry &secrets)
{
    if (value.type() == typeid(Object::Ptr))
        return shapeOf(*value.extract<Object::Ptr>(), secrets);
    if (value.type() == typeid(Array::Ptr))
    {
        Array::Ptr shape = new Array;
        for (const Var &item : *value.extract<Array::Ptr>())
            shape->add(shapeOf(item, secrets));
        return shape;
    }
    if (value.isEmpty() || value.isBoolean())
        return value;
    const auto text = value.convert<std::string>();
    if (value.isString())
        return text.empty() ? value : Var(std::string(Redactor::marker));
    const auto digits = std::count_if(text.begin(), text.end(), [](char each) { return each >= '0' && each <= '9'; });
    const bool isKept = static_cast<std::size_t>(digits) <= mostDigits && secrets.redact(text) == text;
    return isKept ? value : Var(0);
}

bool couldBeToken(std::string_view text, std::size_t shortest)
{
    const bool isText = std::any_of(text.begin(), text.end(), [](unsigned char each) { return each <= ' '; });
    return text.size() >= shortest && text.size() <= maxLearnedBytes && !isText && !text.starts_with("https://") &&
           !text.starts_with("http://");
}

void collect(const Var &value, std::vector<std::string> &tokens)
{
    if (value.type() == typeid(Object::Ptr))
    {
        const auto &object = value.extract<Object::Ptr>();
        for (const std::string &name : object->getNames())
            if (!isOpen(name))
                collect(object->get(name), tokens);
        return;
    }
    if (value.type() == typeid(Array::Ptr))
    {
        for (const Var &item : *value.extract<Array::Ptr>())
            collect(item, tokens);
        return;
    }
    if (value.isString() && couldBeToken(value.extract<std::string>(), shortestToken) && tokens.size() < mostTokens)
        tokens.push_back(value.extract<std::string>());
}

/// Of a form, of XML, or of the bare token.
std::vector<std::string> longWords(std::string_view text)
{
    constexpr std::string_view separators = " \t\r\n<>&\"',;=";
    std::vector<std::string> words;
    while (!text.empty() && words.size() < mostTokens)
    {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (couldBeToken(text.substr(0, end), shortestBareToken))
            words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

} // namespace

std::string withoutSecrets(std::string_view body, const SecretRegistry &secrets)
{
    if (body.empty())
        return {};
    const auto document = documentIn(body);
    return document ? json::jsonText(shapeOf(*document, secrets)) : std::string(Redactor::marker);
}

std::vector<std::string> possibleTokens(std::string_view body)
{
    const auto document = documentIn(body);
    if (!document)
        return longWords(body);
    std::vector<std::string> tokens;
    collect(*document, tokens);
    return tokens;
}

} // namespace psa::net
