#include "metadata.h"
#include "people.h"
#include "query.h"
#include "ticket_row.h"
#include "verbs.h"
#include "watermark.h"

#include "common/text.h"
#include "common/typed_values.h"

#include <psa/clock.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <limits>

namespace psa::plugins::autotask {
namespace {

constexpr unsigned maxRows = 500;     ///< Of one page; Autotask's history has no further ones.
constexpr std::int64_t sameMs = 2000; ///< Stamps of one write differ by less.
/// Entries that are older than the watermark may have become visible since.
constexpr std::int64_t lateMs = 120000;
constexpr std::uint32_t soonMs = 10000;
constexpr std::int64_t contactType = 2; ///< lastActivityPersonType

/// Something that a person did.
struct Entry
{
    std::string key; ///< Identifies it among the entries of the ticket.
    std::int64_t ms = 0;
    std::int64_t resource = 0; ///< 0: a contact
    std::string what;          ///< What follows the name: "wrote a note".
};

bool isAboutStamps(const Object &row)
{
    const std::string text = lower(textOf(row, "action") + " " + textOf(row, "detail"));
    return text.find("last activity date") != std::string::npos ||
           text.find("last tracked modification") != std::string::npos;
}

/// Notes that Autotask writes in somebody's name: those of workflow rules, and records of forwarding. Types are the same
/// in every tenant.
bool isAutomatic(const Object &note)
{
    constexpr std::array<std::int64_t, 3> types{13, 91, 92};
    const std::int64_t type = integerOf(note, "noteType").value_or(0);
    return std::find(types.begin(), types.end(), type) != types.end() ||
           lower(trim(textOf(note, "title"))) == "service desk notification";
}

/// The first ticket number in `text` that is not `own`; empty if there is none. It looks like T20261124.0017.
std::string numberIn(const std::string &text, const std::string &own)
{
    const auto isDigit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    constexpr std::size_t dot = 9;
    for (std::size_t at = text.find('T'); at != std::string::npos; at = text.find('T', at + 1))
    {
        const std::size_t end = std::min(text.find_first_not_of("0123456789.", at + 1), text.size());
        std::string number = text.substr(at, end - at);
        while (!number.empty() && number.back() == '.')
            number.pop_back();
        const bool isNumber = number.size() > dot + 1 && number[dot] == '.' &&
                              std::all_of(number.begin() + 1, number.begin() + dot, isDigit);
        if (isNumber && number != own)
            return number;
    }
    return {};
}

/// What happened to a ticket since a watermark.
class Reading
{
public:
    Reading(Client &client, const Object &row, Watermark before)
        : client_(client), row_(row), before_(std::move(before)), own_(ownResource(client, row))
    {
    }

    psa::Activity read();

private:
    void readHistory();
    bool coversTime(const Array &rows) const;
    void readNotes();
    void readTimes();
    void checkLastActor();
    void checkHistoryIsThere();
    void readMerge(const Object &note);
    Array::Ptr query(const char *entity, const Object &body);
    void judge(const Object &row, const char *key, const char *when, const char *who, const std::string &what);
    void judge(Entry entry);
    std::vector<psa::Touch> touches() const;
    Watermark after() const;
    std::int64_t ticket() const { return integerOf(row_, "id").value_or(0); }
    bool isNew(const Entry &entry) const { return !before_.reported.contains(entry.key); }

    Client &client_;
    const Object &row_;
    const Watermark before_;
    const std::optional<std::int64_t> own_;
    std::vector<Entry> entries_;
    bool isUnclear_ = false;
    bool hasHistory_ = false; ///< It says something about the time since the watermark.
    std::string mergedInto_;
    std::string mergedNumber_;
};

/// The rows of one page; none, and the result is unclear, if the API user may not read them.
Array::Ptr Reading::query(const char *entity, const Object &body)
{
    try
    {
        return client_.query(entity, body);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION)
            throw;
        client_.call().warning(std::string("It is not known who touched ticket ") + std::to_string(ticket()) + ": " +
                               error.what());
        isUnclear_ = true;
        return new Array;
    }
}

/// Keeps the entry if a person made it. One by nobody, or by somebody who may be this API user, leaves it unclear.
void Reading::judge(Entry entry)
{
    if (entry.ms < before_.sinceMs - lateMs || entry.resource == systemResource || (own_ && entry.resource == *own_))
        return;
    if (!own_ && entry.resource != 0)
        isUnclear_ = true;
    else
        entries_.push_back(std::move(entry));
}

/// `key`: first letter of the entry's key; `when`, `who`: fields of the row.
void Reading::judge(const Object &row, const char *key, const char *when, const char *who, const std::string &what)
{
    const auto id = integerOf(row, "id");
    const auto time = timeOf(row, when);
    // A note of a contact comes from the contact, whoever else is named as its creator.
    const bool isContact = has(row, "createdByContactID");
    const auto resource = isContact ? std::optional<std::int64_t>(0) : integerOf(row, who);
    if (!id || !time || integerOf(row, "ticketID") != ticket() || !resource)
    {
        isUnclear_ = isUnclear_ || !time || *time >= before_.sinceMs - lateMs;
        return;
    }
    judge({key + std::to_string(*id) + (*key == 't' ? "." + std::to_string(*time) : ""), *time, *resource, what});
}

/// Whether the rows of the history are all there are since the watermark: a full page may lack the oldest or the newest.
bool Reading::coversTime(const Array &rows) const
{
    if (rows.size() < maxRows)
        return true;
    std::int64_t oldest = std::numeric_limits<std::int64_t>::max();
    std::int64_t newest = 0;
    for (unsigned i = 0; i < rows.size(); ++i)
        if (const Object::Ptr row = rows.getObject(i))
        {
            const std::int64_t time = timeOf(*row, "date").value_or(0);
            oldest = std::min(oldest, time);
            newest = std::max(newest, time);
        }
    const auto last = timeOf(row_, "lastActivityDate");
    return last && oldest < before_.sinceMs - lateMs && newest + sameMs >= *last;
}

void Reading::readHistory()
{
    const Query query = Query(maxRows, {"id", "action", "date", "detail", "resourceID", "ticketID"})
                            .equals("ticketID", static_cast<Poco::Int64>(ticket()));
    const Array::Ptr rows = this->query("TicketHistory", query.bareBody());
    isUnclear_ = isUnclear_ || !coversTime(*rows);
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        if (!row || isAboutStamps(*row))
            continue;
        hasHistory_ = hasHistory_ || timeOf(*row, "date").value_or(0) >= before_.sinceMs;
        judge(*row, "h", "date", "resourceID", "changed the ticket: " + oneLine(textOf(*row, "detail")));
    }
}

void Reading::readNotes()
{
    const std::string since = utcText(before_.sinceMs - lateMs);
    // Texts can be long; only those of a merge are needed, which completes the ticket.
    Query query = isComplete(row_) ? Query(maxRows, {"id", "ticketID", "title", "noteType", "creatorResourceID",
                                                     "createdByContactID", "createDateTime", "description"})
                                   : Query(maxRows, {"id", "ticketID", "title", "noteType", "creatorResourceID",
                                                     "createdByContactID", "createDateTime"});
    query.equals("ticketID", static_cast<Poco::Int64>(ticket())).sinceAny({"createDateTime"}, since);
    const Array::Ptr rows = this->query("TicketNotes", query.body());
    isUnclear_ = isUnclear_ || rows->size() >= maxRows;
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        if (!row || isAutomatic(*row))
            continue;
        const bool isMerge = integerOf(*row, "noteType") == mergedNoteType;
        if (isMerge && integerOf(*row, "ticketID") == ticket())
            readMerge(*row);
        judge(*row, "n", "createDateTime", "creatorResourceID",
              isMerge ? "merged the ticket into another one" : "wrote a note");
    }
}

void Reading::readTimes()
{
    const Query query =
        Query(maxRows, {"id", "ticketID", "creatorUserID", "lastModifiedUserID", "lastModifiedDateTime"})
            .equals("ticketID", static_cast<Poco::Int64>(ticket()))
            .sinceAny({"createDateTime", "lastModifiedDateTime"}, utcText(before_.sinceMs - lateMs));
    const Array::Ptr rows = this->query("TimeEntries", query.body());
    isUnclear_ = isUnclear_ || rows->size() >= maxRows;
    for (unsigned i = 0; i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i))
            judge(*row, "t", "lastModifiedDateTime",
                  has(*row, "lastModifiedUserID") ? "lastModifiedUserID" : "creatorUserID", "entered time");
}

/// The ticket itself says who was active last: somebody may have done what leaves no entry, such as an attachment.
void Reading::checkLastActor()
{
    const auto time = timeOf(row_, "lastActivityDate");
    if (!time || *time <= before_.sinceMs)
        return;
    const auto known = [&](const Entry &entry) { return entry.ms + sameMs >= *time; };
    const bool isContact = integerOf(row_, "lastActivityPersonType") == contactType;
    const auto resource = integerOf(row_, "lastActivityResourceID");
    if (std::any_of(entries_.begin(), entries_.end(), known) || (!isContact && !resource))
        return;
    judge({"a" + std::to_string(*time), *time, isContact ? 0 : *resource, "was active on the ticket"});
}

/// A ticket can be newer than its history: then it is not known yet who changed it.
void Reading::checkHistoryIsThere()
{
    if (hasHistory_ || !entries_.empty() || before_.fields.empty() || before_.fields == Watermark::fieldsOf(row_))
        return;
    const std::int64_t now = psa::Clock(client_.host()).unixMs(client_.call());
    const auto last = timeOf(row_, "lastActivityDate");
    if (last && !isUnclear_ && std::abs(now - *last) <= lateMs)
        throw psa::Error(PSA_UNAVAILABLE,
                         "Autotask's history does not show yet who changed ticket " + std::to_string(ticket()) + ".")
            .hint("Nothing to do: it is read again in a moment.")
            .retryAfterMs(soonMs);
    isUnclear_ = true;
}

void Reading::readMerge(const Object &note)
{
    mergedNumber_ = numberIn(textOf(note, "title") + " " + textOf(note, "description"), textOf(row_, "ticketNumber"));
    if (mergedNumber_.empty())
        return;
    const Object::Ptr other = ticketWithNumber(client_, mergedNumber_);
    mergedInto_ = other ? textOf(*other, "id") : std::string();
}

std::vector<psa::Touch> Reading::touches() const
{
    std::set<std::int64_t> ids;
    std::vector<Entry> all;
    std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(all), [&](const Entry &e) { return isNew(e); });
    std::stable_sort(all.begin(), all.end(), [](const Entry &a, const Entry &b) { return a.ms < b.ms; });
    for (const Entry &entry : all)
        if (entry.resource != 0)
            ids.insert(entry.resource);
    const auto names = resourceNames(client_, ids);
    std::vector<psa::Touch> touches;
    touches.reserve(all.size());
    for (const Entry &entry : all)
        touches.push_back(
            {(entry.resource == 0 ? "A contact" : names.at(entry.resource)) + " " + entry.what, utcText(entry.ms)});
    return touches;
}

Watermark Reading::after() const
{
    Watermark mark{Watermark::stampsOf(row_), Watermark::fieldsOf(row_), before_.sinceMs};
    for (const char *stamp : {"lastActivityDate", "lastTrackedModificationDateTime"})
        mark.sinceMs = std::max(mark.sinceMs, timeOf(row_, stamp).value_or(0));
    for (const Entry &entry : entries_)
        if (entry.ms >= mark.sinceMs - lateMs)
            mark.reported.insert(entry.key);
    mark.mergedInto = mergedInto_.empty() ? before_.mergedInto : mergedInto_;
    mark.mergedNumber = mergedNumber_.empty() ? before_.mergedNumber : mergedNumber_;
    return mark;
}

psa::Activity Reading::read()
{
    readHistory();
    readNotes();
    readTimes();
    checkLastActor();
    checkHistoryIsThere();
    psa::Activity activity;
    activity.by = touches();
    activity.touched = !activity.by.empty() ? psa::Touched::yes : isUnclear_ ? psa::Touched::unclear : psa::Touched::no;
    const Watermark mark = after();
    activity.mergedInto.id = mark.mergedInto;
    activity.mergedInto.number = mark.mergedNumber;
    // What is unclear now may be clear later, so that the next call starts where this one did.
    activity.watermark = (activity.touched == psa::Touched::unclear ? before_ : mark).text();
    return activity;
}

/// The activity of a ticket that has not been touched.
psa::Activity quiet(const Watermark &mark)
{
    psa::Activity activity;
    activity.touched = psa::Touched::no;
    activity.mergedInto.id = mark.mergedInto;
    activity.mergedInto.number = mark.mergedNumber;
    activity.watermark = mark.text();
    return activity;
}

psa::Activity activityOf(Client &client, const Object &row, std::string_view watermark)
{
    if (const auto before = parseWatermark(watermark))
        return before->holdsFor(row) ? quiet(*before) : Reading(client, row, *before).read();
    // Its stamps alone do not tell: a person may have acted before the last write of this API user.
    Watermark created;
    created.sinceMs = timeOf(row, "createDate").value_or(0);
    return Reading(client, row, created).read();
}

/// A ticket that Autotask does not show. It was deleted if the log says so, or if it was shown earlier and the log cannot
/// be read; otherwise it may be too new.
std::string activityOfMissing(Client &client, const std::string &ticketId, std::string_view watermark)
{
    const MissingTicket missing = whyMissing(client, ticketId);
    const auto before = parseWatermark(watermark);
    if (!missing.logged && !(missing.refused && before))
        throw notShown(ticketId);
    psa::Activity activity;
    activity.touched = psa::Touched::yes;
    activity.deleted = true;
    std::string who = "Somebody";
    if (missing.by)
        who = resourceNames(client, {*missing.by}).at(*missing.by);
    Object row;
    row.set("at", missing.at);
    const auto time = timeOf(row, "at");
    activity.by.push_back({who + " deleted the ticket", time ? utcText(*time) : ""});
    activity.watermark = before ? std::string(watermark) : Watermark().text();
    return psa::activityResult(activity);
}

} // namespace

std::string ticketActivity(Client &client, std::string_view ticketId, std::string_view watermark)
{
    requireTicketId(ticketId);
    const std::string id(ticketId);
    const Object::Ptr row = ticketRow(client, id);
    if (!row)
        return activityOfMissing(client, id, watermark);
    psa::Activity activity = activityOf(client, *row, watermark);
    activity.closed = isComplete(*row);
    activity.status.id = textOf(*row, "status");
    // A label would cost another request if the lists are not cached.
    if (const auto metadata = Metadata::keptTicketFields(client))
        activity.status.label = metadata->label("status", activity.status.id);
    return psa::activityResult(activity);
}

} // namespace psa::plugins::autotask
