#pragma once

#include "host/plugin/descriptor_forms.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::check {

class CheckContext;
class PluginUnderCheck;

/// A value that the rules of `field` allow; empty if none is known: then check.toml must give one.
Poco::Dynamic::Var exampleValue(const plugin::FormField &field);

/// Values that the configuration form accepts: those of check.toml, or made up from the form. Where neither will do the
/// check ends as skipped; values in check.toml that the form refuses fail it.
Poco::JSON::Object::Ptr exampleConfiguration(CheckContext &context, const plugin::Form &form);
Poco::JSON::Object::Ptr exampleConfiguration(CheckContext &context, PluginUnderCheck &plugin);

/// The document for configure around `values`.
std::string configurationDocument(const Poco::JSON::Object &values);

/// exampleConfiguration() as the document for configure.
std::string exampleConfigurationDocument(CheckContext &context, PluginUnderCheck &plugin);

/// Documents for create_ticket: those of check.toml, or one made up with what the ticket forms require.
std::vector<std::string> exampleTickets(CheckContext &context, const plugin::DescriptorForms &forms);
std::vector<std::string> exampleTickets(CheckContext &context, PluginUnderCheck &plugin);

} // namespace psa::check
