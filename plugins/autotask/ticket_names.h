#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plugins::autotask {

/// One ticket field under its three names.
struct TicketName
{
    const char *ours = "";   ///< In a ticket document: "queue".
    const char *theirs = ""; ///< In Autotask's API: "queueID".
    const char *title = "";  ///< On the form: "Queue ID".
    const char *list = "";   ///< Its list of psa.choices/1, if Autotask's pick-list has the values: "queues".
    bool own = false;        ///< Only Autotask has it: it stands in "fields" of the ticket document.
};

/// Every ticket field that the plugin writes.
const std::vector<TicketName> &ticketNames();

/// The fields whose values are in Autotask's pick-lists.
std::vector<TicketName> pickListNames();

/// The field that Autotask's error text is about; nullptr if it names none that the plugin writes.
const TicketName *nameInError(std::string_view words);

/// What to do about a ticket that Autotask refuses because of this field.
std::string hintFor(const TicketName &name);

} // namespace plugins::autotask
