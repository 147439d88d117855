#include "host/events/source_settings.h"

#include "host/events/presets.h"
#include "host/events/zone.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <algorithm>
#include <set>

namespace psa::events {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t maxSourceName = 100;
constexpr std::size_t maxReader = 64 << 10;
constexpr std::size_t maxSettingText = 1000;
constexpr std::size_t maxSettingTexts = 100;
constexpr std::int64_t maxHours = 366 * 24;
constexpr std::int64_t maxQuota = 100000;
constexpr std::int64_t maxSignatureAge = 3600;

const std::set<std::string> &sourceMembers()
{
    static const std::set<std::string> members = {"name",
                                                  "preset",
                                                  "reader",
                                                  "settings",
                                                  "timeZone",
                                                  "staleAfterHours",
                                                  "recoveredAfterSilenceMinutes",
                                                  "quotaPerMinute",
                                                  "silentAfterHours",
                                                  "signature",
                                                  "enabled"};
    return members;
}

void refuseUnknown(const Object &object, const std::string &pointer, const std::set<std::string> &known)
{
    for (const std::string &name : object.getNames())
        if (!known.contains(name))
            throw SourceInvalid(pointer + "/" + name, "is not known; it must be one of: " +
                                                          Poco::cat(std::string(", "), known.begin(), known.end()));
}

/// "" if it is missing.
std::string sourceTextIn(const Object &object, const std::string &pointer, const std::string &name)
{
    if (!object.has(name))
        return {};
    if (!object.get(name).isString())
        throw SourceInvalid(pointer + "/" + name, "is not a string");
    return object.getValue<std::string>(name);
}

std::optional<std::int64_t> countIn(const Object &object, const std::string &pointer, const std::string &name,
                                    std::int64_t least, std::int64_t most)
{
    if (!object.has(name))
        return std::nullopt;
    const Var value = object.get(name);
    const std::string range = " from " + std::to_string(least) + " to " + std::to_string(most);
    if (!value.isInteger() || value.isBoolean())
        throw SourceInvalid(pointer + "/" + name, "is not an integer" + range);
    const auto number = value.convert<std::int64_t>();
    if (number < least || number > most)
        throw SourceInvalid(pointer + "/" + name, "is " + std::to_string(number) + ", not" + range);
    return number;
}

bool isHeaderName(const std::string &text)
{
    return !text.empty() && text.size() <= maxSourceName && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::string headerIn(const Object &object, const std::string &name)
{
    const std::string header = sourceTextIn(object, "/signature", name);
    if (!header.empty() && !isHeaderName(header))
        throw SourceInvalid("/signature/" + name, "is not the name of a header, such as X-Signature");
    return Poco::toLower(header);
}

SignatureScheme signatureFrom(const Object &object)
{
    refuseUnknown(object, "/signature", {"header", "timestampHeader", "maxAgeSeconds"});
    SignatureScheme scheme;
    scheme.header = headerIn(object, "header");
    if (scheme.header.empty())
        throw SourceInvalid("/signature/header", "is missing: it names the header that has the signature");
    scheme.timestampHeader = headerIn(object, "timestampHeader");
    if (const auto age = countIn(object, "/signature", "maxAgeSeconds", 1, maxSignatureAge))
        scheme.maxAge = std::chrono::seconds(*age);
    return scheme;
}

std::string zoneFrom(const Object &object)
{
    const std::string zone = sourceTextIn(object, "", "timeZone");
    if (zone.empty())
        return zone;
    try
    {
        const Zone known(zone);
        return zone;
    }
    catch (const std::runtime_error &error)
    {
        throw SourceInvalid("/timeZone", error.what());
    }
}

const Preset &presetFrom(const Object &object)
{
    const std::string name = sourceTextIn(object, "", "preset");
    const auto at = presets().find(name);
    if (at != presets().end())
        return at->second;
    std::string names;
    for (const auto &[known, preset] : presets())
        names += (names.empty() ? "" : ", ") + known;
    throw SourceInvalid("/preset", name.empty() ? "is missing; presets: " + names
                                                : "is not a preset: \"" + name + "\"; presets: " + names);
}

std::string readerFrom(const Object &object, const Preset &preset)
{
    std::string reader = sourceTextIn(object, "", "reader");
    if (reader.size() > maxReader)
        throw SourceInvalid("/reader", "has more than " + std::to_string(maxReader) + " bytes");
    return json::isBlankText(reader) ? preset.readerJq : reader;
}

/// A string that may be the value, or part of the value, of a setting.
bool isSettingText(const Var &value)
{
    return value.isString() && value.toString().size() <= maxSettingText;
}

std::string settingTextRule()
{
    return "is not a string of at most " + std::to_string(maxSettingText) + " bytes";
}

void checkTexts(const Var &value, const std::string &pointer)
{
    if (value.type() != typeid(Array::Ptr) || value.extract<Array::Ptr>()->size() > maxSettingTexts)
        throw SourceInvalid(pointer, "is not a list of at most " + std::to_string(maxSettingTexts) + " strings");
    const Array::Ptr &texts = value.extract<Array::Ptr>();
    for (unsigned i = 0; i < texts->size(); ++i)
        if (!isSettingText(texts->get(i)))
            throw SourceInvalid(pointer + "/" + std::to_string(i), settingTextRule());
}

void checkPairs(const Var &value, const std::string &pointer)
{
    if (value.type() != typeid(Object::Ptr) || value.extract<Object::Ptr>()->size() > maxSettingTexts)
        throw SourceInvalid(pointer, "is not an object of at most " + std::to_string(maxSettingTexts) + " strings");
    for (const auto &[name, text] : *value.extract<Object::Ptr>())
        if (!isSettingText(text))
            throw SourceInvalid(json::memberPointer(pointer, name), settingTextRule());
}

void checkChoice(const Object &setting, const Var &value, const std::string &pointer)
{
    const Array::Ptr options = setting.getArray("options");
    std::string names;
    for (const auto &option : *options)
    {
        if (value.isString() && value.toString() == option.toString())
            return;
        names += (names.empty() ? "" : ", ") + option.toString();
    }
    throw SourceInvalid(pointer, "is not one of: " + names);
}

/// Throws SourceInvalid unless `value` is possible for `setting`, as a preset has it.
void checkSetting(const Object &setting, const Var &value)
{
    const std::string pointer = "/settings/" + setting.getValue<std::string>("name");
    const auto type = setting.getValue<std::string>("type");
    if (type == "texts")
        checkTexts(value, pointer);
    else if (type == "pairs")
        checkPairs(value, pointer);
    else if (type == "choice")
        checkChoice(setting, value, pointer);
    else if (type == "boolean" && !value.isBoolean())
        throw SourceInvalid(pointer, "is not true or false");
    else if (type == "text" && !isSettingText(value))
        throw SourceInvalid(pointer, settingTextRule());
}

Object::Ptr settingsFrom(const Object &object, const Preset &preset)
{
    if (object.has("settings") && !object.isObject("settings"))
        throw SourceInvalid("/settings", "is not an object");
    const Object::Ptr given = object.has("settings") ? object.getObject("settings") : Object::Ptr(new Object);
    Object::Ptr all = defaultSettings(preset);
    const std::vector<std::string> names = all->getNames();
    refuseUnknown(*given, "/settings", {names.begin(), names.end()});
    for (unsigned i = 0; i < preset.settings->size(); ++i)
    {
        const Object::Ptr setting = preset.settings->getObject(i);
        const auto name = setting->getValue<std::string>("name");
        if (!given->has(name))
            continue;
        checkSetting(*setting, given->get(name));
        all->set(name, given->get(name));
    }
    return all;
}

/// How the senders of a preset sign; nullopt = not at all.
std::optional<SignatureScheme> signatureOf(const Preset &preset)
{
    if (preset.signature.isNull())
        return std::nullopt;
    SignatureScheme scheme;
    scheme.header = Poco::toLower(preset.signature->getValue<std::string>("header"));
    scheme.timestampHeader = Poco::toLower(preset.signature->optValue<std::string>("timestampHeader", ""));
    scheme.maxAge = std::chrono::seconds(preset.signature->optValue("maxAgeSeconds", 300));
    return scheme;
}

void readTimes(const Object &object, const Preset &preset, SourceSettings &source)
{
    source.zone = zoneFrom(object);
    source.staleAfter =
        std::chrono::hours(countIn(object, "", "staleAfterHours", 1, maxHours).value_or(preset.staleAfterHours));
    if (const auto silence = countIn(object, "", "recoveredAfterSilenceMinutes", 1, maxHours * 60))
    {
        if (!preset.repeats)
            throw SourceInvalid("/recoveredAfterSilenceMinutes",
                                "cannot be used with the preset " + preset.name +
                                    ": its senders report a problem once, so silence does not mean that it is over");
        source.recoveredAfterSilence = std::chrono::minutes(*silence);
    }
    if (const auto silent = countIn(object, "", "silentAfterHours", 1, maxHours))
        source.silentAfter = std::chrono::hours(*silent);
}

} // namespace

bool isSourceName(const std::string &name)
{
    return !name.empty() && name.size() <= maxSourceName && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '_' || c == '.';
           });
}

SourceSettings sourceSettingsFrom(const Object &document)
{
    const Object::Ptr given = json::givenValues(document);
    refuseUnknown(*given, "", sourceMembers());
    SourceSettings source;
    source.name = sourceTextIn(*given, "", "name");
    if (!isSourceName(source.name))
        throw SourceInvalid("/name", "must have 1 to " + std::to_string(maxSourceName) +
                                         " ASCII letters, digits, \"-\", \"_\" and \".\", and not begin with \".\"");
    const Preset &preset = presetFrom(*given);
    source.preset = preset.name;
    source.reader = readerFrom(*given, preset);
    source.settings = settingsFrom(*given, preset);
    readTimes(*given, preset, source);
    source.quotaPerMinute = countIn(*given, "", "quotaPerMinute", 1, maxQuota).value_or(source.quotaPerMinute);
    if (given->has("signature") && !given->isObject("signature"))
        throw SourceInvalid("/signature", "is not an object");
    source.signature = given->has("signature") ? signatureFrom(*given->getObject("signature")) : signatureOf(preset);
    if (given->has("enabled") && !given->get("enabled").isBoolean())
        throw SourceInvalid("/enabled", "is not true or false");
    source.enabled = given->optValue("enabled", true);
    return source;
}

Object::Ptr toJson(const SourceSettings &source)
{
    Object::Ptr document = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    const auto at = presets().find(source.preset);
    document->set("name", source.name);
    document->set("preset", source.preset);
    if (at == presets().end() || source.reader != at->second.readerJq)
        document->set("reader", source.reader);
    document->set("settings", source.settings);
    document->set("timeZone", source.zone.empty() ? Var() : Var(source.zone));
    document->set("staleAfterHours", source.staleAfter.count() / 60);
    document->set("recoveredAfterSilenceMinutes",
                  source.recoveredAfterSilence ? Var(source.recoveredAfterSilence->count()) : Var());
    document->set("quotaPerMinute", source.quotaPerMinute);
    document->set("silentAfterHours", source.silentAfter ? Var(source.silentAfter->count() / 60) : Var());
    Object::Ptr signature;
    if (source.signature)
    {
        signature = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        signature->set("header", source.signature->header);
        if (!source.signature->timestampHeader.empty())
        {
            signature->set("timestampHeader", source.signature->timestampHeader);
            signature->set("maxAgeSeconds", source.signature->maxAge.count());
        }
    }
    document->set("signature", signature.isNull() ? Var() : Var(signature));
    document->set("enabled", source.enabled);
    return document;
}

} // namespace psa::events
