#include "common/pick_list.h"

#include "common/exchange.h"
#include "common/text.h"

#include <algorithm>
#include <iterator>

namespace psa::plugins {
namespace {

std::string quoted(const TicketName &name, const std::string &wanted)
{
    return std::string(name.title) + " \"" + oneLine(wanted) + "\"";
}

std::int64_t idOf(const Psa &psa, const TicketName &name, const PickValue &value)
{
    if (!isInteger(value.id))
        throw invalidField(name.ours,
                           quoted(name, value.label) + " has an id in " + psa.name +
                               " that is not a number: " + value.id + ".",
                           "Report it to the maker of the plugin.");
    return std::stoll(value.id);
}

[[noreturn]] void throwUnknown(const Psa &psa, const TicketName &name, const std::vector<PickValue> &values,
                               const std::string &wanted, const std::vector<PickValue> &offered)
{
    const std::string folded = lower(oneLine(wanted));
    const bool inactive = std::any_of(values.begin(), values.end(), [&](const PickValue &value) {
        return !value.active && (value.id == wanted || lower(value.label) == folded);
    });
    throw invalidField(name.ours,
                       inactive ? quoted(name, wanted) + " is inactive in " + psa.name + "."
                                : std::string(psa.name) + " has no " + quoted(name, wanted) + ".",
                       "Use one of: " + candidates(offered) + ".");
}

} // namespace

std::vector<PickValue> pickValues(const Array &rows, const std::function<bool(const Object &)> &belongs,
                                  const std::function<PickValue(const Object &)> &valueOf)
{
    std::vector<PickValue> values;
    for (unsigned i = 0; i < rows.size(); ++i)
        if (const Object::Ptr row = rows.getObject(i); row && !textOf(*row, "id").empty() && belongs(*row))
            values.push_back(valueOf(*row));
    std::stable_sort(values.begin(), values.end(),
                     [](const PickValue &a, const PickValue &b) { return a.sortOrder < b.sortOrder; });
    return values;
}

std::vector<PickValue> activeValues(const std::vector<PickValue> &all, const std::string &parent)
{
    std::vector<PickValue> values;
    std::copy_if(all.begin(), all.end(), std::back_inserter(values), [&](const PickValue &value) {
        return value.active && (parent.empty() || value.parent.empty() || value.parent == parent);
    });
    return values;
}

std::string candidates(const std::vector<PickValue> &values)
{
    constexpr std::size_t shown = 20;
    std::string text;
    for (std::size_t i = 0; i < values.size() && i < shown; ++i)
        text += (i == 0 ? "" : ", ") + values[i].label + " (" + values[i].id + ")";
    if (values.size() > shown)
        text += " and " + std::to_string(values.size() - shown) + " more";
    return text.empty() ? "(none)" : text;
}

psa::Error withCandidates(psa::Error error, const psa::Call &call, const std::vector<TicketName> &names,
                          const std::function<std::vector<PickValue>(const TicketName &)> &valuesOf)
{
    const std::string field(psa::view(error.toC().field));
    for (const TicketName &name : names)
        if (field == name.ours)
            try
            {
                const std::string hint(psa::view(error.toC().hint));
                error.hint(hint + " Valid values: " + candidates(activeValues(valuesOf(name))) + ".");
            }
            catch (const psa::Error &other)
            {
                call.info(std::string("The valid values could not be read: ") + other.what());
            }
    return error;
}

PickValue choosePickValue(const Psa &psa, const TicketName &name, const std::vector<PickValue> &values,
                          const std::string &given, const std::string &parent)
{
    const std::string wanted(trim(given));
    const std::vector<PickValue> offered = activeValues(values, parent);
    std::vector<PickValue> fitting;
    std::copy_if(offered.begin(), offered.end(), std::back_inserter(fitting),
                 [&](const PickValue &value) { return value.id == wanted; });
    if (fitting.empty())
        std::copy_if(
            offered.begin(), offered.end(), std::back_inserter(fitting),
            [folded = lower(oneLine(wanted))](const PickValue &value) { return lower(value.label) == folded; });
    // A PSA may list a value twice: that still counts as one.
    if (std::all_of(fitting.begin(), fitting.end(), [&](const PickValue &one) { return one.id == fitting[0].id; }))
        fitting.resize(std::min<std::size_t>(fitting.size(), 1));
    if (fitting.empty())
        throwUnknown(psa, name, values, wanted, offered);
    if (fitting.size() > 1)
        throw invalidField(name.ours, quoted(name, wanted) + " matches more than one value in " + psa.name + ".",
                           "Use the id of one of: " + candidates(fitting) + ".");
    return fitting.front();
}

std::int64_t resolvePickValue(const Psa &psa, const TicketName &name, const std::vector<PickValue> &values,
                              const std::string &given, const std::string &parent)
{
    const std::string wanted(trim(given));
    if (!values.empty())
        return idOf(psa, name, choosePickValue(psa, name, values, wanted, parent));
    if (isInteger(wanted))
        return std::stoll(wanted);
    throw invalidField(name.ours,
                       quoted(name, wanted) + " cannot be looked up: " + psa.name + " lists no values for it.",
                       "Use its numeric id.");
}

const PickValue *defaultPickValue(const std::vector<PickValue> &values)
{
    const PickValue *first = nullptr;
    for (const PickValue &value : values)
    {
        if (value.active && value.isDefault)
            return &value;
        if (value.active && first == nullptr)
            first = &value;
    }
    return first;
}

} // namespace psa::plugins
