// Unexpected texts: as configuration, as ticket, and from the PSA. libFuzzer generates them, in a program built from
// the plugin's sources (psa_add_fuzzer() of the plugin-api package); its corpus is then run against the plugin's file.
#include "host/net/recording.h"
#include "host/os/memory_file.h"
#include "host/os/process.h"
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_run.h"

#include <psa/fuzzing.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/resource.h>

namespace psa::check {
namespace {

using testing::FuzzInput;

// In the order of Verb, from Verb::test on; as in FuzzInput.
constexpr std::array callLetters{'t', 'c', 'f', 'l', 'r', 'n', 'm', 'h', 'a', 'd'};

/// The folders of a fuzz target, beside it, where the next run finds the results of this one.
struct FuzzFolders
{
    explicit FuzzFolders(const std::string &target)
        : corpus(target + ".corpus"), findings(target + ".findings"), seeds(target + ".seeds")
    {
        for (const auto &folder : {corpus, findings, seeds})
            std::filesystem::create_directories(folder);
    }

    std::filesystem::path corpus;
    std::filesystem::path findings; ///< Inputs that made it fail; each run tries them first.
    std::filesystem::path seeds;
};

std::vector<HttpResponse> answersOf(const std::filesystem::path &recording)
{
    std::vector<HttpResponse> answers;
    net::forEachRecordedLine(recording, [&](const Poco::JSON::Object &line) {
        if (!line.has("request"))
            return;
        const net::HttpResponse recorded = net::exchangeOf(line).response;
        HttpResponse answer;
        answer.status = recorded.status;
        for (const net::HttpHeader &header : recorded.headers)
            answer.headers.push_back({header.name, header.value, header.secret});
        answer.body = recorded.body;
        answers.push_back(std::move(answer));
    });
    return answers;
}

/// The call of the good run, in the form that libFuzzer mutates.
FuzzInput inputOf(const PluginRun &run, const GoodCall &call)
{
    FuzzInput input;
    input.call = callLetters.at(static_cast<std::size_t>(call.verb) - static_cast<std::size_t>(Verb::test));
    input.configuration = run.configurationJson();
    if (call.recording)
        input.answers = answersOf(*call.recording);
    if (call.asked)
    {
        input.argument = call.asked->argument("ticketId");
        input.document = call.asked->arguments.back();
        return input;
    }
    input.document = call.verb == Verb::listChoices ? call.query.dependsOnJson : run.ticketJson();
    if (call.verb == Verb::listChoices)
        input.argument = call.query.list;
    else if (call.verb == Verb::readTicket)
        input.argument = run.good().ticketId;
    else if (call.verb != Verb::test)
        input.argument = run.good().reference;
    return input;
}

void writeSeeds(const PluginRun &run, const std::filesystem::path &folder)
{
    int number = 0;
    for (const GoodCall &call : run.good().calls)
    {
        const auto file = folder / std::to_string(++number);
        if (!(std::ofstream(file, std::ios::binary) << inputOf(run, call).toBytes()).flush())
            throw std::runtime_error("the file " + file.string() + " cannot be written");
    }
}

/// Removes the memory limit for a process started now, as AddressSanitizer requires: it reserves far more than it uses.
class UnboundedMemory
{
public:
    UnboundedMemory()
    {
        getrlimit(RLIMIT_DATA, &before_);
        const rlimit all{before_.rlim_max, before_.rlim_max};
        setrlimit(RLIMIT_DATA, &all);
    }
    ~UnboundedMemory() { setrlimit(RLIMIT_DATA, &before_); }
    UnboundedMemory(const UnboundedMemory &) = delete;
    UnboundedMemory &operator=(const UnboundedMemory &) = delete;

private:
    rlimit before_{};
};

struct FuzzerEnd
{
    os::ChildEnd end;
    std::string output;
};

FuzzerEnd runFuzzer(const CheckContext &context, const FuzzFolders &folders)
{
    constexpr std::chrono::seconds forOneInput(5);
    constexpr std::chrono::seconds toBegin(10);
    const std::chrono::seconds time = context.settings().fuzz;
    const os::MemoryFile output;
    const UnboundedMemory unbounded;
    const os::ChildEnd end = os::runChild(
        context.inputs().fuzzer->string(),
        {"-max_total_time=" + std::to_string(time.count()), "-timeout=" + std::to_string(forOneInput.count()),
         "-seed=" + std::to_string(1 + context.inputs().seed % 0x7fffffff), "-rss_limit_mb=2048",
         "-print_final_stats=1", "-artifact_prefix=" + folders.findings.string() + "/", folders.corpus.string(),
         folders.findings.string(), folders.seeds.string()},
        {{output.fd(), 1}, {output.fd(), 2}}, time + forOneInput + toBegin);
    return {end, output.tail()};
}

/// The rest of the line in `output` that starts with `start`; empty if there is none.
std::string lineOf(const std::string &output, const std::string &start)
{
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(start))
            return line.substr(start.size());
    return {};
}

/// The reason reported by a fuzz target for the violated rule, or by a sanitizer.
std::string reasonOf(const FuzzerEnd &fuzzer, const std::string &greeting)
{
    const std::size_t behind = fuzzer.output.find(greeting);
    const std::string output = behind == std::string::npos ? "" : fuzzer.output.substr(behind + greeting.size());
    for (const char *start : {"psa-fuzz: ", "SUMMARY: ", "libFuzzer: "})
        if (const std::string line = lineOf(output, start); !line.empty())
            return line;
    return fuzzer.end.timedOut ? "it did not end in time" : "exit code " + std::to_string(fuzzer.end.exitCode);
}

void fuzzSources(CheckContext &context, const PluginRun &run, const FuzzFolders &folders)
{
    const std::string program = context.inputs().fuzzer->string();
    context.step(program);
    const FuzzerEnd fuzzer = runFuzzer(context, folders);
    const std::string greeting = "psa-fuzz: " + run.plugin()->id + " " + run.plugin()->version + "\n";
    if (fuzzer.output.find(greeting) == std::string::npos)
        context.failAndStop(program + " is not the fuzz target of " + run.plugin()->build() +
                            ": rebuild it with psa_add_checks() or psa_add_fuzzer()");
    if (fuzzer.end.exitCode == 0)
        return context.note(lineOf(fuzzer.output, "stat::number_of_executed_units: ") + " inputs by libFuzzer");
    std::string input =
        lineOf(fuzzer.output, "artifact_prefix='" + folders.findings.string() + "/'; Test unit written to ");
    if (input.empty()) // it already existed, and nothing new was written
        input = "the files in " + folders.findings.string();
    context.failAndStop(reasonOf(fuzzer, greeting) + "; run it again: " + program + " " + input);
}

net::HttpResponse hostResponse(const HttpResponse &answer)
{
    net::HttpResponse response;
    response.delivery = static_cast<net::Delivery>(answer.delivery);
    response.reason = static_cast<net::Reason>(answer.reason);
    response.status = answer.status;
    for (const HttpHeader &header : answer.headers)
        response.headers.push_back({header.name, header.value, header.secret});
    response.body = answer.body;
    return response;
}

/// The call of an update of a ticket, with the arguments that the fuzz target uses.
plugin::VerbCall updateOf(Verb verb, const FuzzInput &input)
{
    plugin::VerbCall call{verb, {input.argument}};
    if (verb == Verb::addNote)
        call.arguments.emplace_back(testing::detail::noteReference);
    call.arguments.push_back(input.document);
    return call;
}

Observed callWith(const PluginRun &run, const FuzzInput &input)
{
    GoodCall call;
    const auto *const letter = std::find(callLetters.begin(), callLetters.end(), input.call);
    call.verb = letter == callLetters.end()
                    ? Verb::test
                    : static_cast<Verb>(static_cast<std::ptrdiff_t>(Verb::test) + (letter - callLetters.begin()));
    call.query.list = input.argument;
    call.query.dependsOnJson = input.document;
    PluginCall how;
    how.configurationJson = input.configuration;
    how.ticketJson = input.document;
    how.reference = input.argument;
    how.ticketId = input.argument;
    if (call.verb > Verb::readTicket)
        how.asked = updateOf(call.verb, input);
    how.hook = [&](std::size_t index, const net::HttpRequest &, net::HttpResponse unanswered) {
        return index < input.answers.size() ? hostResponse(input.answers[index]) : std::move(unanswered);
    };
    return run.call(call, std::move(how));
}

/// The host redacts secrets in results. An odd configuration may have half of an address or the name of a member as a
/// secret, and a result without those is not a valid document any more: that is not the plugin's fault.
bool isOwnDoing(const PluginRun &run, const FuzzInput &input, const Observed &observed)
{
    return input.configuration != run.configurationJson() && observed.outcome.ended == plugin::Ended::returned &&
           observed.outcome.defects.size() == 1 &&
           observed.outcome.defects.front().starts_with("delivered a result that is not a valid ");
}

void judge(CheckContext &context, const Observed &observed)
{
    const std::string where = context.lastStep() + ": ";
    if (observed.outcome.ended != plugin::Ended::returned || !observed.outcome.defects.empty())
        context.failAndStop(where + observed.outcome.error->message);
    if (observed.mutating() > 1)
        context.failAndStop(where + "one call sent " + std::to_string(observed.mutating()) +
                            " requests with PSA_HTTP_MUTATES");
}

/// What the fuzz target cannot test: whether the host accepts the results. Each input of the corpus is tried on the
/// plugin's file, for at most as long as the search took.
void replayCorpus(CheckContext &context, const PluginRun &run, const FuzzFolders &folders)
{
    const auto until = std::chrono::steady_clock::now() + context.settings().fuzz;
    std::size_t tried = 0;
    for (const auto &folder : {folders.seeds, folders.corpus})
        for (const auto &file : std::filesystem::directory_iterator(folder))
        {
            if (std::chrono::steady_clock::now() > until)
                break;
            std::ifstream stream(file.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
            const FuzzInput input = FuzzInput::fromBytes(bytes);
            context.step("the input " + file.path().string());
            const Observed observed = callWith(run, input);
            if (!isOwnDoing(run, input, observed))
                judge(context, observed);
            ++tried;
        }
    context.note(std::to_string(tried) + " of them run against the plugin's file");
}

void fuzz(CheckContext &context)
{
    if (!context.inputs().fuzzer)
        context.skip(
            "no fuzz target is given with --fuzzer; the target fuzz of psa_add_checks() builds it, with clang: "
            "docs/plugin-check.md");
    const PluginRun run(context);
    const FuzzFolders folders(context.inputs().fuzzer->string());
    writeSeeds(run, folders.seeds);
    fuzzSources(context, run, folders);
    replayCorpus(context, run, folders);
}

} // namespace

const std::vector<Check> fuzzChecks{
    {.id = "F01",
     .title = "Survives unexpected texts",
     .level = 4,
     .requirement = "Whatever the configuration, the ticket and the PSA's responses contain, the plugin does not "
                    "crash or hang, obeys the ABI and sends at most one changing request.",
     .consequence =
         "One unexpected response of a PSA crashes the plugin's process; after two crashes the ticket needs review.",
     .needs = {"T02", "C03", "M04"},
     .unless = {"T01", "T03", "K01", "K06", "N01", "N09"},
     .limit = std::chrono::seconds(30),
     .fuzzes = true,
     .run = fuzz},
};

} // namespace psa::check
