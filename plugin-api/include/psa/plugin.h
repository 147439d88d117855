/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/plugin.h: the core of the psa-host plugin ABI.
 *
 * A plugin is one shared library that exports one function, psa_plugin_entry. It returns a constant table of
 * functions; everything beyond the core is found by a string id through get_extension on either side, and has a
 * header of its own beside this one. docs/abi.md explains the rules, docs/abi-versioning.md what may change.
 *
 * THIS IS ABI 1.1. What was built against 1.0, released on 2026-11-26, or later works on every host of major 1 that has
 * the minor that it needs.
 *
 * GLOSSARY
 *   host        the program that loads plugins (psa-host).
 *   instance    one configured plugin object; a connection to a PSA uses one or several.
 *   call        one invocation of a plugin function by the host; it owns a deadline and a cancel flag.
 *   document    JSON text (UTF-8) with a schema in schemas/ and a version member.
 *   reference   the short text by which the host finds its ticket again in the PSA.
 *   borrowed    valid until the call returns; the receiver copies what it wants to keep.
 *   extension   a constant table of functions that one side offers under an id such as "psa.http/1".
 *
 * THREAD MARKS, used in each comment
 *   [any-thread]           may be called from any thread at any time in the object's life.
 *   [serial per instance]  the host never makes two calls on one instance at once; instances run in parallel, and
 *                          one instance may be called from different threads over time. Keep no thread_local state.
 *   [during call]          usable from any thread, but only until the call it belongs to has returned.
 *
 * LIFECYCLE
 *   state       reached by                         the host may then call
 *   mapped      the library is loaded              psa_plugin_entry (more than once; the same answer each time)
 *   entered     entry returned a table             get_extension, describe, create
 *   created     create returned PSA_OK             configure, destroy
 *   configured  configure returned PSA_OK          test, create_ticket, extension functions, configure, destroy
 *   lost        a call outlived its deadline       nothing more, not even destroy
 *   destroyed   destroy returned                   nothing on that instance
 * A failed configure leaves the instance in the state it was in, with the configuration it had. The library is
 * never unloaded. A plugin starts no thread that outlives a call, and does no network I/O of its own: see psa/http.h.
 *
 * OWNERSHIP, in one sentence: everything that crosses is borrowed for the call and the receiver copies; results and
 * errors are handed to the host with put_result and put_error, so nothing is ever freed across the border.
 *
 * GROWTH: structs only grow at their end, and struct_size says how much of a struct the other side knows. Never read
 * a member added after minor 0 without PSA_HAS. Reserved members: the sender writes 0, the receiver ignores them.
 */
#ifndef PSA_PLUGIN_H
#define PSA_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

/* The version this header describes. A plugin states three numbers in its table: the major, the minor it was built
 * with, and the smallest host minor it can work with. Only the major and the last can make a host refuse it. */
#define PSA_ABI_MAJOR 1
#define PSA_ABI_MINOR 1

/* The host minor a plugin wants to be able to run on. Members and constants newer than it are hidden, so that a
 * plugin cannot use by accident what its hosts may lack. Default: the oldest minor of this major. */
#ifndef PSA_TARGET_MINOR
#define PSA_TARGET_MINOR 0
#endif
#if PSA_TARGET_MINOR > PSA_ABI_MINOR
#error "PSA_TARGET_MINOR is newer than this header: install the plugin-api package of that version"
#endif

/* Calling convention of every function pointer, and the mark of the one exported function. PSA_CALL is empty where
 * psa-host runs today; it is here so that another platform can need one without a new major. */
#define PSA_CALL
#if defined(__GNUC__)
#define PSA_EXPORT __attribute__((visibility("default")))
#else
#define PSA_EXPORT
#endif

#ifdef __cplusplus
#define PSA_EXTERN_C_BEGIN extern "C" {
#define PSA_EXTERN_C_END }
#else
#define PSA_EXTERN_C_BEGIN
#define PSA_EXTERN_C_END
#endif

/* True if the other side's struct of type T at p has `member`; the only supported way to ask. */
#define PSA_HAS(T, p, member) ((p)->struct_size >= offsetof(T, member) + sizeof((p)->member))

PSA_EXTERN_C_BEGIN

/* ---- values ------------------------------------------------------------------------------------------------ */

/* A borrowed text: UTF-8, not terminated, without a promise about embedded NULs. Empty: size 0 and any data.
 * Frozen for ever, and therefore the one struct here without struct_size. since 1.0 */
typedef struct psa_str
{
    const char *data;
    size_t size;
} psa_str;

/* What became of a call. The host decides on retries, from the status and from what it saw leave; a plugin only says
 * what it knows. A value not listed here counts as PSA_INTERNAL. since 1.0 */
typedef uint32_t psa_status;
#define PSA_OK 0u
#define PSA_INVALID_CONFIG 1u   /* the configuration is wrong: name the field */
#define PSA_INVALID_TICKET 2u   /* the ticket is wrong: name the field */
#define PSA_AUTH 3u             /* the PSA does not accept the credentials */
#define PSA_PERMISSION 4u       /* the credentials are good, but may not do this */
#define PSA_NOT_FOUND 5u        /* what the request names does not exist */
#define PSA_CONFLICT 6u         /* it exists already, or was changed meanwhile */
#define PSA_RATE_LIMITED 7u     /* not done because of a limit; see psa_error.retry_after_ms */
#define PSA_UNAVAILABLE 8u      /* the PSA or the way to it is down, and nothing was done */
#define PSA_TIMEOUT 9u          /* the deadline passed, and nothing was done */
#define PSA_CANCELLED 10u       /* the host asked to stop, and nothing was done */
#define PSA_OUTCOME_UNKNOWN 11u /* a changing request left and no usable answer came: it may have been done */
#define PSA_NOT_IMPLEMENTED 12u /* the plugin does not offer this */
#define PSA_INTERNAL 13u        /* the plugin met something that it cannot explain */

/* How much a log line matters. since 1.0 */
typedef uint32_t psa_log_level;
#define PSA_LOG_DEBUG 0u
#define PSA_LOG_INFO 1u
#define PSA_LOG_WARNING 2u
#define PSA_LOG_ERROR 3u

typedef struct psa_host psa_host;
typedef struct psa_call psa_call;
typedef struct psa_plugin_api psa_plugin_api;

/* The plugin's own object; the host only passes it around. since 1.0 */
typedef struct psa_instance psa_instance;

/* Why a call failed. Made by the plugin, borrowed by put_error. Never put a secret into a text. since 1.0 */
typedef struct psa_error
{
    uint32_t struct_size;    /* sizeof(psa_error), in bytes as everywhere */
    psa_status status;       /* the same value that the function then returns; never PSA_OK */
    uint32_t http_status;    /* the PSA's answer, 0 = there was none */
    uint32_t retry_after_ms; /* how long the PSA asked to wait, in milliseconds; 0 = it did not say */
    psa_str user_message;    /* required: one sentence for the operator, without jargon */
    psa_str hint;            /* what to do next and where; may be empty */
    psa_str internal_detail; /* for the log: the PSA's own words, the request that failed; may be empty */
    psa_str vendor_code;     /* the PSA's own error code; may be empty */
    psa_str field;           /* the configuration or ticket field at fault, by its name; may be empty */
} psa_error;

/* ---- what the host gives ------------------------------------------------------------------------------------ */

/* One call. Made by the host, valid until the function that got it returns.
 *
 * Rationale: it is the first argument of everything that can fail or block, so that each log line, result and error
 * belongs to the call that made it without either side keeping a table of what is under way. */
struct psa_call
{
    uint32_t struct_size;
    uint32_t reserved0;
    void *host_data; /* the host's own; do not touch */

    /* What:      1 once the host wants the call to stop, 0 before. Check before each request and after each wait.
     * Arguments: call (in).
     * Ownership: nothing changes hands.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0 */
    uint32_t(PSA_CALL *is_cancelled)(const psa_call *call);

    /* What:      milliseconds left until the deadline; 0 or less once it has passed. A call that outlives its deadline
     *            and a grace of 2000 ms is given up: its instance is lost.
     * Arguments: call (in).
     * Ownership: nothing changes hands.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0 */
    int64_t(PSA_CALL *remaining_ms)(const psa_call *call);

    /* What:      write a log line that carries the identity of this call.
     * Arguments: call (in); level (in), PSA_LOG_*; message (in), one line of UTF-8 without secrets,
     *            cut at 16 KiB.
     * Ownership: message is borrowed.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0 */
    void(PSA_CALL *log)(const psa_call *call, psa_log_level level, psa_str message);

    /* What:      deliver the result of the call. At most once, and only if the function then returns PSA_OK.
     * Arguments: call (in); json (in), a document of the kind that the function's comment names, at most 1 MiB.
     * Ownership: json is borrowed.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0 */
    void(PSA_CALL *put_result)(const psa_call *call, psa_str json);

    /* What:      deliver the reason of a failure. Exactly once where the function then returns another status than
     *            PSA_OK, else never.
     * Arguments: call (in); error (in).
     * Ownership: error and its texts are borrowed.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0 */
    void(PSA_CALL *put_error)(const psa_call *call, const psa_error *error);
};

/* The host. Made by the host, valid as long as the process lives. The first two members are frozen across all majors. */
struct psa_host
{
    uint32_t struct_size;
    uint32_t abi_major; /* PSA_ABI_MAJOR of the host */
    uint32_t abi_minor; /* the newest minor that the host knows */
    uint32_t reserved0;
    void *host_data; /* the host's own; do not touch */

    /* What:      write a log line outside any call; inside one, use the call's.
     * Arguments: host (in); level (in), PSA_LOG_*; message (in), one line of UTF-8 without secrets.
     * Ownership: message is borrowed.
     * Threads:   [any-thread]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0 */
    void(PSA_CALL *log)(const psa_host *host, psa_log_level level, psa_str message);

    /* What:      look up a service of the host. Any of them may be missing: describe and configure must work without,
     *            test and create_ticket must then fail with PSA_UNAVAILABLE and say which one is missing.
     * Arguments: host (in); id (in), a terminated string such as PSA_HTTP_ID.
     * Ownership: the answer is a constant table, valid as long as the process lives, or NULL = not offered.
     * Threads:   [any-thread]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0
     *
     * Rationale: ids are the only terminated strings of this ABI; they are constants of the program, never data. */
    const void *(PSA_CALL *get_extension)(const psa_host *host, const char *id);
};

/* ---- what the plugin gives ---------------------------------------------------------------------------------- */

/* The plugin. Made by the plugin, constant, valid as long as the library is mapped. The first two members are frozen
 * across all majors. The host copies what it knows of it and never writes into it. Each member is required. */
struct psa_plugin_api
{
    uint32_t struct_size;
    uint32_t abi_major;        /* PSA_ABI_MAJOR */
    uint32_t abi_minor_built;  /* PSA_ABI_MINOR */
    uint32_t abi_minor_needed; /* the oldest host minor that will do, usually PSA_TARGET_MINOR; at most minor_built */

    /* What:      say what the plugin is and needs; the host renders forms and enforces limits from this alone.
     * Arguments: call (in). Result: a descriptor (schemas/descriptor.schema.json), the same bytes each time.
     * Ownership: see put_result.
     * Threads:   [any-thread], the host makes one such call at a time for each plugin.
     * Blocks:    no
     * Statuses:  PSA_OK, PSA_INTERNAL
     * Since:     1.0 */
    psa_status(PSA_CALL *describe)(const psa_call *call);

    /* What:      make an instance without a configuration. Of the host's functions only log may be called here.
     * Arguments: call (in); host (in); instance (out), written only with PSA_OK and then not NULL. No result.
     * Ownership: the instance belongs to the plugin; the host returns it once with destroy. host outlives it.
     * Threads:   [any-thread]
     * Blocks:    no
     * Statuses:  PSA_OK, PSA_INTERNAL
     * Since:     1.0 */
    psa_status(PSA_CALL *create)(const psa_call *call, const psa_host *host, psa_instance **instance);

    /* What:      end an instance. Accepts NULL.
     * Arguments: instance (in), not used by anybody afterwards.
     * Ownership: the instance goes back to the plugin.
     * Threads:   [serial per instance]
     * Blocks:    no (no network)
     * Statuses:  none
     * Since:     1.0 */
    void(PSA_CALL *destroy)(psa_instance *instance);

    /* What:      take a configuration, offline: parse, check, keep. All or nothing. The host has checked it against the
     *            descriptor's schema; a plugin must still survive any text.
     * Arguments: call (in); instance (in); config_json (in), schemas/configuration.schema.json, secrets included.
     *            No result.
     * Ownership: config_json is borrowed; secrets are passed nowhere else.
     * Threads:   [serial per instance]
     * Blocks:    no (no network)
     * Statuses:  PSA_OK; PSA_INVALID_CONFIG with psa_error.field; PSA_INTERNAL
     * Since:     1.0 */
    psa_status(PSA_CALL *configure)(const psa_call *call, psa_instance *instance, psa_str config_json);

    /* What:      find out whether a ticket could be created, without creating one. Never repeat a failed login.
     * Arguments: call (in); instance (in). Result: schemas/test-result.schema.json, with the sentence to show.
     * Ownership: see put_result.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all but PSA_INVALID_TICKET and PSA_OUTCOME_UNKNOWN
     * Since:     1.0 */
    psa_status(PSA_CALL *test)(const psa_call *call, psa_instance *instance);

    /* What:      create one ticket, with one changing request. Never repeat that request: the host decides, and rejects a
     *            second one; docs/abi.md has the one exception.
     * Arguments: call (in); instance (in); reference (in), 1 to 40 characters of [A-Za-z0-9-], to be stored in the PSA's
     *            own reference field; ticket_json (in), schemas/ticket.schema.json, complete: defaults are merged in.
     *            Result: schemas/ticket-result.schema.json.
     * Ownership: reference and ticket_json are borrowed.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all. After the changing request has left, only PSA_OK, what the PSA answered, or
     *            PSA_OUTCOME_UNKNOWN are honest.
     * Since:     1.0 */
    psa_status(PSA_CALL *create_ticket)(const psa_call *call, psa_instance *instance, psa_str reference,
                                        psa_str ticket_json);

    /* What:      look up an extension of the plugin. The answer depends on nothing but the id.
     * Arguments: host (in); id (in), a terminated string of any length such as PSA_FIND_TICKET_ID.
     * Ownership: the answer is a constant table, valid as long as the library is mapped, or NULL = not offered.
     * Threads:   [any-thread]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0
     *
     * Rationale: it takes no instance, so that the host can check at load time that what the descriptor promises is
     * there and whole, before anything is configured. */
    const void *(PSA_CALL *get_extension)(const psa_host *host, const char *id);
};

/* What:      the one exported function of a plugin, the same for all majors.
 * Arguments: host (in), of which a plugin may read struct_size and abi_major before it has compared the major.
 * Ownership: the answer is a constant table, valid as long as the library is mapped; or NULL = the plugin refuses this
 *            host, after a log line that says why. A refused plugin is never called again.
 * Threads:   [any-thread]; may be called more than once.
 * Blocks:    no; returns at once, without network or threads. A host gives up on it, as on describe, after
 *            start_deadline_ms of its configuration (5000 ms unless it says otherwise).
 * Statuses:  none
 * Since:     1.0 */
PSA_EXPORT const psa_plugin_api *PSA_CALL psa_plugin_entry(const psa_host *host);

/* Its type, for hosts and tools that look it up. */
typedef const psa_plugin_api *(PSA_CALL *psa_plugin_entry_fn)(const psa_host *host);

PSA_EXTERN_C_END

#endif
