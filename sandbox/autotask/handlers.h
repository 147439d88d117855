#pragma once

#include "sandbox/autotask/routes.h"
#include "sandbox/common/http_message.h"

namespace psa::sandbox::autotask {

Answer ok(const Object::Ptr &body);
Answer methodNotAllowed(const std::string &method);
Answer errorsAnswer(int status, const std::vector<std::string> &errors);

// One per verb in routes.cpp.
Answer zoneInformation(const Call &call);
Answer versionInformation(const Call &call);
Answer version(const Call &call);
Answer thresholdInformation(const Call &call);
Answer getEntityInformation(const Call &call);
Answer getFields(const Call &call);
Answer getUserDefined(const Call &call);
Answer queryByUrl(const Call &call);
Answer queryByBody(const Call &call);
Answer nextByUrl(const Call &call);
Answer nextByBody(const Call &call);
Answer countByUrl(const Call &call);
Answer countByBody(const Call &call);
Answer getById(const Call &call);
Answer postTicket(const Call &call);
Answer patchTicket(const Call &call);
Answer putTicket(const Call &call);
Answer listNotes(const Call &call);
Answer postNote(const Call &call);
Answer getNote(const Call &call);
Answer listAttachments(const Call &call);
Answer postAttachment(const Call &call);
Answer getAttachment(const Call &call);
Answer deleteAttachment(const Call &call);

} // namespace psa::sandbox::autotask
