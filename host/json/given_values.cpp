#include "host/json/given_values.h"

#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>

#include <cmath>

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

} // namespace

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

} // namespace psa::json
