#pragma once

#include "host/plugin/runner/frame.h"

#include <array>
#include <atomic>
#include <cstdint>

/// What psa-host and psa-plugin-runner say to each other: frames over one stream socket, and a shared page.
///
/// enter, offer and destroy have a request number, and so has what answers them.
///
/// From the runner (n = number, t = text, t? = text or none; [..] repeats, its count is a number before it):
///
///   hello         n protocolVersion, t version of the program, n Confinement (bits that are in effect),
///                 t what is missing and why, one line each (empty = nothing)
///   entering      t the part of the plugin that runs next: "its constructors", "psa_plugin_entry", "get_extension".
///                 Sent before the part runs, so that the host knows where the process died.
///   refused       t the dynamic linker's message: the library cannot be loaded. Answers enter.
///   entered       n 1 = there is a table, 0 = the plugin returned NULL and nothing follows;
///                 n struct_size, n abi_major, n abi_minor_built, n abi_minor_needed,
///                 n bits of the functions that are set, in the order of psa_plugin_api. Answers enter.
///   offered       [n OfferState, n identity: the same number = the same table] in the order of the ids. Answers offer.
///   threw         t what it threw: an exception left the part that "entering" named. Answers enter or offer.
///   returned      (call) n status, n 1 = a function of create left the instance NULL, t? what it threw: what() of a
///                 std::exception, "" = something else.
///                 Ends the call: nothing of it follows but what the plugin does wrong (see below).
///   destroyed     (request) n 1 = destroy threw an exception
///   log           (call or 0) n level, t? message cut at 2 * 16 KiB + 4, n lines dropped before this one, of any call.
///                 No message = NULL with a size; with call 0 = only the number, before a frame of another kind
///   result        (call) n whole size, t? the text, cut at 1 MiB + 1
///   error         (call) n 1 = readable and then: n status, n http_status, n retry_after_ms,
///                 user_message, hint, internal_detail, vendor_code, field: each t?, cut at 2 * 16 KiB + 4, n whole size
///                 (none = NULL with a size; an empty text with NULL is a text)
///   send          (call, request) n flags, t method, t url, [t name, t value, n flags], t body, t limit_key, n timeout_ms
///   readClock     (call, request) n 0 = monotonic_ms, 1 = unix_ms
///   readRemaining (call, request)
///   getValue      (call, request) t key
///   putValue      (call, request) t key, t value, n ttl_ms
///   misused       (call) t how the plugin misused a service: completes "it ...". The function fails with PSA_INTERNAL.
///
/// From the host:
///
///   enter         n abi_major, n abi_minor, [t id of a service that the plugin may get]
///   offer         [t id of an extension]
///   call          (call) n slot, n Verb, [t argument]. Slot 0: describe. Others: the instance of this number; create
///                 makes it, and the host makes one call at a time for each.
///   destroy       (request) n slot; the instance need not exist
///   response      (call, request) to send: n 1 and n delivery, n reason, n status, [t name, t value], t body, t detail,
///                 n retry_after_ms, or n 0 = refused, no callback; to readClock and readRemaining: n the signed value;
///                 to getValue: n status, t? value; to putValue: n status
///
/// Frames of a call that has ended come from a plugin that uses it too late; the host answers them as refused: send with
/// n 0, readClock and readRemaining with 0, getValue and putValue with PSA_INTERNAL. Every request gets a response. The
/// runner ends when its socket ends, and when it gets a frame that does not match this.
namespace psa::plugin::runner {

constexpr std::uint64_t protocolVersion = 1;

/// What the host accepts of a plugin in one call, as the ABI says.
constexpr std::size_t maxTextBytes = 16U << 10U; ///< Of a log line or a text of an error.
constexpr std::size_t maxResultBytes = 1U << 20U;
constexpr std::size_t maxRequestHeaders = 100;

/// Numbers of the runner's open files. Nothing else is open; 1 and 2 are one pipe, which the host reads for last words.
constexpr int channelFile = 3; ///< The socket.
constexpr int pluginFile = 4;  ///< A sealed copy of the bytes that were checked.
constexpr int pageFile = 5;    ///< The shared page.
constexpr int programFile = 6; ///< The program itself; the runner closes it.

enum class OfferState : std::uint8_t
{
    absent,
    incomplete, ///< A known extension whose table is too short or lacks its function.
    whole,      ///< A known extension that can be used.
    unknown     ///< An extension that the runner does not know.
};

/// Bits of "hello": what confines the plugin.
enum Confinement : std::uint64_t
{
    noNewPrivileges = 1,
    systemCalls = 2, ///< seccomp
    files = 4,       ///< Landlock
    memory = 8,
    allConfinement = 15
};

/// One call or instance in the shared page. The host writes it.
struct Slot
{
    std::atomic<std::uint32_t> cancelled;
    std::atomic<std::uint32_t> ownClock;  ///< 1 = the call has a clock of its own: ask with readClock, readRemaining.
    std::atomic<std::int64_t> deadlineNs; ///< In the time of CLOCK_MONOTONIC less SharedPage::pausedNs.
};

/// What must not cost a frame, and what a dying process can still say. The host believes nothing that the runner writes.
struct SharedPage
{
    static constexpr std::size_t slots = 65; ///< One for describe, and as many as a descriptor may ask for.
    static constexpr std::size_t maxDenied = 16;

    std::atomic<std::int64_t> pausedNs; ///< For how long the host was frozen. The host writes it.
    std::array<Slot, slots> slot;
    /// System calls that were denied, by number, each once; the runner writes it from a signal handler.
    std::atomic<std::uint32_t> deniedCount;
    std::array<std::atomic<std::uint32_t>, maxDenied> denied;
};
static_assert(sizeof(SharedPage) <= 4096);
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

constexpr std::size_t pageBytes = 4096;

} // namespace psa::plugin::runner
