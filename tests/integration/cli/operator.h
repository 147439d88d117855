#pragma once

#include "sandbox/autotask/autotask_sandbox.h"
#include "tests/support/run_program.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace psa::test {

/// A folder prepared by an operator: configuration, a connection, and the secrets in separate files.
struct Operator
{
    sandbox::autotask::AutotaskSandbox sandbox;
    std::string folder = "/tmp/psa-cli-XXXXXX";

    Operator()
    {
        REQUIRE(mkdtemp(folder.data()) != nullptr);
        std::filesystem::create_directory(folder + "/plugins");
        std::filesystem::copy_file(AUTOTASK_PLUGIN, folder + "/plugins/psa-autotask.so");
        chmod((folder + "/plugins/psa-autotask.so").c_str(), 0755);
        const std::string port = std::to_string(sandbox.port());
        write("psa-host.toml",
              "[plugins]\nfolders = [\"" + folder + "/plugins\"]\n[egress]\nca_file = \"" + sandbox.caFile().string() +
                  "\"\n[egress.connect_to]\n" + "\"webservices.autotask.net:443\" = \"127.0.0.1:" + port + "\"\n" +
                  "\"webservices5.autotask.net:443\" = \"127.0.0.1:" + port + "\"\n" + "[store]\nfolder = \"" + folder +
                  "/state\"\n[secrets]\nmaster_key_file = \"" + folder + "/key\"\n");
        write("key", "psa-key-1:test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        write("code", sandbox.integrationCode() + "\n");
        write("secret", sandbox.secret() + "\n");
        connection("queue = \"Monitoring Alert\"\ncategory = \"Standard\"\nstatus = 1\npriority = \"Medium\"\n");
    }
    ~Operator() { std::filesystem::remove_all(folder); }
    Operator(const Operator &) = delete;
    Operator &operator=(const Operator &) = delete;

    void write(const std::string &name, const std::string &text) const
    {
        std::ofstream(folder + "/" + name) << text;
        chmod((folder + "/" + name).c_str(), 0600);
    }

    void connection(const std::string &defaults, const std::string &secret = "") const
    {
        const std::string reference = secret.empty() ? "{ file = \"" + folder + "/secret\" }" : secret;
        write("autotask.toml", "plugin = \"autotask\"\n[configuration]\nuserName = \"" + sandbox.user() +
                                   "\"\nintegrationCode = { file = \"" + folder + "/code\" }\nsecret = " + reference +
                                   "\n[ticket_defaults]\n" + defaults);
    }

    std::string path(const std::string &name) const { return folder + "/" + name; }

    ProgramResult run(std::vector<std::string> arguments, const std::vector<std::string> &environment = {}) const
    {
        arguments.insert(arguments.begin(), {"--config", path("psa-host.toml")});
        ProgramResult result = runProgram(PSA_HOST, arguments, environment);
        for (const std::string *text : {&result.out, &result.err}) // no secret is ever shown
        {
            CHECK_THAT(*text, !Catch::Contains(sandbox.secret()));
            CHECK_THAT(*text, !Catch::Contains(sandbox.integrationCode()));
        }
        return result;
    }

    ProgramResult create(std::vector<std::string> more) const
    {
        more.insert(more.begin(), {"ticket", "create", "--connection", path("autotask.toml")});
        return run(more);
    }
};

} // namespace psa::test
