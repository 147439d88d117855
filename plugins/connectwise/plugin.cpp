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
    static constexpr auto addNote = &psa::plugins::connectwise::addNote;
    static constexpr auto findNote = &findNotes;
    static constexpr auto removeNote = &psa::plugins::connectwise::removeNote;
    static constexpr auto change = &changeTicket;
    static constexpr auto activity = &readActivity;
    static constexpr auto describeUpdates = &psa::plugins::connectwise::describeUpdates;
    static std::string describe() { return descriptor(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION); }
};

/// ConnectWise lets duplicates of a note be deleted, too.
using ConnectWisePlugin = psa::plugins::NoteRemovingPlugin<ConnectWise>;

} // namespace

PSA_PLUGIN(ConnectWisePlugin)
