#include "host/secrets/key_files.h"

#include "host/secrets/sealed_record.h"
#include "host/secrets/secret_source.h"
#include "tests/unit/secrets/keys.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace psa::secrets;
using namespace psa::test;
using Catch::Contains;

namespace {

/// A folder with key files; restores the environment at the end.
struct Folder
{
    std::string path = "/tmp/psa-keys-XXXXXX";

    Folder() { REQUIRE(mkdtemp(path.data()) != nullptr); }
    ~Folder()
    {
        unsetenv("CREDENTIALS_DIRECTORY");
        unsetenv(masterKeyVariable);
        std::filesystem::remove_all(path);
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    std::string write(const std::string &name, const MasterKey &key, mode_t mode = 0600) const
    {
        const std::string file = path + "/" + name;
        std::ofstream(file) << key.line().view();
        chmod(file.c_str(), mode);
        return file;
    }
};

std::string textOf(const std::string &file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("the active key is taken from the first source that has one")
{
    const Folder folder;
    CHECK_FALSE(loadKeys({}).ring);

    setenv(masterKeyVariable, std::string(masterKey("env", 'e').line().view()).c_str(), 1);
    GivenKeys given = loadKeys({});
    REQUIRE(given.ring);
    CHECK(given.ring->active().id == "env");
    CHECK_THAT(given.warning, Contains("environment") && Contains("master_key_file"));

    setenv(masterKeyVariable, "rubbish", 1);
    SecretsConfig config;
    config.masterKeyFile = folder.write("file", masterKey("file", 'f'));
    config.oldKeyFiles = {folder.write("old", masterKey("old", 'o'), 0400)};
    given = loadKeys(config);
    REQUIRE(given.ring);
    CHECK(given.ring->ids() == "file (active), old");
    CHECK(given.source == "the file " + folder.path + "/file");
    CHECK(given.warning.empty());
    CHECK(getenv(masterKeyVariable) == nullptr);

    setenv("CREDENTIALS_DIRECTORY", folder.path.c_str(), 1);
    CHECK(loadKeys(config).ring->active().id == "file"); // systemd provided credentials, but not this one
    folder.write(masterKeyCredential, masterKey("credential", 'c'), 0400);
    given = loadKeys(config);
    CHECK(given.ring->ids() == "credential (active), old");
    CHECK(given.source == "the credential " + folder.path + "/psa-host-master-key");
}

TEST_CASE("a key in the environment is wiped and removed")
{
    const Folder folder;
    setenv(masterKeyVariable, std::string(masterKey("env", 'e').line().view()).c_str(), 1);
    const char *place = getenv(masterKeyVariable);
    loadKeys({});
    CHECK(getenv(masterKeyVariable) == nullptr);
    CHECK(std::string_view(place, 20) == std::string(20, '\0'));
}

TEST_CASE("a key file that others can read or change is rejected")
{
    const Folder folder;
    SecretsConfig config;
    config.masterKeyFile = folder.write("file", masterKey("k1", 'f'));
    for (const mode_t mode : {0640, 0620, 0610, 0604, 0602, 0601, 0666, 0440})
    {
        chmod(config.masterKeyFile->c_str(), mode);
        CHECK_THROWS_WITH(loadKeys(config), Contains("is accessible to others") && !Contains("psa-key-1"));
    }
    for (const mode_t mode : {0600, 0400})
    {
        chmod(config.masterKeyFile->c_str(), mode);
        CHECK(loadKeys(config).ring);
    }
    if (geteuid() == 0) // only root can give a file away
    {
        REQUIRE(chown(config.masterKeyFile->c_str(), 65534, 65534) == 0);
        CHECK_THROWS_WITH(loadKeys(config), Contains("belongs to another user"));
    }
}

TEST_CASE("a credential may have its ACL's mask in the group bits of its mode, and nothing more")
{
    const Folder folder;
    setenv("CREDENTIALS_DIRECTORY", folder.path.c_str(), 1);
    const std::string file = folder.write(masterKeyCredential, masterKey("k1", 'c'), 0440);
    CHECK(loadKeys({}).ring);
    for (const mode_t mode : {0460, 0450, 0404, 0402, 0401})
    {
        chmod(file.c_str(), mode);
        CHECK_THROWS_AS(loadKeys({}), SecretUnavailable);
    }
}

TEST_CASE("key files that are missing, empty, not files or not keys are rejected by name")
{
    const Folder folder;
    SecretsConfig config;
    config.masterKeyFile = folder.path + "/none";
    CHECK_THROWS_WITH(loadKeys(config), Contains(folder.path + "/none cannot be opened"));
    config.masterKeyFile = folder.path;
    CHECK_THROWS_WITH(loadKeys(config), Contains("is not a regular file"));
    config.masterKeyFile = folder.write("file", masterKey("k1", 'f'));
    config.oldKeyFiles = {folder.path + "/none"};
    CHECK_THROWS_WITH(loadKeys(config), Contains(folder.path + "/none cannot be opened"));
    std::ofstream(*config.masterKeyFile) << "";
    CHECK_THROWS_WITH(loadKeys(config), Contains("is empty"));
    std::ofstream(*config.masterKeyFile) << "c4n4ry-Pa55word\n";
    CHECK_THROWS_WITH(loadKeys(config), Contains("does not contain a master key") && !Contains("c4n4ry"));
    config.masterKeyFile.reset();
    config.oldKeyFiles = {folder.write("old", masterKey("k1", 'o'))};
    CHECK_THROWS_WITH(loadKeys(config), Contains("set master_key_file"));
}

TEST_CASE("a new key file is inaccessible to others whatever the umask is, and never overwrites another")
{
    const Folder folder;
    const std::string file = folder.path + "/new.key";
    const mode_t before = umask(0);
    const std::string id = generateKeyFile(file, systemRandom);
    umask(before);
    struct stat status = {};
    REQUIRE(stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    SecretsConfig config;
    config.masterKeyFile = file;
    CHECK(loadKeys(config).ring->active().id == id);

    const std::string text = textOf(file);
    CHECK_THROWS_WITH(generateKeyFile(file, systemRandom), Contains("exists already and was not changed"));
    CHECK(textOf(file) == text);
    symlink((folder.path + "/elsewhere").c_str(), (folder.path + "/link").c_str());
    CHECK_THROWS_AS(generateKeyFile(folder.path + "/link", systemRandom), SealError);
    CHECK_FALSE(std::filesystem::exists(folder.path + "/elsewhere"));
    CHECK_THROWS_WITH(generateKeyFile(folder.path + "/no/folder", systemRandom), Contains("cannot be created"));
    const auto fails = [](unsigned char *, std::size_t) { throw std::runtime_error("no randomness"); };
    CHECK_THROWS_AS(generateKeyFile(folder.path + "/second.key", fails), std::runtime_error);
    CHECK_FALSE(std::filesystem::exists(folder.path + "/second.key"));
}

TEST_CASE("a key file that an editor of another system saved is read")
{
    const Folder folder;
    const std::string line(masterKey("k1", 'M').line().view());
    const std::string bare = line.substr(0, line.size() - 1);
    const auto read = [&](const std::string &content, bool old) {
        const std::string file = folder.path + "/edited";
        std::ofstream(file) << content;
        chmod(file.c_str(), 0600);
        SecretsConfig config;
        config.masterKeyFile = old ? folder.write("active", masterKey("k2", 'N')) : file;
        if (old)
            config.oldKeyFiles = {file};
        return loadKeys(config).ring->ids();
    };
    for (const std::string &content : {bare + "\r\n", bare + "\n\n", bare + " \t\r\n", "\xEF\xBB\xBF" + bare + "\r\n"})
    {
        CHECK(read(content, false) == "k1 (active)");
        CHECK(read(content, true) == "k2 (active), k1");
    }
    setenv(masterKeyVariable, (bare + "\r\n").c_str(), 1);
    CHECK(loadKeys({}).ring->active().id == "k1");
}

TEST_CASE("a secret is the line without its line end, wherever it comes from")
{
    const Folder folder;
    const std::string file = folder.path + "/secret";
    const auto from = [&](const std::string &content) {
        std::ofstream(file, std::ios::binary) << content;
        chmod(file.c_str(), 0600);
        return secretFromFile(file);
    };
    for (const char *content : {"hunter2", "hunter2\n", "hunter2\r\n", "hunter2 \t\n\n", "\xEF\xBB\xBFhunter2\r\n"})
    {
        CHECK(from(content) == "hunter2");
        std::istringstream in(content);
        CHECK(secretFromStream(in) == "hunter2");
        setenv("PSA_TEST_SECRET", content, 1);
        CHECK(secretFromEnvironment("PSA_TEST_SECRET") == "hunter2");
    }
    unsetenv("PSA_TEST_SECRET");
    CHECK(from(" two words\nand a line\n") == " two words\nand a line");
    CHECK_THROWS_WITH(from(" \r\n"), Contains("is empty"));
    CHECK_THROWS_WITH(from(std::string("\xFF\xFEh\0u\0\r\0\n\0", 10)), Contains("is UTF-16 (little endian)"));
    std::istringstream blank("\r\nhunter2");
    CHECK_THROWS_AS(secretFromStream(blank), SecretUnavailable);
}
