#include "tests/simulation/sim_plugin.h"

#include "host/json/json_text.h"
#include "host/plugin/documents.h"
#include "host/plugin/plugin_start.h"

#include <Poco/JSON/Object.h>

#include <sstream>

namespace psa::simulation {
namespace {

using namespace psa::plugin;
using Poco::JSON::Object;

/// The plugin's process ended.
struct Died
{
};

/// What a call of the plugin reports.
struct Report
{
    psa_status status = PSA_OK;
    std::string result;
};

std::vector<std::string> linesOf(const std::string &text)
{
    std::vector<std::string> lines;
    std::istringstream from(text);
    for (std::string line; std::getline(from, line);)
        lines.push_back(line);
    return lines;
}

/// [{"id":"7"},...]
std::string idsAsJson(const std::string &text)
{
    std::string all;
    for (const std::string &id : linesOf(text))
        all += (all.empty() ? "" : ",") + (R"({"id":")" + id + R"("})");
    return "[" + all + "]";
}

psa_status meaningOf(const net::HttpResponse &response, bool mutates)
{
    if (response.delivery == net::Delivery::notSent)
        return response.reason == net::Reason::budget      ? PSA_RATE_LIMITED
               : response.reason == net::Reason::cancelled ? PSA_CANCELLED
                                                           : PSA_UNAVAILABLE;
    if (response.delivery == net::Delivery::noAnswer)
        return mutates ? PSA_OUTCOME_UNKNOWN : PSA_UNAVAILABLE;
    switch (response.status)
    {
    case 400:
        return PSA_INVALID_TICKET;
    case 403:
        return PSA_PERMISSION;
    case 404:
        return PSA_NOT_FOUND;
    case 409:
        return PSA_CONFLICT;
    case 429:
        return PSA_RATE_LIMITED;
    default:
        return mutates ? PSA_OUTCOME_UNKNOWN : PSA_UNAVAILABLE;
    }
}

/// One call of the plugin: the requests that it makes, and what it reports.
class Work
{
public:
    Work(CallState &call, const std::string &site, const std::function<bool(const std::string &)> &dies)
        : call_(call), site_(site), dies_(dies)
    {
    }

    Report perform(const VerbCall &asked)
    {
        switch (asked.verb)
        {
        case Verb::test:
            return answered(get("/find/none"), [](const auto &) { return R"({"version":1,"summary":"It works."})"; });
        case Verb::createTicket:
            return answered(post("/tickets", R"({"reference":")" + asked.argument("reference") + R"(","ticket":)" +
                                                 asked.argument("ticket") + "}"),
                            [](const std::string &id) {
                                return R"({"version":1,"ticket":{"id":")" + id + R"(","number":"T)" + id + R"("}})";
                            });
        case Verb::findTicket:
            return answered(get("/find/" + asked.argument("reference")),
                            [](const auto &ids) { return R"({"version":1,"tickets":)" + idsAsJson(ids) + "}"; });
        case Verb::readTicket:
            return answered(get(pathOf(asked)), [&](const auto &) {
                return R"({"version":1,"ticket":{"id":")" + asked.arguments[0] + R"(","number":"T)" +
                       asked.arguments[0] + R"("}})";
            });
        case Verb::addNote:
            return answered(post(pathOf(asked) + "/notes", R"({"reference":")" + asked.argument("reference") +
                                                               R"(","note":)" + asked.argument("note") + "}"),
                            [](const std::string &id) { return R"({"version":1,"note":{"id":")" + id + R"("}})"; });
        case Verb::findNote:
            return answered(get(pathOf(asked) + "/notes/" + asked.argument("reference")),
                            [](const auto &ids) { return R"({"version":1,"notes":)" + idsAsJson(ids) + "}"; });
        case Verb::removeNote:
            return answered(request("DELETE", pathOf(asked) + "/notes/" + asked.arguments[1], "", true),
                            [](const auto &) { return ""; });
        case Verb::activity:
            return answered(get(pathOf(asked) + "/activity"), [&](const std::string &body) {
                return activity(linesOf(body + "\n"), asked.argument("watermark"));
            });
        case Verb::changeTicket:
            return change(pathOf(asked), asked.argument("change"));
        default:
            return failed(PSA_NOT_IMPLEMENTED, 0);
        }
    }

private:
    struct Got
    {
        net::HttpResponse response;
        bool mutates;
    };

    static std::string pathOf(const VerbCall &asked) { return "/tickets/" + asked.arguments.at(0); }
    Got get(const std::string &path) { return request("GET", path, "", false); }
    Got post(const std::string &path, const std::string &body) { return request("POST", path, body, true); }

    Got request(const std::string &method, const std::string &path, const std::string &body, bool mutates)
    {
        net::HttpRequest request;
        request.method = method;
        request.url = "https://" + site_ + ".psa.example.com" + path;
        request.body = body;
        request.mutates = mutates;
        auto response = call_.send(request);
        if (!response || dies_(site_))
            throw Died();
        return {std::move(*response), mutates};
    }

    template <class Result>
    Report answered(const Got &got, const Result &resultOf)
    {
        if (got.response.status / 100 == 2)
            return {PSA_OK, resultOf(got.response.body)};
        return failed(meaningOf(got.response, got.mutates), got.response.status, got.response.retryAfter);
    }

    Report failed(psa_status status, unsigned httpStatus, std::chrono::milliseconds wait = {})
    {
        const std::string message =
            std::string("The simulated PSA says ") + statusName(status) + " (" + std::to_string(httpStatus) + ").";
        RawError error;
        error.status = status;
        error.httpStatus = httpStatus;
        error.retryAfterMs = static_cast<std::uint32_t>(wait.count());
        error.message = message;
        error.hint = error.detail = error.vendorCode = error.field = "";
        call_.putError(error);
        return {status, ""};
    }

    static std::string activity(const std::vector<std::string> &lines, const std::string &watermark)
    {
        const std::string &acts = lines.at(0);
        const bool touched = std::stoi(acts) > (watermark.empty() ? 0 : std::stoi(watermark));
        const std::string &gone = lines.at(3);
        return std::string(R"({"version":1,"touched":")") + (touched ? "yes" : "no") + R"(","by":[)" +
               (touched ? R"({"what":"A technician worked on it"})" : "") + R"(],"status":{"id":")" + lines.at(1) +
               R"(","label":")" + lines.at(1) + R"("},"closed":)" + (lines.at(2) == "1" ? "true" : "false") +
               (gone == "deleted" ? R"(,"deleted":true)"
                : gone.empty()    ? ""
                                  : R"(,"mergedInto":{"id":")" + gone + R"("})") +
               R"(,"watermark":")" + acts + R"("})";
    }

    Report change(const std::string &path, const std::string &document)
    {
        const Got before = get(path);
        if (before.response.status != 200)
            return failed(meaningOf(before.response, false), before.response.status, before.response.retryAfter);
        const auto lines = linesOf(before.response.body + "\n");
        const Object::Ptr wanted = json::parseObject(document);
        std::string changed;
        const auto compare = [&](const char *name, const std::string &now) {
            if (wanted->has(name) && wanted->get(name).convert<std::string>() != now)
                changed += (changed.empty() ? "\"" : ",\"") + std::string(name) + "\"";
        };
        compare("status", lines.at(0));
        compare("priority", lines.at(1));
        const std::string result = R"({"version":1,"changed":[)" + changed + "]}";
        if (changed.empty())
            return {PSA_OK, result};
        return answered(request("PUT", path, document, true), [&](const auto &) { return result; });
    }

    CallState &call_;
    const std::string &site_;
    const std::function<bool(const std::string &)> &dies_;
};

class SimInstance final : public PluginInstance
{
public:
    SimInstance(std::shared_ptr<const LoadedPlugin> plugin, std::string site,
                std::function<bool(const std::string &)> dies)
        : plugin_(std::move(plugin)), site_(std::move(site)), dies_(std::move(dies))
    {
    }

    CallOutcome call(const VerbCall &asked, CallContext context, Clock::time_point deadline) override
    {
        const VerbRow &row = asked.row();
        if (!plugin_->offers(row.verb))
            return plugin::failed(PSA_NOT_IMPLEMENTED, "The simulated plugin cannot do that.", "Do not ask for it.");
        context.abi = plugin_->abi;
        const auto state = std::make_shared<CallState>(plugin_->id, deadline, PluginLog(), std::move(context));
        current_ = state;
        if (stopped_)
            state->cancel();
        try
        {
            const Report report = Work(*state, site_, dies_).perform(asked);
            if (report.status == PSA_OK && row.delivers() == Delivers::result)
                state->putResult(report.result.size(), report.result);
            return state->returned(row.delivers(), report.status, std::nullopt);
        }
        catch (const Died &)
        {
            usable_ = false;
            return state->died(row, "it was ended by signal 11");
        }
    }

    void cancel() override
    {
        if (const auto call = current_.lock())
            call->cancel();
    }
    void stop() override
    {
        stopped_ = true;
        cancel();
    }
    bool isUsable() const override { return usable_; }

private:
    const std::shared_ptr<const LoadedPlugin> plugin_;
    const std::string site_;
    const std::function<bool(const std::string &)> dies_;
    std::weak_ptr<CallState> current_;
    bool stopped_ = false;
    bool usable_ = true;
};

class SimInstances final : public InstanceFactory
{
public:
    SimInstances(std::shared_ptr<const LoadedPlugin> plugin, std::string site,
                 std::function<bool(const std::string &)> dies)
        : plugin_(std::move(plugin)), site_(std::move(site)), dies_(std::move(dies))
    {
    }

    MadeInstance make(PluginInstance::Clock::time_point, Sharing) override
    {
        return {std::make_unique<SimInstance>(plugin_, site_, dies_), {}};
    }
    void stop() override {}

private:
    const std::shared_ptr<const LoadedPlugin> plugin_;
    const std::string site_;
    const std::function<bool(const std::string &)> dies_;
};

} // namespace

std::shared_ptr<const LoadedPlugin> simulatedPlugin(std::size_t requests)
{
    auto made = std::make_shared<LoadedPlugin>();
    made->id = pluginId;
    made->version = "1.0.0";
    made->extensions = {PSA_FIND_TICKET_ID, PSA_TICKET_ID, PSA_UPDATE_TICKET_ID};
    made->descriptorJson = R"({"descriptorVersion":1,"id":")" + made->id + R"(","version":"1.0.0","name":"Simulated",
        "vendor":"Example Ltd","allowedHosts":["*.psa.example.com"],
        "extensions":["psa.find-ticket/1","psa.ticket/1","psa.update-ticket/1"],
        "reference":{"field":"ref","maxLength":40,"findIsConsistent":false,"quietSeconds":30},
        "limits":{"instances":16,"requests":[{"max":)" +
                           std::to_string(requests) + R"(,"windowSeconds":)" + std::to_string(requestWindow.count()) +
                           R"(,"per":["account"]}]},
        "configuration":{"type":"object","properties":{
            "site":{"type":"string","title":"Site","description":"Its name."},
            "account":{"type":"string","title":"Account","description":"Who shares the limits."}},
            "required":["site","account"]},
        "ticketDefaults":{"type":"object","properties":{
            "company":{"type":"string","title":"Company","description":"Whose ticket it is."}}}})";
    made->descriptor = parseDocument("descriptor", made->descriptorJson);
    made->forms = readForms(*made->descriptor.extract<Object::Ptr>());
    made->updates = readUpdateDescription(
        R"({"version":1,"noteMaxLength":2000,"quietSeconds":20,"resolvedStatuses":["Resolved"],
            "reopenedStatuses":["Reopened"],"changes":["status","priority"],"afterCreate":[],"removesNotes":true})",
        true);
    made->maxInstances = 16;
    return made;
}

std::unique_ptr<InstanceFactory> simulatedInstances(std::shared_ptr<const LoadedPlugin> plugin,
                                                    const std::string &configuration,
                                                    std::function<bool(const std::string &)> dies)
{
    const auto values = json::parseObject(configuration)->getObject("values");
    return std::make_unique<SimInstances>(std::move(plugin), values->getValue<std::string>("site"), std::move(dies));
}

} // namespace psa::simulation
