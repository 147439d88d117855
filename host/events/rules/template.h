#pragma once

#include "host/events/rules/facts.h"

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::events::rules {

/// A text that is not a usable template. what() completes a sentence that starts with the text's place.
class TemplateInvalid : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A mustache template over an event: `{{title}}`, `{{labels.team}}`, `{{#text}}…{{/text}}`, `{{^text}}…{{/text}}`,
/// `{{#links}}{{label}}: {{url}}{{/links}}` and `{{#labels}}{{name}}={{value}}{{/labels}}`. Values are inserted as they
/// are: nothing is escaped, and a value is never a template itself. Partials and changes of the delimiters do not exist.
/// Names that are not known are refused. Immutable; copies share the compiled form. Thread-safe.
class Template
{
public:
    static constexpr std::size_t maxBytes = 8192;
    static constexpr std::size_t maxDepth = 16;     ///< Sections within sections.
    static constexpr std::size_t maxOutput = 65536; ///< Bytes; a longer result is cut.

    /// "".
    Template() = default;
    /// Throws TemplateInvalid.
    explicit Template(const std::string &text);

    const std::string &text() const;
    /// All names in it, also those in branches that are seldom taken, ordered.
    const std::vector<std::string> &names() const;

    /// Adds to `unset` the names whose value is inserted and is not set, unless a section tests the name. Throws RuleFailed
    /// if it takes too much work.
    std::string render(const Facts &facts, const CustomerFacts &customer, std::vector<std::string> &unset) const;

private:
    struct Compiled;
    std::shared_ptr<Compiled> compiled_; ///< nullptr = "".
};

} // namespace psa::events::rules
