// The pool of processes that run reader programs, with the program itself.
#include "host/events/reader/readers.h"

#include <catch2/catch.hpp>

#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

using namespace psa;
using namespace psa::events::reader;
using Kind = Reading::Kind;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitizerBuild = true; // whose processes have no limit on memory, and no filter
#else
constexpr bool sanitizerBuild = false;
#endif

/// With more patience for a busy machine than the host has.
ReaderLimits patientLimits()
{
    ReaderLimits limits;
    limits.patience = std::chrono::minutes(5);
    limits.compileTime = std::chrono::seconds(5);
    return limits;
}

Reading readIn(Readers &readers, const std::string &program, const std::string &tree = "{}")
{
    return readers.read(program, tree);
}

/// What must be true whatever a reader program did.
void checkOthersGoOn(Readers &readers)
{
    const Reading reading = readIn(readers, "{kind: .x}", R"({"x":1})");
    CHECK(reading.text == "");
    CHECK(reading.eventsJson == R"([{"kind":1}])");
}

std::string fileText(const std::filesystem::path &path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The processes of readers that this process has started.
std::vector<pid_t> readerProcesses()
{
    std::vector<pid_t> found;
    for (const auto &entry : std::filesystem::directory_iterator("/proc"))
    {
        const std::string status = fileText(entry.path() / "status");
        if (status.find("Name:\tsource-reader\n") != std::string::npos &&
            status.find("\nPPid:\t" + std::to_string(getpid()) + "\n") != std::string::npos)
            found.push_back(std::stoi(entry.path().filename()));
    }
    return found;
}

} // namespace

TEST_CASE("A reader program gets the tree and returns events, one by one or as lists", "[events][readers]")
{
    Readers readers(patientLimits());
    CHECK(readIn(readers, ".body.a, [.body.b]", R"({"body":{"a":"x","b":"\ud83d\udd34"}})").eventsJson ==
          "[\"x\",[\"\U0001F534\"]]");
    CHECK(readIn(readers, "empty").eventsJson == "[]");
    CHECK(readIn(readers, "first_set(null, .x)", R"({"x":5})").eventsJson == R"(["5"])"); // of helpers.jq
}

TEST_CASE("A reader program can calculate with dates, in UTC", "[events][readers]")
{
    Readers readers(patientLimits());
    CHECK(readIn(readers,
                 R"((1796032800 | todate), ("2026-11-30T10:00:00Z" | fromdate), (1796032800 | strftime("%H:%M %Z")))")
              .eventsJson == R"(["2026-11-30T10:00:00Z",1796032800,"10:00 UTC"])");
}

TEST_CASE("A reader program may refuse a delivery, or fail on it", "[events][readers]")
{
    Readers readers(patientLimits());
    const Reading refused = readIn(readers, R"({refuse: "put an Alertmanager between"})");
    CHECK(refused.kind == Kind::refused);
    CHECK(refused.text == "put an Alertmanager between");
    const Reading failed = readIn(readers, R"-(error("no \(.x)"))-", R"({"x":1})");
    CHECK(failed.kind == Kind::failed);
    CHECK(failed.text == "no 1");
    CHECK(readIn(readers, ".a.b", R"({"a":5})").kind == Kind::failed);
    CHECK(readIn(readers, R"({refuse: 1, more: 2}, {})").kind == Kind::events); // normalise() says what is wrong
    checkOthersGoOn(readers);
}

TEST_CASE("A reader program that cannot be compiled is refused with its own line", "[events][readers]")
{
    Readers readers(patientLimits());
    CHECK(readers.check(".body | {kind: \"test\"}") == "");
    CHECK(readers.check("def f:\n  .a |;\nf") == "line 2: syntax error, unexpected ';'\n  .a |;");
    CHECK(readers.check(".\n|") == "line 2: syntax error, unexpected end of the program\n|");
    CHECK_THAT(readers.check(".\n|\nnothing_known(1)"), Catch::StartsWith("line 3: nothing_known/1 is not defined"));
    CHECK_THAT(readers.check(". | if"), Catch::Contains("syntax error"));
    CHECK(readers.check(" \n # only this") == "the program is empty");
    CHECK_THAT(readers.check(std::string(300'000, ' ')), Catch::Contains("256 KiB"));
    CHECK_THAT(readers.check(std::string(". #\0 x", 7)), Catch::Contains("NUL"));
    CHECK(readIn(readers, ". |").kind == Kind::failed);
    checkOthersGoOn(readers);
}

TEST_CASE("A reader program reaches nothing outside of itself", "[events][readers]")
{
    Readers readers(patientLimits());
    for (const char *program : {"env", "env.PATH", "input", "inputs", "debug", "stderr", "input_filename", "halt",
                                "halt_error", "halt_error(3)", "now", "localtime", "modulemeta", "get_search_list",
                                "input_line_number", "[.[]?] | input", "def f: input; f"})
    {
        CAPTURE(program);
        const Reading reading = readIn(readers, program);
        CHECK(reading.kind == Kind::failed);
        CHECK_THAT(reading.text, Catch::Contains("cannot be used in a reader"));
    }
    for (const char *program : {"import \"a\" as a; .", "include \"a\"; .", "import \"a\" as $a; .",
                                "include \"a\" {search:\"/tmp\"}; .", "module {}; ."})
    {
        CAPTURE(program);
        CHECK_THAT(readers.check(program), Catch::Contains("syntax error"));
    }
    CHECK(readIn(readers, "$ENV").eventsJson == "[{}]");
    CHECK(readIn(readers, "[$ENV.PATH, $ENV.HOME]").eventsJson == "[[null,null]]");
    checkOthersGoOn(readers);
}

TEST_CASE("A reader program that never ends is stopped, and others go on", "[events][readers]")
{
    Readers readers(patientLimits());
    for (const char *program : {"def f: f; f", "last(range(0; infinite))", "[.] | until(false; .)",
                                "\"x\" | gsub(\"\"; \"\")", "last(repeat(1))"})
    {
        CAPTURE(program);
        const Reading reading = readIn(readers, program);
        CHECK(reading.kind == Kind::killed);
        if (!sanitizerBuild)
            CHECK_THAT(reading.text, Catch::Contains("took longer than 250 ms") || Catch::Contains("MiB of memory"));
        checkOthersGoOn(readers);
    }
}

TEST_CASE("A reader program that needs too much memory is stopped, and others go on", "[events][readers]")
{
    if (sanitizerBuild)
        return;
    ReaderLimits limits = patientLimits();
    limits.time = std::chrono::seconds(20); // memory should be what ends them
    Readers readers(limits);
    for (const char *program : {"[range(0; 100000000)]", "\"x\" * 200000000", "def f: 1 + f; f",
                                "\"a\" | gsub(\"^\"; \"a\")", "[limit(100000000; repeat(\"x\"))]"})
    {
        CAPTURE(program);
        const Reading reading = readIn(readers, program);
        CHECK_THAT(reading.text, Catch::Contains("64 MiB of memory") || Catch::Contains("memory allocation"));
        checkOthersGoOn(readers);
    }
}

TEST_CASE("A regular expression that explodes does no harm", "[events][readers]")
{
    Readers readers(patientLimits());
    const Reading reading = readIn(readers, "(\"a\" * 40 + \"b\") | test(\"(a+)+$\")");
    CHECK((reading.kind == Kind::killed || reading.kind == Kind::failed || reading.kind == Kind::events));
    checkOthersGoOn(readers);
}

TEST_CASE("Values a million levels deep end at most their own process", "[events][readers]")
{
    ReaderLimits limits = patientLimits();
    limits.time = std::chrono::seconds(2);
    limits.memory = 512U << 20U;
    Readers readers(limits);
    for (const char *program :
         {"reduce range(0; 1000000) as $i (null; [.])", "reduce range(0; 1000000) as $i (null; [.]) | tojson | length",
          "def f(n): if n > 0 then 1 + f(n - 1) else 0 end; f(1000000)", "\"[\" * 1000000 | fromjson"})
    {
        CAPTURE(program);
        const Reading reading = readIn(readers, program);
        CHECK((reading.kind == Kind::killed || reading.kind == Kind::failed));
        checkOthersGoOn(readers);
    }
}

TEST_CASE("What a reader program returns is bounded", "[events][readers]")
{
    ReaderLimits limits = patientLimits();
    limits.time = std::chrono::seconds(20);
    limits.memory = 512U << 20U;
    Readers readers(limits);
    const Reading reading = readIn(readers, "\"x\" * 10000000 | ., .");
    CHECK(reading.kind == Kind::failed);
    CHECK_THAT(reading.text, Catch::Contains("16 MiB"));
    CHECK(readIn(readers, "error(\"x\" * 1000000)").text.size() <= 4096);
    checkOthersGoOn(readers);
}

TEST_CASE("A body of 8 MiB is read within the limits that grow with it", "[events][readers]")
{
    Readers readers(patientLimits());
    std::string tree = "[";
    while (tree.size() < (8U << 20U) - 200)
        tree +=
            R"({"status":"firing","labels":{"alertname":"PortDown","instance":"fl-sw-01","severity":"critical"},"annotations":{"summary":"Port 7 is down"}},)";
    tree.back() = ']';
    const Reading reading = readIn(readers, "[.[] | .labels.instance] | length", tree);
    CHECK(reading.text == "");
    CHECK(reading.eventsJson.size() > 4);
    checkOthersGoOn(readers);
}

TEST_CASE("A process of readers that is killed from outside is replaced", "[events][readers]")
{
    Readers readers(patientLimits());
    checkOthersGoOn(readers);
    const auto before = readerProcesses();
    REQUIRE_FALSE(before.empty());
    for (const pid_t process : before)
    {
        kill(process, SIGKILL);
        while (fileText("/proc/" + std::to_string(process) + "/status").find("State:\tZ") == std::string::npos)
            std::this_thread::yield();
    }
    for (int i = 0; i < 4; ++i)
        checkOthersGoOn(readers);
}

TEST_CASE("A process of readers that is killed while it reads is reported as such", "[events][readers]")
{
    ReaderLimits limits = patientLimits();
    limits.time = std::chrono::seconds(30);
    Readers readers(limits);
    auto reading = std::async(std::launch::async, [&] { return readIn(readers, "def f: f; f"); });
    while (reading.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready)
        for (const pid_t process : readerProcesses())
            kill(process, SIGKILL);
    const Reading result = reading.get();
    CHECK(result.kind == Kind::killed);
    CHECK_THAT(result.text, Catch::Contains("SIGKILL"));
    checkOthersGoOn(readers);
}

TEST_CASE("A process of readers is replaced after a number of runs, because libjq leaks", "[events][readers]")
{
    ReaderLimits limits = patientLimits();
    limits.runs = 3;
    Readers readers(limits);
    checkOthersGoOn(readers);
    const auto first = readerProcesses();
    for (int i = 0; i < 12; ++i)
        checkOthersGoOn(readers);
    CHECK(readerProcesses() != first);
}

TEST_CASE("More programs than a process keeps compiled still run", "[events][readers]")
{
    Readers readers(patientLimits());
    for (int i = 0; i < 67; ++i)
        CHECK(readIn(readers, std::to_string(i % 66)).eventsJson == "[" + std::to_string(i % 66) + "]");
}

TEST_CASE("A reading that finds all processes in use says so after a bounded time", "[events][readers]")
{
    ReaderLimits limits;
    limits.time = std::chrono::seconds(1);
    limits.compileTime = std::chrono::seconds(5);
    limits.patience = std::chrono::milliseconds(100);
    Readers readers(limits);
    std::vector<std::future<Reading>> readings;
    for (std::size_t i = 0; i < Readers::processes + 1; ++i)
        readings.push_back(std::async(std::launch::async, [&] { return readIn(readers, "def f: f; f"); }));
    std::size_t busy = 0;
    for (auto &reading : readings)
        busy += reading.get().text.starts_with("All processes for readers were in use") ? 1 : 0;
    CHECK(busy == 1);
}

TEST_CASE("A program that is no reader does no harm", "[events][readers]")
{
    ReaderLimits limits = patientLimits();
    limits.patience = std::chrono::seconds(2);
    Readers readers(limits, std::make_shared<os::ChildProgram>("psa-plugin-runner", "is another one"));
    const Reading reading = readIn(readers, ".");
    CHECK(reading.kind == Kind::killed);
    CHECK_THAT(reading.text, Catch::StartsWith("The reader was stopped: "));
}

TEST_CASE("A process of readers is confined", "[events][readers]")
{
    if (sanitizerBuild)
        return;
    Readers readers(patientLimits());
    checkOthersGoOn(readers);
    const auto processes = readerProcesses();
    REQUIRE_FALSE(processes.empty());
    const std::string status = fileText("/proc/" + std::to_string(processes.front()) + "/status");
    CHECK_THAT(status, Catch::Contains("NoNewPrivs:\t1") && Catch::Contains("Seccomp:\t2"));
}
