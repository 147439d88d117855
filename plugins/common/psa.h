#pragma once

namespace psa::plugins {

/// How texts of a plugin name its PSA and what leads to it.
struct Psa
{
    const char *name;        ///< "Example PSA"
    const char *address;     ///< Title of the configuration field with its address: "Site URL".
    const char *user;        ///< Whose rights count: "API user".
    const char *policyHint;  ///< What to do where the host does not allow the address.
    const char *connectHint; ///< What to do where nothing accepts the connection.
};

} // namespace psa::plugins
