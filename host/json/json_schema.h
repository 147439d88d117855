#pragma once

#include <Poco/Dynamic/Var.h>

#include <memory>
#include <string>
#include <vector>

namespace psa::json {

/// An error in a document.
struct SchemaError
{
    std::string pointer; ///< JSON pointer of the invalid value, "" = the whole document.
    std::string field;   ///< Name of the property at fault; empty if there is none.
    std::string message; ///< A sentence that does not repeat the value, since that may be a secret.
};

/// A JSON Schema (draft 7) that is safe to accept from a plugin: references must be local and free of cycles, patterns
/// are RE2, and keywords that combine schemas ("anyOf" and the like) are rejected. Immutable and thread-safe.
class JsonSchema
{
public:
    /// Throws std::runtime_error that says what in the schema is not accepted.
    explicit JsonSchema(const Poco::Dynamic::Var &schema);
    ~JsonSchema();
    JsonSchema(const JsonSchema &) = delete;
    JsonSchema &operator=(const JsonSchema &) = delete;
    JsonSchema(JsonSchema &&) noexcept;
    JsonSchema &operator=(JsonSchema &&) noexcept;

    /// The errors in `document`; empty = valid.
    std::vector<SchemaError> validate(const Poco::Dynamic::Var &document) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace psa::json
