#include "host/cli/connection_file.h"

#include "host/config/toml_reader.h"
#include "host/secrets/secret_source.h"

#include <istream>

namespace psa::cli {
namespace {

using Poco::JSON::Object;

class ValueReader
{
public:
    ValueReader(config::TomlReader &reader, std::istream &in) : reader_(reader), in_(in) {}

    /// The table `key` converted to JSON; names of values that were references are added to `referred`.
    Object::Ptr values(std::string_view key, std::set<std::string> *referred)
    {
        Object::Ptr object = new Object;
        const toml::table *table = reader_.table(reader_.root(), key);
        if (table == nullptr)
            return object;
        for (const auto &[name, node] : *table)
        {
            const std::string field(name.str());
            if (isReference(node))
            {
                if (referred == nullptr)
                    reader_.mistake(node, "\"" + field + "\": only values of [configuration] may be references");
                else if (referred->insert(field).second)
                    object->set(field, refer(field, *node.as_table()));
            }
            else
                object->set(field, config::toJson(reader_, field, node));
        }
        return object;
    }

private:
    static bool isReference(const toml::node &node)
    {
        const toml::table *table = node.as_table();
        return table != nullptr && (table->contains("file") || table->contains("env") || table->contains("stdin"));
    }

    std::string refer(const std::string &field, const toml::table &reference)
    try
    {
        if (reference.size() != 1)
            reader_.mistake(reference, "\"" + field + "\" must have exactly one of file, env and stdin");
        else if (const auto file = reference["file"].value<std::string>())
            return secrets::secretFromFile(*file);
        else if (const auto name = reference["env"].value<std::string>())
            return secrets::secretFromEnvironment(*name);
        else if (reference["stdin"].value<bool>() == true)
            return secrets::secretFromStream(in_);
        else
            reader_.mistake(reference,
                            "\"" + field +
                                "\" must be like { file = \"/path\" }, { env = \"NAME\" } or { stdin = true }");
        return {};
    }
    catch (const secrets::SecretUnavailable &error)
    {
        reader_.mistake(reference, "\"" + field + "\": " + error.what());
        return {};
    }

    config::TomlReader &reader_;
    std::istream &in_;
};

} // namespace

bool isConnectionFile(const std::string &text)
{
    return text.find('/') != std::string::npos || text.ends_with(".toml");
}

ConnectionFile readConnectionFile(const std::filesystem::path &file, std::istream &in)
{
    config::TomlReader reader(file);
    ConnectionFile connection;
    reader.refuseUnknown(reader.root(), "the file", {"name", "plugin", "configuration", "ticket_defaults"});
    connection.name = reader.text(reader.root(), "name").value_or(file.stem().string());
    connection.plugin = reader.text(reader.root(), "plugin").value_or("");
    if (connection.plugin.empty())
        reader.mistake("\"plugin\" is missing; set it to an id shown by psa-host plugins list");
    ValueReader values(reader, in);
    connection.configuration = values.values("configuration", &connection.referred);
    connection.ticketDefaults = values.values("ticket_defaults", nullptr);
    reader.finish();
    return connection;
}

} // namespace psa::cli
