#include "sandbox/common/human.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace psa::sandbox {
namespace {

constexpr std::array actions{
    std::pair("note", HumanAction::note),     std::pair("time", HumanAction::time),
    std::pair("status", HumanAction::status), std::pair("assign", HumanAction::assign),
    std::pair("close", HumanAction::close),   std::pair("reopen", HumanAction::reopen),
    std::pair("merge", HumanAction::merge),   std::pair("delete", HumanAction::erase),
};

HumanAction actionOf(const std::string &name)
{
    std::string known;
    for (const auto &[shown, action] : actions)
    {
        if (name == shown)
            return action;
        known += (known.empty() ? "" : ", ") + std::string(shown);
    }
    throw std::invalid_argument("\"action\" cannot be \"" + name + "\"; known are " + known);
}

/// The id of a ticket, as a number or as a string of digits.
std::int64_t ticketIn(const Object &object, const std::string &name)
{
    std::int64_t id = 0;
    const Var value = object.get(name);
    if (value.isEmpty() || !toInteger(value.toString(), id))
        throw std::invalid_argument("\"" + name + "\" must be the id of a ticket");
    return id;
}

std::string textIn(const Object &object, const std::string &name)
{
    const Var value = object.get(name);
    return value.isEmpty() ? std::string() : value.toString();
}

void refuseUnknownMembers(const Object &object)
{
    constexpr std::array known = {"ticketId", "action", "text", "status", "into", "by", "to"};
    for (const auto &[name, value] : object)
        if (std::none_of(known.begin(), known.end(), [&name = name](const char *one) { return name == one; }))
            throw std::invalid_argument("unknown member \"" + name +
                                        "\"; known are ticketId, action, text, status, into, by, to");
}

} // namespace

HumanAct readHumanAct(const Object &object)
{
    refuseUnknownMembers(object);
    HumanAct act;
    act.ticket = ticketIn(object, "ticketId");
    act.action = actionOf(textIn(object, "action"));
    act.text = textIn(object, "text");
    if (act.text.empty())
        act.text = "Somebody looked at it.";
    act.status = textIn(object, "status");
    if (act.action == HumanAction::status && act.status.empty())
        throw std::invalid_argument("\"status\" must be the name of a status");
    if (act.action == HumanAction::merge)
        act.into = ticketIn(object, "into");
    act.by = textIn(object, "by");
    act.to = textIn(object, "to");
    return act;
}

std::size_t notesWith(const std::vector<NoteTruth> &notes, const std::string &reference)
{
    return static_cast<std::size_t>(std::count_if(notes.begin(), notes.end(), [&](const NoteTruth &note) {
        return note.title.find(reference) != std::string::npos || note.text.find(reference) != std::string::npos;
    }));
}

Array::Ptr toJson(const std::vector<NoteTruth> &notes)
{
    Array::Ptr array = new Array;
    for (const NoteTruth &note : notes)
    {
        Object::Ptr object = newObject();
        object->set("id", note.id);
        object->set("ticket", note.ticket);
        object->set("title", note.title);
        object->set("text", note.text);
        object->set("public", note.isPublic);
        object->set("kind", note.kind);
        object->set("by", note.by);
        object->set("at", note.at);
        object->set("request", note.request);
        array->add(object);
    }
    return array;
}

Array::Ptr toJson(const std::vector<ChangeTruth> &changes)
{
    Array::Ptr array = new Array;
    for (const ChangeTruth &change : changes)
    {
        Object::Ptr object = newObject();
        object->set("ticket", change.ticket);
        object->set("field", change.field);
        object->set("from", change.from);
        object->set("to", change.to);
        object->set("by", change.by);
        object->set("at", change.at);
        object->set("request", change.request);
        array->add(object);
    }
    return array;
}

Array::Ptr toJson(const std::vector<Notification> &notifications)
{
    Array::Ptr all = new Array;
    for (const Notification &one : notifications)
    {
        Object::Ptr object = newObject();
        object->set("ticket", one.ticket);
        object->set("what", one.what);
        object->set("request", one.request);
        all->add(object);
    }
    return all;
}

} // namespace psa::sandbox
