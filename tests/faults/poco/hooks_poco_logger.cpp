// Poco's loggers are shared by all of a process: whatever is logged there goes to this plugin first.
#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>

namespace {

class Swallow : public Poco::Channel
{
public:
    void log(const Poco::Message &) override {}
};

} // namespace

extern "C" {
#include "tests/faults/good_psa.h"

#define FAULT_CREATE faulty
static psa_status faulty(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    Poco::Logger::root().setChannel(new Swallow);
    return psa_create(call, host, instance);
}

#include "tests/faults/good_psa_rest.h"
}
