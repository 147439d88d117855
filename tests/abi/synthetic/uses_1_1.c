/* A plugin that offers what came with 1.1, and so cannot be built for 1.0 by accident. */
#include "v1_1.h"

static psa_status closeTicket(const psa_host *host, psa_str ticket_id)
{
    (void)host;
    return ticket_id.size == 0 ? PSA_GONE : PSA_OK;
}

const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    static const psa_plugin_api api = {
        .struct_size = sizeof(psa_plugin_api), .abi_major = 1, .close_ticket = closeTicket};
    (void)host;
    return &api;
}
