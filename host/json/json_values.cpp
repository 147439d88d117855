#include "host/json/json_values.h"

#include "host/json/json_text.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace psa::json {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr double largestExact = 9007199254740992.0; ///< 2^53: above, a double skips integers.

Var givenValue(const Var &value)
{
    if (value.type() == typeid(Object::Ptr))
        return givenValues(*value.extract<Object::Ptr>());
    if (value.type() != typeid(Array::Ptr))
        return asWhole(value);
    Array::Ptr items = new Array;
    for (const Var &item : *value.extract<Array::Ptr>())
        items->add(givenValue(item));
    return items;
}

class Differ
{
public:
    std::vector<JsonDifference> differences;

    void compare(const std::string &path, const Var &before, const Var &after)
    {
        if (before.type() == typeid(Object::Ptr) && after.type() == typeid(Object::Ptr))
            return compareMembers(path, before.extract<Object::Ptr>(), after.extract<Object::Ptr>());
        if (before.type() == typeid(Array::Ptr) && after.type() == typeid(Array::Ptr))
            return compareItems(path, before.extract<Array::Ptr>(), after.extract<Array::Ptr>());
        const std::string was = jsonText(before);
        const std::string is = jsonText(after);
        if (was != is)
            differences.push_back({path, was, is});
    }

private:
    void compareMembers(const std::string &path, const Object::Ptr &before, const Object::Ptr &after)
    {
        std::set<std::string> names;
        for (const Object::Ptr &object : {before, after})
            for (const auto &[name, value] : *object)
                names.insert(name);
        for (const std::string &name : names)
        {
            const std::string member = memberPointer(path, name);
            if (!after->has(name))
                differences.push_back({member, jsonText(before->get(name)), ""});
            else if (!before->has(name))
                differences.push_back({member, "", jsonText(after->get(name))});
            else
                compare(member, before->get(name), after->get(name));
        }
    }

    void compareItems(const std::string &path, const Array::Ptr &before, const Array::Ptr &after)
    {
        for (unsigned i = 0; i < std::max(before->size(), after->size()); ++i)
        {
            const std::string item = path + "/" + std::to_string(i);
            if (i >= after->size())
                differences.push_back({item, jsonText(before->get(i)), ""});
            else if (i >= before->size())
                differences.push_back({item, "", jsonText(after->get(i))});
            else
                compare(item, before->get(i), after->get(i));
        }
    }
};

} // namespace

std::string memberPointer(const std::string &pointer, const std::string &name)
{
    std::string text = pointer + '/';
    for (const char c : name)
        text += c == '~' ? "~0" : (c == '/' ? "~1" : std::string(1, c));
    return text;
}

bool isBlank(const Var &value)
{
    return value.isEmpty() || (value.isString() && isBlankText(value.extract<std::string>()));
}

Var asWhole(const Var &value)
{
    if (value.type() != typeid(double) && value.type() != typeid(float))
        return value;
    const auto number = value.convert<double>();
    if (std::abs(number) >= largestExact || std::trunc(number) != number)
        return value;
    return static_cast<Poco::Int64>(number);
}

Object::Ptr givenValues(const Object &object)
{
    Object::Ptr given = new Object;
    for (const auto &[name, value] : object)
        if (!value.isEmpty())
            given->set(name, givenValue(value));
    return given;
}

std::vector<JsonDifference> diffJson(const Var &before, const Var &after)
{
    Differ differ;
    differ.compare("", before, after);
    return std::move(differ.differences);
}

} // namespace psa::json
