#include "verbs.h"

#include "common/configured_plugin.h"

namespace {

/// What ConfiguredPlugin needs to know about HaloPSA.
struct HaloPsa
{
    using Configuration = psa::plugins::halopsa::Configuration;
    using Client = psa::plugins::halopsa::Client;
    static constexpr const char *fields = psa::plugins::halopsa::configurationFields;

    static constexpr auto parse = &psa::plugins::halopsa::parseConfiguration;
    static constexpr auto test = &psa::plugins::halopsa::testConnection;
    static constexpr auto create = &psa::plugins::halopsa::createTicket;
    static constexpr auto find = &psa::plugins::halopsa::findTickets;
    static constexpr auto list = &psa::plugins::halopsa::listChoices;
    static constexpr auto read = &psa::plugins::halopsa::readTicket;
    static constexpr auto addNote = &psa::plugins::halopsa::addNote;
    static constexpr auto findNote = &psa::plugins::halopsa::findNotes;
    static constexpr auto removeNote = &psa::plugins::halopsa::removeNote;
    static constexpr auto change = &psa::plugins::halopsa::changeTicket;
    static constexpr auto activity = &psa::plugins::halopsa::readActivity;
    static constexpr auto describeUpdates = &psa::plugins::halopsa::describeUpdates;
    static std::string describe() { return psa::plugins::halopsa::descriptor(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION); }
};

/// HaloPSA lets duplicates of a note be deleted, too.
using HaloPsaPlugin = psa::plugins::NoteRemovingPlugin<HaloPsa>;

} // namespace

PSA_PLUGIN(HaloPsaPlugin)
