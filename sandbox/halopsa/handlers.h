#pragma once

#include "sandbox/halopsa/routes.h"

namespace psa::sandbox::halopsa {

// One per verb in routes.cpp.
Answer listEntity(const Call &call);
Answer getEntity(const Call &call);
Answer getOwnAgent(const Call &call);
Answer listTickets(const Call &call);
Answer getTicket(const Call &call);
Answer postTickets(const Call &call);
Answer postTicketObject(const Call &call);
Answer removeTicket(const Call &call);
Answer listActions(const Call &call);
Answer getAction(const Call &call);
Answer postActions(const Call &call);
Answer removeAction(const Call &call);
Answer listAudit(const Call &call);

/// The response to requests that the service itself answers, because it needs what no other handler knows: the token
/// endpoint and the two documents that lead to it.
Answer answeredByService(const Call &call);

} // namespace psa::sandbox::halopsa
