#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/connectwise/api_error.h"
#include "sandbox/connectwise/routes.h"

namespace psa::sandbox::connectwise {

Answer plainText(int status, const std::string &body);
Answer errorAnswer(const ApiError &error);
/// 204, to a DELETE.
Answer noContent();
/// The response of the service's front end to an unknown path or company.
Answer cannotRoute();

// One per verb in routes.cpp.
Answer companyInfo(const Call &call);
Answer systemInfo(const Call &call);
Answer listRecords(const Call &call);
Answer countRecords(const Call &call);
Answer getRecord(const Call &call);
Answer postTicket(const Call &call);
Answer patchOneTicket(const Call &call);
Answer removeTicket(const Call &call);
Answer postMerge(const Call &call);
Answer postNote(const Call &call);
Answer patchOneNote(const Call &call);
Answer removeNote(const Call &call);
Answer listAllNotes(const Call &call);
Answer listAuditTrail(const Call &call);
Answer listConfigurations(const Call &call);
Answer postConfiguration(const Call &call);
Answer removeConfiguration(const Call &call);

/// Sets the version of the response in api-current-version. A request for the vendor's own media type gets that, with
/// the requested version.
void addVersion(const Request &request, const Tenant &tenant, Answer &answer);

} // namespace psa::sandbox::connectwise
