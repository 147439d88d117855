#pragma once

#include "host/plugin/form.h"

namespace psa::plugin {

/// The forms of a descriptor. A missing one is a form without fields.
struct DescriptorForms
{
    Form configuration;
    Form ticketDefaults;
    Form ticketFields;
};

/// `descriptor`: valid according to its schema. Throws InvalidForm, which names the form.
DescriptorForms readForms(const Poco::JSON::Object &descriptor);

/// The patterns of "allowedHosts".
std::vector<std::string> allowedHosts(const Poco::JSON::Object &descriptor);

} // namespace psa::plugin
