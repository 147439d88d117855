#pragma once

#include "host/json/json_schema.h"
#include "host/json/strict_json.h"

#include <Poco/Dynamic/Var.h>

#include <map>
#include <string>
#include <string_view>

namespace psa::plugin {

/// The schemas of plugin-api/schemas and of the host's own documents by name ("descriptor"), compiled into the program.
extern const std::map<std::string, const char *> embeddedSchemas;

/// The compiled schema `name`; created at first use. Thread-safe. Throws std::out_of_range for an unknown name.
const json::JsonSchema &documentSchema(const std::string &name);

/// An invalid document; what() says where and why.
class InvalidDocument : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Throws InvalidDocument unless `document` matches the schema `name`.
void checkDocument(const std::string &name, const Poco::Dynamic::Var &document);

/// Parses `text` strictly and checks it against the schema `name`. Throws InvalidDocument.
Poco::Dynamic::Var parseDocument(const std::string &name, std::string_view text, const json::JsonLimits &limits = {});

} // namespace psa::plugin
