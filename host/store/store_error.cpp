#include "host/store/store_error.h"

#include <utility>

namespace psa::store {
namespace {

std::string lockedText(const std::string &folder, long pid, const std::string &socket)
{
    std::string text = "the state folder " + folder + " is in use by ";
    text += pid > 0 ? "process " + std::to_string(pid) : "a process that is just starting";
    if (!socket.empty())
        text += ", which can be reached at " + socket;
    return text + "; stop it first, or use a different folder for this process";
}

} // namespace

StoreLocked::StoreLocked(const std::string &folder, long holder, std::string reachedAt)
    : StoreRefused(lockedText(folder, holder, reachedAt)), pid(holder), socket(std::move(reachedAt))
{
}

} // namespace psa::store
