/* A small ABI as if released as 1.0, to prove the gate on. */
#ifndef PSA_SYNTHETIC_H
#define PSA_SYNTHETIC_H

#include <stddef.h>
#include <stdint.h>

#define PSA_ABI_MAJOR 1
#define PSA_ABI_MINOR 0

#define PSA_HAS(T, p, member) ((p)->struct_size >= offsetof(T, member) + sizeof((p)->member))

typedef struct psa_str
{
    const char *data;
    size_t size;
} psa_str;

typedef uint32_t psa_status;
#define PSA_OK 0u
#define PSA_AUTH 3u

typedef struct psa_host psa_host;

typedef struct psa_limits
{
    uint32_t struct_size;
    uint32_t requests;
} psa_limits;

typedef struct psa_plugin_api
{
    uint32_t struct_size;
    uint32_t abi_major;
    psa_limits limits;
    psa_status (*test)(const psa_host *host);
    psa_status (*create_ticket)(const psa_host *host, psa_str ticket_json);
} psa_plugin_api;

typedef void (*psa_on_response)(void *user, psa_str body);

const psa_plugin_api *psa_plugin_entry(const psa_host *host);

#endif
