#pragma once

#include "host/config/toml_reader.h"

#include <Poco/JSON/Object.h>

#include <iosfwd>
#include <memory>
#include <string>

namespace psa::cli {

/// A document of the API in a file: TOML if the file's name ends in ".toml", otherwise JSON. "-" = JSON on standard
/// input.
class DocumentFile
{
public:
    /// Throws BadRequest if it cannot be read, and ConfigError with a line for each mistake in TOML.
    DocumentFile(const std::string &file, std::istream &in);

    const Poco::JSON::Object::Ptr &document() const { return document_; }
    /// For error messages: the file, and the line in it that has the value at `pointer`, a JSON pointer, if known; such
    /// as "rules.toml:12".
    std::string placeOf(const std::string &pointer) const;

private:
    std::string name_;
    std::shared_ptr<config::TomlReader> toml_; ///< nullptr = it is JSON. A copy of its tables would have no lines.
    Poco::JSON::Object::Ptr document_;
};

/// Converts to TOML, without members that are null, which TOML does not have.
std::string tomlText(const Poco::JSON::Object &document);

} // namespace psa::cli
