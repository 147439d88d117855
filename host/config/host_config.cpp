#include "host/config/host_config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cctype>

namespace psa::host {
namespace {

/// Collects every mistake, so that one run shows them all.
class Reader
{
public:
    explicit Reader(std::string file) : file_(std::move(file)) {}

    void mistake(const toml::node &where, const std::string &what) { mistake(where.source().begin, what); }
    void mistake(const toml::source_position &at, const std::string &what)
    {
        mistakes_ += (mistakes_.empty() ? "" : "\n") + file_ + ":" + std::to_string(at.line) + ":" +
                     std::to_string(at.column) + ": " + what;
    }

    void refuseUnknown(const toml::table &table, const std::string &name, const std::vector<std::string> &known)
    {
        for (const auto &[key, value] : table)
            if (std::find(known.begin(), known.end(), key.str()) == known.end())
                mistake(key.source().begin,
                        "unknown key \"" + std::string(key.str()) + "\" in " + name + "; known are " + join(known));
    }

    /// The table `key` of `parent`, or nullptr.
    const toml::table *table(const toml::table &parent, std::string_view key)
    {
        const toml::node *node = parent.get(key);
        if (node != nullptr && !node->is_table())
            mistake(*node, "\"" + std::string(key) + "\" must be a table");
        return node == nullptr ? nullptr : node->as_table();
    }

    std::vector<std::filesystem::path> paths(const toml::table &table, std::string_view key)
    {
        std::vector<std::filesystem::path> result;
        const toml::node *node = table.get(key);
        if (node == nullptr)
            return result;
        if (!node->is_array())
        {
            mistake(*node,
                    "\"" + std::string(key) + "\" must be a list of paths, such as [\"/usr/lib/psa-host/plugins\"]");
            return result;
        }
        for (const toml::node &item : *node->as_array())
        {
            const std::filesystem::path path = item.value_or(std::string());
            if (path.is_absolute())
                result.push_back(path.lexically_normal());
            else
                mistake(item, "\"" + std::string(key) + "\" must hold absolute paths, not \"" + path.string() + "\"");
        }
        return result;
    }

    void finish() const
    {
        if (!mistakes_.empty())
            throw ConfigError(mistakes_);
    }

private:
    static std::string join(const std::vector<std::string> &items)
    {
        std::string text;
        for (const std::string &item : items)
            text += (text.empty() ? "" : ", ") + item;
        return text;
    }

    std::string file_;
    std::string mistakes_;
};

void readPins(Reader &reader, const toml::table &plugins, LoaderPolicy &policy)
{
    const toml::table *pins = reader.table(plugins, "pins");
    if (pins == nullptr)
        return;
    for (const auto &[key, value] : *pins)
    {
        std::string digest = value.value_or(std::string());
        std::transform(digest.begin(), digest.end(), digest.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
            reader.mistake(value, "the pin of \"" + std::string(key.str()) +
                                      "\" must be a SHA-256 in 64 hex digits; get it with: sha256sum FILE");
        policy.pins[std::string(key.str())] = digest;
    }
}

void readDeadline(Reader &reader, const toml::table &plugins, LoaderPolicy &policy)
{
    const toml::node *node = plugins.get("start_deadline_ms");
    if (node == nullptr)
        return;
    const auto value = node->is_integer() ? **node->as_integer() : 0;
    if (value < 100 || value > 60000)
        reader.mistake(*node, "\"start_deadline_ms\" must be a whole number from 100 to 60000");
    policy.startDeadline = std::chrono::milliseconds(value);
}

} // namespace

HostConfig readConfig(const std::filesystem::path &file)
{
    toml::table root;
    try
    {
        root = toml::parse_file(file.string());
    }
    catch (const toml::parse_error &error)
    {
        const auto at = error.source().begin;
        throw ConfigError(file.string() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                          std::string(error.description()));
    }
    Reader reader(file.string());
    HostConfig config;
    reader.refuseUnknown(root, "the file", {"plugins"});
    if (const toml::table *plugins = reader.table(root, "plugins"))
    {
        reader.refuseUnknown(*plugins, "[plugins]", {"folders", "files", "trusted_paths", "start_deadline_ms", "pins"});
        config.pluginFolders = reader.paths(*plugins, "folders");
        config.pluginFiles = reader.paths(*plugins, "files");
        config.loader.trustedPaths = reader.paths(*plugins, "trusted_paths");
        readDeadline(reader, *plugins, config.loader);
        readPins(reader, *plugins, config.loader);
    }
    reader.finish();
    return config;
}

} // namespace psa::host
