#include "common/json.h"

#include "common/text.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

#include <sstream>

namespace plugins {

Object::Ptr parseObject(std::string_view text)
{
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (text.substr(0, byteOrderMark.size()) == byteOrderMark)
        text.remove_prefix(byteOrderMark.size());
    if (trim(text).empty() || trim(text).front() != '{')
        return {};
    try
    {
        Poco::JSON::Parser parser;
        parser.setDepth(32);
        const Poco::Dynamic::Var parsed = parser.parse(std::string(text));
        return parsed.type() == typeid(Object::Ptr) ? parsed.extract<Object::Ptr>() : Object::Ptr();
    }
    catch (const Poco::Exception &)
    {
        return {}; // Not JSON: what that means is the caller's to say, with the whole answer at hand.
    }
}

std::string toJson(const Object &object)
{
    std::ostringstream out;
    object.stringify(out);
    return out.str();
}

bool has(const Object &object, const std::string &name)
{
    return object.has(name) && !object.isNull(name);
}

std::string textOf(const Poco::Dynamic::Var &value)
{
    if (value.isString())
        return value.extract<std::string>();
    if (value.isInteger() && !value.isBoolean())
        return value.convert<std::string>();
    return {};
}

std::string textOf(const Object &object, const std::string &name)
{
    return textOf(object.get(name));
}

std::optional<std::int64_t> integerOf(const Poco::Dynamic::Var &value)
{
    const std::string text(trim(textOf(value)));
    if (!isInteger(text))
        return std::nullopt;
    return std::stoll(text);
}

std::optional<std::int64_t> integerOf(const Object &object, const std::string &name)
{
    return integerOf(object.get(name));
}

bool flagOf(const Object &object, const std::string &name, bool otherwise)
{
    const Poco::Dynamic::Var value = object.get(name);
    return value.isBoolean() ? value.extract<bool>() : otherwise;
}

} // namespace plugins
