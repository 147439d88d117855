#include "host/events/presets.h"
#include "host/events/read_delivery.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/strict_json.h"
#include "tests/unit/events/sample.h"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace psa;
using namespace psa::events;
using Kind = reader::Reading::Kind;
using Poco::Dynamic::Var;
using Poco::JSON::Object;

namespace {

const std::string presetsFolder = PSA_SOURCE_DIR "/host/events/presets/";

reader::Readers &sharedReaders()
{
    reader::ReaderLimits slow; // the machine may be busy, and it may be a build with sanitizers
    slow.time = std::chrono::seconds(5);
    slow.compileTime = std::chrono::seconds(5);
    slow.patience = std::chrono::minutes(5);
    static reader::Readers readers(slow);
    return readers;
}

SourceSettings sourceOf(const Preset &preset)
{
    SourceSettings source;
    source.name = "samples";
    source.preset = preset.name;
    source.reader = preset.readerJq;
    source.settings = defaultSettings(preset);
    source.zone = "Europe/Oslo";
    return source;
}

/// The events of `result`, comparable with those that are expected.
std::string eventsText(const ReaderResult &result, bool withParts)
{
    Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
    for (Event event : result.events)
    {
        if (!withParts)
            event.parts.clear();
        list->add(toJson(event));
    }
    return json::jsonText(Var(list));
}

void checkSample(const Preset &preset, const std::string &name, const Object &expected)
{
    CAPTURE(preset.name, name);
    const std::string content = contentOf(presetsFolder + preset.name + "/samples/" + name);
    const ReaderResult result = readDelivery(sharedReaders(), sourceOf(preset), deliveryOf(name, content));
    CAPTURE(result.text, result.notes);
    if (expected.has("events"))
    {
        const std::string wanted = json::jsonText(expected.get("events"));
        CHECK(result.kind == Kind::events);
        CHECK(eventsText(result, wanted.find("\"parts\"") != std::string::npos) == wanted);
    }
    else if (expected.has("refuse"))
    {
        CHECK(result.kind == Kind::refused);
        CHECK(result.text == expected.getValue<std::string>("refuse"));
    }
    else
    {
        CHECK(result.kind == Kind::failed);
        CHECK_THAT(result.text, Catch::Contains(expected.getValue<std::string>("review")));
    }
}

} // namespace

TEST_CASE("Each sample of each preset gives the events that stand beside it", "[events][presets]")
{
    std::size_t samples = 0;
    for (const auto &[name, preset] : presets())
    {
        const auto expected = json::parseStrict(contentOf(presetsFolder + name + "/expected.json"), {1U << 24U, 32})
                                  .extract<Object::Ptr>();
        for (const auto &[sample, result] : *expected)
        {
            checkSample(preset, sample, *result.extract<Object::Ptr>());
            ++samples;
        }
        for (const auto &file : std::filesystem::directory_iterator(presetsFolder + name + "/samples"))
            CHECK(expected->has(file.path().filename().string()));
    }
    CHECK((presets().empty() || samples >= presets().size()));
}
