#include "host/plugin/documents.h"

#include <memory>
#include <mutex>

namespace psa::host {

const JsonSchema &documentSchema(const std::string &name)
{
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<JsonSchema>> compiled;
    const std::lock_guard lock(mutex);
    auto &slot = compiled[name];
    if (!slot)
        slot = std::make_unique<JsonSchema>(parseStrict(embeddedSchemas.at(name)));
    return *slot;
}

void checkDocument(const std::string &name, const Poco::Dynamic::Var &document)
{
    std::string all;
    for (const SchemaError &error : documentSchema(name).validate(document))
        all += (all.empty() ? "" : "; ") + (error.pointer.empty() ? "/" : error.pointer) + ": " + error.message;
    if (!all.empty())
        throw InvalidDocument(all);
}

Poco::Dynamic::Var parseDocument(const std::string &name, std::string_view text, const JsonLimits &limits)
{
    Poco::Dynamic::Var document;
    try
    {
        document = parseStrict(text, limits);
    }
    catch (const JsonError &error)
    {
        throw InvalidDocument(error.what());
    }
    checkDocument(name, document);
    return document;
}

} // namespace psa::host
