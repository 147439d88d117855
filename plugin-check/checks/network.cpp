// What a plugin does and reports when the network or the PSA fails, based on the recording of a good run.
#include "host/net/secret_answer.h"
#include "host/net/secret_registry.h"
#include "plugin-check/check.h"
#include "plugin-check/fault_trial.h"

#include <algorithm>

namespace psa::check {
namespace {

using std::chrono::milliseconds;

void goodRunReplays(CheckContext &context)
{
    const PluginRun run(context);
    bool any = false;
    for (const GoodCall &call : run.good().calls)
    {
        if (!call.recording || !call.variant.empty()) // the checks of updates judge a variant
            continue;
        any = true;
        context.step(call.name());
        const Observed observed = run.call(call);
        if (!observed.outcome.ok())
            context.fail(call.name() + " on " + call.recording->string() + ": " + observed.summary() + " " +
                         observed.outcome.error->detail);
        for (const net::Exchange &each : observed.unused)
            context.note(call.name() + " does not request " + each.request.method + " " + each.request.url +
                         " as it did when recorded");
    }
    if (!any)
        context.skip("check.toml has no recordings; docs/plugin-check.md says how to make them");
}

/// How much later than requested `call` returned with this fault, the minimum of several tries: a busy machine is not
/// the plugin's fault.
milliseconds bestDelay(CheckContext &context, const PluginRun &run, const GoodCall &call, std::size_t at,
                       const NetFault &fault, milliseconds allowed)
{
    constexpr int tries = 3;
    milliseconds best = milliseconds::max();
    for (int i = 0; i < tries && best > allowed; ++i)
    {
        PluginCall how;
        how.plan.emplace(at, fault);
        const Observed observed = run.call(call, std::move(how));
        if (observed.outcome.ended != plugin::Ended::returned)
            context.failAndStop(context.lastStep() + ": " + observed.outcome.error->message);
        best = std::min(best, observed.afterStop);
    }
    return best;
}

void stopsInTime(CheckContext &context, const PluginRun &run, const GoodCall &call, std::size_t at)
{
    for (const NetFault &fault : netFaults(run.good().now))
    {
        if (!fault.isDeadline() && !fault.isCancel())
            continue;
        const milliseconds allowed(fault.isDeadline() ? 500 : 1000);
        context.step(call.name() + ", exchange " + std::to_string(at + 1) + ", " + fault.name);
        const milliseconds delay = bestDelay(context, run, call, at, fault, allowed);
        if (delay > allowed)
            context.fail(context.lastStep() + ": it returned " + std::to_string(delay.count()) +
                         " ms later; expected at most " + std::to_string(allowed.count()));
    }
}

void deadlineAndCancel(CheckContext &context)
{
    const PluginRun run(context);
    for (const GoodCall &call : run.good().calls)
    {
        context.step(call.name() + " without a fault");
        const Observed good = run.call(call);
        if (good.outcome.ended != plugin::Ended::returned)
            context.failAndStop(call.name() + ": " + good.outcome.error->message);
        for (std::size_t at = 0; at < good.sent.size(); ++at)
            stopsInTime(context, run, call, at);
    }
}

void testTellsTheTruth(CheckContext &context)
{
    const PluginRun run(context);
    for (const GoodCall *call : run.recorded(context, Verb::test))
        tryFaults(context, run, *call, [](const NetFault &, const Sent &) { return true; });
}

void readsTellTheTruth(CheckContext &context)
{
    const PluginRun run(context);
    bool any = false;
    for (const Verb verb : {Verb::findTicket, Verb::listChoices, Verb::readTicket, Verb::findNote, Verb::activity})
        for (const GoodCall *call : run.good().recorded(verb))
        {
            any = true;
            tryFaults(context, run, *call, [](const NetFault &, const Sent &) { return true; });
        }
    if (!any)
        context.skip("there is no recording of find_ticket, list_choices, read_ticket, find_note or activity");
}

std::vector<std::string> textsOf(const Observed &observed)
{
    std::vector<std::string> texts = observed.log;
    texts.push_back(observed.outcome.result);
    if (const auto &error = observed.outcome.error)
        texts.insert(texts.end(), {error->message, error->hint, error->detail, error->vendorCode, error->field});
    return texts;
}

/// This much of a secret identifies its owner, and shortens the search for the rest.
constexpr std::size_t pieceBytes = 8;

/// Whether `text` contains a piece of one of `secrets`.
bool showsPiece(const std::string &text, const std::vector<std::string> &secrets)
{
    return std::any_of(secrets.begin(), secrets.end(), [&](const std::string &secret) {
        for (std::size_t at = 0; at + pieceBytes <= secret.size(); ++at)
            if (text.find(secret.substr(at, pieceBytes)) != std::string::npos)
                return true;
        return false;
    });
}

/// The secrets in a response of the PSA, at every distance, so that wherever the plugin truncates a text, a secret is
/// cut too.
std::string echo(const std::vector<std::string> &secrets, std::size_t before)
{
    std::string text(before, 'x');
    for (const std::string &secret : secrets)
        text += " " + secret;
    return text;
}

void echoedSecrets(CheckContext &context, const PluginRun &run, const GoodCall &call, unsigned status)
{
    const std::size_t exchanges = run.call(call).sent.size();
    for (std::size_t at = 0; at < exchanges; ++at)
        for (const std::size_t before : {0, 40, 90, 190, 240, 290, 490, 990, 1490, 1990})
        {
            context.step(call.name() + ", exchange " + std::to_string(at + 1) + ", secrets are reflected with " +
                         std::to_string(status) + " after " + std::to_string(before) + " characters");
            PluginCall how;
            how.hook = [&](std::size_t index, const net::HttpRequest &, net::HttpResponse good) {
                if (index != at)
                    return good;
                const std::string text = echo(run.secrets(), before);
                good.status = status;
                good.body = "{\"message\":\"" + text + "\",\"code\":\"" + text + "\",\"errors\":[\"" + text + "\"]}";
                return good;
            };
            for (const std::string &text : textsOf(run.call(call, std::move(how))))
                if (showsPiece(text, run.secrets()))
                    context.fail(context.lastStep() + ": a part of one leaks: " + text);
        }
}

void secretsStayInside(CheckContext &context)
{
    const PluginRun run(context);
    if (run.secrets().empty())
        context.skip("[configuration] of check.toml has no secret");
    for (const GoodCall &call : run.good().calls)
        for (const unsigned status : {200U, 400U, 401U, 500U})
            echoedSecrets(context, run, call, status);
}

/// The host rejects the flag from such a plugin, and says so in the log.
void secretAnswersNeedMinor1(CheckContext &context)
{
    const PluginRun run(context);
    for (const GoodCall &call : run.good().calls)
    {
        context.step(call.name());
        for (const std::string &line : run.call(call).log)
            if (line.find("PSA_HTTP_SECRET_ANSWER") != std::string::npos)
                context.fail(call.name() + ": " + line);
    }
}

std::string replaced(std::string text, std::string_view before, const std::string &after)
{
    for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + after.size()))
        text.replace(at, before.size(), after);
    return text;
}

/// Fails for each place where a secret of a response is visible: the host shows it as the marker, and as it is what it does
/// not redact.
void lookForSecret(CheckContext &context, const Observed &observed, const std::vector<std::string> &cached,
                   const std::string &secret)
{
    const std::string where = context.lastStep() + ": a secret of the response is in ";
    for (const std::string &text : textsOf(observed))
        if (text.find(net::Redactor::marker) != std::string::npos || showsPiece(text, {secret}))
            context.fail(where + "a log line, an error or a result: " + text);
    for (const std::string &text : cached)
        if (showsPiece(text, {secret}))
            context.fail(where + "psa.cache/1; psa.secrets/1 is for secrets");
    for (const Sent &each : observed.sent)
    {
        if (showsPiece(each.request.url, {secret}))
            context.fail(where + "the URL of " + each.request.method + " " +
                         replaced(each.request.url, secret, std::string(net::Redactor::marker)));
        for (const net::HttpHeader &header : each.request.headers)
            if (!header.secret && showsPiece(header.value, {secret}))
                context.fail(where + "the header " + header.name + ", which is not marked PSA_HTTP_SECRET");
    }
}

void secretAnswersStayInside(CheckContext &context)
{
    const PluginRun run(context);
    const std::string secret = "Canary-" + std::to_string(context.random()()) + "-in-a-response";
    bool any = false;
    for (const GoodCall &call : run.good().calls)
    {
        context.step(call.name());
        const auto cache = std::make_shared<net::ValueCache>(std::make_shared<CheckClock>(run.good().now));
        PluginCall how;
        how.cache = cache;
        how.hook = [&](std::size_t, const net::HttpRequest &request, net::HttpResponse good) {
            any = any || request.secretAnswer;
            if (request.secretAnswer)
                good.body =
                    replaced(net::withoutSecrets(good.body, net::SecretRegistry()), net::Redactor::marker, secret);
            return good;
        };
        const Observed observed = run.call(call, std::move(how));
        lookForSecret(context, observed, cache->texts(), secret);
    }
    if (!any)
        context.skip("no recorded call sends a request with PSA_HTTP_SECRET_ANSWER");
}

} // namespace

const std::vector<Check> networkChecks{
    {.id = "C10",
     .title = "Answers with secrets need minor 1",
     .level = 3,
     .requirement =
         "A plugin that sends a request with PSA_HTTP_SECRET_ANSWER needs minor 1 of the ABI: it is built with "
         "PSA_TARGET_MINOR 1.",
     .consequence = "The host rejects the request: a host of ABI 1.0 would record the secrets.",
     .needs = {"C01", "V01", "V02", "V03", "M01", "M02", "M03"},
     .run = secretAnswersNeedMinor1},
    {.id = "R01",
     .title = "The recorded run replays",
     .level = 3,
     .requirement = "Every call succeeds on the recordings listed in check.toml.",
     .consequence = "Network faults cannot be tested without a PSA.",
     .needs = {"C01", "V01", "V02", "V03", "M01", "M02", "M03", "C10"},
     .run = goodRunReplays},
    {.id = "T02",
     .title = "Obeys deadline and cancellation",
     .level = 3,
     .requirement =
         "A call returns within 500 ms after its deadline and within a second after cancellation, at any point.",
     .consequence = "The host retires the plugin's process: it gives new calls to another one and kills this one after "
                    "its other calls.",
     .needs = {"C01", "V01", "V02", "V03", "M01", "M02", "M03"},
     .limit = std::chrono::seconds(120),
     .run = deadlineAndCancel},
    {.id = "T01",
     .title = "test says what went wrong",
     .level = 3,
     .requirement = "Whatever happens to a request of test, the status is correct, auth and permission have a "
                    "hint, the PSA's retry delay is passed on, and a failed login is not repeated.",
     .consequence = "The operator fixes the wrong thing, or the API user is locked.",
     .needs = {"R01", "T02"},
     .limit = std::chrono::seconds(120),
     .run = testTellsTheTruth},
    {.id = "T03",
     .title = "The functions that only read say what went wrong",
     .level = 3,
     .requirement = "As T01 for find_ticket, list_choices, read_ticket, find_note and activity. If find_ticket or "
                    "find_note could not search, it never reports that there is nothing.",
     .consequence = "The host sends a ticket or a note a second time.",
     .needs = {"R01", "T02"},
     .limit = std::chrono::seconds(240),
     .run = readsTellTheTruth},
    {.id = "C09",
     .title = "Reflected secrets stay inside",
     .level = 3,
     .requirement =
         "If the PSA sends back a secret of the configuration, no part of it appears in a log line, an error or a "
         "result. The host redacts complete secrets; a text that was truncated inside one still contains a part.",
     .consequence = "Anybody who can read the log has the key to the PSA.",
     .needs = {"R01", "T02"},
     .limit = std::chrono::seconds(240),
     .run = secretsStayInside},
    {.id = "C11",
     .title = "Secrets of a response stay inside",
     .level = 3,
     .requirement = "No text of a response to a request with PSA_HTTP_SECRET_ANSWER appears in a log line, an error, a "
                    "result, a value of psa.cache/1, a URL, or a header that is not marked PSA_HTTP_SECRET.",
     .consequence = "The host has to find and redact it, and others can read what it misses.",
     .needs = {"R01", "T02"},
     .run = secretAnswersStayInside},
};

} // namespace psa::check
