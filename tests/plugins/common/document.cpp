#include "tests/plugins/common/document.h"

#include "host/plugin/documents.h"

namespace psa::plugins::test {

Poco::JSON::Object::Ptr document(const std::string &name, const std::string &json)
{
    return psa::plugin::parseDocument(name, json).extract<Poco::JSON::Object::Ptr>();
}

} // namespace psa::plugins::test
