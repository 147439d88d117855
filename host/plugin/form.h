#pragma once

#include "host/plugin/form_field.h"

#include <set>

namespace psa::plugin {

/// An error in one field.
struct FieldError
{
    std::string field;
    std::string title;   ///< Empty if there is no such field.
    std::string message; ///< A sentence that names the field and never repeats the value, since that may be a secret.
};

/// Result of Form::check().
struct FormResult
{
    Poco::JSON::Object::Ptr values; ///< The valid values: defaults filled in, blank fields left out.
    std::vector<FieldError> errors;

    bool ok() const { return errors.empty(); }
};

/// Rules from outside a form.
struct FormRules
{
    bool secretsAllowed = true;
    std::set<std::string> otherFields; ///< Names that dependsOn may use in addition to this form's fields.
};

/// A form of a descriptor: fields in display order. Immutable and thread-safe.
class Form
{
public:
    /// A form without fields: it accepts only {}.
    Form() = default;

    /// `form`: must match the descriptor's schema. Throws InvalidForm if it contradicts itself.
    explicit Form(const Poco::JSON::Object &form, const FormRules &rules = {});

    const std::string &description() const { return description_; }
    const std::vector<FormField> &fields() const { return fields_; }
    std::vector<std::string> secretFields() const;

    /// Checks the values entered: null and blank strings count as not set, unknown fields are errors.
    FormResult check(const Poco::JSON::Object &values) const;

    /// The field `name`, or nullptr; valid as long as the form is.
    const FormField *find(const std::string &name) const;

private:
    FormField &required(const std::string &name);
    void checkDependsOn(const FormRules &rules) const;
    FieldError unknown(const std::string &name) const;

    std::string description_;
    std::vector<FormField> fields_;
};

/// The document of schemas/configuration.schema.json with checked values.
std::string makeConfigurationDocument(const Poco::JSON::Object &values);

/// The forms of a descriptor. A missing one is a form without fields.
struct DescriptorForms
{
    Form configuration;
    Form ticketDefaults;
    Form ticketFields;
};

/// `descriptor`: valid according to its schema. Throws InvalidForm, which names the form.
DescriptorForms readForms(const Poco::JSON::Object &descriptor);

/// The patterns of "allowedHosts".
std::vector<std::string> allowedHosts(const Poco::JSON::Object &descriptor);

} // namespace psa::plugin
