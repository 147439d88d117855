// A plugin that does what the reference of a ticket names; deeds that the system answers deliver the error number.
#include <psa/cache.h>
#include <psa/clock.h>
#include <psa/http.h>
#include <psa/plugin.h>
#include <psa/secrets.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct psa_instance
{
    std::string configuration;
    const psa_call *kept = nullptr;
};

namespace {

const psa_host *host = nullptr;
int atConstruction = -1; // what a constructor got when it asked for a socket

__attribute__((constructor)) void construct()
{
    atConstruction = socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

psa_str view(const std::string &text)
{
    return {text.data(), text.size()};
}

void deliver(const psa_call *call, const std::string &text)
{
    call->put_result(call, view(text));
}

int errorOf(long result)
{
    return result < 0 ? errno : 0;
}

int forks()
{
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    return errorOf(child);
}

int spawns()
{
    char program[] = "/bin/true";
    char *const arguments[] = {program, nullptr};
    return posix_spawn(nullptr, program, nullptr, nullptr, arguments, nullptr);
}

int makesThreads()
{
    std::atomic<int> ran{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&ran] { ++ran; });
    for (auto &thread : threads)
        thread.join();
    return ran == 8 ? 0 : -1;
}

int mapsCode()
{
    return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

int makesCode()
{
    void *page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return errorOf(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

int catchesSigsys()
{
    return signal(SIGSYS, SIG_IGN) == SIG_ERR ? errno : 0;
}

int takesMemory()
{
    std::vector<void *> taken;
    for (int i = 0; i < 64; ++i)
    {
        void *block = malloc(64U << 20U);
        if (block == nullptr)
            break;
        taken.push_back(block);
    }
    const int error = taken.size() < 64 ? ENOMEM : 0;
    for (void *block : taken)
        free(block);
    return error;
}

int usesTheOrdinary() // what a plugin may well do must not be denied
{
    time_t now = time(nullptr);
    tm local{};
    localtime_r(&now, &local);
    if (localtime(&now) == nullptr || printf("%s", "a word\n") < 0 || fflush(stdout) != 0)
        return -1;
    std::vector<char> large(40U << 20U, 'x');
    large.clear();
    large.shrink_to_fit();
    usleep(1000);
    rlimit limit{};
    return makesThreads() + getrlimit(RLIMIT_NOFILE, &limit) + raise(0);
}

/// The error number with which pause() ends when another thread sends a signal.
int waitsForASignal()
{
    signal(SIGUSR1, [](int) {});
    std::atomic<bool> awake{false};
    std::thread waking([&awake, waiting = pthread_self()] {
        while (!awake)
        {
            usleep(1000);
            pthread_kill(waiting, SIGUSR1);
        }
    });
    const int error = errorOf(pause());
    awake = true;
    waking.join();
    return error;
}

int callsInOneGo(long number)
{
    return errorOf(syscall(number, -1, 0, 0, 0, 0, 0));
}

/// Never destroyed: a thread may hang, and outlive the end of the program.
const auto &deeds = *new std::map<std::string, std::function<int()>>{
    {"constructor", [] { return atConstruction; }},
    {"socket", [] { return errorOf(socket(AF_INET, SOCK_STREAM, 0)); }},
    {"socketpair",
     [] {
         int pair[2];
         return errorOf(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
     }},
    {"fork", forks},
    {"vfork", [] { return callsInOneGo(SYS_vfork); }},
    {"spawn", spawns},
    {"execve",
     [] {
         char *const none[] = {nullptr};
         return errorOf(execve("/bin/true", none, none));
     }},
    {"open", [] { return errorOf(open("/etc/passwd", O_RDONLY)); }},
    {"write", [] { return errorOf(open("/tmp/by-a-plugin", O_CREAT | O_WRONLY, 0600)); }},
    {"unlink", [] { return errorOf(unlink("/tmp/by-a-plugin")); }},
    {"stat", [] { return errorOf(access("/etc/passwd", R_OK)); }},
    {"kill", [] { return errorOf(kill(getppid(), SIGKILL)); }},
    {"killGroup", [] { return errorOf(kill(0, SIGKILL)); }},
    {"ptrace", [] { return errorOf(ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr)); }},
    {"process_vm_readv", [] { return callsInOneGo(SYS_process_vm_readv); }},
    {"io_uring", [] { return callsInOneGo(SYS_io_uring_setup); }},
    {"memfd", [] { return errorOf(memfd_create("x", 0)); }},
    {"dup", [] { return errorOf(dup(1)); }},
    {"unshare", [] { return callsInOneGo(SYS_unshare); }},
    {"mapsCode", mapsCode},
    {"makesCode", makesCode},
    {"sigsys", catchesSigsys},
    {"memory", takesMemory},
    {"threads", makesThreads},
    {"ordinary", usesTheOrdinary},
    {"pause", waitsForASignal},
    {"uname",
     [] {
         utsname system{};
         return errorOf(uname(&system));
     }},
};

/// Sends `count` requests at once; delivers how many callbacks came on their own threads with their own body.
void sends(const psa_call *call, int count)
{
    const auto *http = static_cast<const psa_http *>(host->get_extension(host, PSA_HTTP_ID));
    if (http == nullptr)
        return deliver(call, "no service");
    struct Sent
    {
        std::string body;
        std::thread::id thread;
        bool right = false;
    };
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i)
        threads.emplace_back([=, &right] {
            Sent sent{"body " + std::to_string(i), std::this_thread::get_id()};
            psa_http_request request{};
            request.struct_size = sizeof request;
            request.flags = PSA_HTTP_MUTATES;
            request.method = {"POST", 4};
            request.url = {"https://x/", 10};
            const psa_http_header header{{"A", 1}, {"b", 1}, PSA_HTTP_SECRET, 0};
            request.headers = &header;
            request.header_count = 1;
            request.body = view(sent.body);
            request.timeout_ms = 77;
            const auto got = [](void *user, const psa_http_response *response) {
                auto &own = *static_cast<Sent *>(user);
                own.right = own.thread == std::this_thread::get_id() && response->status == 201 &&
                            response->delivery == PSA_HTTP_ANSWERED && response->header_count == 1 &&
                            std::string(response->body.data, response->body.size) == own.body;
            };
            if (http->send(call, &request, &sent, got) == PSA_OK && sent.right)
                ++right;
        });
    for (auto &thread : threads)
        thread.join();
    deliver(call, std::to_string(right));
}

psa_status sendBody(const psa_call *call, std::size_t size)
{
    const auto *http = static_cast<const psa_http *>(host->get_extension(host, PSA_HTTP_ID));
    const std::string body(size, 'x');
    psa_http_request request{};
    request.struct_size = sizeof request;
    request.method = {"POST", 4};
    request.url = {"https://x/", 10};
    request.body = view(body);
    return http->send(call, &request, nullptr, [](void *, const psa_http_response *) {});
}

/// Uses services of a call, and delivers what they return.
void usesServices(const psa_call *call)
{
    const auto *clock = static_cast<const psa_clock *>(host->get_extension(host, PSA_CLOCK_ID));
    const auto *cache = static_cast<const psa_cache *>(host->get_extension(host, PSA_CACHE_ID));
    std::string got;
    const psa_status put = cache->put(call, {"key", 3}, {"value", 5}, 1000);
    const psa_status get = cache->get(call, {"key", 3}, &got, [](void *user, psa_str value) {
        static_cast<std::string *>(user)->assign(value.data, value.size);
    });
    deliver(call, std::to_string(clock->monotonic_ms(call)) + " " + std::to_string(clock->unix_ms(call)) + " " +
                      std::to_string(call->remaining_ms(call)) + " " + std::to_string(call->is_cancelled(call)) + " " +
                      std::to_string(put) + " " + std::to_string(get) + " " + got);
}

/// Learns, keeps and gets a secret, and delivers what the host says.
void usesSecrets(const psa_call *call)
{
    const auto *secrets = static_cast<const psa_secrets *>(host->get_extension(host, PSA_SECRETS_ID));
    std::string got;
    const psa_status learned = secrets->learn(call, {"text", 4});
    const psa_status kept = secrets->keep(call, {"key", 3}, {"secret", 6}, 1000);
    const psa_status get = secrets->get(call, {"key", 3}, &got, [](void *user, psa_str value) {
        static_cast<std::string *>(user)->assign(value.data, value.size);
    });
    deliver(call, std::to_string(learned) + " " + std::to_string(kept) + " " + std::to_string(get) + " " + got);
}

/// Uses the call of the ticket before.
void usesLate(const psa_call *call, const psa_call *late)
{
    const auto *clock = static_cast<const psa_clock *>(host->get_extension(host, PSA_CLOCK_ID));
    late->log(late, PSA_LOG_INFO, {"too late", 8});
    late->put_result(late, {"{}", 2});
    const auto *http = static_cast<const psa_http *>(host->get_extension(host, PSA_HTTP_ID));
    psa_http_request request{};
    request.struct_size = sizeof request;
    const psa_status sent = http->send(late, &request, nullptr, [](void *, const psa_http_response *) { abort(); });
    deliver(call, std::to_string(sent) + " " + std::to_string(clock->unix_ms(late)) + " " +
                      std::to_string(late->is_cancelled(late)));
}

void floods(const psa_call *call)
{
    const std::string line(1000, 'l');
    for (int i = 0; i < 2000; ++i)
        call->log(call, PSA_LOG_INFO, view(line));
    deliver(call, "flooded");
}

void misbehaves(const psa_call *call, const std::string &deed)
{
    if (deed == "throws")
        throw std::runtime_error("thrown on purpose");
    if (deed == "throwsNumber")
        throw 7;
    if (deed == "endsThread")
        pthread_exit(nullptr);
    if (deed == "abort")
        abort();
    if (deed == "exit")
        exit(3);
    if (deed == "closesAll")
        for (int file = 0; file < 64; ++file)
            close(file);
    if (deed == "hangs")
        for (;;)
            pause();
    if (deed == "huge")
        deliver(call, std::string(3U << 20U, 'h'));
    if (deed == "noSuchLevel")
        call->log(call, 99, {nullptr, 0});
    if (deed == "nullLog")
        call->log(call, PSA_LOG_INFO, {nullptr, 5});
    if (deed == "largeRequest")
        deliver(call, std::to_string(sendBody(call, 17U << 20U)));
    if (deed == "logsAndDies")
    {
        call->log(call, PSA_LOG_INFO, {"last words", 10});
        volatile int *nowhere = nullptr;
        *nowhere = 1;
    }
}

psa_status describe(const psa_call *call)
{
    deliver(call, "{\"id\":\"obedient\"}");
    return PSA_OK;
}

psa_status create(const psa_call *, const psa_host *, psa_instance **instance)
{
    // Also those that the host never destroys are no leak.
    static auto &all = *new std::pair<std::mutex, std::vector<psa_instance *>>;
    const std::lock_guard lock(all.first);
    all.second.push_back(*instance = new psa_instance);
    return PSA_OK;
}

void destroy(psa_instance *instance)
{
    if (instance->configuration == "throw in destroy")
        throw std::runtime_error("thrown in destroy");
    delete instance;
}

psa_status configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    instance->configuration.assign(json.data, json.size);
    if (instance->configuration != "refuse")
        return PSA_OK;
    psa_error error{};
    error.struct_size = sizeof error;
    error.status = PSA_INVALID_CONFIG;
    error.user_message = {"refused on purpose", 18};
    error.field = {"apiKey", 6};
    error.hint = {nullptr, 4};
    call->put_error(call, &error);
    return PSA_INVALID_CONFIG;
}

psa_status test(const psa_call *call, psa_instance *instance)
{
    deliver(call, instance->configuration);
    return PSA_OK;
}

psa_status createTicket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str)
{
    const std::string deed(reference.data, reference.size);
    const psa_call *before = instance->kept;
    instance->kept = call;
    if (const auto found = deeds.find(deed); found != deeds.end())
        deliver(call, std::to_string(found->second()));
    else if (deed == "sends")
        sends(call, 6);
    else if (deed == "services")
        usesServices(call);
    else if (deed == "secrets")
        usesSecrets(call);
    else if (deed == "late")
        usesLate(call, before);
    else if (deed == "floods")
        floods(call);
    else if (deed == "nothing")
        deliver(call, "done");
    else
        misbehaves(call, deed);
    return PSA_OK;
}

const void *getExtension(const psa_host *, const char *id)
{
    static const std::uint32_t half = 4;
    return std::strcmp(id, "psa.choices/1") == 0 || std::strcmp(id, "psa.ticket/1") == 0 ? &half : nullptr;
}

const psa_plugin_api api{sizeof(psa_plugin_api), PSA_ABI_MAJOR, 0, 0, describe, create, destroy, configure, test,
                         createTicket,           getExtension};

} // namespace

extern "C" PSA_EXPORT const psa_plugin_api *psa_plugin_entry(const psa_host *offered)
{
    host = offered;
    host->log(host, PSA_LOG_INFO, {"entered", 7});
    return &api;
}
