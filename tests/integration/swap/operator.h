#pragma once

#include "tests/support/faulty_responders.h"
#include "tests/support/run_program.h"
#include "tests/support/tls_server.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::test {

/// A folder prepared by an operator, with a PSA for the plugin of these tests.
class Operator
{
public:
    Operator() : server_({certificate()}, answer)
    {
        if (mkdtemp(folder_.data()) == nullptr)
            throw std::runtime_error("no folder for the test");
        std::filesystem::create_directory(path("plugins"));
        write("psa-host.toml", "[plugins]\nfolders = [\"" + path("plugins") + "\"]\nstart_deadline_ms = 20000\n" +
                                   "[egress]\nca_file = \"" + pki().caFile().string() + "\"\n[egress.connect_to]\n" +
                                   "\"swap.example.com:443\" = \"127.0.0.1:" + std::to_string(server_.port()) +
                                   "\"\n[store]\nfolder = \"" + path("state") + "\"\n[secrets]\nmaster_key_file = \"" +
                                   path("master.key") + "\"\n");
        write("key", key + "\n");
    }
    ~Operator() { std::filesystem::remove_all(folder_); }
    Operator(const Operator &) = delete;
    Operator &operator=(const Operator &) = delete;

    static inline const std::string key = "the-api-key-4711";

    std::string path(const std::string &name) const { return folder_ + "/" + name; }

    void write(const std::string &name, const std::string &text) const
    {
        std::ofstream(path(name)) << text;
        chmod(path(name).c_str(), 0600);
    }

    /// Installs a build under a separate file name, and returns its path.
    std::string install(const std::string &file, const std::string &name) const
    {
        const std::string installed = path("plugins/" + name);
        std::filesystem::copy_file(file, installed);
        chmod(installed.c_str(), 0755);
        return installed;
    }

    /// Writes the connection `name`, which runs `build`, and returns its path.
    std::string connection(const std::string &build, const std::string &name = "swap.toml") const
    {
        write(name, "plugin = \"" + build + "\"\n[configuration]\napiKey = { file = \"" + path("key") + "\" }\n");
        return path(name);
    }

    ProgramResult run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {"--config", path("psa-host.toml")});
        // A sanitizer would catch the signals of a plugin that crashes.
        const std::string raw = "handle_segv=0:handle_abort=0";
        return runProgram(PSA_HOST, arguments, {"ASAN_OPTIONS=" + raw, "UBSAN_OPTIONS=" + raw, "TSAN_OPTIONS=" + raw});
    }

private:
    static TestPki &pki()
    {
        static TestPki made;
        return made;
    }
    static const Credential &certificate()
    {
        static const Credential made = pki().leaf({"swap.example.com"});
        return made;
    }
    /// The PSA: the number of a new ticket, and a constant for everything else.
    static void answer(const ReceivedRequest &request, Connection &connection)
    {
        respond::ok(request.target == "/v1/tickets" ? "7" : "fine")(request, connection);
    }

    std::string folder_ = "/tmp/psa-swap-XXXXXX";
    TlsServer server_;
};

} // namespace psa::test
