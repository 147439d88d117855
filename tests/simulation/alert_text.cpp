#include "tests/simulation/alert_text.h"

#include <sstream>
#include <vector>

namespace psa::simulation {
namespace {

using namespace psa::events;

std::string toField(const std::optional<Instant> &time)
{
    return time ? std::to_string(time->time_since_epoch().count()) : "";
}

std::optional<Instant> timeFrom(const std::string &field)
{
    return field.empty() ? std::nullopt : std::optional(Instant(std::chrono::microseconds(std::stoll(field))));
}

std::string lineOf(const Event &event)
{
    return std::string(toText(event.kind)) + ";" + event.key + ";" + event.customer.name + ";" +
           (event.severity ? toText(*event.severity) : "") + ";" + toField(event.startedAt) + ";" + toField(event.at) +
           ";" + event.deliveryId + ";.";
}

Event eventFrom(const std::string &line)
{
    std::vector<std::string> fields;
    std::istringstream from(line);
    for (std::string field; std::getline(from, field, ';');)
        fields.push_back(field);
    Event event;
    event.kind = eventKindFrom(fields.at(0)).value();
    event.key = fields.at(1);
    event.customer.name = fields.at(2);
    event.severity = severityFrom(fields.at(3));
    event.severityText = fields.at(3);
    event.startedAt = timeFrom(fields.at(4));
    event.at = timeFrom(fields.at(5));
    event.deliveryId = fields.at(6);
    event.title = "Trouble with " + event.key;
    event.text = event.title;
    return event;
}

} // namespace

std::string toBody(const std::vector<Event> &events)
{
    std::string body;
    for (const Event &each : events)
        body += lineOf(each) + "\n";
    return body;
}

ReaderResult readBody(const std::string &body)
{
    ReaderResult result;
    result.kind = reader::Reading::Kind::events;
    std::istringstream from(body);
    for (std::string line; std::getline(from, line);)
        result.events.push_back(eventFrom(line));
    return result;
}

} // namespace psa::simulation
