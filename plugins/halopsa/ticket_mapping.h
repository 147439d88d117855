#pragma once

#include "client.h"
#include "pick_lists.h"

#include "common/ticket_document.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::halopsa {

/// Creates the body of HaloPSA's ticket from a ticket document. Makes requests only for names that are not in the cache,
/// and for the SLA of the ticket type if the ticket has a priority. Throws psa::Error(PSA_INVALID_TICKET) that names the
/// field.
class TicketMapping
{
public:
    /// All must outlive it.
    TicketMapping(Client &client, PickLists &lists, std::vector<psa::Warning> &warnings)
        : client_(client), lists_(lists), warnings_(warnings)
    {
    }

    Object map(std::string_view reference, const Object &ticket);

    /// The id of the ticket type once it is mapped.
    const std::string &type() const { return type_; }

private:
    void mapTexts(const Object &ticket);
    void mapType(const Object &ticket);
    void mapPeople(const Object &ticket);
    void mapPlace(const Object &ticket, std::int64_t clientId);
    void mapPriority(const std::string &given);
    void mapCategories(const Object &ticket);
    static std::string given(const Object &ticket, const char *ours);
    void set(const char *ours, std::int64_t id);

    Client &client_;
    PickLists &lists_;
    std::vector<psa::Warning> &warnings_;
    Object body_;
    std::string type_;
};

/// The text that HaloPSA takes for a value of `name`, a team or a category, of which it has no id in a ticket. `given`: an
/// id or the text. Throws psa::Error(PSA_INVALID_TICKET).
std::string textValue(PickLists &lists, const TicketName &name, const std::string &given);

/// The id that HaloPSA takes for a status or a ticket type. An id is used unchecked.
std::int64_t idValue(PickLists &lists, const TicketName &name, const std::string &given, const std::string &type = {});

/// `[{"id":…}]`, as HaloPSA takes assets.
Array::Ptr assetArray(const std::vector<std::int64_t> &ids);

/// Converts an object of names and values to HaloPSA's custom fields, [{"id":…,"value":…}]: dates, truth values and
/// choices as HaloPSA has them. The fields are read from HaloPSA and cached for an hour. Blank values are omitted. Throws
/// psa::Error(PSA_INVALID_TICKET) for a value that does not match its field.
Array::Ptr mapCustomFields(PickLists &lists, const Object &values);

} // namespace psa::plugins::halopsa
