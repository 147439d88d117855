#pragma once

#include "sandbox/common/switches.h"

#include <string>
#include <vector>

namespace psa::sandbox::autotask {

/// A response {"errors": [...]}; 500 for everything that is wrong with a request, as in the real service.
struct ApiError
{
    std::vector<std::string> errors;
    int status = 500;
};

/// Collects the errors of a write, in the service's wording.
class WriteErrors
{
public:
    explicit WriteErrors(const Switches &switches) : switches_(switches) {}

    /// `text`, followed by " ; on record number [n].".
    void add(const std::string &text) { errors_.push_back(text + suffix(" ;")); }
    /// `text` unchanged.
    void addPlain(const std::string &text) { errors_.push_back(text); }
    void missing(const std::string &field)
    {
        if (switches_.is("errors.missing", "Attribute"))
            add("Attribute '" + field + "' is required.");
        else
            errors_.push_back("Missing Required Field: " + field + "." + suffix(" ;"));
    }
    void missingDueDate() { errors_.push_back("dueDateTime is required." + suffix(";")); }
    void badPickList(const std::string &field, const std::string &value)
    {
        const bool bare = switches_.is("errors.recordNumber", "none");
        errors_.push_back("Picklist value [" + value + "] does not exist for " + field +
                          (bare ? "" : "." + suffix(" ;")));
    }
    void badReference(const std::string &field, const std::string &soapName)
    {
        errors_.push_back("Reference value on field: " + field + " of type: " + soapName +
                          " does not exist or is invalid." + suffix(" ;"));
    }

    bool empty() const { return errors_.empty(); }
    /// Throws ApiError with all of them, if there are any.
    void raise() const
    {
        if (!errors_.empty())
            throw ApiError{errors_};
    }

private:
    std::string suffix(const std::string &before) const
    {
        const std::string number = switches_.text("errors.recordNumber");
        return number == "none" ? "" : before + " on record number [" + number + "].";
    }

    const Switches &switches_;
    std::vector<std::string> errors_;
};

} // namespace psa::sandbox::autotask
