#pragma once

#include <psa/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

/// One ticket field under its three names.
struct TicketName
{
    const char *ours = "";   ///< In a ticket document: "queue".
    const char *theirs = ""; ///< In the PSA's API: "queueID".
    const char *title = "";  ///< In the form: "Queue ID".
    const char *list = "";   ///< Its list of psa.choices/1, if its values come from a picklist of the PSA: "queues".
    bool own = false;        ///< Only this PSA has it: it is a member of "fields" in the ticket document.
};

/// The one of `names` that a ticket document calls `ours`, which must exist.
const TicketName &nameOf(const std::vector<TicketName> &names, std::string_view ours);

/// The one of `names` that the PSA calls `theirs`, ignoring case; nullptr if there is none.
const TicketName *nameOfTheirs(const std::vector<TicketName> &names, std::string_view theirs);

/// What to do about a ticket that the PSA rejects because of this field. `people` completes "Correct the company of the
/// ticket: it must ...".
std::string hintFor(const TicketName &name, const std::string &people);

/// Those of `names` that have a picklist.
std::vector<TicketName> pickListNames(const std::vector<TicketName> &names);

/// A ticket field that the plugin cannot accept.
psa::Error invalidField(const std::string &field, const std::string &message, const std::string &hint);

} // namespace psa::plugins
