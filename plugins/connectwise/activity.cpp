#include "ticket_history.h"
#include "ticket_row.h"
#include "verbs.h"
#include "watermark.h"

#include "common/records.h"
#include "common/text.h"

#include <algorithm>

namespace psa::plugins::connectwise {
namespace {

/// Judges what happened to one ticket since a watermark.
class Judgement
{
public:
    Judgement(Client &client, std::string_view ticketId, const Object &row, std::optional<Watermark> before)
        : client_(client), row_(row), before_(std::move(before)), now_(watermarkOf(row)),
          history_(client, ticketId, now_.own)
    {
        now_.own = ownIdentifierIn(client, row);
        if (now_.own.empty() && before_)
            now_.own = before_->own;
        now_.hidesNotes = (before_ && before_->hidesNotes) || isKnownToHideNotes(client, ticketId, now_);
    }

    psa::Activity result()
    {
        if (isQuiet())
            activity_.touched = psa::Touched::no;
        else
            readHistory();
        activity_.watermark = now_.text();
        return activity_;
    }

private:
    bool isQuiet();
    void readHistory();
    void judgeActs();
    void judgeRow();
    void judgeUnread(bool notes, bool trail);
    void addTouch(const std::string &what, std::int64_t at, Author author)
    {
        plugins::addTouch(activity_, what, at, author);
    }
    bool isNew(const Act &act) const;
    bool isRepeated(const Act &act) const;
    std::int64_t since() const { return before_ ? before_->since : 0; }

    Client &client_;
    const Object &row_;
    std::optional<Watermark> before_; ///< nullopt: since the creation.
    Watermark now_;
    TicketHistory history_;
    psa::Activity activity_{psa::Touched::no};
};

/// One request told everything: the ticket is as it was. Without a watermark it does not tell: a person may have acted in
/// the second of the creation, before the last write of this API member.
bool Judgement::isQuiet()
{
    if (!before_ || !now_.sameState(*before_))
        return false;
    now_.since = before_->since;
    now_.seen = before_->seen;
    return !now_.updated.empty() && !now_.hidesNotes;
}

void Judgement::readHistory()
{
    // Where notes do not show in the ticket, only they can have been added to one that is as it was.
    const bool onlyNotes = before_ && now_.sameState(*before_);
    const bool notes = history_.readNotes();
    const bool trail = onlyNotes || history_.readAuditTrail();
    judgeActs();
    // Time is the last thing to look at: its notes are usually among those of the ticket.
    if (!onlyNotes && activity_.touched != psa::Touched::yes && history_.readTimeEntries())
        judgeActs();
    judgeRow();
    judgeUnread(notes, trail);
    for (const Act &act : history_.acts())
        now_.since = std::max(now_.since, act.at);
    for (const Act &act : history_.acts())
        if (act.at == now_.since && act.author != Author::self)
            now_.seen.insert(act.key);
}

bool Judgement::isNew(const Act &act) const
{
    return act.at == 0 || act.at > since() || (act.at == since() && !before_->seen.contains(act.key));
}

/// The audit trail also has what the other lists have.
bool Judgement::isRepeated(const Act &act) const
{
    return act.inTrail && std::any_of(history_.acts().begin(), history_.acts().end(), [&](const Act &other) {
               return !other.inTrail && other.at == act.at && isSameName(other.who, act.who);
           });
}

void Judgement::judgeActs()
{
    activity_.by.clear();
    std::vector<Act> acts = history_.acts();
    std::stable_sort(acts.begin(), acts.end(), [](const Act &a, const Act &b) { return a.at < b.at; });
    for (const Act &act : acts)
        if (isNew(act) && !isRepeated(act))
            addTouch(act.what, act.at, act.at == 0 && act.author == Author::human ? Author::unknown : act.author);
}

/// What the ticket itself shows, in case that no list has it.
void Judgement::judgeRow()
{
    if (now_.customerUpdated && !(before_ && before_->customerUpdated) && activity_.touched != psa::Touched::yes)
        addTouch("The customer updated the ticket", now_.since, Author::human);
    if (now_.minutes > (before_ ? before_->minutes : 0) && activity_.touched != psa::Touched::yes)
        addTouch("Somebody entered time", now_.since, Author::human);
    const bool moved = !before_ || now_.updated != before_->updated || now_.updatedBy != before_->updatedBy;
    if (moved && activity_.touched == psa::Touched::no)
        addTouch((now_.updatedBy.empty() ? "Somebody" : now_.updatedBy) + " changed the ticket", now_.since,
                 authorOf(client_.configuration(), now_.own, now_.updatedBy));
}

/// Without the lists, changes by people are known only by what the ticket has now.
void Judgement::judgeUnread(bool notes, bool trail)
{
    if (activity_.touched != psa::Touched::no || (notes && trail))
        return;
    if (!notes || !before_ || before_->fields != now_.fields)
        addTouch(std::string("The ticket changed, and the API member may not read its ") +
                     (notes ? "audit trail" : "notes"),
                 now_.since, Author::unknown);
}

psa::Activity deletedTicket(std::string_view watermark)
{
    psa::Activity activity;
    activity.touched = psa::Touched::yes;
    activity.deleted = true;
    activity.by.push_back({"Somebody deleted the ticket, or made it a project ticket"});
    const auto before = parseWatermark(watermark);
    activity.watermark = before ? before->text() : "deleted";
    return activity;
}

} // namespace

std::string readActivity(Client &client, std::string_view ticketId, std::string_view watermark)
{
    Object::Ptr row;
    try
    {
        row = readTicketRow(client, ticketId);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND)
            throw;
        return psa::activityResult(deletedTicket(watermark));
    }
    psa::Activity activity = Judgement(client, ticketId, *row, parseWatermark(watermark)).result();
    activity.status = statusOf(*row);
    activity.closed = flagOf(*row, "closedFlag");
    if (const std::int64_t parent = mergedInto(*row); parent > 0)
    {
        const std::string id = std::to_string(parent);
        activity.mergedInto = {id, id};
    }
    return psa::activityResult(activity);
}

} // namespace psa::plugins::connectwise
