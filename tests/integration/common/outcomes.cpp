#include "tests/integration/common/outcomes.h"

#include <catch2/catch.hpp>

namespace psa::test {
namespace {

using plugin::CallOutcome;
using sandbox::Array;
using sandbox::Object;

Array::Ptr arrayOf(const CallOutcome &outcome, const std::string &name)
{
    const Array::Ptr array = outcome.ok() ? json(outcome.result)->getArray(name) : Array::Ptr();
    return array ? array : Array::Ptr(new Array);
}

} // namespace

Object::Ptr json(const std::string &text)
{
    return sandbox::parseObject(text);
}

std::string changed(const std::string &document, const std::string &changes)
{
    Object::Ptr object = json(document);
    const Object::Ptr other = json(changes);
    for (const auto &[name, value] : *other)
    {
        if (value.isEmpty())
            object->remove(name);
        else
            object->set(name, value);
    }
    return sandbox::toText(object);
}

std::string ticketId(const CallOutcome &outcome)
{
    return outcome.ok() ? json(outcome.result)->getObject("ticket")->getValue<std::string>("id") : std::string();
}

std::size_t foundTickets(const CallOutcome &outcome)
{
    REQUIRE(outcome.ok());
    return arrayOf(outcome, "tickets")->size();
}

std::vector<std::string> warnings(const CallOutcome &outcome)
{
    std::vector<std::string> messages;
    const Array::Ptr array = arrayOf(outcome, "warnings");
    for (unsigned i = 0; i < array->size(); ++i)
        messages.push_back(array->getObject(i)->getValue<std::string>("message"));
    return messages;
}

std::vector<std::string> items(const CallOutcome &outcome)
{
    std::vector<std::string> texts;
    const Array::Ptr array = arrayOf(outcome, "items");
    for (unsigned i = 0; i < array->size(); ++i)
        texts.push_back(array->getObject(i)->getValue<std::string>("id") + " " +
                        array->getObject(i)->getValue<std::string>("label"));
    return texts;
}

std::string detail(const CallOutcome &outcome, const std::string &label)
{
    const Array::Ptr details = arrayOf(outcome, "details");
    for (unsigned i = 0; i < details->size(); ++i)
        if (details->getObject(i)->getValue<std::string>("label") == label)
            return details->getObject(i)->getValue<std::string>("value");
    return "(none)";
}

std::size_t received(const sandbox::ReferenceCounts &references, const std::string &reference)
{
    const auto found = references.find(reference);
    return found == references.end() ? 0 : found->second.received;
}

std::string describe(const CallOutcome &outcome)
{
    if (!outcome.error)
        return "ok: " + outcome.result;
    const plugin::PluginError &error = *outcome.error;
    return std::string(plugin::statusName(error.status)) + " [" + error.field + "] " + error.message + " | " +
           error.hint + " | " + error.detail + " | " + error.vendorCode;
}

} // namespace psa::test
