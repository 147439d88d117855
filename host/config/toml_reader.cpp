#include "host/config/toml_reader.h"

#include "host/json/utf8.h"
#include "host/os/read_file.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/String.h>

#include <algorithm>

namespace psa::config {
namespace {

constexpr std::size_t largestFile = 4 << 20;

std::string quoted(std::string_view key)
{
    std::string text = "\"";
    return text.append(key) + "\"";
}

/// The content of `file`, in UTF-8.
std::string textOf(const std::filesystem::path &file)
{
    std::string content;
    try
    {
        content = os::readFile(file, largestFile);
    }
    catch (const std::exception &error)
    {
        throw ConfigError("The file " + file.string() + " cannot be read: " + error.what() + ".");
    }
    if (const std::string_view encoding = json::foreignEncodingOf(content); !encoding.empty())
        throw ConfigError("The file " + file.string() + " is " + std::string(encoding) + "; save it as UTF-8.");
    return std::string(json::withoutByteOrderMark(content));
}

} // namespace

TomlReader::TomlReader(const std::filesystem::path &file)
try : file_(file.string()), root_(toml::parse(textOf(file), file_))
{
}
catch (const toml::parse_error &error)
{
    const auto at = error.source().begin;
    throw ConfigError(file.string() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                      std::string(error.description()));
}

void TomlReader::mistakeAt(const toml::source_position &at, const std::string &what)
{
    mistakes_ += (mistakes_.empty() ? "" : "\n") + file_ + ":" + std::to_string(at.line) + ":" +
                 std::to_string(at.column) + ": " + what;
}

void TomlReader::refuseUnknown(const toml::table &table, const std::string &name, const std::vector<std::string> &known)
{
    for (const auto &[key, value] : table)
        if (std::find(known.begin(), known.end(), key.str()) == known.end())
            mistakeAt(key.source().begin, "unknown key " + quoted(key.str()) + " in " + name + "; known are " +
                                              Poco::cat(std::string(", "), known.begin(), known.end()));
}

const toml::table *TomlReader::section(const std::string &key, const std::vector<std::string> &known)
{
    const toml::table *found = table(root_, key);
    if (found != nullptr)
        refuseUnknown(*found, "[" + key + "]", known);
    return found;
}

const toml::table *TomlReader::table(const toml::table &parent, std::string_view key)
{
    const toml::node *node = parent.get(key);
    if (node != nullptr && !node->is_table())
        mistake(*node, quoted(key) + " must be a table");
    return node == nullptr ? nullptr : node->as_table();
}

const toml::array *TomlReader::list(const toml::table &table, std::string_view key, const std::string &example)
{
    const toml::node *node = table.get(key);
    if (node != nullptr && !node->is_array())
        mistake(*node, quoted(key) + " must be a list, such as " + example);
    return node == nullptr ? nullptr : node->as_array();
}

std::optional<std::string> TomlReader::text(const toml::table &table, std::string_view key)
{
    const toml::node *node = table.get(key);
    if (node == nullptr)
        return std::nullopt;
    if (node->is_string())
        return node->value<std::string>();
    mistake(*node, quoted(key) + " must be a string in quotes");
    return std::nullopt;
}

std::optional<std::int64_t> TomlReader::number(const toml::table &table, std::string_view key, std::int64_t least,
                                               std::int64_t most)
{
    const toml::node *node = table.get(key);
    if (node == nullptr)
        return std::nullopt;
    const auto value = node->is_integer() ? **node->as_integer() : least - 1;
    if (value >= least && value <= most)
        return value;
    mistake(*node,
            quoted(key) + " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
}

std::optional<std::filesystem::path> TomlReader::absolute(const toml::node &node, std::string_view key)
{
    const std::filesystem::path path = node.value_or(std::string());
    if (path.is_absolute())
        return path.lexically_normal();
    mistake(node, quoted(key) + " takes absolute paths, not \"" + path.string() + "\"");
    return std::nullopt;
}

std::vector<std::filesystem::path> TomlReader::paths(const toml::table &table, std::string_view key,
                                                     const std::string &example)
{
    std::vector<std::filesystem::path> result;
    if (const toml::array *items = list(table, key, example))
        for (const toml::node &item : *items)
            if (auto path = absolute(item, key))
                result.push_back(*path);
    return result;
}

std::optional<std::filesystem::path> TomlReader::path(const toml::table &table, std::string_view key)
{
    const toml::node *node = table.get(key);
    return node == nullptr ? std::nullopt : absolute(*node, key);
}

std::optional<std::filesystem::path> TomlReader::pathBeside(const toml::table &table, std::string_view key)
{
    const auto given = text(table, key);
    if (!given)
        return std::nullopt;
    return std::filesystem::absolute(std::filesystem::path(file_).parent_path() / *given).lexically_normal();
}

void TomlReader::finish() const
{
    if (!mistakes_.empty())
        throw ConfigError(mistakes_);
}

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
