#include "host/cli/document_file.h"

#include "host/cli/ticket_request_reader.h"
#include "host/json/strict_json.h"
#include "host/os/read_file.h"

#include <Poco/JSON/Array.h>

#include <charconv>
#include <filesystem>
#include <istream>
#include <sstream>

namespace psa::cli {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t largestDocument = 8 << 20;

Object::Ptr jsonFrom(const std::string &file, const std::string &name, std::istream &in)
{
    json::JsonLimits limits;
    limits.maxBytes = largestDocument;
    std::string text;
    try
    {
        text = file == "-" ? os::readStream(in, limits.maxBytes) : os::readFile(file, limits.maxBytes);
    }
    catch (const std::exception &error)
    {
        throw BadRequest(name + " cannot be read: " + error.what() + ".");
    }
    try
    {
        const Var document = json::parseStrict(text, limits);
        if (document.type() == typeid(Object::Ptr))
            return document.extract<Object::Ptr>();
    }
    catch (const json::JsonError &error)
    {
        throw BadRequest(name + " is not JSON: " + error.what() + ". The names of TOML files must end in \".toml\".");
    }
    throw BadRequest(name + " must be a JSON object.");
}

/// The next part of a JSON pointer, which starts with "/"; it is removed from `pointer`.
std::string takePart(std::string &pointer)
{
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    std::string part = pointer.substr(1, end - 1);
    pointer.erase(0, end);
    for (const auto &[escape, character] : {std::pair("~1", "/"), std::pair("~0", "~")})
        for (std::size_t at = part.find(escape); at != std::string::npos; at = part.find(escape, at + 1))
            part.replace(at, 2, character);
    return part;
}

const toml::node *childOf(const toml::node &node, const std::string &part)
{
    if (const toml::table *table = node.as_table())
        return table->get(part);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (const toml::array *array = node.as_array(); array != nullptr && error == std::errc())
        return array->get(index);
    return nullptr;
}

toml::table tomlOf(const Object &object);
toml::array tomlOf(const Array &array);

/// Calls `add` with `value` as a type that TOML has, unless it is null.
template <class Add>
void withToml(const Var &value, const Add &add)
{
    if (value.isEmpty())
        return;
    if (value.type() == typeid(Object::Ptr))
        add(tomlOf(*value.extract<Object::Ptr>()));
    else if (value.type() == typeid(Array::Ptr))
        add(tomlOf(*value.extract<Array::Ptr>()));
    else if (value.isBoolean())
        add(value.convert<bool>());
    else if (value.isInteger())
        add(value.convert<std::int64_t>());
    else if (value.isNumeric())
        add(value.convert<double>());
    else
        add(value.convert<std::string>());
}

toml::array tomlOf(const Array &array)
{
    toml::array all;
    for (const Var &item : array)
        withToml(item, [&all](const auto &one) { all.push_back(one); });
    return all;
}

toml::table tomlOf(const Object &object)
{
    toml::table table;
    for (const auto &[name, value] : object)
        withToml(value, [&table, &key = name](const auto &one) { table.insert(key, one); });
    return table;
}

} // namespace

DocumentFile::DocumentFile(const std::string &file, std::istream &in) : name_(file == "-" ? "standard input" : file)
{
    if (std::filesystem::path(file).extension() != ".toml")
    {
        document_ = jsonFrom(file, name_, in);
        return;
    }
    toml_ = std::make_shared<config::TomlReader>(file);
    document_ = config::toJson(*toml_, "the file", toml_->root()).extract<Object::Ptr>();
    toml_->finish();
}

std::string DocumentFile::placeOf(const std::string &pointer) const
{
    if (!toml_)
        return name_;
    const toml::node *node = &toml_->root();
    std::string rest = pointer;
    while (rest.starts_with('/'))
    {
        const toml::node *child = childOf(*node, takePart(rest));
        if (child == nullptr)
            break;
        node = child;
    }
    return name_ + ":" + std::to_string(std::max<std::uint32_t>(node->source().begin.line, 1));
}

std::string tomlText(const Object &document)
{
    std::ostringstream text;
    text << toml::toml_formatter(tomlOf(document)) << '\n';
    return text.str();
}

} // namespace psa::cli
