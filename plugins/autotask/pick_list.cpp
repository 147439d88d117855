#include "pick_list.h"

#include "common/text.h"

#include <algorithm>

namespace plugins::autotask {
namespace {

psa::Error invalid(const TicketName &name, const std::string &message, const std::string &hint)
{
    psa::Error error(PSA_INVALID_TICKET, message);
    error.field(name.ours).hint(hint);
    return error;
}

std::string quoted(const TicketName &name, const std::string &wanted)
{
    return std::string(name.title) + " \"" + oneLine(wanted) + "\"";
}

std::vector<PickValue> activeValues(const FieldInfo &field, const std::string &parent)
{
    std::vector<PickValue> values = field.values;
    values.erase(std::remove_if(values.begin(), values.end(),
                                [&](const PickValue &value) {
                                    return !value.active ||
                                           (!parent.empty() && !value.parent.empty() && value.parent != parent);
                                }),
                 values.end());
    return values;
}

std::int64_t idOf(const TicketName &name, const PickValue &value)
{
    if (!isInteger(value.id))
        throw invalid(name, quoted(name, value.label) + " has an id in Autotask that is no number: " + value.id + ".",
                      "Report it to the maker of the plugin.");
    return std::stoll(value.id);
}

[[noreturn]] void throwUnknown(const FieldInfo &field, const TicketName &name, const std::string &wanted,
                               const std::vector<PickValue> &offered)
{
    const std::string folded = lower(wanted);
    const bool inactive = std::any_of(field.values.begin(), field.values.end(), [&](const PickValue &value) {
        return !value.active && (value.id == wanted || lower(value.label) == folded);
    });
    throw invalid(name,
                  inactive ? quoted(name, wanted) + " is inactive in Autotask."
                           : "Autotask has no " + quoted(name, wanted) + ".",
                  "Use one of: " + candidates(offered) + ".");
}

} // namespace

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

std::int64_t resolvePickValue(const FieldInfo *field, const TicketName &name, const std::string &given,
                              const std::string &parent)
{
    const std::string wanted(trim(given));
    if (field == nullptr || field->values.empty())
    {
        if (isInteger(wanted))
            return std::stoll(wanted);
        throw invalid(name, quoted(name, wanted) + " cannot be looked up: Autotask lists no values for it.",
                      "Give its numeric id.");
    }
    const std::vector<PickValue> offered = activeValues(*field, parent);
    std::vector<PickValue> fitting;
    std::copy_if(offered.begin(), offered.end(), std::back_inserter(fitting),
                 [&](const PickValue &value) { return value.id == wanted; });
    if (fitting.empty())
        std::copy_if(offered.begin(), offered.end(), std::back_inserter(fitting),
                     [folded = lower(wanted)](const PickValue &value) { return lower(value.label) == folded; });
    if (fitting.empty())
        throwUnknown(*field, name, wanted, offered);
    if (fitting.size() > 1)
        throw invalid(name, quoted(name, wanted) + " fits more than one value in Autotask.",
                      "Give the id of one of: " + candidates(fitting) + ".");
    return idOf(name, fitting.front());
}

const PickValue *defaultPickValue(const FieldInfo *field)
{
    if (field == nullptr)
        return nullptr;
    const PickValue *first = nullptr;
    for (const PickValue &value : field->values)
    {
        if (value.active && value.isDefault)
            return &value;
        if (value.active && first == nullptr)
            first = &value;
    }
    return first;
}

} // namespace plugins::autotask
