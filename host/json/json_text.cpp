#include "host/json/json_text.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Stringifier.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace psa::json {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;
using Poco::JSON::Stringifier;

namespace {

enum class Order
{
    asTheyCome,
    byName
};

/// Bytes that need no escape in JSON.
constexpr std::array<bool, 256> plainBytes = [] {
    std::array<bool, 256> plain{};
    for (unsigned byte = ' '; byte <= '~'; ++byte)
        plain.at(byte) = byte != '"' && byte != '\\' && byte != '/';
    return plain;
}();

bool isPlain(const std::string &text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return plainBytes[static_cast<unsigned char>(c)]; });
}

void append(std::string &out, const Var &value, Order order);

/// Poco writes a string to a stream character by character, which dominates the time: so it is used only if something
/// must be escaped.
void appendText(std::string &out, const std::string &text)
{
    if (isPlain(text))
    {
        out += '"';
        out += text;
        out += '"';
        return;
    }
    std::ostringstream escaped;
    Stringifier::stringify(Var(text), escaped);
    out += escaped.str();
}

void appendObject(std::string &out, const Object &object, Order order)
{
    auto names = object.getNames();
    if (order == Order::byName)
        std::sort(names.begin(), names.end());
    out += '{';
    for (std::size_t i = 0; i < names.size(); ++i)
    {
        out += i == 0 ? "" : ",";
        appendText(out, names[i]);
        out += ':';
        append(out, object.get(names[i]), order);
    }
    out += '}';
}

void appendArray(std::string &out, const Array &array, Order order)
{
    out += '[';
    for (std::size_t i = 0; i < array.size(); ++i)
    {
        out += i == 0 ? "" : ",";
        append(out, array.get(static_cast<unsigned>(i)), order);
    }
    out += ']';
}

void append(std::string &out, const Var &value, Order order)
{
    if (value.type() == typeid(Object::Ptr))
        return appendObject(out, *value.extract<Object::Ptr>(), order);
    if (value.type() == typeid(Array::Ptr))
        return appendArray(out, *value.extract<Array::Ptr>(), order);
    if (value.type() == typeid(std::string))
        return appendText(out, value.extract<std::string>());
    if (value.type() == typeid(bool))
    {
        out += value.extract<bool>() ? "true" : "false";
        return;
    }
    if (value.isInteger())
    {
        out += value.toString();
        return;
    }
    std::ostringstream other;
    Stringifier::stringify(value, other);
    out += other.str();
}

/// Whether a string in `json` may contain a control character: as an escape, or as the bytes of DEL and C1.
bool mayHoldControls(const std::string &json)
{
    for (std::size_t at = json.find_first_of("\\\x7F\xC2"); at != std::string::npos && at + 1 < json.size();
         at = json.find_first_of("\\\x7F\xC2", at + 1))
    {
        const auto next = static_cast<unsigned char>(json[at + 1]);
        if (json[at] == '\x7F' || (json[at] == '\xC2' && next < 0xA0) ||
            (json[at] == '\\' && (next == 'u' || next == 'b' || next == 'f' || next == 'r')))
            return true;
    }
    return false;
}

Var plain(const Var &value)
{
    if (value.type() == typeid(std::string))
        return withoutControls(value.extract<std::string>());
    if (value.type() == typeid(Array::Ptr))
    {
        Array::Ptr items = new Array;
        for (const Var &item : *value.extract<Array::Ptr>())
            items->add(plain(item));
        return items;
    }
    if (value.type() != typeid(Object::Ptr))
        return value;
    Object::Ptr members = new Object;
    for (const auto &[name, member] : *value.extract<Object::Ptr>())
        members->set(withoutControls(name), plain(member));
    return members;
}

} // namespace

std::string withPlainTexts(const std::string &json)
{
    return mayHoldControls(json) ? toText(*plain(parseObject(json)).extract<Object::Ptr>()) : json;
}

std::string jsonText(const Var &value)
{
    std::string text;
    append(text, value, Order::byName);
    return text;
}

std::string toText(const Object &object)
{
    std::string text;
    appendObject(text, object, Order::asTheyCome);
    return text;
}

Object::Ptr parseObject(const std::string &json)
{
    if (json.empty())
        return new Object;
    return parseStrict(json, ownText).extract<Object::Ptr>();
}

Object::Ptr parseStored(const std::string &json, std::string &damage)
{
    damage.clear();
    try
    {
        return parseObject(json);
    }
    catch (const JsonError &error)
    {
        damage = error.what();
    }
    catch (const Poco::BadCastException &)
    {
        damage = "it is not an object";
    }
    return new Object;
}

} // namespace psa::json
