#pragma once

#include "client.h"
#include "metadata.h"
#include "ticket_names.h"

#include <psa/results.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::autotask {

/// Default of the hours until a ticket is due. Autotask requires a due date unless the ticket category has one; 0
/// leaves it to the category.
constexpr int defaultDueInHours = 24;

/// Creates the body of Autotask's ticket from a ticket document. Makes requests only for data that is not in the cache.
/// Throws psa::Error(PSA_INVALID_TICKET) that names the field.
class TicketMapping
{
public:
    /// Both must outlive it.
    TicketMapping(Client &client, std::vector<psa::Warning> &warnings) : client_(client), warnings_(warnings) {}

    Object map(std::string_view reference, const Object &ticket);

private:
    void mapTexts(const Object &ticket, const Metadata &metadata);
    void mapPeople(const Object &ticket);
    void mapPickLists(const Object &ticket, const Metadata &metadata);
    void mapDueDate(const Object &ticket);
    void mapOwnFields(const Object &ticket);
    void useDefault(const TicketName &name, const std::vector<PickValue> &values);

    Client &client_;
    std::vector<psa::Warning> &warnings_;
    Object body_;
};

/// Converts an object of names and values to Autotask's user-defined fields, [{"name":…,"value":…}]. Blank values are
/// omitted. Throws psa::Error(PSA_INVALID_TICKET) for a name or a value that the tenant does not have.
Array::Ptr mapUserDefinedFields(const Object &values, const Metadata &metadata, std::vector<psa::Warning> &warnings);

} // namespace psa::plugins::autotask
