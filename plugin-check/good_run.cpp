#include "plugin-check/good_run.h"

#include "host/config/toml_reader.h"
#include "host/json/json_text.h"
#include "host/net/recording.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <Poco/JSON/Object.h>

namespace psa::check {
namespace {

using Poco::JSON::Object;

std::string withoutQuery(const std::string &url)
{
    return url.substr(0, url.find('?'));
}

class GoodRunReader
{
public:
    explicit GoodRunReader(const std::filesystem::path &file) : folder_(file.parent_path()), reader_(file) {}

    GoodRun read()
    {
        if (const toml::table *table = reader_.table(reader_.root(), "good_run"))
            readRun(*table);
        reader_.finish();
        return std::move(run_);
    }

private:
    Object::Ptr object(const toml::table &parent, const std::string &key)
    {
        const toml::table *table = reader_.table(parent, key);
        return table == nullptr ? Object::Ptr(new Object) : config::toJson(reader_, key, *table).extract<Object::Ptr>();
    }

    void readRun(const toml::table &table)
    {
        reader_.refuseUnknown(table, "[good_run]",
                              {"recordings", "reference", "ticket_id", "now", "allowed_hosts", "choices",
                               "optional_urls", "change",
                               "missing_ticket_id"}); // the last two are for record-good-run.sh
        folder_ /= reader_.text(table, "recordings").value_or("recorded");
        run_.reference = reader_.text(table, "reference").value_or(run_.reference);
        run_.ticketId = reader_.text(table, "ticket_id").value_or("");
        readNow(table);
        if (const toml::array *hosts = reader_.list(table, "allowed_hosts", "[\"psa.example.com\"]"))
            for (const toml::node &host : *hosts)
                run_.allowedHosts.push_back(host.value_or(std::string()));
        for (const Verb verb : {Verb::test, Verb::createTicket, Verb::findTicket})
            add({verb, {}, std::nullopt}, plugin::rowOf(verb).name);
        if (const toml::array *lists = reader_.list(table, "choices", "[{ list = \"queues\" }]"))
            for (const toml::node &node : *lists)
                readChoices(node);
        if (!run_.ticketId.empty())
            add({Verb::readTicket, {}, std::nullopt}, plugin::rowOf(Verb::readTicket).name);
        readUpdates();
        readOptional(table);
    }

    void readUpdates()
    {
        for (const auto &[verb, variants] : std::initializer_list<std::pair<Verb, std::vector<std::string>>>{
                 {Verb::addNote, {"", "missing"}},
                 {Verb::findNote, {"", "missing"}},
                 {Verb::changeTicket, {"", "equal", "missing"}},
                 {Verb::activity, {"", "again", "missing"}},
                 {Verb::removeNote, {"", "again"}}})
            for (const std::string &variant : variants)
                addUpdate({verb, {}, folder_ / recordingName(verb, variant), variant});
    }

    /// The arguments of an update are those of the recorded call.
    void addUpdate(GoodCall call)
    {
        if (!std::filesystem::exists(*call.recording))
            return;
        const plugin::VerbRow &row = plugin::rowOf(call.verb);
        try
        {
            net::forEachRecordedLine(*call.recording, [&](const Object &line) {
                if (!call.asked && line.optValue<std::string>("verb", "") == row.name)
                    call.asked = plugin::callFrom(row, *line.getObject("arguments"));
            });
        }
        catch (const std::exception &error)
        {
            return reader_.mistake(error.what());
        }
        if (!call.asked)
            return reader_.mistake("the recording " + call.recording->string() + " has no call of " + row.name);
        (call.variant == "missing" ? run_.missing : run_.calls).push_back(std::move(call));
    }

    /// A URL that is in no recording is probably a typing error and would have no effect.
    void readOptional(const toml::table &table)
    {
        const toml::array *urls = reader_.list(table, "optional_urls", "[\"https://psa.example.com/discover\"]");
        if (urls == nullptr || urls->empty())
            return;
        const std::set<std::string> known = readUrls();
        for (const toml::node &node : *urls)
        {
            const std::string url = node.value_or(std::string());
            if (!known.contains(url))
                reader_.mistake(node, "optional_urls: no recording has a request to \"" + url +
                                          "\" that changes nothing; use the full URL without its query");
            run_.optionalUrls.insert(url);
        }
    }

    /// URLs of all recorded reads, without their queries.
    std::set<std::string> readUrls()
    {
        std::set<std::string> urls;
        for (const GoodCall &call : run_.calls)
            try
            {
                net::forEachRecordedLine(*call.recording, [&](const Object &line) {
                    if (const Object::Ptr request = line.getObject("request");
                        request && !request->getValue<bool>("mutates"))
                        urls.insert(withoutQuery(request->getValue<std::string>("url")));
                });
            }
            catch (const std::exception &error)
            {
                reader_.mistake(error.what());
            }
        return urls;
    }

    void readNow(const toml::table &table)
    {
        const std::string text = reader_.text(table, "now").value_or("2026-11-24T15:30:00Z");
        int zone = 0;
        Poco::DateTime date;
        if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FORMAT, text, date, zone))
            reader_.mistake(table, "\"now\" must be like \"2026-11-24T15:30:00Z\", not \"" + text + "\"");
        date.makeUTC(zone);
        run_.now = clock::Clock::Wall(std::chrono::microseconds(date.timestamp().epochMicroseconds()));
    }

    void readChoices(const toml::node &node)
    {
        const toml::table *table = node.as_table();
        const std::string list = table == nullptr ? "" : reader_.text(*table, "list").value_or("");
        if (table == nullptr || list.empty())
            return reader_.mistake(node, R"("choices" takes tables such as { list = "queues", depends_on = {} })");
        reader_.refuseUnknown(*table, "an entry of choices", {"list", "query", "depends_on"});
        GoodCall call{Verb::listChoices, {}, std::nullopt};
        call.query.list = list;
        call.query.query = reader_.text(*table, "query").value_or("");
        call.query.dependsOnJson = json::toText(*object(*table, "depends_on"));
        add(call, plugin::rowOf(Verb::listChoices).name + ("-" + list));
    }

    /// Requests as many choices at once as were recorded, if the recording shows it: some plugins pass the number on to
    /// the PSA.
    void askForAsMany(GoodCall &call)
    {
        try
        {
            net::forEachRecordedLine(*call.recording, [&](const Object &line) {
                if (const Object::Ptr arguments = line.getObject("arguments"))
                    call.query.limit = arguments->optValue("limit", call.query.limit);
            });
        }
        catch (const std::exception &error)
        {
            reader_.mistake(error.what());
        }
    }

    void add(GoodCall call, const std::string &name)
    {
        const std::filesystem::path file = folder_ / (name + ".jsonl");
        if (std::filesystem::exists(file))
            call.recording = file;
        else if (call.verb == Verb::listChoices)
            reader_.mistake("there is no recording " + file.string());
        if (call.recording && call.verb == Verb::listChoices)
            askForAsMany(call);
        if (call.recording)
            run_.calls.push_back(std::move(call));
    }

    std::filesystem::path folder_;
    config::TomlReader reader_;
    GoodRun run_;
};

} // namespace

std::string GoodCall::name() const
{
    return plugin::rowOf(verb).name + std::string(verb == Verb::listChoices ? " of " + query.list : "") +
           (variant.empty() ? "" : "-" + variant);
}

std::string recordingName(Verb verb, const std::string &variant)
{
    return plugin::rowOf(verb).name + std::string(variant.empty() ? "" : "-") + variant + ".jsonl";
}

std::vector<const GoodCall *> GoodRun::recorded(Verb verb) const
{
    std::vector<const GoodCall *> found;
    for (const GoodCall &call : calls)
        if (call.verb == verb && call.recording)
            found.push_back(&call);
    return found;
}

bool GoodRun::isOptional(const net::HttpRequest &request) const
{
    return !request.mutates && optionalUrls.contains(withoutQuery(request.url));
}

GoodRun readGoodRun(const std::optional<std::filesystem::path> &file)
{
    GoodRun run;
    if (file)
        run = GoodRunReader(*file).read();
    if (run.calls.empty())
        run.calls.push_back({Verb::test, {}, std::nullopt});
    return run;
}

} // namespace psa::check
