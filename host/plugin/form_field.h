#pragma once

#include "host/json/json_values.h"
#include "host/json/text_rules.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::plugin {

/// A form that contradicts itself; what() names the field and says why.
class InvalidForm : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

enum class FieldType
{
    string,
    integer,
    number,
    boolean,
    list, ///< "array" in a descriptor.
    map   ///< "object" in a descriptor: any number of names and values.
};

/// As in a descriptor.
const char *nameOf(FieldType type);

/// One field of a form, as in the descriptor. Immutable.
struct FormField
{
    static constexpr std::size_t defaultMaxLength = 4000;

    /// `json`: a field that matches the descriptor's schema. Throws InvalidForm if it contradicts itself.
    FormField(std::string fieldName, const Poco::JSON::Object &json);

    std::string name;
    std::string title;
    std::string description;
    FieldType type = FieldType::string;
    bool required = false; ///< Set by the form.
    bool secret = false;
    bool multiline = false;
    Poco::Dynamic::Var defaultValue;         ///< Empty = none.
    std::vector<Poco::Dynamic::Var> allowed; ///< Empty = any.
    json::TextRules text;
    std::optional<double> minimum;
    std::optional<double> maximum;
    std::string placeholder;
    std::string blankMeans;
    std::string choices;
    std::vector<std::string> dependsOn;
    std::int64_t order = 0;
    /// Type of a list's items or a map's values; nullopt for other types.
    std::optional<FieldType> itemType;
    json::TextRules itemText;

    /// "API Secret (apiSecret)".
    std::string label() const { return title + " (" + name + ")"; }

    /// The error of a value that is not blank, to be appended to the label: "must be at most 9". Empty = valid. Never
    /// repeats the value. The maximum length is checked first, so that it limits the work of the other checks.
    std::string problemOf(const Poco::Dynamic::Var &value) const;

private:
    void readRules(const Poco::JSON::Object &json);
    void checkSense() const;
    std::string problemOfNumber(const Poco::Dynamic::Var &value) const;
    std::string problemOfItems(const Poco::Dynamic::Var &value) const;
    std::string problemOfItem(const Poco::Dynamic::Var &item) const;
};

} // namespace psa::plugin
