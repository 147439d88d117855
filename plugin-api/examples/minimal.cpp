// SPDX-License-Identifier: Apache-2.0
//
// The smallest plugin in C++: the same as minimal.c, with the glue.
#include <psa/plugin.hpp>

namespace {

class Minimal : public psa::Plugin
{
public:
    explicit Minimal(psa::Host) {}

    static std::string describe(psa::Call &)
    {
        return R"({"descriptorVersion":1,"id":")" PSA_PLUGIN_ID R"(","version":")" PSA_PLUGIN_VERSION R"(",
            "name":"Example PSA","vendor":"Example Ltd","allowedHosts":[],
            "configuration":{"type":"object","properties":{
                "apiKey":{"type":"string","title":"API Key","description":"Any text will do.","secret":true}},
                "required":["apiKey"]}})";
    }

    void configure(psa::Call &, std::string_view json) override
    {
        // The host has checked the fields; what else comes here must be survived.
        if (!isObject(json))
            throw psa::Error(PSA_INVALID_CONFIG, "The configuration cannot be read.").hint("Fill in the API Key.");
        configured_ = true;
    }

    std::string test(psa::Call &) override
    {
        requireConfiguration();
        return R"({"version":1,"summary":"Connected to Example PSA"})";
    }

    std::string createTicket(psa::Call &, std::string_view, std::string_view) override
    {
        requireConfiguration();
        return R"({"version":1,"ticket":{"id":")" + std::to_string(++tickets_) + R"("}})";
    }

private:
    /// Is this one object, from its first brace to its last? A real plugin parses it with a JSON library of its own.
    static bool isObject(std::string_view json)
    {
        int depth = 0;
        bool quoted = false;
        std::size_t i = 0;
        for (; i < json.size() && (i == 0 ? json[0] == '{' : depth > 0); ++i)
        {
            if (quoted && json[i] == '\\')
                ++i;
            else if (json[i] == '"')
                quoted = !quoted;
            else if (!quoted)
                depth += (json[i] == '{' || json[i] == '[') - (json[i] == '}' || json[i] == ']');
        }
        return i > 0 && i == json.size() && depth == 0;
    }

    void requireConfiguration() const
    {
        if (!configured_)
            throw psa::Error(PSA_INVALID_CONFIG, "There is no configuration yet.").hint("Fill in the API Key.");
    }

    bool configured_ = false;
    unsigned long tickets_ = 0;
};

} // namespace

PSA_PLUGIN(Minimal)
