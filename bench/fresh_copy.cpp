#include "bench/fresh_copy.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace psa::bench {
namespace {

namespace fs = std::filesystem;

struct Folder
{
    fs::path path;

    Folder()
    {
        std::string name = fs::canonical(fs::temp_directory_path()) / "psa-bench-XXXXXX";
        if (mkdtemp(name.data()) == nullptr)
            throw fs::filesystem_error("no folder for copies of plugins", name,
                                       std::error_code(errno, std::generic_category()));
        path = name;
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    ~Folder()
    {
        std::error_code left; // a folder left in /tmp does not affect the results
        fs::remove_all(path, left);
    }
};

} // namespace

fs::path freshCopy(const fs::path &plugin)
{
    static const Folder folder;
    static int made = 0;
    const fs::path copy = folder.path / ("psa-" + std::to_string(++made) + ".so");
    fs::copy_file(plugin, copy);
    fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write);
    return copy;
}

} // namespace psa::bench
