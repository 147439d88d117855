#include "verbs.h"

#include "common/configured_plugin.h"

namespace {

using namespace psa::plugins::connectwise;

/// What ConfiguredPlugin needs to know about ConnectWise.
struct ConnectWise
{
    using Configuration = psa::plugins::connectwise::Configuration;
    using Client = psa::plugins::connectwise::Client;
    static constexpr const char *fields = "Site URL, Company ID, Public Key, Private Key and Client ID";

    static constexpr auto parse = &parseConfiguration;
    static constexpr auto test = &testConnection;
    static constexpr auto create = &createTicket;
    static constexpr auto find = &findTickets;
    static constexpr auto list = &listChoices;
    static constexpr auto read = &readTicket;
    static std::string describe() { return descriptor(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION); }
};

} // namespace

PSA_PLUGIN(psa::plugins::ConfiguredPlugin<ConnectWise>)
