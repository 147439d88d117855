#include "host/plugin/runner/child/plugin.h"

#include <boost/dll/shared_library.hpp>

#include <cxxabi.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <list>
#include <stdexcept>
#include <utility>

namespace psa::plugin::runner::child {
namespace {

/// A copy of the table up to its struct_size; the numbers before the first function are always read.
psa_plugin_api copyOf(const psa_plugin_api &table)
{
    psa_plugin_api copy{};
    const std::size_t size =
        std::clamp<std::size_t>(table.struct_size, offsetof(psa_plugin_api, describe), sizeof copy);
    std::memcpy(&copy, &table, size - size % sizeof(void *)); // no partial pointer
    return copy;
}

std::uint64_t bitsOf(const psa_plugin_api &api)
{
    const std::array set{api.describe != nullptr,     api.create != nullptr, api.destroy != nullptr,
                         api.configure != nullptr,    api.test != nullptr,   api.create_ticket != nullptr,
                         api.get_extension != nullptr};
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < set.size(); ++i)
        bits |= (set[i] ? 1ULL : 0ULL) << i;
    return bits;
}
constexpr std::uint64_t allFunctions = 0x7F;

OfferState stateOf(const std::string &id, const void *table, const ExtensionTables &tables)
{
    if (table == nullptr)
        return OfferState::absent;
    if (!isKnownExtension(id))
        return OfferState::unknown;
    return isWhole(tables, id) ? OfferState::whole : OfferState::incomplete;
}

} // namespace

std::optional<std::string> thrownBy(const std::function<void()> &body)
try
{
    body();
    return {};
}
catch (const abi::__forced_unwind &) // pthread_exit, which the lane reports
{
    throw;
}
catch (const std::exception &error)
{
    return std::string(error.what()).substr(0, 2 * maxTextBytes);
}
catch (...)
{
    return std::string();
}

psa_plugin_entry_fn mapLibrary(int file)
{
    const int descriptor = fcntl(file, F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0)
        throw std::runtime_error("cannot duplicate the plugin's file descriptor");
    // Never deleted, so that no library is unloaded at exit.
    static std::mutex mutex;
    static auto *libraries = new std::list<boost::dll::shared_library>;
    const std::lock_guard lock(mutex);
    try
    {
        libraries->emplace_back("/proc/self/fd/" + std::to_string(descriptor),
                                boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    }
    catch (...)
    {
        close(descriptor); // nothing was mapped under this name
        throw;
    }
    return libraries->back().get<const psa_plugin_api *(const psa_host *)>("psa_plugin_entry");
}

void Plugin::enter(const psa_host *host, std::uint64_t request)
{
    host_ = host;
    const psa_plugin_api *table = nullptr;
    if (const auto thrown = thrownBy([&] { table = entry_(host); }))
        return link_->channel().write(FrameWriter(Kind::threw, 0, request).text(*thrown).take());
    FrameWriter answer(Kind::entered, 0, request);
    answer.number(table == nullptr ? 0 : 1);
    if (table != nullptr)
    {
        const psa_plugin_api copy = copyOf(*table);
        answer.number(copy.struct_size).number(copy.abi_major).number(copy.abi_minor_built);
        answer.number(copy.abi_minor_needed).number(bitsOf(copy));
        const std::lock_guard lock(mutex_);
        if (copy.struct_size >= sizeof copy && bitsOf(copy) == allFunctions)
            api_ = copy;
    }
    link_->channel().write(answer.take());
}

void Plugin::offer(const std::vector<std::string> &ids, std::uint64_t request)
{
    if (!isEntered())
        throw BadFrame("offer without a table of the plugin");
    std::map<std::string, const void *> offered;
    const auto ask = [&] {
        for (const std::string &id : ids)
            if (const void *table = api_->get_extension(host_, id.c_str()))
                offered[id] = table;
    };
    if (const auto thrown = thrownBy(ask))
        return link_->channel().write(FrameWriter(Kind::threw, 0, request).text(*thrown).take());
    const ExtensionTables tables = copyTables(offered);
    std::vector<const void *> identities{nullptr};
    FrameWriter answer(Kind::offered, 0, request);
    answer.number(ids.size());
    for (const std::string &id : ids)
    {
        const auto found = offered.find(id);
        const void *table = found == offered.end() ? nullptr : found->second;
        auto identity = std::find(identities.begin(), identities.end(), table);
        if (identity == identities.end())
            identity = identities.insert(identities.end(), table);
        answer.number(static_cast<std::uint64_t>(stateOf(id, table, tables)));
        answer.number(static_cast<std::uint64_t>(identity - identities.begin()));
        answer.number(hasOptional(tables, id) ? 1 : 0);
    }
    {
        const std::lock_guard lock(mutex_);
        tables_ = tables;
    }
    link_->channel().write(answer.take());
}

bool Plugin::isEntered() const
{
    const std::lock_guard lock(mutex_);
    return api_.has_value();
}

Returned Plugin::call(Verb verb, const psa_call *call, psa_instance *&object, const std::vector<std::string> &arguments)
{
    std::unique_lock lock(mutex_);
    const psa_plugin_api api = *api_;
    const ExtensionTables tables = tables_;
    lock.unlock();
    Returned returned;
    returned.thrown = thrownBy([&] {
        if (verb == Verb::describe)
            returned.status = api.describe(call);
        else if (verb == Verb::create)
            returned.status = api.create(call, host_, &object);
        else
            returned.status = rowOf(verb).invoke(api, tables, call, object, arguments);
    });
    return returned;
}

bool Plugin::destroy(psa_instance *object)
{
    std::unique_lock lock(mutex_);
    const auto function = api_->destroy;
    lock.unlock();
    return !thrownBy([&] { function(object); });
}

} // namespace psa::plugin::runner::child
