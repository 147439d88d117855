#pragma once

#include <Poco/Dynamic/Var.h>

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace psa::config {

/// An invalid TOML file; what() has one line for each mistake: file, line, column, what to do.
class ConfigError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Reads values from one TOML file and collects all mistakes, so that one run shows them all. No mistake repeats a
/// value that may be a secret.
class TomlReader
{
public:
    /// Parses `file`. Throws ConfigError if it cannot be read or is not TOML.
    explicit TomlReader(const std::filesystem::path &file);

    const toml::table &root() const { return root_; }

    void mistake(const toml::node &where, const std::string &what) { mistakeAt(where.source().begin, what); }
    /// Reports a mistake about the whole file.
    void mistake(const std::string &what) { mistakeAt({1, 1}, what); }

    void refuseUnknown(const toml::table &table, const std::string &name, const std::vector<std::string> &known);

    /// The table `key` of the file, or nullptr. A key in it that is not one of `known` is a mistake.
    const toml::table *section(const std::string &key, const std::vector<std::string> &known);
    /// The table `key` of `parent`, or nullptr.
    const toml::table *table(const toml::table &parent, std::string_view key);
    /// The list `key` of `table`, or nullptr; `example` is shown if it is not a list.
    const toml::array *list(const toml::table &table, std::string_view key, const std::string &example);
    std::optional<std::string> text(const toml::table &table, std::string_view key);
    /// An integer from `least` to `most`.
    std::optional<std::int64_t> number(const toml::table &table, std::string_view key, std::int64_t least,
                                       std::int64_t most);
    std::vector<std::filesystem::path> paths(const toml::table &table, std::string_view key,
                                             const std::string &example = "[\"/usr/lib/psa-host/plugins\"]");
    std::optional<std::filesystem::path> path(const toml::table &table, std::string_view key);
    /// Like path(), but a relative path is relative to the folder of this file.
    std::optional<std::filesystem::path> pathBeside(const toml::table &table, std::string_view key);

    /// Throws ConfigError if there was a mistake.
    void finish() const;

private:
    void mistakeAt(const toml::source_position &at, const std::string &what);
    std::optional<std::filesystem::path> absolute(const toml::node &node, std::string_view key);

    std::string file_;
    toml::table root_;
    std::string mistakes_;
};

/// The value of the TOML key `field` as JSON; a mistake of `reader` if JSON has no such type.
Poco::Dynamic::Var toJson(TomlReader &reader, const std::string &field, const toml::node &node);

} // namespace psa::config
