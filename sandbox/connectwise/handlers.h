#pragma once

#include "sandbox/connectwise/answers.h"
#include "sandbox/connectwise/routes.h"

namespace psa::sandbox::connectwise {

// One per verb in routes.cpp.
Answer companyInfo(const Call &call);
Answer systemInfo(const Call &call);
Answer listRecords(const Call &call);
Answer countRecords(const Call &call);
Answer getRecord(const Call &call);
Answer postTicket(const Call &call);
Answer patchOneTicket(const Call &call);
Answer postNote(const Call &call);

} // namespace psa::sandbox::connectwise
