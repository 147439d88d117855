#pragma once

#include "host/plugin/form.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::check {

class CheckContext;
class PluginUnderCheck;

/// A value that the rules of `field` allow; empty if none can be generated: then check.toml must have one.
Poco::Dynamic::Var exampleValue(const plugin::FormField &field);

/// Values that the configuration form accepts: those in check.toml, or generated from the form. If neither is possible
/// the check ends as skipped; values in check.toml that the form rejects fail it.
Poco::JSON::Object::Ptr exampleConfiguration(CheckContext &context, const plugin::Form &form);
Poco::JSON::Object::Ptr exampleConfiguration(CheckContext &context, PluginUnderCheck &plugin);

/// The document for configure with `values`.
std::string configurationDocument(const Poco::JSON::Object &values);

/// exampleConfiguration() as the document for configure.
std::string exampleConfigurationDocument(CheckContext &context, PluginUnderCheck &plugin);

/// Documents for create_ticket: those in check.toml, or a generated one with the fields that the ticket forms require.
std::vector<std::string> exampleTickets(CheckContext &context, const plugin::DescriptorForms &forms,
                                        std::uint32_t minorBuilt);
std::vector<std::string> exampleTickets(CheckContext &context, PluginUnderCheck &plugin);

} // namespace psa::check
