#include "bench/peers/queue.h"

#include "bench/http/served.h"

namespace psa::bench {
namespace {

const std::filesystem::path &made(const std::filesystem::path &folder)
{
    std::filesystem::create_directories(folder);
    return folder;
}

} // namespace

Queue::Queue(const std::filesystem::path &program, const std::filesystem::path &folder)
    : folder_(made(folder)), redis_("/usr/bin/env",
                                    {"redis-server", "--port", "0", "--unixsocket", folder_ / "redis.sock", "--dir",
                                     folder_, "--appendonly", "yes", "--appendfsync", "always", "--save", ""},
                                    folder_ / "redis.log"),
      front_("/usr/bin/env", {"node", program / "queue_front.mjs", folder_ / "redis.sock", token_}, folder_ / "log"),
      port_(portOf(front_))
{
}

} // namespace psa::bench
