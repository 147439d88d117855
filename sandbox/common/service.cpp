#include "sandbox/common/service.h"

namespace psa::sandbox {

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
