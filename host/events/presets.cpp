#include "host/events/presets.h"

#include "host/events/embedded_presets.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <stdexcept>

namespace psa::events {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::vector<std::string> textsIn(const Object &document, const std::string &name)
{
    std::vector<std::string> texts;
    const Array::Ptr list = document.getArray(name);
    for (unsigned i = 0; list && i < list->size(); ++i)
        texts.push_back(list->getElement<std::string>(i));
    return texts;
}

Array::Ptr listIn(const Object &document, const std::string &name)
{
    const Array::Ptr list = document.getArray(name);
    return list ? list : Array::Ptr(new Array);
}

Preset presetOf(const std::string &name, const EmbeddedPreset &embedded)
{
    const auto document = json::parseStrict(embedded.document).extract<Object::Ptr>();
    Preset preset;
    preset.name = name;
    preset.readerJq = embedded.reader;
    preset.title = document->getValue<std::string>("title");
    preset.description = document->getValue<std::string>("description");
    preset.senders = textsIn(*document, "senders");
    for (const std::string &pattern : textsIn(*document, "placeholders"))
        preset.placeholders.emplace_back(pattern);
    preset.localTime = document->optValue("localTime", false);
    preset.repeats = document->optValue("repeats", false);
    preset.staleAfterHours = document->optValue("staleAfterHours", preset.staleAfterHours);
    preset.retries = document->getValue<std::string>("retries");
    preset.losesOnFailure = document->optValue("losesOnFailure", true);
    preset.authentication = textsIn(*document, "authentication");
    preset.signature = document->getObject("signature");
    preset.settings = listIn(*document, "settings");
    preset.instructions = listIn(*document, "instructions");
    preset.document = document;
    return preset;
}

std::map<std::string, Preset> readPresets()
{
    std::map<std::string, Preset> all;
    for (const auto &[name, embedded] : embeddedPresets)
        try
        {
            all.emplace(name, presetOf(name, embedded));
        }
        catch (const std::exception &error)
        {
            throw std::runtime_error("The preset " + name + " is damaged: " + error.what());
        }
    return all;
}

} // namespace

const std::map<std::string, Preset> &presets()
{
    static const std::map<std::string, Preset> all = readPresets();
    return all;
}

Object::Ptr defaultSettings(const Preset &preset)
{
    Object::Ptr values = new Object;
    for (unsigned i = 0; i < preset.settings->size(); ++i)
    {
        const Object::Ptr setting = preset.settings->getObject(i);
        values->set(setting->getValue<std::string>("name"), setting->get("default"));
    }
    return values;
}

} // namespace psa::events
