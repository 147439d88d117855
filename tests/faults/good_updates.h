/* psa.update-ticket/1 of a good plugin that needs no PSA. A fault defines a macro to put its own function or value in
 * place of the good one, and includes this before good_rest.h. */
#include <psa/update_ticket.h>

#ifndef FAULT_UPDATE_DESCRIPTION
#define FAULT_UPDATE_DESCRIPTION                                                                                       \
    "{\"version\":1,\"noteMaxLength\":1000,\"quietSeconds\":0,\"resolvedStatuses\":[\"Done\"],"                        \
    "\"reopenedStatuses\":[\"Open\"],\"changes\":[\"status\"],\"afterCreate\":[],\"removesNotes\":false}"
#endif
#ifndef FAULT_DESCRIBE_UPDATES
#define FAULT_DESCRIBE_UPDATES good_describe_updates
static psa_status good_describe_updates(const psa_call *call)
{
    call->put_result(call, TEXT(FAULT_UPDATE_DESCRIPTION));
    return PSA_OK;
}
#endif
#ifndef FAULT_ADD_NOTE
#define FAULT_ADD_NOTE good_add_note
static psa_status good_add_note(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference,
                                psa_str note)
{
    (void)instance, (void)ticket_id, (void)reference, (void)note;
    call->put_result(call, TEXT("{\"version\":1,\"note\":{\"id\":\"1\"}}"));
    return PSA_OK;
}
#endif
#ifndef FAULT_FIND_NOTE
#define FAULT_FIND_NOTE good_find_note
static psa_status good_find_note(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference)
{
    (void)instance, (void)ticket_id, (void)reference;
    call->put_result(call, TEXT("{\"version\":1,\"notes\":[]}"));
    return PSA_OK;
}
#endif
#ifndef FAULT_CHANGE
#define FAULT_CHANGE good_change
static psa_status good_change(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str change)
{
    (void)instance, (void)ticket_id, (void)change;
    call->put_result(call, TEXT("{\"version\":1,\"changed\":[]}"));
    return PSA_OK;
}
#endif
#ifndef FAULT_ACTIVITY
#define FAULT_ACTIVITY good_activity
static psa_status good_activity(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str watermark)
{
    (void)instance, (void)ticket_id, (void)watermark;
    call->put_result(call, TEXT("{\"version\":1,\"touched\":\"no\",\"closed\":false,\"watermark\":\"1\"}"));
    return PSA_OK;
}
#endif
#ifndef FAULT_REMOVE_NOTE
#define FAULT_REMOVE_NOTE NULL
#endif

static const psa_update_ticket good_updates = {
    sizeof good_updates, 0, FAULT_DESCRIBE_UPDATES, FAULT_ADD_NOTE, FAULT_FIND_NOTE, FAULT_CHANGE, FAULT_ACTIVITY,
    FAULT_REMOVE_NOTE};

#ifndef FAULT_FIND /* else good_extensions.h offers it beside the others */
#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), ",\"extensions\":[\"psa.update-ticket/1\"]")
#define FAULT_GET_EXTENSION good_get_updates
static const void *good_get_updates(const psa_host *host, const char *id)
{
    (void)host;
    return strcmp(id, PSA_UPDATE_TICKET_ID) == 0 ? &good_updates : NULL;
}
#endif
