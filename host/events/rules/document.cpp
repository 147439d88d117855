#include "host/events/rules/document.h"

#include "host/json/json_values.h"
#include "host/json/near_words.h"
#include "host/json/utf8.h"

#include <Poco/String.h>

#include <algorithm>

namespace psa::events::rules {
namespace {

std::size_t lengthOf(const std::string &text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string listOf(const std::vector<std::string> &words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += (i == 0 ? "" : (i + 1 == words.size() ? " or " : ", ")) + words[i];
    return text;
}

} // namespace

RuleInvalid::RuleInvalid(std::string pointer, std::string problem)
    : std::runtime_error((pointer.empty() ? "The document" : pointer) + ' ' + problem +
                         (problem.ends_with('.') ? "" : ".")),
      pointer_(std::move(pointer)), problem_(std::move(problem))
{
}

ObjectReader::ObjectReader(Poco::JSON::Object::Ptr object, std::string pointer, const std::vector<std::string> &known)
    : object_(std::move(object)), pointer_(std::move(pointer))
{
    for (const auto &[name, value] : *object_)
        if (std::find(known.begin(), known.end(), name) == known.end())
            refuse(name, "is not a known member." + json::similarText(name, known));
}

std::string ObjectReader::pointerTo(const std::string &name) const
{
    return json::memberPointer(pointer_, name);
}

void ObjectReader::refuse(const std::string &name, const std::string &problem) const
{
    throw RuleInvalid(pointerTo(name), problem);
}

void ObjectReader::refuseChoice(const std::string &name, const std::string &given,
                                const std::vector<std::string> &choices) const
{
    refuse(name, "is " + quoted(given) + "; it must be " + listOf(choices));
}

std::string ObjectReader::text(const std::string &name, std::size_t maxLength) const
{
    if (!has(name))
        return "";
    const Poco::Dynamic::Var value = get(name);
    if (!value.isString())
        refuse(name, "is not a string");
    std::string text = value.extract<std::string>();
    if (lengthOf(text) > maxLength)
        refuse(name, "has more than " + std::to_string(maxLength) + " characters");
    return text;
}

std::string ObjectReader::requiredLine(const std::string &name, std::size_t maxLength) const
{
    if (!has(name))
        refuse(name, "is missing");
    std::string line = text(name, maxLength);
    if (json::isBlankText(line))
        refuse(name, "is empty");
    if (json::printableLine(line) != line)
        refuse(name, "has line ends or other control characters");
    if (Poco::trim(line) != line)
        refuse(name, "starts or ends with a space");
    return line;
}

std::int64_t ObjectReader::integer(const std::string &name, std::int64_t from, std::int64_t to,
                                   std::int64_t otherwise) const
{
    if (!has(name))
        return otherwise;
    const Poco::Dynamic::Var value = get(name);
    if (!value.isInteger() || value.isBoolean())
        refuse(name, "is not an integer");
    if (const auto number = value.convert<double>();
        number < static_cast<double>(from) || number > static_cast<double>(to))
        refuse(name, "is not from " + std::to_string(from) + " to " + std::to_string(to));
    return value.convert<std::int64_t>();
}

bool ObjectReader::boolean(const std::string &name, bool otherwise) const
{
    if (!has(name))
        return otherwise;
    const Poco::Dynamic::Var value = get(name);
    if (!value.isBoolean())
        refuse(name, "is neither true nor false");
    return value.extract<bool>();
}

Poco::JSON::Object::Ptr ObjectReader::object(const std::string &name) const
{
    if (!has(name))
        return nullptr;
    if (!object_->isObject(name))
        refuse(name, "is not an object");
    return object_->getObject(name);
}

Poco::JSON::Array::Ptr ObjectReader::array(const std::string &name) const
{
    if (!has(name))
        return nullptr;
    if (!object_->isArray(name))
        refuse(name, "is not a list");
    return object_->getArray(name);
}

std::string textFrom(const Poco::Dynamic::Var &value, const std::string &pointer)
{
    if (value.isString())
        return value.extract<std::string>();
    if (!value.isInteger() || value.isBoolean())
        throw RuleInvalid(pointer, "is not a string");
    return value.convert<std::string>();
}

std::string quoted(const std::string &text)
{
    constexpr std::size_t most = 100;
    const std::string line = json::printableLine(text);
    return '"' + std::string(json::cutUtf8(line, most)) + (line.size() > most ? "…\"" : "\"");
}

} // namespace psa::events::rules
