#pragma once

#include "host/plugin/runner/frame.h"

#include <array>
#include <atomic>
#include <cstdint>

/// The protocol between psa-host and its child process psa-plugin-runner ("the runner"): frames over one stream socket, and
/// a shared page.
///
/// enter, offer and destroy have a request number, which is repeated in the answer.
///
/// From the runner (n = number, t = text, t? = text or none; [..] repeats, its count is a number before it):
///
///   hello         n protocolVersion, t version of the program, n Confinement (bits that are in effect),
///                 t what is missing and why, one line each (empty = nothing is missing)
///   entering      t the part of the plugin that runs next: "its constructors", "psa_plugin_entry", "get_extension".
///                 Sent before the part runs, so that the host knows where the process died.
///   refused       t why the library cannot be loaded, such as the dynamic linker's message. Answers enter.
///   entered       n 1 = there is a table, 0 = the plugin returned NULL and nothing follows;
///                 n struct_size, n abi_major, n abi_minor_built, n abi_minor_needed,
///                 n bits of the functions that are set, in the order of psa_plugin_api. Answers enter.
///   offered       [n OfferState, n identity: the same number = the same table, n 1 = it has its optional function] in the
///                 order of the ids. Answers offer.
///   threw         t what() of the exception that the part named by "entering" threw, "" = not a std::exception. Answers
///                 enter or offer.
///   returned      (call) n status, n 1 = create left the instance NULL, t? the exception that the function threw: what()
///                 of a std::exception, "" = any other.
///                 Ends the call. Later frames with its number come from a plugin that uses it too late (see below).
///   destroyed     (request) n 1 = destroy threw an exception
///   log           (call or 0) n level, t? message cut at 2 * 16 KiB + 4 bytes, n lines of any call dropped before this one.
///                 No message: in a call = NULL with a size; with call 0 = the frame only reports dropped lines
///   result        (call) n size before the cut in bytes, t? the text, cut at 1 MiB + 1 byte
///   error         (call) n 1 = readable, followed by n status, n http_status, n retry_after_ms,
///                 user_message, hint, internal_detail, vendor_code, field: each t?, cut at 2 * 16 KiB + 4 bytes, and n size
///                 before the cut (none = NULL with a size; NULL with size 0 is an empty text); n 0 = NULL or too short
///   send          (call, request) n flags, t method, t url, [t name, t value, n flags], t body, t limit_key, n timeout_ms
///   readClock     (call, request) n 0 = monotonic_ms, 1 = unix_ms
///   readRemaining (call, request)
///   getValue      (call, request) t key
///   putValue      (call, request) t key, t value, n ttl_ms
///   learnSecret   (call, request) t text
///   keepSecret    (call, request) t key, t secret, n ttl_ms
///   getSecret     (call, request) t key
///   misused       (call) t how the plugin misused a service: completes "it ...". The function fails with PSA_INTERNAL.
///
/// From the host:
///
///   enter         n abi_major, n abi_minor, [t id of a service that the plugin may get]
///   offer         [t id of an extension]
///   call          (call) n slot, n Verb, [t argument]. Slot 0 is for descriptions. Each other slot has one instance, which
///                 create makes. The host makes one call at a time in each slot.
///   destroy       (request) n slot, which need not have an instance
///   response      (call, request) to send: n 1, n delivery, n reason, n status, [t name, t value], t body, t detail,
///                 n retry_after_ms, or n 0 = refused, no callback; to readClock and readRemaining: n milliseconds, signed;
///                 to getValue and getSecret: n status, t? value; to putValue, learnSecret and keepSecret: n status
///
/// A frame of a call that has ended means that the plugin uses the call too late. The host refuses such a request: the
/// response has n 0 to send, 0 to readClock and readRemaining, and PSA_INTERNAL to the others. Every request gets a response.
/// The runner exits when the host closes the socket or violates this protocol. The host kills a runner that
/// violates it.
namespace psa::plugin::runner {

constexpr std::uint64_t protocolVersion = 2;

/// Limits of the ABI on what a plugin passes in one call.
constexpr std::size_t maxTextBytes = 16U << 10U; ///< Of a log line or of each text of an error.
/// Of such a text, this much is sent: the host looks for secrets before it cuts.
constexpr std::size_t maxSentTextBytes = 2 * maxTextBytes + 4;
constexpr std::size_t maxResultBytes = 1U << 20U;
constexpr std::size_t maxRequestHeaders = 100;

/// The runner's file descriptors. Nothing else is open but 0, which is empty, and 1 and 2, both the same pipe, of which the
/// host keeps the last bytes to report after a crash.
constexpr int channelFile = 3; ///< The socket.
constexpr int pluginFile = 4;  ///< The sealed copy of the checked plugin file.
constexpr int pageFile = 5;    ///< The shared page.
constexpr int programFile = 6; ///< The runner's executable; it closes this descriptor first.

enum class OfferState : std::uint8_t
{
    absent,
    incomplete, ///< A known extension whose table is too short or lacks a required function.
    whole,      ///< A known extension whose table is complete.
    unknown     ///< An extension that the runner does not know.
};

/// Parts of the confinement, as bits in "hello".
enum Confinement : std::uint64_t
{
    noNewPrivileges = 1,
    systemCalls = 2, ///< seccomp
    files = 4,       ///< Landlock
    memory = 8,      ///< RLIMIT_DATA and RLIMIT_AS
    allConfinement = 15
};

/// The part of the shared page for one slot of "call". Only the host writes it.
struct Slot
{
    std::atomic<std::uint32_t> cancelled; ///< 1 = the call in progress should stop.
    std::atomic<std::uint32_t>
        ownClock; ///< 1 = the call does not use the system's clocks: send readClock, readRemaining.
    std::atomic<std::int64_t> deadlineNs; ///< Of the call, on the clock CLOCK_MONOTONIC minus SharedPage::pausedNs.
};

/// Memory that both processes map: for values that a plugin reads without a frame, and for denied system calls, which are
/// still readable after a crash. The host does not trust anything that the runner can write here.
struct SharedPage
{
    static constexpr std::size_t slots =
        65; ///< Slot 0 for descriptions, and one for each of the 64 instances that a descriptor may ask for.
    static constexpr std::size_t maxDenied = 16;
    static constexpr std::int64_t maxAgeNs = 1'000'000'000;

    std::atomic<std::int64_t> pausedNs; ///< How long the host has been frozen in total. The host writes it.
    /// When it did, in the time of CLOCK_MONOTONIC; then pausedNs was right already. While a call is in progress, that is
    /// less than maxAgeNs ago, or the host is frozen: what exceeds it does not count.
    std::atomic<std::int64_t> publishedNs;
    std::array<Slot, slots> slot;
    /// Numbers of the system calls that were denied, each once. The runner writes them in a signal handler.
    std::atomic<std::uint32_t> deniedCount;
    std::array<std::atomic<std::uint32_t>, maxDenied> denied;
};
static_assert(sizeof(SharedPage) <= 4096);
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

constexpr std::size_t pageBytes = 4096;

} // namespace psa::plugin::runner
