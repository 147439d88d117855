/* Ends its process, or never returns, in the verb and in the way that its configuration says, such as
 * "find_ticket segv". */
#include "tests/faults/good_base.h"

#include <psa/choices.h>
#include <psa/find_ticket.h>
#include <psa/ticket.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define FAULT_DESCRIPTOR                                                                                               \
    DESCRIPTOR(FORM(""), ",\"extensions\":[\"psa.find-ticket/1\",\"psa.choices/1\",\"psa.ticket/1\"]")

struct told
{
    char how[100];
};

NO_SANITIZER static void segv(void)
{
    int *volatile nowhere = NULL;
    *(volatile int *)nowhere = 1;
}

static void on_signal(int number)
{
    (void)number;
    segv();
}

static void *on_thread(void *unused)
{
    (void)unused;
    segv();
    return NULL;
}

static void die_on_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, on_thread, NULL) == 0)
        pthread_join(thread, NULL);
}

static void die_in_handler(void)
{
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
}

static void end(const char *way)
{
    volatile unsigned rounds = 0;
    if (strcmp(way, "segv") == 0)
        segv();
    if (strcmp(way, "abort") == 0)
        abort();
    if (strcmp(way, "trap") == 0)
        __builtin_trap();
    if (strcmp(way, "_exit") == 0)
        _exit(7);
    if (strcmp(way, "exit") == 0)
        exit(8);
    if (strcmp(way, "thread") == 0)
        die_on_thread();
    if (strcmp(way, "handler") == 0)
        die_in_handler();
    while (strcmp(way, "hang") == 0)
        pause();
    while (strcmp(way, "spin") == 0)
        ++rounds;
}

static void end_in(const psa_instance *instance, const char *verb)
{
    const char *how = ((const struct told *)(const void *)instance)->how;
    const size_t size = strlen(verb);
    if (strncmp(how, verb, size) == 0 && how[size] == ' ')
        end(how + size + 1);
}

static psa_status finish(const psa_call *call, const psa_instance *instance, const char *verb, psa_str result)
{
    end_in(instance, verb);
    call->put_result(call, result);
    return PSA_OK;
}

#define FAULT_CREATE create
static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    (void)call, (void)host;
    *instance = (psa_instance *)calloc(1, sizeof(struct told));
    return PSA_OK;
}

#define FAULT_DESTROY destroy
static void destroy(psa_instance *instance)
{
    end_in(instance, "destroy");
    free(instance);
}

#define FAULT_CONFIGURE configure
static psa_status configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    (void)call;
    snprintf(((struct told *)(void *)instance)->how, sizeof(struct told), "%.*s", (int)json.size, json.data);
    end_in(instance, "configure");
    return PSA_OK;
}

#define FAULT_TEST test
static psa_status test(const psa_call *call, psa_instance *instance)
{
    return finish(call, instance, "test", TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
}

#define FAULT_CREATE_TICKET create_ticket
static psa_status create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    (void)reference, (void)ticket;
    return finish(call, instance, "create_ticket", TEXT("{\"version\":1,\"ticket\":{\"id\":\"1\"}}"));
}

static psa_status find(const psa_call *call, psa_instance *instance, psa_str reference)
{
    (void)reference;
    return finish(call, instance, "find_ticket", TEXT("{\"version\":1,\"tickets\":[]}"));
}

static psa_status list(const psa_call *call, psa_instance *instance, const psa_choices_query *query)
{
    (void)query;
    return finish(call, instance, "list_choices", TEXT("{\"version\":1,\"items\":[]}"));
}

static psa_status read_ticket(const psa_call *call, psa_instance *instance, psa_str id)
{
    (void)id;
    return finish(call, instance, "read_ticket", TEXT("{\"version\":1,\"ticket\":{\"id\":\"1\"}}"));
}

#define FAULT_UPDATE_DESCRIPTION                                                                                       \
    "{\"version\":1,\"noteMaxLength\":200,\"quietSeconds\":0,\"resolvedStatuses\":[],\"reopenedStatuses\":[],"         \
    "\"changes\":[\"status\"],\"afterCreate\":[],\"removesNotes\":true}"
#define FAULT_ADD_NOTE add_note
static psa_status add_note(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference,
                           psa_str note)
{
    (void)ticket_id, (void)reference, (void)note;
    return finish(call, instance, "add_note", TEXT("{\"version\":1,\"note\":{\"id\":\"1\"}}"));
}

#define FAULT_FIND_NOTE find_note
static psa_status find_note(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference)
{
    (void)ticket_id, (void)reference;
    return finish(call, instance, "find_note", TEXT("{\"version\":1,\"notes\":[]}"));
}

#define FAULT_CHANGE change_ticket
static psa_status change_ticket(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str change)
{
    (void)ticket_id, (void)change;
    return finish(call, instance, "change_ticket", TEXT("{\"version\":1,\"changed\":[]}"));
}

#define FAULT_ACTIVITY activity
static psa_status activity(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str watermark)
{
    (void)ticket_id, (void)watermark;
    return finish(call, instance, "activity",
                  TEXT("{\"version\":1,\"touched\":\"no\",\"closed\":false,\"watermark\":\"1\"}"));
}

#define FAULT_REMOVE_NOTE remove_note
static psa_status remove_note(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str note_id)
{
    (void)call, (void)ticket_id, (void)note_id;
    end_in(instance, "remove_note");
    return PSA_OK;
}

#define FAULT_FIND find
#define FAULT_LIST list
#define FAULT_READ read_ticket
#include "tests/faults/good_updates.h"
#define FAULT_UPDATES good_updates
#include "tests/faults/good_extensions.h"
#include "tests/faults/good_rest.h"
