#include "configuration.h"

#include "common/json.h"
#include "common/text.h"
#include "zone.h"

#include <psa/error.hpp>

#include <algorithm>

namespace plugins::autotask {
namespace {

constexpr std::string_view apiUserDomain = "@apiuser.com";

/// The value of a required field. Its text is sent in a header, where a control character would end it.
std::string required(const Object &values, const std::string &name, const std::string &title)
{
    const std::string value = textOf(values, name);
    if (trim(value).empty())
        throw psa::Error(PSA_INVALID_CONFIG, title + " is missing.").field(name).hint("Fill in " + title + ".");
    if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
        throw psa::Error(PSA_INVALID_CONFIG, title + " contains a line break or another control character.")
            .field(name)
            .hint("Copy it again, without the end of the line.");
    return value;
}

std::string apiUser(const Object &values)
{
    std::string user(trim(required(values, "userName", "API User")));
    const std::string folded = lower(user);
    const std::size_t at = folded.find('@');
    if (at == 0 || at == std::string::npos || folded.substr(at) != apiUserDomain ||
        folded.find_first_of(" \t") != std::string::npos)
        throw psa::Error(PSA_INVALID_CONFIG, "\"" + oneLine(user) + "\" is no API user: it must end in @APIUSER.com.")
            .field("userName")
            .hint("Create an API-only user in Autotask under Admin → Resources/Users (HR) and use its email here.");
    return user;
}

std::string zoneUrl(const Object &values)
{
    const std::string given(trim(textOf(values, "zoneUrl")));
    if (given.empty())
        return {};
    const auto normalized = normalizeZoneUrl(given);
    if (!normalized)
        throw psa::Error(PSA_INVALID_CONFIG, "\"" + oneLine(given) + "\" is no Zone URL of Autotask.")
            .field("zoneUrl")
            .hint("It looks like https://webservices5.autotask.net/ATServicesRest/. Leave it blank to have it detected "
                  "from the API user.");
    return *normalized;
}

} // namespace

Configuration parseConfiguration(std::string_view json)
{
    const Object::Ptr document = parseObject(json);
    const Object::Ptr values = document ? document->getObject("values") : Object::Ptr();
    if (!values)
        throw psa::Error(PSA_INVALID_CONFIG, "The configuration is no document with values.")
            .hint("Enter Integration Code, API User and API Secret again.");
    return {std::string(trim(required(*values, "integrationCode", "Integration Code"))), apiUser(*values),
            required(*values, "secret", "API Secret"), zoneUrl(*values)};
}

} // namespace plugins::autotask
