#include "host/intake/fingerprint.h"

#include "host/json/json_text.h"

#include <Poco/JSON/Object.h>
#include <Poco/SHA2Engine.h>

namespace psa::host {

using Poco::Dynamic::Var;
using Poco::JSON::Object;

std::string fingerprintOf(const Var &request)
{
    Object::Ptr payload = new Object(*request.extract<Object::Ptr>());
    payload->remove("key");
    payload->remove("connection");
    Poco::SHA2Engine hash(Poco::SHA2Engine::SHA_256);
    hash.update(jsonText(Var(payload)));
    return Poco::DigestEngine::digestToHex(hash.digest());
}

} // namespace psa::host
