#include "host/secrets/key_files.h"

#include "host/os/file_descriptor.h"
#include "host/secrets/sealed_record.h"
#include "host/secrets/secret_source.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace psa::secrets {
namespace {

MasterKey readKey(const std::string &file, SecretFile kind)
{
    const SecretBytes text(secretFromFile(file, kind));
    return MasterKey::parse(text.view(), "the file " + file);
}

/// The variable's value, which is wiped in the process's environment, and removed.
SecretBytes takeVariable(const char *name)
{
    char *value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): before there is a second thread
    if (value == nullptr)
        return {};
    SecretBytes taken = SecretBytes::copyOf(value);
    OPENSSL_cleanse(value, std::strlen(value));
    unsetenv(name); // NOLINT(concurrency-mt-unsafe): as above
    return taken;
}

/// The credential's path, empty if systemd passed none.
std::string credentialFile()
{
    const char *folder = std::getenv("CREDENTIALS_DIRECTORY"); // NOLINT(concurrency-mt-unsafe): as above
    if (folder == nullptr || *folder == '\0')
        return {};
    std::string file = std::string(folder) + "/" + masterKeyCredential;
    return access(file.c_str(), F_OK) == 0 ? file : std::string();
}

std::optional<MasterKey> takeActive(const SecretsConfig &config, GivenKeys &given)
{
    const SecretBytes variable = takeVariable(masterKeyVariable);
    if (const std::string file = credentialFile(); !file.empty())
    {
        given.source = "the credential " + file;
        return readKey(file, SecretFile::credential);
    }
    if (config.masterKeyFile)
    {
        given.source = "the file " + config.masterKeyFile->string();
        return readKey(config.masterKeyFile->string(), SecretFile::own);
    }
    if (variable.size() == 0)
        return std::nullopt;
    given.source = std::string("the environment variable ") + masterKeyVariable;
    given.warning = "the master key comes from the environment, which is easily exposed by accident; put it into a "
                    "file of mode 0600 and name that file in master_key_file under [secrets]";
    return MasterKey::parse(variable.view(), given.source);
}

[[noreturn]] void failed(const std::filesystem::path &file, const char *what)
{
    throw SealError("the key file " + file.string() + " cannot be " + what + ": " +
                    std::generic_category().message(errno));
}

void writeAll(int fd, std::string_view text, const std::filesystem::path &file)
{
    while (!text.empty())
    {
        const ssize_t written = write(fd, text.data(), text.size());
        if (written < 0)
            failed(file, "written");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fsync(fd) != 0)
        failed(file, "written");
}

} // namespace

GivenKeys loadKeys(const SecretsConfig &config)
{
    GivenKeys given;
    std::optional<MasterKey> active = takeActive(config, given);
    std::vector<MasterKey> old;
    for (const auto &file : config.oldKeyFiles)
        old.push_back(readKey(file.string(), SecretFile::own));
    if (active)
        given.ring.emplace(std::move(*active), std::move(old));
    else if (!old.empty())
        throw SealError("old_key_files are set, but there is no active master key; set master_key_file under [secrets] "
                        "in the configuration file");
    return given;
}

std::string generateKeyFile(const std::filesystem::path &file, const RandomSource &random)
{
    const MasterKey key = MasterKey::generate(random);
    const os::FileDescriptor created(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!created.isOpen() && errno == EEXIST)
        throw SealError(
            "the key file " + file.string() +
            " exists already and was not changed, because secrets may be encrypted under its key; choose another name");
    if (!created.isOpen())
        failed(file, "created");
    try
    {
        if (fchmod(created.get(), 0600) != 0) // independent of the umask
            failed(file, "closed to others");
        writeAll(created.get(), key.line().view(), file);
        const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
        const os::FileDescriptor entry(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!entry.isOpen() || fsync(entry.get()) != 0)
            failed(file, "written");
    }
    catch (const SealError &)
    {
        unlink(file.c_str());
        throw;
    }
    return key.id;
}

} // namespace psa::secrets
