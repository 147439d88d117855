#include "host/config/toml_reader.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

namespace psa::config {

Poco::Dynamic::Var toJson(TomlReader &reader, const std::string &field, const toml::node &node)
{
    if (node.is_string())
        return node.value_or(std::string());
    if (node.is_integer())
        return static_cast<Poco::Int64>(node.value_or(std::int64_t{0}));
    if (node.is_floating_point())
        return node.value_or(0.0);
    if (node.is_boolean())
        return node.value_or(false);
    if (const toml::array *items = node.as_array())
    {
        Poco::JSON::Array::Ptr array = new Poco::JSON::Array;
        for (const toml::node &item : *items)
            array->add(toJson(reader, field, item));
        return array;
    }
    if (const toml::table *table = node.as_table())
    {
        Poco::JSON::Object::Ptr object = new Poco::JSON::Object;
        for (const auto &[name, item] : *table)
            object->set(std::string(name.str()), toJson(reader, field, item));
        return object;
    }
    reader.mistake(node, "\"" + field + "\" must be a string, a number, true or false; put dates in quotes");
    return {};
}

} // namespace psa::config
