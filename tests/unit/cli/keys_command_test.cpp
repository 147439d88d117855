// Master keys as an operator sees them.
#include "host/secrets/key_files.h"
#include "tests/support/run_program.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace psa::secrets;
using Catch::Contains;
using psa::test::ProgramResult;
using psa::test::runProgram;

namespace {

/// A folder with a configuration file that names a.key, and b.key as an old key.
struct Folder
{
    std::string path = "/tmp/psa-keys-XXXXXX";

    Folder()
    {
        REQUIRE(mkdtemp(path.data()) != nullptr);
        std::ofstream(path + "/psa-host.toml")
            << "[secrets]\nmaster_key_file = \"" << path << "/a.key\"\nold_key_files = [\"" << path << "/b.key\"]\n";
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    ProgramResult generate(const std::string &name) const
    {
        return runProgram(PSA_HOST, {"keys", "generate", path + "/" + name});
    }
    ProgramResult check() const
    {
        return runProgram(PSA_HOST, {"--config", path + "/psa-host.toml", "config", "check"});
    }
};

std::string lineOf(const std::string &file)
{
    std::string line;
    std::getline(std::ifstream(file) >> std::ws, line);
    return line;
}

} // namespace

TEST_CASE("keys generate writes a key, says what to do next, and never overwrites one")
{
    const Folder folder;
    const ProgramResult made = folder.generate("a.key");
    CHECK(made.exitCode == 0);
    CHECK_THAT(made.out, Contains("master_key_file = \"" + folder.path + "/a.key\""));
    const std::string line = lineOf(folder.path + "/a.key");
    const std::string key = line.substr(line.rfind(':') + 1);
    REQUIRE(key.size() == 44);
    CHECK_THAT(made.out + made.err, !Contains(key));
    const ProgramResult again = folder.generate("a.key");
    CHECK(again.exitCode == 1);
    CHECK_THAT(again.err, Contains("exists already and was not changed"));
    CHECK(lineOf(folder.path + "/a.key") == line);
}

TEST_CASE("config check shows the ids of the keys, or what is wrong with one")
{
    const Folder folder;
    CHECK(folder.check().exitCode == 3);
    CHECK_THAT(folder.check().out, Contains("psa-host.toml is invalid.") && Contains("a.key cannot be opened"));
    folder.generate("a.key");
    folder.generate("b.key");
    const ProgramResult good = folder.check();
    CHECK(good.exitCode == 0);
    const std::string active = lineOf(folder.path + "/a.key").substr(10, 8);
    const std::string old = lineOf(folder.path + "/b.key").substr(10, 8);
    CHECK_THAT(good.out, Contains("psa-host.toml is valid.") && Contains("master keys: " + active + " (active), " +
                                                                         old + ", from the file " + folder.path));
    chmod((folder.path + "/b.key").c_str(), 0644);
    CHECK(folder.check().exitCode == 3);
    CHECK_THAT(folder.check().out, Contains("b.key is accessible to others; fix it with: chmod 600"));
}

TEST_CASE("a key in the environment works, with a warning")
{
    const Folder folder;
    folder.generate("c.key");
    std::ofstream(folder.path + "/psa-host.toml") << "";
    const std::string line = lineOf(folder.path + "/c.key");
    const ProgramResult result = runProgram(PSA_HOST, {"--config", folder.path + "/psa-host.toml", "config", "check"},
                                            {std::string(masterKeyVariable) + "=" + line});
    CHECK(result.exitCode == 0);
    CHECK_THAT(result.out, Contains(", from the environment variable PSA_HOST_MASTER_KEY") &&
                               Contains("Warning: the master key comes from the environment"));
    CHECK_THAT(result.out + result.err, !Contains(line.substr(line.rfind(':') + 1)));
}
