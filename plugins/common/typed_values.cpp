#include "common/typed_values.h"

#include "common/json.h"
#include "common/text.h"
#include "common/ticket_name.h"
#include "common/timestamp.h"

#include <cmath>

namespace psa::plugins {
namespace {

using Poco::Dynamic::Var;

/// Empty if it is not one.
Var numberOf(const std::string &written)
{
    if (isInteger(written))
        return static_cast<Poco::Int64>(std::stoll(written));
    const Array::Ptr parsed = parseArray("[" + written + "]");
    if (!parsed || parsed->size() != 1)
        return {};
    const Var number = parsed->get(0);
    const bool good = number.isNumeric() && !number.isBoolean() && std::isfinite(number.convert<double>());
    return good ? number : Var();
}

Var truthOf(const std::string &written)
{
    const std::string word = lower(written);
    if (word == "true" || word == "yes" || word == "1")
        return true;
    return word == "false" || word == "no" || word == "0" ? Var(false) : Var();
}

Var dateOf(const std::string &written)
{
    constexpr std::size_t dayAlone = 10;
    const auto time = parseTime(written.size() == dayAlone ? written + "T00:00:00Z" : written);
    return time ? Var(utcText(*time)) : Var();
}

} // namespace

Var typedValue(ValueType type, const std::string &written, const std::string &field, const std::string &what)
{
    struct Rule
    {
        Var value;
        const char *name;
        const char *hint;
    };
    const std::string text(trim(written));
    const Rule rule = type == ValueType::number
                          ? Rule{numberOf(text), "a number", "Write it like 12 or 12.5, without a unit."}
                      : type == ValueType::truth ? Rule{truthOf(text), "true or false", "Write true or false."}
                      : type == ValueType::date
                          ? Rule{dateOf(text), "a date", "Write it like 2026-11-24 or 2026-11-24T17:00:00+01:00."}
                          : Rule{written, "a text", ""};
    if (rule.value.isEmpty())
        throw invalidField(field, what + " takes " + rule.name + ", and \"" + oneLine(written) + "\" is not one.",
                           rule.hint);
    return rule.value;
}

} // namespace psa::plugins
