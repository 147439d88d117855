#include "identity.h"
#include "ticket_actions.h"
#include "ticket_row.h"
#include "verbs.h"
#include "watermark.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins::halopsa {
namespace {

constexpr const char *nobody = "1";

/// Judges what happened to one ticket since a watermark.
class Judgement
{
public:
    Judgement(Client &client, std::int64_t ticket, const Object &row, std::optional<Watermark> before)
        : client_(client), ticket_(ticket), row_(row), before_(std::move(before))
    {
        now_.state = stateOf(row);
    }

    psa::Activity result();

private:
    void identify(const TicketActions &actions);
    void judgeActions(const TicketActions &actions);
    void judgeAudit();
    void judgeState();
    void addTouch(const std::string &what, std::int64_t at, Author author)
    {
        plugins::addTouch(activity_, what, at, author);
    }
    void mark(const TicketActions &actions);
    bool isExplained(const std::string &name, const std::string &value) const;

    Client &client_;
    const std::int64_t ticket_;
    const Object &row_;
    std::optional<Watermark> before_; ///< nullopt: since the creation.
    Watermark now_;
    Self self_;
    std::set<std::string> statuses_; ///< Those that new actions have set.
    std::set<std::string> audited_;  ///< Fields of which the audit says who set them.
    psa::Activity activity_{psa::Touched::no};
};

std::string someone(const std::string &name)
{
    return name.empty() ? "Somebody" : name;
}

psa::Activity Judgement::result()
{
    const TicketActions actions = readActions(client_, ticket_);
    identify(actions);
    judgeActions(actions);
    judgeAudit();
    judgeState();
    if (!actions.whole)
        addTouch("HaloPSA did not return everything that was done to the ticket", 0, Author::unknown);
    mark(actions);
    activity_.watermark = now_.text();
    return activity_;
}

/// The name of the own application, if it is not cached: that of the own agent's first action.
void Judgement::identify(const TicketActions &actions)
{
    self_.application = ownApplication(client_);
    if (self_.application.empty() && before_)
        self_.application = before_->application;
    if (self_.application.empty())
    {
        self_.agent = ownAgent(client_);
        std::int64_t first = -1;
        for (unsigned i = 0; self_.agent && i < actions.rows->size(); ++i)
        {
            const Object::Ptr row = actions.rows->getObject(i);
            const std::string name = oneLine(textOf(*row, "actionby_application_id"));
            const std::int64_t id = *integerOf(*row, "id");
            if (!name.empty() && !isByUser(*row) && integerOf(*row, "who_agentid") == self_.agent &&
                (first < 0 || id < first))
            {
                first = id;
                self_.application = name;
            }
        }
    }
    now_.application = excerpt(self_.application, 200);
}

void Judgement::judgeActions(const TicketActions &actions)
{
    std::vector<Object::Ptr> rows;
    for (unsigned i = 0; i < actions.rows->size(); ++i)
        if (const Object::Ptr row = actions.rows->getObject(i); !before_ || before_->isNew(*integerOf(*row, "id")))
            rows.push_back(row);
    // Ids tell the order; it is not certain in which zone the times are.
    std::sort(rows.begin(), rows.end(),
              [](const Object::Ptr &a, const Object::Ptr &b) { return *integerOf(*a, "id") < *integerOf(*b, "id"); });
    for (const Object::Ptr &row : rows)
    {
        if (const std::int64_t status = integerOf(*row, "new_status").value_or(0); status > 0)
            statuses_.insert(std::to_string(status));
        const std::string outcome = oneLine(textOf(*row, "outcome"));
        const std::string what =
            trim(textOf(*row, "note")).empty() && !outcome.empty() ? " did: " + outcome : " wrote a note";
        addTouch(someone(oneLine(textOf(*row, "who"))) + (isByUser(*row) ? " (a user)" : "") + what,
                 haloTime(textOf(*row, "datetime")), authorOf(client_.configuration(), self_, *row));
    }
}

/// Changes of fields, some of which make no action. What has made one is told already.
void Judgement::judgeAudit()
{
    now_.audited = before_ ? before_->audited : -1;
    const Array::Ptr rows = row_.getArray("auditing");
    for (unsigned i = 0; rows && i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        const std::int64_t id = row ? integerOf(*row, "id").value_or(-1) : -1;
        if (id < 0 || (before_ && id <= before_->audited) || integerOf(*row, "ticket_id").value_or(ticket_) != ticket_)
            continue;
        now_.audited = std::max(now_.audited, id);
        const std::string field = oneLine(textOf(*row, "value"));
        audited_.insert(field);
        if (field != "status_id" || statuses_.empty())
            addTouch(someone(oneLine(textOf(*row, "who"))) + " set " + field + " to \"" + oneLine(textOf(*row, "to")) +
                         "\"",
                     haloTime(textOf(*row, "date")), authorOf(client_.configuration(), self_, *row));
    }
}

bool Judgement::isExplained(const std::string &name, const std::string &value) const
{
    return (name == "status_id" && statuses_.contains(value)) || audited_.contains(name);
}

/// What the ticket itself shows, in case that no list has it.
void Judgement::judgeState()
{
    const TicketState own = ownChanges(client_, ticket_);
    for (const auto &[name, value] : now_.state)
    {
        const auto set = own.find(name);
        const bool isOurs = set != own.end() && set->second == value;
        const auto old = before_ ? before_->state.find(name) : now_.state.end();
        // Since the creation only an agent who works on the ticket is a sign: HaloPSA itself sets the other values.
        const bool differs = before_ ? old == before_->state.end() || old->second != value
                                     : name == "agent_id" && !value.empty() && value != nobody && value != "0";
        if (!differs || isOurs || isExplained(name, value) || activity_.touched == psa::Touched::yes)
            continue;
        if (name == "merged_into_id")
            addTouch("Somebody merged the ticket into " + value, 0, Author::human);
        else if (name == "agent_id" && integerOf(row_, name) == ownAgent(client_))
            continue;
        else
            addTouch("Somebody set " + name + " to \"" + value + "\", and HaloPSA does not say who", 0,
                     Author::unknown);
    }
}

/// What is missing below the highest id may still appear.
void Judgement::mark(const TicketActions &actions)
{
    std::set<std::int64_t> ids;
    for (unsigned i = 0; i < actions.rows->size(); ++i)
        ids.insert(*integerOf(*actions.rows->getObject(i), "id"));
    now_.last = std::max(before_ ? before_->last : -1, ids.empty() ? -1 : *ids.rbegin());
    if (before_)
        now_.gaps = before_->gaps;
    const std::int64_t from = before_ ? before_->last + 1 : (ids.empty() ? 0 : *ids.begin());
    constexpr std::int64_t mostIds = 1000;
    for (std::int64_t id = std::max(from, now_.last - mostIds); id < now_.last; ++id)
        now_.gaps.insert(id);
    for (const std::int64_t id : ids)
        now_.gaps.erase(id);
}

/// A ticket that HaloPSA does not show, or shows as deleted.
psa::Activity activityOfMissing(Presence presence, std::string_view watermark)
{
    psa::Activity activity;
    const auto before = parseWatermark(watermark);
    activity.watermark = before ? before->text() : Watermark().text();
    activity.deleted = presence == Presence::deleted;
    activity.touched = activity.deleted ? psa::Touched::yes : psa::Touched::unclear;
    activity.by.push_back({activity.deleted ? "Somebody deleted the ticket"
                                            : "The ticket was deleted, or the agent of the application may not see it "
                                              "any more"});
    return activity;
}

} // namespace

std::string readActivity(Client &client, std::string_view ticketId, std::string_view watermark)
{
    const std::int64_t number = ticketNumber(ticketId);
    const TicketRow ticket = readTicketRow(client, number, "&include_auditing=true");
    if (ticket.presence != Presence::there)
        return psa::activityResult(activityOfMissing(ticket.presence, watermark));
    const auto before = parseWatermark(watermark);
    psa::Activity activity = Judgement(client, number, *ticket.row, before).result();
    if (!before && !watermark.empty() && activity.touched == psa::Touched::no)
    {
        activity.touched = psa::Touched::unclear;
        activity.by.push_back({"What was known of the ticket before cannot be read"});
    }
    PickLists lists(client);
    activity.status = statusOf(lists, *ticket.row);
    activity.closed = isClosed(lists, *ticket.row);
    if (const std::int64_t other = mergedInto(*ticket.row); other > 0)
    {
        const std::string id = std::to_string(other);
        activity.mergedInto = {id, id};
    }
    return psa::activityResult(activity);
}

} // namespace psa::plugins::halopsa
