#pragma once

namespace psa::plugins {

/// Texts of a plugin about its PSA and how to reach it.
struct Psa
{
    const char *name;        ///< "Example PSA"
    const char *address;     ///< Title of the configuration field with its address: "Site URL".
    const char *user;        ///< Whose permissions count: "API user".
    const char *policyHint;  ///< What to do if the host does not allow the address.
    const char *connectHint; ///< What to do if nothing accepts the connection.
};

} // namespace psa::plugins
