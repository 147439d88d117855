#include "host/events/read_delivery.h"

#include "host/events/normalise.h"
#include "host/events/presets.h"

namespace psa::events {
namespace {

const std::vector<json::SafePattern> &placeholdersOf(const std::string &preset)
{
    static const std::vector<json::SafePattern> none;
    const auto at = presets().find(preset);
    return at == presets().end() ? none : at->second.placeholders;
}

} // namespace

ReaderResult readDelivery(reader::Readers &readers, const SourceSettings &source, const RawDelivery &delivery)
{
    using Kind = reader::Reading::Kind;
    ReaderResult result;
    try
    {
        result.tree = bodyTreeOf(delivery, source, placeholdersOf(source.preset));
        const reader::Reading reading = readers.read(source.reader, result.tree.json);
        result.kind = reading.kind;
        result.text = reading.text;
        if (reading.kind != Kind::events)
            return result;
        NormalisedEvents normalised = normalise(reading.eventsJson, source.zone);
        result.events = std::move(normalised.events);
        result.notes = std::move(normalised.notes);
    }
    catch (const BodyRefused &error)
    {
        result.kind = Kind::failed;
        result.text = error.what();
    }
    catch (const EventsInvalid &error)
    {
        result.kind = Kind::failed;
        result.text = error.what();
    }
    return result;
}

} // namespace psa::events
