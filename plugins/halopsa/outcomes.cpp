#include "outcomes.h"

#include "pick_lists.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins::halopsa {
namespace {

constexpr std::int64_t internalNote = 7; ///< HaloPSA's own, unless the tenant has removed it.

Array::Ptr outcomeRows(Client &client)
{
    return PickLists(client).rows("Outcome", "outcomes");
}

std::string outcomeLabel(const Object &row)
{
    return firstLine(row, {"outcome", "buttonname", "name"});
}

TicketName fieldOf(bool isPublic)
{
    TicketName name;
    name.ours = isPublic ? "publicOutcome" : "outcome";
    name.title = isPublic ? "Outcome for public notes" : "Outcome for internal notes";
    return name;
}

bool isInternalNote(const Object &row)
{
    return integerOf(row, "id") == internalNote || lower(outcomeLabel(row)) == "internal note";
}

/// Users see a note with this outcome, and nothing else happens.
bool isForUsers(const Object &row)
{
    return !flagOf(row, "hidden") && !flagOf(row, "hidefromuser") && !flagOf(row, "sendemail") &&
           integerOf(row, "newstatus").value_or(0) <= 0 && !isInternalNote(row);
}

/// Those that say so by their name come first.
bool isNamedNote(const Object &row)
{
    return lower(outcomeLabel(row)).find("note") != std::string::npos;
}

std::int64_t chosenOutcome(Client &client, bool isPublic)
{
    const Array::Ptr rows = outcomeRows(client);
    std::int64_t chosen = 0;
    for (const bool named : {true, false})
        for (unsigned i = 0; i < rows->size() && chosen == 0; ++i)
            if (const Object::Ptr row = rows->getObject(i); row && integerOf(*row, "id"))
                if (isPublic ? isForUsers(*row) && isNamedNote(*row) == named : isInternalNote(*row))
                    chosen = *integerOf(*row, "id");
    if (chosen == 0 && !isPublic && rows->size() == 0)
        return internalNote; // The agent may not read the list.
    if (chosen == 0)
        throw invalidField(fieldOf(isPublic).ours,
                           std::string("HaloPSA has no outcome for ") + (isPublic ? "public" : "internal") +
                               " notes that the plugin knows.",
                           std::string("Choose \"") + fieldOf(isPublic).title + "\" under Configure. HaloPSA has: " +
                               candidates(activeValues(outcomeValues(client))) + ".");
    return chosen;
}

} // namespace

std::vector<PickValue> outcomeValues(Client &client)
{
    std::vector<PickValue> values;
    const Array::Ptr rows = outcomeRows(client);
    for (unsigned i = 0; i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i); row && integerOf(*row, "id"))
            values.push_back({textOf(*row, "id"), outcomeLabel(*row), {}, 0, !flagOf(*row, "hidden")});
    return values;
}

std::int64_t outcomeFor(Client &client, bool isPublic)
{
    const std::string &configured = isPublic ? client.configuration().publicOutcome : client.configuration().outcome;
    if (configured.empty())
        return chosenOutcome(client, isPublic);
    return isInteger(configured) ? std::stoll(configured)
                                 : resolvePickValue(thePsa, fieldOf(isPublic), outcomeValues(client), configured);
}

} // namespace psa::plugins::halopsa
