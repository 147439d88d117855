/* A plugin that does in test what its configuration names, as somebody would who wants to harm psa-host. */
#define _GNU_SOURCE
#include "tests/faults/good_base.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), ",\"limits\":{\"instances\":2}")

enum
{
    channel = 3,
    harmless = 0, /* no signal, which is denied like any other; where nothing is denied, it must not end the machine */
    far_future = 1000000
};

struct deed
{
    char name[40];
};

struct frame
{
    uint32_t size;
    uint16_t kind;
    uint16_t zero;
    uint64_t call;
    uint64_t request;
    uint64_t fields[3];
};

/* Writes a frame of this many fields; the channel may be full. */
static void forge(uint16_t kind, uint64_t call, uint64_t request, unsigned fields)
{
    const struct frame frame = {(uint32_t)(fields * sizeof(uint64_t)), kind, 0, call, request, {0, 0, 0}};
    const char *at = (const char *)&frame;
    size_t left = 24 + fields * sizeof(uint64_t);
    while (left > 0)
    {
        const ssize_t written = write(channel, at, left);
        struct pollfd ready = {channel, POLLOUT, 0};
        if (written < 0 && errno != EAGAIN)
            return;
        if (written > 0)
        {
            at += written;
            left -= (size_t)written;
        }
        else
            poll(&ready, 1, -1);
    }
}

static void sleep_for_ever(void)
{
    for (;;)
        poll(NULL, 0, 1000);
}

static void *thread_body(void *unused)
{
    (void)unused;
    sleep_for_ever();
    return NULL;
}

static void start_threads(void)
{
    pthread_t thread;
    int i;
    for (i = 0; i < 1000; ++i)
        pthread_create(&thread, NULL, thread_body, NULL);
}

static void open_everything(void)
{
    int i;
    for (i = 0; i < 10000; ++i)
        dup(1);
}

static void take_memory(void)
{
    int i;
    for (i = 0; i < 64; ++i) /* twice the limit */
    {
        char *block = (char *)malloc(16 << 20);
        if (block == NULL)
            return;
        memset(block, 1, 16 << 20);
    }
}

static void close_everything(void)
{
    int i;
    for (i = 0; i < 64; ++i)
        close(i);
}

static void raise_limits(void)
{
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_DATA, &all);
    setrlimit(RLIMIT_NOFILE, &all);
}

static void block_and_call(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    socket(AF_INET, SOCK_STREAM, 0);
}

static void replace_handler(void)
{
    signal(SIGSYS, SIG_IGN);
    socket(AF_INET, SOCK_STREAM, 0);
}

static void exec_shell(void)
{
    char *arguments[] = {(char *)"sh", NULL};
    execv("/bin/sh", arguments);
}

static void forge_many(uint16_t kind, uint64_t call, unsigned fields)
{
    int i;
    for (i = 0; i < 100001; ++i)
        forge(kind, call, 0, fields);
}

/* 1 if the deed is one against the system. */
static int attack_system(const char *deed)
{
    if (strcmp(deed, "fork") == 0)
        return fork() != 1;
    if (strcmp(deed, "exec") == 0)
        return exec_shell(), 1;
    if (strcmp(deed, "memory") == 0)
        return take_memory(), 1;
    if (strcmp(deed, "descriptors") == 0)
        return open_everything(), 1;
    if (strcmp(deed, "kill") == 0)
        return kill(getppid(), harmless) < 2;
    if (strcmp(deed, "killAll") == 0)
        return kill(-1, harmless) < 2;
    if (strcmp(deed, "ptrace") == 0)
        return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) < 2;
    if (strcmp(deed, "socket") == 0)
        return socket(AF_INET, SOCK_STREAM, 0) != 999;
    if (strcmp(deed, "passwd") == 0)
        return open("/etc/passwd", O_RDONLY) != 999;
    if (strcmp(deed, "store") == 0)
        return open("/var/lib/psa-host/psa-host.db", O_RDONLY) != 999;
    if (strcmp(deed, "write") == 0)
        return open("/tmp/psa-hostile", O_WRONLY | O_CREAT, 0600) != 999;
    if (strcmp(deed, "limits") == 0)
        return raise_limits(), 1;
    if (strcmp(deed, "threads") == 0)
        return start_threads(), 1;
    if (strcmp(deed, "handler") == 0)
        return replace_handler(), 1;
    if (strcmp(deed, "blocked") == 0)
        return block_and_call(), 1;
    return 0;
}

/* 1 if the deed is one against the other end of the channel. */
static int attack_channel(const char *deed)
{
    uint64_t call;
    if (strcmp(deed, "closes") == 0)
        return close_everything(), 1;
    if (strcmp(deed, "closesAndHangs") == 0)
        return close_everything(), sleep_for_ever(), 1;
    if (strcmp(deed, "stops") == 0)
        return kill(getpid(), SIGSTOP), sleep_for_ever(), 1; /* another thread may take the signal */
    if (strcmp(deed, "garbage") == 0)
        return write(channel, "GET / HTTP/1.1\r\nHost: psa-host\r\n\r\n", 35) > 0;
    if (strcmp(deed, "helloTwice") == 0)
        return forge(1, 0, 0, 3), 1;
    if (strcmp(deed, "offers") == 0)
        return forge(5, 0, far_future, 1), 1;
    if (strcmp(deed, "future") == 0)
        return forge(9, far_future, 0, 2), 1;
    if (strcmp(deed, "response") == 0)
        return forge(68, 0, 1, 1), 1;
    if (strcmp(deed, "floodsOutside") == 0)
        return forge_many(8, 0, 3), 1;
    if (strcmp(deed, "floodsLate") == 0)
        return forge_many(8, 1, 3), 1;
    for (call = 1; strcmp(deed, "returnsAll") == 0 && call < 100; ++call)
        forge(6, call, 0, 3);
    return strcmp(deed, "returnsAll") == 0;
}

static psa_status huge_result(const psa_call *call)
{
    static char text[2 << 20];
    memset(text, ' ', sizeof text);
    call->put_result(call, good_text(text, (size_t)1 << 30));
    return PSA_OK;
}

#define FAULT_CREATE create
static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    (void)call, (void)host;
    *instance = (psa_instance *)calloc(1, sizeof(struct deed));
    return PSA_OK;
}

#define FAULT_CONFIGURE configure
static psa_status configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    (void)call;
    snprintf(((struct deed *)(void *)instance)->name, sizeof(struct deed), "%.*s", (int)json.size, json.data);
    return PSA_OK;
}

#define FAULT_TEST test
static psa_status test(const psa_call *call, psa_instance *instance)
{
    const char *deed = ((const struct deed *)(void *)instance)->name;
    if (strcmp(deed, "hugeResult") == 0)
        return huge_result(call);
    while (strcmp(deed, "spins") == 0)
        call->is_cancelled(call);
    if (strcmp(deed, "nothing") != 0 && !attack_system(deed) && !attack_channel(deed))
        return good_error(call, PSA_INTERNAL, TEXT("there is no such deed"));
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
