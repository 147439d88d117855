#include "descriptor.h"
#include "verbs.h"

#include <psa/plugin.hpp>

#include <optional>

namespace {

/// The plugin as the host sees it: it keeps the configuration and nothing else from one call to the next.
class AutotaskPlugin : public psa::Plugin, public psa::FindTicket, public psa::Choices, public psa::TicketReader
{
public:
    explicit AutotaskPlugin(psa::Host host) : host_(host) {}

    static std::string describe(psa::Call &)
    {
        return plugins::autotask::descriptor(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION);
    }

    void configure(psa::Call &, std::string_view json) override
    {
        configuration_ = plugins::autotask::parseConfiguration(json);
    }

    std::string test(psa::Call &call) override
    {
        plugins::autotask::Client client = connect(call);
        return plugins::autotask::testConnection(client);
    }

    std::string createTicket(psa::Call &call, std::string_view reference, std::string_view ticket) override
    {
        plugins::autotask::Client client = connect(call);
        return plugins::autotask::createTicket(client, reference, ticket);
    }

    std::string findTicket(psa::Call &call, std::string_view reference) override
    {
        plugins::autotask::Client client = connect(call);
        return plugins::autotask::findTickets(client, reference);
    }

    std::string listChoices(psa::Call &call, const psa::ChoicesQuery &query) override
    {
        plugins::autotask::Client client = connect(call);
        return plugins::autotask::listChoices(client, query);
    }

    std::string readTicket(psa::Call &call, std::string_view ticketId) override
    {
        plugins::autotask::Client client = connect(call);
        return plugins::autotask::readTicket(client, ticketId);
    }

private:
    plugins::autotask::Client connect(psa::Call &call) const
    {
        if (!configuration_)
            throw psa::Error(PSA_INVALID_CONFIG, "There is no configuration yet.")
                .hint("Fill in Integration Code, API User and API Secret.");
        return {host_, call, *configuration_};
    }

    psa::Host host_;
    std::optional<plugins::autotask::Configuration> configuration_;
};

} // namespace

PSA_PLUGIN(AutotaskPlugin)
