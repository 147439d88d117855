#include "sandbox/common/service.h"

#include <stdexcept>

namespace psa::sandbox {

std::int64_t Service::act(const HumanAct &)
{
    throw std::invalid_argument("nobody works on the tickets of this simulator");
}

Object::Ptr toJson(const ReferenceCounts &references)
{
    Object::Ptr all = newObject();
    for (const auto &[reference, count] : references)
    {
        Object::Ptr object = newObject();
        object->set("received", count.received);
        object->set("committed", count.committed);
        all->set(reference, object);
    }
    return all;
}

} // namespace psa::sandbox
