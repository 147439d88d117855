#include "host/plugin/documents.h"

#include <memory>
#include <mutex>

namespace psa::plugin {

const json::JsonSchema &documentSchema(const std::string &name)
{
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<json::JsonSchema>> compiled;
    const std::lock_guard lock(mutex);
    auto &slot = compiled[name];
    if (!slot)
        slot = std::make_unique<json::JsonSchema>(json::parseStrict(embeddedSchemas.at(name)));
    return *slot;
}

void checkDocument(const std::string &name, const Poco::Dynamic::Var &document)
{
    std::string all;
    for (const json::SchemaError &error : documentSchema(name).validate(document))
        all += (all.empty() ? "" : "; ") + (error.pointer.empty() ? "/" : error.pointer) + ": " + error.message;
    if (!all.empty())
        throw InvalidDocument(all);
}

Poco::Dynamic::Var parseDocument(const std::string &name, std::string_view text, const json::JsonLimits &limits)
{
    Poco::Dynamic::Var document;
    try
    {
        document = json::parseStrict(text, limits);
    }
    catch (const json::JsonError &error)
    {
        throw InvalidDocument(error.what());
    }
    checkDocument(name, document);
    return document;
}

} // namespace psa::plugin
