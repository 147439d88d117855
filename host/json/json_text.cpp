#include "host/json/json_text.h"

#include "host/json/strict_json.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Stringifier.h>

#include <algorithm>
#include <sstream>

namespace psa::host {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;
using Poco::JSON::Stringifier;

std::string jsonText(const Var &value)
{
    std::string text;
    if (value.type() == typeid(Object::Ptr))
    {
        const Object::Ptr object = value.extract<Object::Ptr>();
        auto names = object->getNames();
        std::sort(names.begin(), names.end());
        for (const std::string &name : names)
            text += (text.empty() ? "" : ",") + jsonText(name) + ":" + jsonText(object->get(name));
        return "{" + text + "}";
    }
    if (value.type() == typeid(Array::Ptr))
    {
        const Array::Ptr array = value.extract<Array::Ptr>();
        for (const Var &item : *array)
            text += (text.empty() ? "" : ",") + jsonText(item);
        return "[" + text + "]";
    }
    std::ostringstream out;
    Stringifier::stringify(value, out);
    return out.str();
}

std::string toText(const Object &object)
{
    std::ostringstream text;
    object.stringify(text);
    return text.str();
}

Object::Ptr parseObject(const std::string &json)
{
    return json.empty() ? Object::Ptr(new Object) : parseStrict(json).extract<Object::Ptr>();
}

} // namespace psa::host
