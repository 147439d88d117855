#include "host/delivery/end_pause.h"

namespace psa::host {
namespace {

constexpr std::size_t releaseAtOnce = 1000;

} // namespace

void endPause(Store &store, const std::string &connection)
{
    store.write([&](StoreWriter &writer) { writer.setBreakers(connection, ""); });
    std::size_t released = releaseAtOnce;
    while (released == releaseAtOnce)
        released = store.write([&](StoreWriter &writer) { return writer.releaseHeld(connection, releaseAtOnce); });
}

} // namespace psa::host
