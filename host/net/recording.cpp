#include "host/net/recording.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/net/https_url.h"
#include "host/net/secret_registry.h"
#include "host/os/read_file.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Base64Encoder.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

namespace psa::net {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

/// A body as a string if JSON can represent it, otherwise in base64: a PDF, or a page in Latin-1, must not break the
/// recording.
void setBody(Object &message, const std::string &body)
{
    if (json::isValidUtf8(body))
    {
        message.set("body", body);
        return;
    }
    std::ostringstream text;
    Poco::Base64Encoder encoder(text, Poco::BASE64_URL_ENCODING);
    encoder << body;
    encoder.close();
    message.set("bodyBase64", text.str());
}

std::string bodyOf(const Object &message)
{
    if (!message.has("bodyBase64"))
        return message.getValue<std::string>("body");
    std::istringstream text(message.getValue<std::string>("bodyBase64"));
    Poco::Base64Decoder decoder(text, Poco::BASE64_URL_ENCODING);
    return {std::istreambuf_iterator<char>(decoder), {}};
}

Array::Ptr toJson(const std::vector<HttpHeader> &headers)
{
    return json::arrayOf(headers, [](const HttpHeader &header) {
        Object::Ptr each = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        each->set("name", json::replaceInvalidUtf8(header.name));
        each->set("value", json::replaceInvalidUtf8(header.value));
        return each;
    });
}

std::vector<HttpHeader> headersOf(const Object &message)
{
    std::vector<HttpHeader> headers;
    const Array::Ptr array = message.getArray("headers");
    for (std::size_t i = 0; !array.isNull() && i < array->size(); ++i)
    {
        const Object::Ptr each = array->getObject(static_cast<unsigned>(i));
        headers.push_back({each->getValue<std::string>("name"), each->getValue<std::string>("value")});
    }
    return headers;
}

/// The largest request and response, with each byte escaped as \u0001, and some reserve.
constexpr json::JsonLimits lineLimits{128 << 20, 8};

void refuseNewer(const Object &line)
{
    if (const int version = line.getValue<int>("version"); version > Recorder::version)
        throw std::runtime_error("version " + std::to_string(version) + " is newer than this psa-host");
}

} // namespace

Object::Ptr toJson(const Exchange &exchange)
{
    Object::Ptr request = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    request->set("method", json::replaceInvalidUtf8(exchange.request.method));
    request->set("url", json::replaceInvalidUtf8(exchange.request.url));
    request->set("mutates", exchange.request.mutates);
    if (exchange.request.secretAnswer)
        request->set("secretAnswer", true);
    request->set("headers", toJson(exchange.request.headers));
    setBody(*request, exchange.request.body);
    Object::Ptr response = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    response->set("delivery", static_cast<int>(exchange.response.delivery));
    response->set("reason", static_cast<int>(exchange.response.reason));
    response->set("status", exchange.response.status);
    response->set("headers", toJson(exchange.response.headers));
    setBody(*response, exchange.response.body);
    response->set("detail", json::replaceInvalidUtf8(exchange.response.detail));
    response->set("retryAfterMs", static_cast<Poco::Int64>(exchange.response.retryAfter.count()));
    Object::Ptr all = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    all->set("version", Recorder::version);
    all->set("request", request);
    all->set("response", response);
    all->set("microseconds", static_cast<Poco::Int64>(exchange.took.count()));
    return all;
}

Exchange exchangeOf(const Object &line)
{
    const Object::Ptr request = line.getObject("request");
    const Object::Ptr response = line.getObject("response");
    if (request.isNull() || response.isNull())
        throw std::runtime_error("\"request\" or \"response\" is missing");
    Exchange exchange;
    exchange.request.method = request->getValue<std::string>("method");
    exchange.request.url = request->getValue<std::string>("url");
    exchange.request.mutates = request->getValue<bool>("mutates");
    exchange.request.secretAnswer = request->optValue("secretAnswer", false);
    exchange.request.headers = headersOf(*request);
    exchange.request.body = bodyOf(*request);
    const int delivery = response->getValue<int>("delivery");
    const int reason = response->getValue<int>("reason");
    if (delivery < 0 || delivery > static_cast<int>(Delivery::answered) || reason < 0 ||
        reason > static_cast<int>(Reason::dryRun))
        throw std::runtime_error("\"delivery\" or \"reason\" is not a valid value");
    exchange.response.delivery = static_cast<Delivery>(delivery);
    exchange.response.reason = static_cast<Reason>(reason);
    exchange.response.status = response->getValue<unsigned>("status");
    exchange.response.headers = headersOf(*response);
    exchange.response.body = bodyOf(*response);
    exchange.response.detail = response->getValue<std::string>("detail");
    exchange.response.retryAfter = std::chrono::milliseconds(response->getValue<Poco::Int64>("retryAfterMs"));
    return exchange;
}

std::int64_t millisecondsOf(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::chrono::system_clock::time_point timeOf(std::int64_t milliseconds)
{
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds));
}

void forEachRecordedLine(const std::filesystem::path &file, const std::function<void(const Object &)> &take)
{
    std::ifstream in(file);
    if (!in)
        throw std::runtime_error("the recording " + file.string() + " cannot be read");
    for (std::size_t number = 1;; ++number)
    {
        const std::string where = file.string() + ":" + std::to_string(number) + ": ";
        try
        {
            const std::optional<std::string> text = os::readLine(in, lineLimits.maxBytes);
            if (!text)
                return;
            const auto line = json::parseStrict(*text, lineLimits).extract<Object::Ptr>();
            refuseNewer(*line);
            take(*line);
        }
        catch (const Poco::Exception &error)
        {
            throw std::runtime_error(where + "this is not a line of a recording: " + error.displayText());
        }
        catch (const std::exception &error)
        {
            throw std::runtime_error(where + "this is not a line of a recording: " + error.what());
        }
    }
}

Recorder::Recorder(const std::filesystem::path &file) : file_(file)
{
    // Created with its mode in one step, so that nobody else can open it in between.
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        throw std::runtime_error("the recording " + file.string() +
                                 " cannot be created: " + std::generic_category().message(errno));
    ::close(fd);
    out_.open(file, std::ios::app);
}

void Recorder::write(const Object &line)
{
    const std::string text = json::toText(line);
    const std::lock_guard lock(mutex_);
    out_ << text << '\n' << std::flush;
    if (!out_)
        throw std::runtime_error("the recording " + file_.string() + " cannot be written; is the disk full?");
}

ReplayTransport::ReplayTransport(const std::filesystem::path &file, std::shared_ptr<const SecretRegistry> secrets,
                                 WhenUsed whenUsed)
    : secrets_(std::move(secrets)), whenUsed_(whenUsed)
{
    forEachRecordedLine(file, [this](const Object &line) {
        if (!line.has("verb") && !line.has("outcome"))
            entries_.push_back({exchangeOf(line)});
    });
}

HttpResponse ReplayTransport::exchange(const HttpsUrl &, const HttpRequest &request, const Stop &)
{
    const std::string asked = secrets_->redact(request.url);
    const std::lock_guard lock(mutex_);
    const Entry *last = nullptr;
    for (Entry &entry : entries_)
    {
        if (entry.exchange.request.method != request.method || entry.exchange.request.url != asked)
            continue;
        last = &entry;
        if (!std::exchange(entry.used, true))
            return entry.exchange.response;
    }
    if (last != nullptr && whenUsed_ == WhenUsed::repeatLast)
        return last->exchange.response;
    HttpResponse response;
    response.reason = Reason::connect;
    response.detail = "the recording has no unused exchange for " + request.method + " " + asked;
    return response;
}

std::vector<Exchange> ReplayTransport::unused() const
{
    const std::lock_guard lock(mutex_);
    std::vector<Exchange> rest;
    for (const Entry &entry : entries_)
        if (!entry.used)
            rest.push_back(entry.exchange);
    return rest;
}

} // namespace psa::net
