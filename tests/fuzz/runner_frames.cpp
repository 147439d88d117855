// Whatever bytes a plugin's process sends in a call, the call ends with a valid outcome.
#include "tests/runner/scripted_child.h"

#include <cstdlib>

using namespace psa::plugin;
using namespace psa::test;

namespace {

void demand(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    using std::chrono::milliseconds;
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    Scripted scripted(
        [bytes](const Peer &peer) {
            // The call is number 1. What follows the bytes is the end of the process, so nothing has to be waited for.
            if (peer.hello() && peer.next(Kind::call))
                peer.send(bytes);
            shutdown(peer.socket(), SHUT_WR);
        },
        [](psa_log_level level, const std::string &) { demand(level <= PSA_LOG_ERROR); }, milliseconds(500));
    const CallOutcome outcome = scripted.call(1, std::chrono::seconds(5), milliseconds(100));
    demand(outcome.ended != Ended::hung);
    demand(outcome.ended == Ended::returned || outcome.error);
    demand(outcome.result.size() <= maxResultBytes);
    demand(outcome.mutation == MutationSeen::none);
    return 0;
}
