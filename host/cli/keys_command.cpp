#include "host/cli/keys_command.h"

#include "host/cli/exit_code.h"
#include "host/secrets/key_files.h"

#include <filesystem>
#include <ostream>

namespace psa::cli {

int generateKey(const std::string &file, std::ostream &out)
{
    const std::string id = secrets::generateKeyFile(file, secrets::systemRandom);
    out << "The master key " << id << " is in " << file << ".\n"
        << "Add it to the configuration file:\n\n    [secrets]\n    master_key_file = \""
        << std::filesystem::absolute(file).lexically_normal().string() << "\"\n\n"
        << "and keep a copy where no copy of the store is: without this key the secrets in the store are lost.\n";
    return exitOk;
}

} // namespace psa::cli
