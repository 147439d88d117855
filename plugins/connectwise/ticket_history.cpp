#include "ticket_history.h"

#include "search.h"
#include "ticket_row.h"

#include "common/text.h"
#include "common/typed_values.h"

#include <algorithm>
#include <initializer_list>

namespace psa::plugins::connectwise {
namespace {

constexpr unsigned mostRows = 1000;

std::int64_t timeOf(const std::string &text)
{
    return parseTime(text).value_or(0);
}

/// The first of these texts that is not empty. A path such as "_info/enteredBy" leads into an object.
std::string firstOf(const Object &row, std::initializer_list<const char *> paths)
{
    for (const std::string path : paths)
    {
        const std::size_t slash = path.find('/');
        const Object::Ptr inner = slash == std::string::npos ? nullptr : row.getObject(path.substr(0, slash));
        if (slash != std::string::npos && !inner)
            continue;
        if (std::string text = inner ? textOf(*inner, path.substr(slash + 1)) : textOf(row, path); !text.empty())
            return oneLine(text);
    }
    return {};
}

std::string someone(const std::string &name)
{
    return name.empty() ? "Somebody" : name;
}

/// The role may not see the list, or this site has no such list.
bool isUnreadable(const psa::Error &error)
{
    const std::uint32_t status = error.toC().http_status;
    return error.status() == PSA_PERMISSION || status == 404 || status == 405;
}

} // namespace

/// Null if the list cannot be read; a full page may not be all of it.
Array::Ptr TicketHistory::read(const std::string &path, Search search)
{
    try
    {
        Array::Ptr rows = client_.rows(path, search.pageSize(mostRows));
        if (!std::all_of(rows->begin(), rows->end(),
                         [](const Poco::Dynamic::Var &row) { return row.type() == typeid(Object::Ptr); }))
            throw psa::Error(PSA_UNAVAILABLE,
                             "ConnectWise did not return a usable list of what happened to the ticket.")
                .hint("Nothing was changed. Try again in some minutes.")
                .detail("GET " + path);
        if (rows->size() < mostRows)
            return rows;
        client_.call().info(path + " has " + std::to_string(mostRows) + " rows or more.");
    }
    catch (const psa::Error &error)
    {
        if (!isUnreadable(error))
            throw;
        client_.call().info(path + " could not be read: " + error.what());
    }
    return {};
}

bool TicketHistory::readNotes()
{
    Array::Ptr rows = read(ticketPath(ticketId_, "/allNotes"), Search());
    if (!rows) // an old version of ConnectWise
        rows = read(ticketPath(ticketId_, "/notes"), Search());
    for (unsigned i = 0; rows && i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i); row && !flagOf(*row, "mergedFlag"))
            addNote(*row);
    return rows;
}

void TicketHistory::addNote(const Object &row)
{
    const bool customer = row.getObject("contact");
    const std::string who =
        firstOf(row, {"contact/name", "member/identifier", "createdBy", "_info/enteredBy", "_info/updatedBy"});
    const std::string shown = firstOf(row, {"contact/name", "member/name"});
    const std::string id = firstOf(row, {"noteType"}) + textOf(row, "id");
    const std::int64_t written = timeOf(firstOf(row, {"_info/dateEntered", "dateCreated", "_info/lastUpdated"}));
    acts_.push_back({"note " + id, written, who,
                     someone(shown.empty() ? who : shown) + (customer ? " (a contact) wrote a note" : " wrote a note"),
                     customer ? Author::human : author(who)});
    const std::string changer = firstOf(row, {"_info/updatedBy"});
    const std::int64_t changed = timeOf(firstOf(row, {"_info/lastUpdated"}));
    if (!changer.empty() && changed > written)
        acts_.push_back({"changed " + id + " " + std::to_string(changed), changed, changer, changer + " changed a note",
                         author(changer)});
}

bool TicketHistory::readTimeEntries()
{
    Search search;
    search.where("chargeToId=" + ticketId_).where("(chargeToType=\"ServiceTicket\" or chargeToType=\"ProjectTicket\")");
    const Array::Ptr rows = read("time/entries", search);
    for (unsigned i = 0; rows && i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i))
            addTimeEntry(*row);
    return rows;
}

void TicketHistory::addTimeEntry(const Object &row)
{
    const std::string who = firstOf(row, {"member/identifier", "enteredBy", "_info/enteredBy"});
    const std::string shown = firstOf(row, {"member/name"});
    const std::int64_t at = timeOf(firstOf(row, {"_info/lastUpdated", "dateEntered", "_info/dateEntered"}));
    acts_.push_back({"time " + textOf(row, "id") + " " + std::to_string(at), at, who,
                     someone(shown.empty() ? who : shown) + " entered time", author(who)});
}

bool TicketHistory::readAuditTrail()
{
    const Array::Ptr rows = read("system/audittrail", Search().with("type", "Ticket").with("id", ticketId_));
    for (unsigned i = 0; rows && i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i))
            addTrailEntry(*row);
    return rows;
}

void TicketHistory::addTrailEntry(const Object &row)
{
    const std::string who = firstOf(row, {"enteredBy"});
    const std::string text = firstOf(row, {"text"});
    const std::string at = firstOf(row, {"enteredDate"});
    Act act{"trail " + at + " " + excerpt(text, 60), timeOf(at), who, someone(who) + " changed the ticket: " + text,
            author(who)};
    if (lower(firstOf(row, {"auditSource"})).find("workflow") != std::string::npos)
        act.author = Author::automation;
    act.inTrail = true;
    acts_.push_back(std::move(act));
}

} // namespace psa::plugins::connectwise
