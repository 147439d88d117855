#pragma once

#include <Poco/Dynamic/Var.h>

#include <string>

namespace psa::plugins {

/// The type of a field that the PSA's users defined.
enum class ValueType
{
    text,
    number, ///< "12", "-0.5", "1e3", as JSON writes numbers.
    truth,  ///< true, false, yes, no, 1 or 0, in any case.
    date,   ///< A day, "2026-11-24", or an RFC 3339 time with an offset.
};

/// A text written by a person, as a JSON value of that type: a whole number of up to 18 digits stays whole, a date
/// becomes "2026-11-24T00:00:00Z". Throws psa::Error(PSA_INVALID_TICKET) for the ticket's `field` if it is invalid;
/// `what` is the field with its kind: "The custom field \"Machines\"".
Poco::Dynamic::Var typedValue(ValueType type, const std::string &written, const std::string &field,
                              const std::string &what);

} // namespace psa::plugins
