#pragma once

#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace psa::secrets {

/// [secrets] of the configuration file.
struct SecretsConfig
{
    std::optional<std::filesystem::path> masterKeyFile; ///< master_key_file, absolute.
    std::vector<std::filesystem::path> oldKeyFiles;     ///< old_key_files, absolute.
};

/// The master keys that the host was given, and their source.
struct GivenKeys
{
    std::optional<KeyRing> ring; ///< nullopt: secrets can be neither sealed nor opened.
    std::string source;          ///< Where the active key came from, such as "the file /etc/psa-host/master.key".
    std::string warning;         ///< Empty = none.
};

/// Name of the active key among the systemd credentials of the service.
constexpr const char *masterKeyCredential = "psa-host-master-key";
/// Name of the environment variable that may contain the line of a key file.
constexpr const char *masterKeyVariable = "PSA_HOST_MASTER_KEY";

/// Takes the active key from the first of: the file masterKeyCredential in $CREDENTIALS_DIRECTORY, master_key_file, the
/// environment variable masterKeyVariable, with a warning. Old keys come from old_key_files. A file must be readable
/// only by its owner, who must be root or the user of psa-host. The variable is wiped and removed in any case, so that
/// neither a child nor /proc/PID/environ shows it: call it before there is a second thread. Throws SealError or
/// SecretUnavailable for an unavailable key; never creates one.
GivenKeys loadKeys(const SecretsConfig &config);

/// Writes a new master key to `file`, which must not exist yet, with mode 0600 and synced. Returns its id. Throws
/// SealError.
std::string generateKeyFile(const std::filesystem::path &file, const RandomSource &random);

} // namespace psa::secrets
