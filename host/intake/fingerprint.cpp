#include "host/intake/fingerprint.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Stringifier.h>
#include <Poco/SHA2Engine.h>

#include <algorithm>
#include <sstream>

namespace psa::host {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

void write(const Var &json, std::ostream &out);

void writeObject(const Object &object, std::ostream &out)
{
    std::vector<std::string> names = object.getNames();
    std::sort(names.begin(), names.end());
    out << '{';
    for (std::size_t i = 0; i < names.size(); ++i)
    {
        out << (i == 0 ? "" : ",");
        Poco::JSON::Stringifier::stringify(Var(names[i]), out);
        out << ':';
        write(object.get(names[i]), out);
    }
    out << '}';
}

void write(const Var &json, std::ostream &out)
{
    if (json.type() == typeid(Object::Ptr))
        return writeObject(*json.extract<Object::Ptr>(), out);
    if (json.type() == typeid(Array::Ptr))
    {
        const Array::Ptr array = json.extract<Array::Ptr>();
        out << '[';
        for (unsigned i = 0; i < array->size(); ++i)
        {
            out << (i == 0 ? "" : ",");
            write(array->get(i), out);
        }
        out << ']';
        return;
    }
    Poco::JSON::Stringifier::stringify(json, out);
}

} // namespace

std::string canonicalJson(const Var &json)
{
    std::ostringstream text;
    write(json, text);
    return text.str();
}

std::string fingerprintOf(const Var &request)
{
    Object payload(*request.extract<Object::Ptr>());
    payload.remove("key");
    payload.remove("connection");
    Poco::SHA2Engine hash(Poco::SHA2Engine::SHA_256);
    hash.update(canonicalJson(Var(Object::Ptr(new Object(payload)))));
    return Poco::DigestEngine::digestToHex(hash.digest());
}

} // namespace psa::host
