#include "host/cli/exit_code.h"

#include "host/json/near_words.h"
#include "host/json/utf8.h"
#include "host/plugin/call_state.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace psa::cli {
namespace {

/// The entry of `known` that starts with `word`, otherwise the one with the smallest edit distance; "" if there is
/// none.
std::string nearest(const std::string &word, const std::vector<std::string> &known)
{
    std::string best;
    std::size_t least = 0;
    for (const std::string &each : known)
    {
        const std::size_t far = each.starts_with(word) ? 0 : json::editDistance(word, each);
        if (best.empty() || far < least)
        {
            best = each;
            least = far;
        }
    }
    return best;
}

std::vector<std::string> commandsOf(const CLI::App &app)
{
    std::vector<std::string> names;
    for (const CLI::App *each : app.get_subcommands([](const CLI::App *) { return true; }))
        names.push_back(each->get_name());
    return names;
}

std::vector<std::string> optionsOf(const CLI::App &app)
{
    std::vector<std::string> names;
    for (const CLI::Option *option : app.get_options())
        for (const std::string &name : option->get_lnames())
            names.push_back("--" + name);
    return names;
}

/// "psa-host ticket create".
std::string callOf(const std::vector<const CLI::App *> &chain)
{
    std::string call;
    for (const CLI::App *each : chain)
        call += (call.empty() ? "" : " ") + std::filesystem::path(each->get_name()).filename().string();
    return call;
}

std::string unknownOption(const std::vector<const CLI::App *> &chain, const std::string &given)
{
    const std::string word = given.substr(0, given.find('='));
    const std::vector<std::string> outer = optionsOf(*chain.front());
    std::string text = callOf(chain) + " has no option \"" + json::printableLine(word) + "\".";
    if (chain.size() > 1 && std::find(outer.begin(), outer.end(), word) != outer.end())
        return text + " It must come before the command: " + callOf({chain.front()}) + ' ' + word + " ...";
    const std::string near = nearest(word, optionsOf(*chain.back()));
    return near.empty() ? text : text + " The nearest is " + near + '.';
}

std::string unknownWord(const std::vector<const CLI::App *> &chain, const std::string &word)
{
    if (word.starts_with('-'))
        return unknownOption(chain, word);
    const std::string quoted = '"' + json::printableLine(word) + '"';
    const std::string near = nearest(word, commandsOf(*chain.back()));
    return callOf(chain) + (near.empty() ? " does not take " + quoted + '.'
                                         : " has no command " + quoted + ". The nearest is \"" + near + "\".");
}

/// The error message for the first unknown word, with its position; nullopt if all are known.
std::optional<std::string> findUnknown(const CLI::App &app)
{
    std::vector<const CLI::App *> chain{&app};
    for (;;)
    {
        if (const std::vector<std::string> words = chain.back()->remaining(false); !words.empty())
            return unknownWord(chain, words.front()) + " See: " + callOf(chain) + " --help";
        const std::vector<CLI::App *> given = chain.back()->get_subcommands();
        if (given.empty())
            return std::nullopt;
        chain.push_back(given.front());
    }
}

} // namespace

ExitCode exitCodeOf(psa_status status)
{
    switch (status)
    {
    case PSA_INVALID_CONFIG:
    case PSA_INVALID_TICKET:
    case PSA_CONFLICT:
        return exitRefused;
    case PSA_AUTH:
    case PSA_PERMISSION:
        return exitCredentials;
    case PSA_NOT_FOUND:
        return exitNotFound;
    case PSA_RATE_LIMITED:
    case PSA_UNAVAILABLE:
    case PSA_TIMEOUT:
    case PSA_CANCELLED:
        return exitTemporary;
    case PSA_OUTCOME_UNKNOWN:
        return exitOutcomeUnknown;
    default:
        return exitFailed;
    }
}

ExitCode exitCodeOfAnswer(int httpStatus, const std::string &slug, bool changes)
{
    if (slug == "store-unclear")
        return exitOutcomeUnknown;
    switch (httpStatus)
    {
    case 403:
        return exitCredentials;
    case 404:
        return exitNotFound;
    case 503:
        return exitTemporary;
    default:
        break;
    }
    if (httpStatus < 500)
        return exitRefused;
    return changes ? exitOutcomeUnknown : exitFailed;
}

ExitCode exitCodeOf(ticket::TicketState state, const std::string &code)
{
    if (state == ticket::TicketState::done)
        return exitOk;
    const bool rejected = state == ticket::TicketState::needsReview && ticket::isRejection(code);
    if (ticket::isEnded(state) || rejected)
    {
        const ExitCode why = exitCodeOf(plugin::statusFrom(code));
        return why == exitCredentials || why == exitTemporary ? why : exitRefused;
    }
    return ticket::isInDoubt(state) ? exitOutcomeUnknown : exitAccepted;
}

int exitForParse(CLI::App &app, const CLI::ParseError &error, std::ostream &out, std::ostream &log)
{
    if (const auto unknown = findUnknown(app))
    {
        log << *unknown << '\n';
        return exitUsage;
    }
    return app.exit(error, out, log) == 0 ? exitOk : exitUsage;
}

} // namespace psa::cli
