#pragma once

#include "client.h"
#include "pick_lists.h"

#include "common/ticket_document.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::connectwise {

/// Creates the body of ConnectWise's ticket from a ticket document. Makes requests only for names that are not in the
/// cache: an id is used unchecked. Throws psa::Error(PSA_INVALID_TICKET) that names the field.
class TicketMapping
{
public:
    /// All must outlive it.
    TicketMapping(Client &client, PickLists &lists, std::vector<psa::Warning> &warnings)
        : client_(client), lists_(lists), warnings_(warnings)
    {
    }

    Object map(std::string_view reference, const Object &ticket);

    /// The board's id once it is mapped; empty = the ticket has none.
    const std::string &board() const { return board_; }
    /// Type and sub-type, if the ticket has them.
    const TypeChoice &choice() const { return choice_; }

private:
    void mapTexts(const Object &ticket);
    void mapPeople(const Object &ticket);
    void mapLists(const Object &ticket);
    void mapList(const TicketName &name, const std::string &given);
    void mapOwnFields(const Object &ticket);

    Client &client_;
    PickLists &lists_;
    std::vector<psa::Warning> &warnings_;
    Object body_;
    std::string board_;
    TypeChoice choice_;
};

/// Converts an object of ids and values to ConnectWise's custom fields, [{"id":…,"value":…}]: each value has the JSON
/// type of its field, because ConnectWise rejects a string for a number. The types are read from ConnectWise and cached
/// for an hour. Blank values are omitted. Throws psa::Error(PSA_INVALID_TICKET) for a value that does not match its
/// field.
Array::Ptr mapCustomFields(Client &client, const Object &values);

} // namespace psa::plugins::connectwise
