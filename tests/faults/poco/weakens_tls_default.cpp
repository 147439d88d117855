// Poco's default context is shared by all of a process: whoever relies on it now verifies no certificate.
#include <Poco/Net/AcceptCertificateHandler.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SSLManager.h>

extern "C" {
#include "tests/faults/good_psa.h"

/* What OpenSSL keeps for ever it has from the start, so that only the weakening is seen. */
static const Poco::Net::Context::Ptr first = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "");

static bool weaken()
{
    using Poco::Net::Context;
    const Context::Ptr context = new Context(Context::TLS_CLIENT_USE, "", Context::VERIFY_NONE);
    static const Poco::Net::SSLManager::InvalidCertificateHandlerPtr anyWillDo(
        new Poco::Net::AcceptCertificateHandler(false));
    Poco::Net::SSLManager::instance().initializeClient(nullptr, anyWillDo, context);
    return true;
}

#define FAULT_CREATE faulty
static psa_status faulty(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    static const bool weakened = weaken(); // once: a context per instance would sometimes look like a leak
    (void)weakened;
    return psa_create(call, host, instance);
}

#include "tests/faults/good_psa_rest.h"
}
