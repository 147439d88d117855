#include "common/json.h"

#include "common/text.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

#include <cmath>
#include <sstream>

namespace psa::plugins {

namespace {

/// The JSON in `text` if it starts with `first`; empty if it is invalid.
Poco::Dynamic::Var parse(std::string_view text, char first)
{
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (text.substr(0, byteOrderMark.size()) == byteOrderMark)
        text.remove_prefix(byteOrderMark.size());
    if (trim(text).empty() || trim(text).front() != first)
        return {};
    try
    {
        Poco::JSON::Parser parser;
        parser.setDepth(32);
        return parser.parse(std::string(text));
    }
    catch (const Poco::Exception &)
    {
        return {}; // Not JSON: the caller, which has the whole response, decides what that means.
    }
}

/// Above this a double cannot represent every integer.
bool isExactlyWhole(double number)
{
    constexpr double most = 9007199254740992;
    return number >= -most && number <= most && std::floor(number) == number;
}

template <class Container>
std::string inOneLine(const Container &container)
{
    std::ostringstream out;
    container.stringify(out);
    return out.str();
}

} // namespace

Object::Ptr parseObject(std::string_view text)
{
    const Poco::Dynamic::Var parsed = parse(text, '{');
    return parsed.type() == typeid(Object::Ptr) ? parsed.extract<Object::Ptr>() : Object::Ptr();
}

Array::Ptr parseArray(std::string_view text)
{
    const Poco::Dynamic::Var parsed = parse(text, '[');
    return parsed.type() == typeid(Array::Ptr) ? parsed.extract<Array::Ptr>() : Array::Ptr();
}

std::string toJson(const Object &object)
{
    return inOneLine(object);
}

std::string toJson(const Array &array)
{
    return inOneLine(array);
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
    if (value.type() == typeid(double) && isExactlyWhole(value.extract<double>()))
        return std::to_string(static_cast<std::int64_t>(value.extract<double>()));
    return {};
}

std::optional<std::string> writtenText(const Poco::Dynamic::Var &value)
{
    if (value.isEmpty())
        return "";
    if (value.isBoolean())
        return value.extract<bool>() ? "true" : "false";
    if (!value.isString() && !value.isNumeric())
        return std::nullopt;
    const std::string text = textOf(value);
    return text.empty() && value.isNumeric() ? value.convert<std::string>() : text;
}

std::string textOf(const Object &object, const std::string &name)
{
    return textOf(object.get(name));
}

std::string firstLine(const Object &object, std::initializer_list<const char *> names)
{
    for (const char *name : names)
        if (std::string line = oneLine(textOf(object, name)); !line.empty())
            return line;
    return {};
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
    const std::string written = lower(trim(writtenText(object.get(name)).value_or("")));
    if (written == "true" || written == "1")
        return true;
    return written == "false" || written == "0" ? false : otherwise;
}

} // namespace psa::plugins
