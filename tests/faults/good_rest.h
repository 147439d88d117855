/* The rest of the good plugin: what a fault did not define itself. Included at its end. */
#ifndef FAULT_DESCRIPTOR
#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), "")
#endif
#ifndef FAULT_DESCRIBE
#define FAULT_DESCRIBE good_describe
static psa_status good_describe(const psa_call *call)
{
    call->put_result(call, TEXT(FAULT_DESCRIPTOR));
    return PSA_OK;
}
#endif
#ifndef FAULT_CREATE
#define FAULT_CREATE good_create
static psa_status good_create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    (void)host;
    *instance = (psa_instance *)calloc(1, sizeof **instance);
    return *instance != NULL ? PSA_OK : good_error(call, PSA_INTERNAL, TEXT("no memory"));
}
#endif
#ifndef FAULT_DESTROY
#define FAULT_DESTROY good_destroy
static void good_destroy(psa_instance *instance)
{
    free(instance);
}
#endif
/* Is this one object, from its first brace to its last? */
static inline int good_is_object(psa_str json)
{
    int depth = 0;
    int quoted = 0;
    size_t i;
    for (i = 0; i < json.size && (i == 0 || depth > 0); ++i)
    {
        const char c = json.data[i];
        if (i == 0 && c != '{')
            return 0;
        if (quoted && c == '\\')
            ++i;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted)
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    }
    return i > 0 && i == json.size && depth == 0;
}

#ifndef FAULT_CONFIGURE
#define FAULT_CONFIGURE good_configure
static psa_status good_configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    (void)instance;
    return good_is_object(json) ? PSA_OK : good_error(call, PSA_INVALID_CONFIG, TEXT("This is not a configuration."));
}
#endif
#ifndef FAULT_TEST
#define FAULT_TEST good_test
static psa_status good_test(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}
#endif
static psa_status good_create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    (void)instance, (void)reference, (void)ticket;
    call->put_result(call, TEXT("{\"version\":1,\"ticket\":{\"id\":\"1\"}}"));
    return PSA_OK;
}
#ifndef FAULT_CREATE_TICKET
#define FAULT_CREATE_TICKET good_create_ticket
#endif
#ifndef FAULT_GET_EXTENSION
#define FAULT_GET_EXTENSION good_get_extension
static const void *good_get_extension(const psa_host *host, const char *id)
{
    (void)host, (void)id;
    return NULL;
}
#endif
#ifndef FAULT_SIZE
#define FAULT_SIZE sizeof(psa_plugin_api)
#endif
#ifndef FAULT_MAJOR
#define FAULT_MAJOR PSA_ABI_MAJOR
#endif
#ifndef FAULT_BUILT
#define FAULT_BUILT PSA_ABI_MINOR
#endif
#ifndef FAULT_NEEDED
#define FAULT_NEEDED PSA_TARGET_MINOR
#endif
__attribute__((unused)) static const psa_plugin_api api = {
    FAULT_SIZE,    FAULT_MAJOR,     FAULT_BUILT, FAULT_NEEDED,        FAULT_DESCRIBE,     FAULT_CREATE,
    FAULT_DESTROY, FAULT_CONFIGURE, FAULT_TEST,  FAULT_CREATE_TICKET, FAULT_GET_EXTENSION};
#ifndef FAULT_ENTRY
const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    return host->abi_major == PSA_ABI_MAJOR ? &api : NULL;
}
#endif
