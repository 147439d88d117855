#include "host/cli/definition_command.h"

#include "host/cli/api_client.h"
#include "host/cli/document_file.h"
#include "host/cli/outcome_printer.h"
#include "host/json/utf8.h"
#include "host/plugin/request_fields.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <iomanip>
#include <optional>
#include <ostream>
#include <tuple>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::string pathOf(const DefinitionKindName &kind)
{
    return "/v1/" + kind.many;
}

std::string pathOf(const DefinitionKindName &kind, const std::string &name)
{
    return apiPath(pathOf(kind) + "/", name);
}

/// Members that the API adds to a document.
Object::Ptr documentOf(const Object &view)
{
    Object::Ptr document = new Object(view);
    for (const char *name : {"id", "position", "created", "changed", "damaged", "trouble", "warnings"})
        document->remove(name);
    return document;
}

Object::Ptr memberObject(Object &parent, const char *name)
{
    Object::Ptr member = parent.isObject(name) ? parent.getObject(name) : Object::Ptr(new Object);
    parent.set(name, member);
    return member;
}

Array::Ptr memberArray(Object &parent, const char *name)
{
    Array::Ptr member = parent.isArray(name) ? parent.getArray(name) : Array::Ptr(new Array);
    parent.set(name, member);
    return member;
}

std::pair<std::string, std::string> pairOf(const std::string &text, const char *option, const char *form)
{
    if (auto pair = splitPair(text))
        return std::move(*pair);
    throw BadRequest(std::string(option) + " takes " + form + ", not \"" + text + "\".");
}

void setIfGiven(Object &document, const char *member, const std::string &value)
{
    if (!value.empty())
        document.set(member, value);
}

Array::Ptr arrayOfTexts(const std::vector<std::string> &texts)
{
    Array::Ptr array = new Array;
    for (const std::string &each : texts)
        array->add(each);
    return array;
}

void putTicket(const DefinitionEdit &edit, Object &document)
{
    if (edit.suppresses)
    {
        document.set("do", "suppress");
        for (const char *member :
             {"ticket", "holdDown", "onRepeat", "onRecovery", "onReturn", "ifClosedByHuman", "storm"})
            document.remove(member);
    }
    if (edit.connection.empty() && edit.fields.empty())
        return;
    Object::Ptr ticket = memberObject(document, "ticket");
    document.set("do", "ticket");
    setIfGiven(*ticket, "connection", edit.connection);
    for (const std::string &each : edit.fields)
    {
        const auto [name, value] = pairOf(each, "--field", "name=value");
        Object::Ptr fields = memberObject(*ticket, "fields");
        const bool isCommon = plugin::findRequestField(name) != nullptr;
        (isCommon ? fields : memberObject(*fields, "fields"))->set(name, value);
    }
}

void putTimes(const DefinitionEdit &edit, Object &document)
{
    setIfGiven(document, "timeZone", edit.zone);
    if (!edit.from.empty() || !edit.to.empty())
        document.remove("weekly");
    setIfGiven(document, "from", edit.from);
    setIfGiven(document, "to", edit.to);
    if (!edit.days.empty() || !edit.start.empty() || edit.minutes > 0)
    {
        document.remove("from");
        document.remove("to");
        Object::Ptr weekly = memberObject(document, "weekly");
        if (!edit.days.empty())
            weekly->set("days", arrayOfTexts(edit.days));
        setIfGiven(*weekly, "start", edit.start);
        if (edit.minutes > 0)
            weekly->set("minutes", edit.minutes);
    }
    setIfGiven(document, "validFrom", edit.validFrom);
    setIfGiven(document, "validTo", edit.validTo);
}

void putNames(const DefinitionEdit &edit, Object &document)
{
    for (const auto &[texts, option, member] :
         {std::tuple(&edit.ids, "--id", "id"), std::tuple(&edit.names, "--alias", "name")})
        for (const std::string &each : *texts)
        {
            const auto [source, text] = pairOf(each, option, "SOURCE=TEXT, with * for all sources");
            Object::Ptr alias = new Object;
            alias->set("source", source);
            alias->set(member, text);
            memberArray(document, "aliases")->add(alias);
        }
    for (const std::string &each : edit.companies)
    {
        const auto [connection, company] = pairOf(each, "--company", "CONNECTION=COMPANY");
        memberObject(document, "companies")->set(connection, company);
    }
}

/// Puts the values of the options into `document`.
void put(const DefinitionEdit &edit, Object &document)
{
    setIfGiven(document, "name", edit.newName.empty() ? edit.name : edit.newName);
    setIfGiven(document, "description", edit.description);
    setIfGiven(document, "mode", edit.mode);
    if (!edit.conditions.empty())
    {
        Object::Ptr conditions = new Object;
        conditions->set("all", arrayOfTexts(edit.conditions));
        document.set("conditions", conditions);
    }
    putTicket(edit, document);
    putTimes(edit, document);
    putNames(edit, document);
}

void printWarningLines(const Object &answer, std::ostream &log)
{
    const Array::Ptr warnings = answer.getArray("warnings");
    for (unsigned i = 0; !warnings.isNull() && i < warnings->size(); ++i)
        log << "Warning: " << json::printableLine(warnings->getElement<std::string>(i)) << '\n';
}

int printStored(const DefinitionKindName &kind, const Object::Ptr &stored, bool json, const Streams &streams)
{
    if (json)
        printDocument(stored, streams.out);
    else
    {
        streams.out << "The " << kind.one << " \"" << lineIn(*stored, "name") << "\" is stored";
        if (stored->has("mode") && lineIn(*stored, "mode") == "dry_run")
            streams.out << ", in dry run: it decides and records, and does nothing. Turn it on with: psa-host rule on";
        streams.out << ".\n";
        printWarningLines(*stored, streams.log);
    }
    return exitOk;
}

/// Sends `document`; if it is rejected, says where in the file it is wrong.
Object::Ptr send(ApiClient &host, const char *method, const std::string &path, const Object::Ptr &document,
                 const std::optional<DocumentFile> &file, std::ostream &log)
{
    if (!file)
        return askFor(host, apiRequest(method, path, document), log);
    return askFor(host, apiRequest(method, path, document), log, nullptr,
                  [&](const std::string &pointer) { return file->placeOf(pointer); });
}

std::optional<DocumentFile> fileOf(const std::string &file, const Streams &streams)
{
    return file.empty() ? std::nullopt : std::optional<DocumentFile>(DocumentFile(file, streams.in));
}

void printRow(const DefinitionKindName &kind, const Object &each, std::ostream &out)
{
    if (kind.one == "rule")
    {
        const Object::Ptr ticket = each.getObject("ticket");
        out << std::right << std::setw(3) << each.getValue<std::int64_t>("position") << "  " << std::left
            << std::setw(30) << lineIn(each, "name") << ' ' << std::setw(8) << lineIn(each, "mode") << ' '
            << (ticket.isNull() ? lineIn(each, "do") : "ticket in " + lineIn(*ticket, "connection"));
    }
    else
        out << std::left << std::setw(30) << lineIn(each, "name") << ' ' << lineIn(each, "description");
    if (each.has("trouble"))
        out << "  " << lineIn(each, "trouble");
    out << '\n';
}

/// Members and values, one line each, nested ones indented.
void printMembers(const Object &object, int indent, std::ostream &out);

void printValue(const std::string &name, const Poco::Dynamic::Var &value, int indent, std::ostream &out)
{
    const std::string margin(static_cast<std::size_t>(indent), ' ');
    if (value.isEmpty())
        return;
    if (value.type() == typeid(Object::Ptr))
    {
        out << margin << name << '\n';
        printMembers(*value.extract<Object::Ptr>(), indent + 2, out);
    }
    else if (value.type() == typeid(Array::Ptr))
    {
        out << margin << name << '\n';
        for (const Poco::Dynamic::Var &item : *value.extract<Array::Ptr>())
            printValue("-", item, indent + 2, out);
    }
    else
        out << margin << std::left << std::setw(std::max(1, 20 - indent)) << name << ' '
            << json::printableLine(value.convert<std::string>()) << '\n';
}

void printMembers(const Object &object, int indent, std::ostream &out)
{
    for (const auto &[name, value] : object)
        printValue(json::printableLine(name), value, indent, out);
}

void printUnknown(const Object &customer, std::ostream &out)
{
    out << lineIn(customer, "source") << ": " << lineIn(customer, "name");
    if (const std::string id = lineIn(customer, "id"); !id.empty())
        out << " (id " << id << ')';
    out << ", " << customer.getValue<std::int64_t>("count") << " events, last " << lineIn(customer, "last") << '\n';
    const Array::Ptr suggestions = customer.getArray("suggestions");
    for (unsigned i = 0; i < suggestions->size(); ++i)
    {
        const Object::Ptr each = suggestions->getObject(i);
        out << "  perhaps "
            << (each->has("customer") ? "the customer \"" + lineIn(*each, "customer") + "\""
                                      : "the company \"" + lineIn(*each, "label") + "\" (" + lineIn(*each, "company") +
                                            ") of " + lineIn(*each, "connection"))
            << ": " << lineIn(*each, "why") << '\n';
    }
}

} // namespace

int listDefinitions(const config::HostConfig &config, const DefinitionKindName &kind, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Array::Ptr all = askFor(host, apiRequest("GET", pathOf(kind)), streams.log)->getArray(kind.many);
        if (json)
            printDocument(all, streams.out);
        for (unsigned i = 0; !json && i < all->size(); ++i)
            printRow(kind, *all->getObject(i), streams.out);
        if (!json && all->size() == 0)
            streams.out << "There are no " << kind.many << " yet. Add one with: psa-host " << kind.one << " add NAME\n";
        return exitOk;
    });
}

int showDefinition(const config::HostConfig &config, const DefinitionKindName &kind, const std::string &name, bool json,
                   const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr stored = askFor(host, apiRequest("GET", pathOf(kind, name)), streams.log);
        if (json)
            printDocument(stored, streams.out);
        else
            printMembers(*stored, 0, streams.out);
        return exitOk;
    });
}

int addDefinition(const config::HostConfig &config, const DefinitionKindName &kind, const DefinitionEdit &edit,
                  bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const auto file = fileOf(edit.file, streams);
        Object::Ptr document = file ? file->document() : Object::Ptr(new Object);
        put(edit, *document);
        return printStored(kind, send(host, "POST", pathOf(kind), document, file, streams.log), json, streams);
    });
}

int addEdited(ApiClient &host, const DefinitionKindName &kind, Object::Ptr document, const DefinitionEdit &edit,
              bool json, const Streams &streams)
{
    put(edit, *document);
    return printStored(kind, askFor(host, apiRequest("POST", pathOf(kind), document), streams.log), json, streams);
}

int setDefinition(const config::HostConfig &config, const DefinitionKindName &kind, const DefinitionEdit &edit,
                  bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const std::string path = pathOf(kind, edit.name);
        const Object::Ptr stored = askFor(host, apiRequest("GET", path), streams.log);
        const auto file = fileOf(edit.file, streams);
        Object::Ptr document = file ? file->document() : documentOf(*stored);
        put(edit, *document);
        document->set("version", stored->get("version"));
        return printStored(kind, send(host, "PUT", path, document, file, streams.log), json, streams);
    });
}

int removeDefinition(const config::HostConfig &config, const DefinitionKindName &kind, const std::string &name,
                     const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        askFor(host, apiRequest("DELETE", pathOf(kind, name)), streams.log);
        streams.out << "The " << kind.one << " \"" << json::printableLine(name) << "\" was removed.\n";
        return exitOk;
    });
}

int showCalendar(const config::HostConfig &config, const std::string &from, const std::string &to, bool json,
                 const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        http::ApiRequest request = apiRequest("GET", "/v1/windows-calendar");
        if (!from.empty())
            request.query.emplace("from", from);
        if (!to.empty())
            request.query.emplace("to", to);
        const Array::Ptr spans = askFor(host, request, streams.log)->getArray("spans");
        if (json)
            printDocument(spans, streams.out);
        for (unsigned i = 0; !json && i < spans->size(); ++i)
        {
            const Object::Ptr each = spans->getObject(i);
            streams.out << lineIn(*each, "from") << "  to  " << lineIn(*each, "to") << "  " << lineIn(*each, "window")
                        << '\n';
        }
        if (!json && spans->size() == 0)
            streams.out << "No window is active in this time.\n";
        return exitOk;
    });
}

int showUnknownCustomers(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Array::Ptr all =
            askFor(host, apiRequest("GET", "/v1/customers-unknown"), streams.log)->getArray("customers");
        if (json)
            printDocument(all, streams.out);
        for (unsigned i = 0; !json && i < all->size(); ++i)
            printUnknown(*all->getObject(i), streams.out);
        if (!json && all->size() == 0)
            streams.out << "Every customer that events named is in the table.\n";
        return exitOk;
    });
}

int settleUnknownCustomer(const config::HostConfig &config, const UnknownCustomerName &unknown, bool json,
                          const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        if (!unknown.customer.empty())
        {
            Object::Ptr alias = new Object;
            alias->set("source", unknown.source);
            setIfGiven(*alias, "id", unknown.id);
            setIfGiven(*alias, "name", unknown.name);
            const std::string path = apiPath("/v1/customers/", unknown.customer, "/aliases");
            return printStored({"customer", "customers"}, askFor(host, apiRequest("POST", path, alias), streams.log),
                               json, streams);
        }
        http::ApiRequest request = apiRequest("DELETE", "/v1/customers-unknown");
        for (const auto &[name, value] :
             {std::pair("source", unknown.source), std::pair("id", unknown.id), std::pair("name", unknown.name)})
            if (!value.empty())
                request.query.emplace(name, value);
        askFor(host, request, streams.log);
        streams.out << "It is not listed any more, until an event names it again.\n";
        return static_cast<int>(exitOk);
    });
}

} // namespace psa::cli
