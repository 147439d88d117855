#include "sandbox/autotask/ticket_life.h"

#include "sandbox/autotask/write_values.h"
#include "sandbox/common/dates.h"

#include <array>

namespace psa::sandbox::autotask {
namespace {

constexpr int byResource = 1; ///< lastActivityPersonType and creatorType
constexpr int byContact = 2;
constexpr std::int64_t toEverybody = 1; ///< publish: "All Autotask Users"

/// What the history calls a field.
std::string historyName(const std::string &field)
{
    constexpr std::array names{std::pair("status", "Status"),
                               std::pair("queueID", "Queue"),
                               std::pair("priority", "Priority"),
                               std::pair("assignedResourceID", "Primary Resource"),
                               std::pair("assignedResourceRoleID", "Primary Resource Role"),
                               std::pair("configurationItemID", "Configuration Item"),
                               std::pair("resolution", "Resolution")};
    for (const auto &[ours, shown] : names)
        if (field == ours)
            return shown;
    return field;
}

std::string shownValue(const Core &core, const Field &field, const Object &values)
{
    if (!isSet(values, field.name))
        return {};
    if ((field.flags & pickList) != 0)
        return labelOf(core.tenant, tickets().name, field.name, integer(values, field.name));
    if (std::string(field.reference) == "Resources")
        return nameOf(core.database, {integer(values, field.name)});
    return values.get(field.name).toString();
}

void addHistory(const Core &core, std::int64_t ticket, const std::string &action, const std::string &detail)
{
    Object::Ptr row = newObject();
    row->set("ticketID", ticket);
    row->set("action", action);
    row->set("detail", detail);
    row->set("date", toMillis(core.now));
    if (core.actor.resource != 0)
        row->set("resourceID", core.actor.resource);
    core.database.insert("TicketHistory", core.row(row));
}

void journal(const Core &core, std::int64_t ticket, const std::string &field, const std::string &from,
             const std::string &to)
{
    core.database.record({ticket, field, from, to, nameOf(core.database, core.actor),
                          formatDate(toMillis(core.now), true), core.request});
}

/// Records the differences of two versions; true if the status is one of them.
bool recordDifferences(const Core &core, std::int64_t id, const Object &before, const Object &after)
{
    bool status = false;
    for (const Field &field : tickets().fields)
    {
        if ((field.flags & readOnly) != 0 || toText(before.get(field.name)) == toText(after.get(field.name)))
            continue;
        const auto orNone = [](const std::string &text) { return text.empty() ? std::string("[None]") : text; };
        const std::string from = shownValue(core, field, before);
        const std::string to = shownValue(core, field, after);
        const std::string name = historyName(field.name);
        addHistory(core, id, name + " Changed", name + " changed from " + orNone(from) + " to " + orNone(to));
        journal(core, id, field.name, from, to);
        status = status || std::string(field.name) == "status";
    }
    return status;
}

void setCompletion(const Core &core, Object &ticket)
{
    for (const char *stamp : {"completedDate", "completedByResourceID", "resolvedDateTime"})
        ticket.remove(stamp);
    if (integer(ticket, "status") != completeStatus)
        return;
    ticket.set("completedDate", toMillis(core.now));
    ticket.set("resolvedDateTime", toMillis(core.now));
    if (core.actor.resource != 0)
        ticket.set("completedByResourceID", core.actor.resource);
}

/// Sets the fields that every write changes.
void stamp(const Core &core, Object &ticket)
{
    ticket.set("lastActivityDate", toMillis(core.now));
    ticket.set("lastTrackedModificationDateTime", toMillis(core.now));
    ticket.set("lastActivityPersonType", core.actor.contact != 0 ? byContact : byResource);
    ticket.remove("lastActivityResourceID");
    if (core.actor.resource != 0)
        ticket.set("lastActivityResourceID", core.actor.resource);
}

/// The rows about the two stamps, which are about two fifths of a real history.
void addNoise(const Core &core, std::int64_t ticket)
{
    addHistory(core, ticket, "Last Activity Date Changed", "Last Activity Date changed");
    addHistory(core, ticket, "Last Tracked Modification Date Changed", "Last Tracked Modification Date changed");
}

Object::Ptr valuesOf(const Core &core, std::int64_t ticket)
{
    Object::Ptr values = newObject();
    apply(*core.database.find(tickets().name, ticket)->values, *values);
    return values;
}

void store(const Core &core, std::int64_t ticket, const Object::Ptr &values)
{
    core.database.table(tickets().name).at(ticket).replace(values, core.now + core.lag);
}

void schedule(const Core &core, std::function<void(const Core &)> rule)
{
    const std::chrono::milliseconds delay(core.switches.number("rule.delayMs"));
    if (delay.count() == 0)
        rule(core.as({systemResource}));
    else
        core.database.schedule({core.now + delay, std::move(rule)});
}

void setStatusByRule(const Core &core, std::int64_t ticket, std::int64_t status)
{
    schedule(core, [ticket, status](const Core &ruled) {
        if (ruled.database.find(tickets().name, ticket) == nullptr)
            return;
        Object::Ptr values = valuesOf(ruled, ticket);
        values->set("status", status);
        changeTicket(ruled, ticket, values);
    });
}

Object::Ptr note(const std::string &title, const std::string &text, int type, std::int64_t publish)
{
    Object::Ptr values = newObject();
    values->set("title", title);
    values->set("description", text);
    values->set("noteType", type);
    values->set("publish", publish);
    return values;
}

constexpr std::int64_t internally = 2;

/// The notes that rules and mail leave behind in a real tenant.
void addSystemNotes(const Core &core, std::int64_t ticket)
{
    if (core.actor.resource == systemResource || !core.switches.on("rule.systemNotes"))
        return;
    schedule(core, [ticket](const Core &ruled) {
        if (ruled.database.find(tickets().name, ticket) == nullptr)
            return;
        addNote(ruled, ticket, note("Workflow Rule", "Workflow Rule \"Alert to monitoring\" fired.", 13, internally));
        addNote(ruled, ticket,
                note("Service Desk Notification", "Notified: Tess Tech <tess@msp.example>", 1, internally));
    });
}

} // namespace

std::string labelOf(const Tenant &tenant, const std::string &entity, const std::string &field, std::int64_t id)
{
    Object::Ptr value = tenant.pickListValue(entity, field, id);
    return value ? value->getValue<std::string>("label") : std::string();
}

std::string nameOf(const Database &database, const Actor &actor)
{
    const Row *row =
        actor.contact != 0 ? database.find("Contacts", actor.contact) : database.find("Resources", actor.resource);
    return row == nullptr ? std::string()
                          : row->values->get("firstName").toString() + " " + row->values->get("lastName").toString();
}

std::int64_t addTicket(const Core &core, Object::Ptr ticket)
{
    stamp(core, *ticket);
    setCompletion(core, *ticket);
    const std::int64_t id = core.database.insert(tickets().name, core.row(std::move(ticket)));
    addHistory(core, id, "Ticket Created", "Ticket created");
    addNoise(core, id);
    addSystemNotes(core, id);
    return id;
}

void changeTicket(const Core &core, std::int64_t id, Object::Ptr changed)
{
    const Object::Ptr before = valuesOf(core, id);
    stamp(core, *changed);
    const bool status = recordDifferences(core, id, *before, *changed);
    if (status)
        setCompletion(core, *changed);
    addNoise(core, id);
    store(core, id, changed);
    if (status && core.request != 0 && core.switches.on("rule.revertStatus"))
        setStatusByRule(core, id, integer(*before, "status"));
    addSystemNotes(core, id);
}

void stampActivity(const Core &core, std::int64_t ticket)
{
    Object::Ptr values = valuesOf(core, ticket);
    stamp(core, *values);
    addNoise(core, ticket);
    store(core, ticket, values);
}

std::int64_t addNote(const Core &core, std::int64_t ticket, Object::Ptr note)
{
    const std::int64_t now = toMillis(core.now);
    note->set("ticketID", ticket);
    note->set("createDateTime", now);
    note->set("lastActivityDate", now);
    if (core.actor.contact != 0)
        note->set("createdByContactID", core.actor.contact);
    else
        note->set("creatorResourceID", core.actor.resource);
    if (core.actor.impersonator != 0)
        note->set("impersonatorCreatorResourceID", core.actor.impersonator);
    const bool isPublic = integer(*note, "publish") == toEverybody;
    const std::int64_t id = core.database.insert("TicketNotes", core.row(std::move(note)));
    stampActivity(core, ticket);
    if (isPublic)
        core.database.table(tickets().name).at(ticket).values->set("lastCustomerVisibleActivityDateTime", now);
    if (core.actor.resource == systemResource)
        return id;
    if (const std::int64_t status = core.switches.number("rule.noteStatus"); status != 0)
        setStatusByRule(core, ticket, status);
    addSystemNotes(core, ticket);
    return id;
}

std::int64_t addTime(const Core &core, std::int64_t ticket, const std::string &summary)
{
    const std::int64_t now = toMillis(core.now);
    Object::Ptr entry = newObject();
    entry->set("ticketID", ticket);
    entry->set("summaryNotes", summary);
    entry->set("hoursWorked", 0.25);
    for (const char *date : {"dateWorked", "createDateTime", "lastModifiedDateTime"})
        entry->set(date, now);
    for (const char *who : {"resourceID", "creatorUserID", "lastModifiedUserID"})
        entry->set(who, core.actor.resource);
    const std::int64_t id = core.database.insert("TimeEntries", core.row(entry));
    stampActivity(core, ticket);
    return id;
}

void mergeTicket(const Core &core, std::int64_t ticket, std::int64_t into)
{
    const std::string source = core.database.find(tickets().name, ticket)->values->get("ticketNumber").toString();
    const std::string target = core.database.find(tickets().name, into)->values->get("ticketNumber").toString();
    Object::Ptr values = valuesOf(core, ticket);
    const auto description = values->optValue<std::string>("description", "");
    values->set("status", completeStatus);
    changeTicket(core, ticket, values);
    const bool named = core.switches.on("merge.number");
    addNote(core, ticket,
            note("Merged Into Ticket",
                 named ? "This ticket was merged into " + target + "." : "This ticket was merged into another one.", 93,
                 internally));
    addNote(core, into,
            note("Absorbed Another Ticket", source + " was merged into this ticket.\n" + description, 94, internally));
    journal(core, ticket, "merged", "", std::to_string(into));
}

void deleteTicket(const Core &core, std::int64_t ticket)
{
    Object::Ptr log = newObject();
    log->set("ticketID", ticket);
    log->set("ticketNumber", core.database.find(tickets().name, ticket)->values->get("ticketNumber"));
    log->set("deletedByResourceID", core.actor.resource);
    log->set("deletedDateTime", toMillis(core.now));
    core.database.insert("DeletedTicketLogs", core.row(log));
    core.database.table(tickets().name).erase(ticket);
    for (const char *children : {"TicketNotes", "TimeEntries", "TicketHistory", "TicketAttachments"})
        std::erase_if(core.database.table(children),
                      [&](const auto &entry) { return integer(*entry.second.values, "ticketID") == ticket; });
    journal(core, ticket, "deleted", "", "");
}

void runRules(const Core &core)
{
    for (const PendingRule &rule : core.database.takeDueRules(core.now))
        rule.run(core.as({systemResource}));
}

} // namespace psa::sandbox::autotask
